"""What has changed since a frozen link: nothing twice, nothing hidden, each version with its own evidence."""

from __future__ import annotations

from contextlib import closing

import duckdb
import pytest

from dashboard import change_tables, changes, files
from dashboard.site import ROOMS, room_at
from etl.search_index import NAME, write_search_index
from tests.small_market import STORE, Market, build
from tests.test_pages import assert_words_only, market, opened, words
from tests.views import view_of

assert market  # the fixture
THEN = f"{STORE}.1"


class Story:
    """A market of one article over two loads; `then` and `now` make its facts, `found` tells what has changed."""

    def __init__(self, home) -> None:
        self.market = Market(home)
        self.market.load("2024-01-01")
        self.article = self.market.article(
            "news", "BT drops Huawei. BT picks Nokia, not Ericsson.", "2020-01-15", "Wire"
        )

    def fact(self, table="selections", quote="BT picks Nokia", **fields) -> str:
        own = {"operator": "BT", "vendor": "Nokia"} if table == "selections" else {}
        return self.market.fact(table, self.article, quote, **(own | fields))

    def now(self, *closed: str) -> None:
        self.market.load("2024-02-01")
        for fact_id in closed:
            self.market.close_fact("selections", fact_id)

    def found(self, **filters) -> list[tuple[str, tuple[str, ...]]]:
        if self.market.load_number:
            self.market.publish()
            self.market.load_number = 0
        view = view_of(self.market.path, **({"v": THEN} | filters))
        return [(change.how, change.fields) for change in changes.changes(view).latest(99)]


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path)


def test_a_corrected_value_is_one_fact_told_otherwise(tmp_path):
    ids = build(tmp_path)
    (change,) = changes.changes(view_of(tmp_path / "published.duckdb", v=THEN)).latest(9)
    assert change.how == "changed" and change.fields == ("value",)
    assert (change.before["fact_id"], change.after["fact_id"]) == (ids["misread"], ids["corrected"])
    assert (change.before["value"], change.after["value"]) == (30, 31)


def test_the_newest_load_has_no_changes(tmp_path):
    build(tmp_path)
    assert not changes.changes(view_of(tmp_path / "published.duckdb"))
    assert not changes.changes(view_of(tmp_path / "published.duckdb", v=f"{STORE}.2"))


def test_added_and_withdrawn_facts_stand_alone(story):
    gone = story.fact(vendor="Ericsson", quote="not Ericsson", decision="excluded")
    story.now(gone)
    story.fact()
    assert sorted(story.found()) == [("added", ()), ("withdrawn", ())]


def test_a_fact_read_again_alike_by_a_newer_reader_has_not_changed(story):
    old = story.fact(confidence=0.9)
    story.now(old)
    story.fact(confidence=0.8, reader="newer", start=999, said='{"vendor": "Nokia"}')
    assert story.found() == []


def test_a_fact_that_came_and_went_between_the_loads_is_not_told(story):
    story.market.load("2024-02-01")
    gone = story.fact()
    story.market.load("2024-03-01")
    story.market.close_fact("selections", gone)
    assert story.found() == []


def test_the_same_key_in_other_words_and_the_same_words_with_another_decision_are_one_fact(story):
    reworded, recast = story.fact(), story.fact(vendor="Huawei", quote="BT drops Huawei", decision="removed")
    story.now(reworded, recast)
    story.fact(quote="picks Nokia")
    story.fact(vendor="Huawei", quote="BT drops Huawei", decision="excluded")
    assert sorted(story.found()) == [("changed", ("decision",)), ("reworded", ("quote",))]


def test_two_companies_in_one_sentence_are_two_facts(story):
    old = story.fact(operator="SFR", quote="BT picks Nokia, not Ericsson")
    story.now(old)
    story.fact(operator="Orange", vendor="Ericsson", quote="BT picks Nokia, not Ericsson", decision="excluded")
    assert sorted(story.found()) == [("added", ()), ("withdrawn", ())]


def test_versions_of_several_like_facts_are_paired_with_the_likest(story):
    old = [story.fact(scope=["ran"], country="GB"), story.fact(scope=["core"], country="IE")]
    story.now(*old)
    story.fact(scope=["core"], country="IE", generation="5G")
    story.fact(scope=["ran"], country="GB", generation="4G")
    assert story.found() == [("changed", ("generation",))] * 2


def test_a_fact_that_a_filter_let_through_then_and_not_now_is_told(story):
    old = story.fact(scope=["ran"])
    story.now(old)
    story.fact(scope=["core"])
    assert story.found(market=("ran",)) == story.found(market=("core",)) == [("changed", ("scope",))]
    assert story.found(market=("transport",)) == []
    assert story.found(company=("nokia",)) == [("changed", ("scope",))]
    assert story.found(company=("huawei",)) == []


def test_a_field_that_is_not_told_passes_no_filter_and_makes_no_change(story):
    story.fact()
    story.now()
    story.fact(vendor="Huawei", quote="BT drops Huawei")
    assert story.found(generation=("5G",)) == []
    assert story.found(country=("GB",)) == []


def test_a_kind_that_does_not_have_a_filters_field_is_left_out(story):
    story.now()
    story.fact()
    assert story.found(metric=("market_share",)) == []
    assert story.found(decision=("selected",)) == [("added", ())]


def test_words_that_are_looked_for_narrow_to_the_articles_that_have_them(story):
    story.now()
    story.fact()
    assert story.found(q="DROPS huawei") == [("added", ())]
    assert story.found(q="weather") == []


def test_words_are_found_in_their_forms_as_on_the_page_of_articles(story, tmp_path):
    story.now()
    story.fact()
    with closing(duckdb.connect(story.market.publish(), read_only=True)) as published:
        write_search_index(published, tmp_path / NAME, f"{STORE}.2").rename(tmp_path / NAME)
    story.market.load_number = 0
    assert story.found(q="dropped") == [("added", ())]
    assert story.found(q='"picks Ericsson"') == story.found(q="drop* weather") == []


def test_confidence_counts_only_over_the_threshold(story):
    old = story.fact(confidence=0.4)
    story.now(old)
    story.fact(confidence=0.6)
    assert story.found() == [("changed", ("confidence",))]
    assert story.found(min_confidence=0.3) == story.found(min_confidence=0.7) == []


def test_an_article_that_was_dated_otherwise_changes_its_facts(story):
    story.fact()
    story.now()
    connection = story.market.connection
    connection.execute("update articles set known_to = 2")
    connection.execute(
        """insert into articles by name select * replace ('2021-01-15' as published, date '2021-01-15' as published_on,
           2 as known_from, null as known_to) from articles"""
    )
    assert story.found() == [("changed", ("published",))]
    assert story.found(until="2020") == [("changed", ("published",))]


def test_all_kinds_are_compared_and_counted(story):
    story.now()
    story.fact()
    story.fact("figures", companies=["Nokia"], value=3)
    story.fact("deals", deal="partnership", parties=["BT", "Nokia"])
    story.fact("restrictions", authority="GB", vendor="Huawei", action="ban")
    assert story.found() == [("added", ())] * 4
    found = changes.changes(view_of(story.market.path, v=THEN))
    assert change_tables.message(found) == "4 facts have changed: 4 added"
    sheet = files.csv(files.sheet(changes.rows_of(found, THEN), "https://tracker.example")).decode()
    assert sheet.count("added") == 4 and "restriction" in sheet


def test_in_the_file_a_fact_that_is_no_more_leads_to_it_as_it_was(story):
    gone = story.fact()
    story.now()
    story.market.close_fact("selections", gone)
    new = story.fact("deals", deal="partnership", parties=["BT", "Nokia"])
    assert sorted(how for how, _ in story.found()) == ["added", "withdrawn"]
    found = changes.changes(view_of(story.market.path, v=THEN))
    links = files.sheet(changes.rows_of(found, THEN), "https://tracker.example").set_index("change")["link"]
    for how, link in links.items():
        expected = f"{new}" if how != "withdrawn" else f"{gone}&v={THEN}"
        assert link == f"https://tracker.example/fact?fact={expected}"


# ---- more than are compared two by two


@pytest.fixture
def recast(story):
    """Since a frozen link, a selection was read as another decision, one was added, and another article was dated otherwise."""
    other = story.market.article("other", "Nokia has 7 percent.", "2020-02-15", "Wire")
    story.market.fact("figures", other, "7", companies=["Nokia"], value=7)
    old = story.fact()
    story.now(old)
    story.fact(decision="removed")
    story.fact(operator="SFR", vendor="Ericsson", quote="not Ericsson")
    connection = story.market.connection
    connection.execute("create temp table dated as select * from articles where article_id = ?", [other])
    connection.execute("update articles set known_to = 2 where article_id = ?", [other])
    connection.execute(
        """insert into articles by name select * replace ('2021-01-15' as published, date '2021-01-15' as published_on,
           2 as known_from) from dated"""
    )
    return story


def test_where_too_many_came_and_went_only_what_has_one_id_is_told_otherwise(recast, monkeypatch):
    assert sorted(recast.found()) == [("added", ()), ("changed", ("decision",)), ("changed", ("published",))]
    monkeypatch.setattr(changes, "COMPARED", 1)
    assert sorted(recast.found()) == [("added", ()), ("added", ()), ("changed", ("published",)), ("withdrawn", ())]
    found = changes.changes(view_of(recast.market.path, v=THEN))
    assert change_tables.message(found) == "4 facts have changed: 1 told otherwise, 2 added, 1 withdrawn"


def test_versions_of_articles_that_have_none_of_then_or_none_of_now_are_not_compared(story, monkeypatch):
    monkeypatch.setattr(changes, "COMPARED", 2)
    other = story.market.article("other", "Nokia has 7 percent.", "2020-02-15", "Wire")
    old = story.fact()
    story.now(old)
    story.fact(decision="removed")
    for value in range(9):
        story.market.fact("figures", other, "7", companies=["Nokia"], value=value)
    assert sorted(story.found()) == [*[("added", ())] * 9, ("changed", ("decision",))]


def test_the_page_and_the_overview_say_that_facts_were_not_compared(busy, monkeypatch):
    pages = {"changes": {"v": THEN}, "overview": {}}
    assert not any(change_tables.NOT_PAIRED in words(opened(page, **asked)) for page, asked in pages.items())
    monkeypatch.setattr(changes, "COMPARED", 0)
    for page, asked in pages.items():
        said = words(opened(page, **asked))
        assert change_tables.NOT_PAIRED in said and "7 facts have changed: 6 added, 1 withdrawn" in said


def test_the_latest_changes_are_the_same_as_those_that_are_asked_for_from_an_offset_on(recast, monkeypatch):
    recast.found()
    for compared in (changes.COMPARED, 1):
        monkeypatch.setattr(changes, "COMPARED", compared)
        found = changes.changes(view_of(recast.market.path, v=THEN))
        every = found.latest(99)
        assert [change.row["published"] for change in every][:2] == ["2021-01-15", "2020-01-15"]
        assert every == found.latest(25) == [found.latest(1, at)[0] for at in range(len(found))]
        assert found.latest(99, 0, ("added",)) == [change for change in every if change.how == "added"]


def test_a_file_has_all_changes_however_many_are_made_ready_at_once(busy, tmp_path, monkeypatch):
    found = changes.changes(view_of(tmp_path / "published.duckdb", v=THEN))
    whole = changes.rows_of(found, THEN)
    monkeypatch.setattr(changes, "_AT_ONCE", 2)
    assert len(whole) == 6 and changes.rows_of(found, THEN)["fact_id"].tolist() == whole["fact_id"].tolist()


# ---- the page and its banner


@pytest.fixture
def busy(tmp_path, monkeypatch):
    """Of two articles, since a frozen link: a selection, a share, a revenue, a forecast, a deal and a restriction were added."""
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    story = Story(tmp_path)
    other = story.market.article("other", "Nokia has 7 percent.", "2020-02-15", "Wire")
    ids = {"kept": story.fact(), "share": story.market.fact("figures", other, "7", companies=["Nokia"], value=7)}
    story.now()
    story.market.close_fact("figures", ids["share"])
    ids["now"] = story.market.fact("figures", other, "7", companies=["Nokia"], value=8)
    story.fact(vendor="Ericsson", quote="not Ericsson", decision="excluded")
    story.fact("figures", companies=["Nokia"], value=3, metric="revenue", unit="USD")
    story.fact("figures", companies=["Nokia"], value=9, status="forecast", metric="revenue", unit="USD")
    story.fact("deals", deal="partnership", parties=["BT", "Nokia"])
    story.fact("restrictions", authority="GB", vendor="Huawei", action="ban")
    story.market.publish()
    return {**ids, "article": story.article, "other": other}


@pytest.mark.parametrize(
    ("page", "told", "asked"),
    [
        ("overview", "6 facts have changed: 1 told otherwise, 5 added", ""),
        ("market_share", "1 fact has changed: 1 told otherwise", "metric=market_share&amp;kind=figure&amp;"),
        ("targets", "2 facts have changed: 1 told otherwise, 1 added", "status=actual&amp;status=target&amp;kind=figure&amp;"),
        ("selections", "1 fact has changed: 1 added", "kind=selection&amp;"),
        ("deals", "1 fact has changed: 1 added", "kind=deal&amp;"),
        ("restrictions", "1 fact has changed: 1 added", "kind=restriction&amp;"),
    ],
)  # fmt: skip
def test_the_banner_counts_the_facts_that_its_page_shows(busy, page, told, asked):
    said = words(opened(page, v=THEN))
    assert f"Since then, {told} ·" in said and f'href="./changes?{asked}v={THEN}"' in said


def test_the_banner_of_a_fact_or_an_article_counts_that_alone_and_the_list_too(busy):
    assert "no fact has changed" in words(opened("fact", fact=busy["kept"], v=THEN))
    assert "1 fact has changed: 1 told otherwise" in words(opened("fact", fact=busy["share"], v=THEN))
    assert "1 fact has changed: 1 told otherwise" in words(opened("articles", article=busy["other"], v=THEN))
    assert "5 facts have changed: 5 added" in words(opened("articles", article=busy["article"], v=THEN))
    for focus in ({"fact": busy["share"]}, {"article": busy["other"]}):
        said = words(opened("changes", v=THEN, **focus))
        assert "1 fact has changed: 1 told otherwise." in said and f"fact={busy['now']}" in said


def test_the_banner_counts_and_leads_to_the_list_through_the_same_filters(market):
    said = words(opened("market_share", v=THEN, company="huawei"))
    assert "As of 1 Mar 2024, load 1" in said and "1 fact has changed: 1 told otherwise" in said
    assert f'href="./changes?company=huawei&amp;metric=market_share&amp;kind=figure&amp;v={THEN}"' in said
    said = words(opened("market_share", v=THEN, company="nec"))
    assert "no fact has changed" in said and "./changes" not in said


def test_the_page_shows_then_and_now_each_with_its_own_evidence(market):
    said = words(opened("changes", v=THEN))
    assert "Between 1 Mar 2024 (load 1) and 1 Jun 2024 (load 2), 1 fact has changed: 1 told otherwise." in said
    assert f'<a href="./fact?fact={market["misread"]}&amp;v={THEN}">30%</a>' in said
    assert f'<a href="./fact?fact={market["corrected"]}">31%</a>' in said
    assert "as they were known then" not in said and "“Huawei took 31 percent”" in said
    assert opened("changes", v=THEN).get("download_button")


def test_the_page_says_when_nothing_has_changed_and_when_no_link_was_opened(market):
    assert "no fact has changed" in words(opened("changes", v=THEN, company="nec"))
    assert "No frozen link to compare with" in words(opened("changes"))
    assert "another database" in words(opened("changes", v="ffff0000.1"))


def test_hostile_words_are_words_in_the_list(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    story = Market(tmp_path)
    story.load("2024-01-01")
    text = "Nokia<img src=x onerror=alert(1)> <script>alert(2)</script> 15%"
    article = story.article("bad", text, "2020-03-01", "<b>Bad</b> & Co", title="<script>alert(0)</script>")
    figure = {"companies": ["Nokia"], "period": "2019"}
    old = story.fact("figures", article, text, value=15, attributed_to="<script>x</script>", **figure)
    story.load("2024-02-01")
    story.close_fact("figures", old)
    story.fact("figures", article, text, value=15, attributed_to="<img src=x>", **figure)
    story.fact("figures", article, text, value=16, **figure)
    story.publish()
    assert_words_only(opened("changes", v=THEN))


def test_the_page_takes_every_filter_that_another_page_has():
    own = set(room_at("changes").filters)
    assert all(set(room.filters) <= own for room in ROOMS)

"""Each queue of the page Review shows what waits, lets a person decide, and is shorter afterwards."""

from __future__ import annotations

import json

import pytest

from dashboard import blocks, fact_form, past, review_queries, roles
from dashboard.roles import Person
from etl import requests, spawning, writer
from etl.requests import dismissed_id
from etl.reviews import READER
from tests.small_market import NEWS, STORE, Market
from tests.test_pages import opened, words
from tests.test_writer import read, values
from tests.views import view_of

UNREAD = "Ericsson held 27 percent in 2019."
OTHER = "The group wants 20% by 2030. Huawei had 33 percent of the market in 2019, Dell'Oro said."
WANTED = "It wants 25% by 2030, and forecasts are no better."


class Desk(Market):
    """A market with what waits for a person."""

    def waits(self, table: str, **row: object) -> None:
        self._insert(table, {"known_from": self.load_number, **row})

    def said(
        self,
        number: int,
        action: str,
        fact_id: str,
        article: str,
        kind: str = "figure",
        who: str = "Ann",
        **more: object,
    ) -> None:
        """A review as the writer keeps it; of a fact, the verdict too. more: before, after, state, load."""
        row = {"review_id": f"{number:020d}-aaaaaaaa", "at": f"2024-03-0{number}", "who": who, "action": action}
        row |= {"fact_id": fact_id, "article_id": article, "kind": kind, "why": more.get("why", "")}
        row |= {name: json.dumps(more.get(name, {})) for name in ("before", "after")}
        self._insert("reviews", {**row, "load": more.get("load", self.load_number)})
        if more.get("state"):
            self.waits("verdicts", **row, state=more["state"])


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A market of one load that is published by `publish`; with ids by name in `ids`."""
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    monkeypatch.delenv("BASE_URL", raising=False)
    monkeypatch.setattr(roles, "person", lambda: Person("Ann", "ann@example.com", "analyst"))
    monkeypatch.setattr(spawning, "spawn", lambda _: None)
    made = Desk(tmp_path)
    made.load("2024-03-01")
    made.news = made.article("shares", NEWS, "2020-02-10", "Light Reading")
    made.other = made.article("other", f"{OTHER} {WANTED}", "2020-03-10", "Gazette")
    return made


def figure(desk: Desk, article: str, quote: str, value: float, **more: object) -> str:
    told = {"companies": ["Huawei"], "value": value, "period": "2019", "attributed_to": "Dell'Oro", **more}
    return desk.fact("figures", article, quote, **told)


def queue(name: str):
    app = opened("review")
    app.radio(key="queue").set_value(name).run()
    assert "could not be drawn" not in words(app)
    return app


def asked(home) -> requests.Review:
    (request,) = requests.waiting(home)
    return request.asks


def test_an_unsure_fact_is_accepted(desk, tmp_path):
    fact = figure(desk, desk.news, "Huawei took 31 percent", 31, confidence=0.4)
    desk.publish()
    app = queue("Low confidence")
    assert "Huawei: 31%" in words(app)
    app.button(key=f"accept_{fact}").click().run()
    assert (asked(tmp_path).action, asked(tmp_path).fact_id, asked(tmp_path).seen) == ("accept", fact, None)


def both(desk: Desk, **more: object) -> tuple[str, str]:
    one = figure(desk, desk.news, "Huawei took 31 percent", 31, **more)
    return one, figure(desk, desk.other, "Huawei had 33 percent", 33, **more)


@pytest.mark.parametrize("status", ["actual", "target", "forecast"])
def test_rivals_stand_beside_each_other(desk, status):
    both(desk, status=status)
    desk.publish()
    said = words(queue("Conflicts"))
    assert "Huawei took 31 percent" in said and "Huawei had 33 percent" in said


def test_a_target_does_not_contradict_a_level(desk, tmp_path):
    figure(desk, desk.news, "Huawei took 31 percent", 31)
    figure(desk, desk.other, "Huawei had 33 percent", 33, status="target")
    desk.publish()
    assert review_queries.conflicts(view_of(tmp_path / "published.duckdb")).empty


@pytest.mark.parametrize(
    ("states", "left"), [(("fresh", "fresh"), 0), (("fresh",), 2), (("fresh", "stale"), 2), (("fresh", "mark"), 2)]
)
def test_rivals_of_which_both_were_decided_on_wait_no_more(desk, tmp_path, states, left):
    for number, (fact, state) in enumerate(zip(both(desk), states, strict=False), 1):
        mark = state == "mark"
        desk.said(number, "revise" if mark else "accept", fact, desk.news, state="fresh" if mark else state)
    desk.publish()
    assert len(review_queries.conflicts(view_of(tmp_path / "published.duckdb"))) == left


def unread(desk: Desk) -> None:
    start = NEWS.index("Ericsson held")
    end = NEWS.index(". Omdia")
    desk.waits(
        "unread", article_id=desk.news, quote=NEWS[start : end + 1], start=start, end=end + 1, reason="no subject"
    )


def test_a_fact_is_written_on_an_unread_sentence(desk, tmp_path):
    unread(desk)
    desk.publish()
    app = queue("Unread sentences")
    key = f"write_{desk.news}_{NEWS.index('Ericsson held')}_figure_"
    app.text_input(key=f"{key}companies").set_value("Ericsson")
    for name, value in (("metric", "market_share"), ("status", "actual"), ("market", "telecom_equipment")):
        app.selectbox(key=f"{key}{name}").set_value(value)
    app.text_input(key=f"{key}value").set_value("27")
    app.text_input(key=f"{key}unit").set_value("percent")
    next(button for button in app.button if button.label == "Save the fact").click().run()
    written = asked(tmp_path)
    assert (written.action, written.after["value"], written.after["quote"][:13]) == ("write", 27.0, "Ericsson held")


def test_a_sentence_on_which_a_fact_was_written_is_read(desk, tmp_path):
    unread(desk)
    desk.fact("figures", desk.news, "held 27 percent", companies=["Ericsson"], value=27, period="2019", reader=READER)
    desk.publish()
    assert review_queries.unread(view_of(tmp_path / "published.duckdb")).empty


def test_a_sentence_without_a_fact_is_set_aside_and_comes_back_when_that_is_undone(desk, tmp_path):
    unread(desk)
    desk.publish()
    app = queue("Unread sentences")
    sentence = dismissed_id("sentence", desk.news, UNREAD)
    app.button(key=f"dismiss_{sentence}").click().run()
    told = asked(tmp_path)
    assert (told.action, told.kind, told.fact_id, told.after) == ("dismiss", "sentence", sentence, {"quote": UNREAD})


@pytest.mark.parametrize(
    ("actions", "waits"), [(["dismiss"], 0), (["dismiss", "undo"], 1), (["dismiss", "undo", "dismiss"], 0)]
)
def test_what_is_set_aside_waits_no_more_until_that_is_undone(desk, tmp_path, actions, waits):
    unread(desk)
    desk.waits("new_names", article_id=desk.news, name="Omdia Ltd", role="research")
    for number, action in enumerate(actions):
        for kind, what in (("sentence", UNREAD), ("name", "Omdia Ltd")):
            after = {"quote": what} if action == "dismiss" else {}
            place = 2 * number + (kind == "name") + 1
            desk.said(place, action, dismissed_id(kind, desk.news, what), desk.news, kind, after=after)
    desk.publish()
    view = view_of(tmp_path / "published.duckdb")
    assert (len(review_queries.unread(view)), len(review_queries.names(view))) == (waits, waits)
    assert len(review_queries.aside(view)) == 2 * (1 - waits)
    if not waits:
        app = queue("Set aside")
        undo = next(button for button in app.button if button.label == "Undo the last review")
        undo.click().run()
        assert asked(tmp_path).action == "undo"


def test_a_new_name_is_added_or_set_aside(desk, tmp_path):
    desk.waits("new_names", article_id=desk.news, name="Omdia Ltd", role="research")
    desk.publish()
    app = queue("New names")
    app.text_input(key="name_canonical").set_value("Omdia")
    next(button for button in app.button if button.label == "Save the name").click().run()
    assert (asked(tmp_path).name, asked(tmp_path).canonical, asked(tmp_path).role) == ("Omdia Ltd", "Omdia", "research")
    assert f"dismiss_{dismissed_id('name', desk.news, 'Omdia Ltd')}" in [button.key for button in app.button]


OLD = {"quote": "Huawei held 30 percent", "start": 0, "sentence": "Huawei held 30 percent in 2018.", "value": 30.0}
OLD |= {"companies": ["Huawei"], "metric": "market_share", "status": "actual", "unit": "percent", "market": "ran"}


@pytest.mark.parametrize("action", ["accept", "correct", "reject", "write"])
def test_a_stale_review_shows_what_it_held_for_and_can_be_decided_on_the_words_of_now(desk, tmp_path, action):
    told = {"before": {"sentence": OLD["sentence"]}, "after": OLD} if action == "write" else {"before": OLD}
    desk.said(1, action, "ab" * 8, desk.news, state="stale", **told)
    desk.publish()
    app = queue("Stale reviews")
    said = words(app)
    assert "value 30" in said and '<mark class="vt-mark">Huawei held 30 percent</mark> in 2018.' in said
    prefix = f"anew_{'ab' * 8}_{1:020d}-aaaaaaaa_"
    app.text_input(key=f"{prefix}value").set_value("31")
    app.text_area(key=f"{prefix}quote").set_value("Huawei took 31 percent")
    app.button(key=f"anew_save_{'ab' * 8}").click().run()
    now = asked(tmp_path)
    assert (now.action, now.after["value"], now.after["quote"]) == ("correct", 31.0, "Huawei took 31 percent")
    assert now.seen == f"{1:020d}-aaaaaaaa"


def test_a_stale_review_under_one_that_was_undone_can_be_undone_too(desk, tmp_path):
    desk.said(1, "accept", "ab" * 8, desk.news, before=OLD, state="stale")
    desk.said(2, "correct", "ab" * 8, desk.news, before=OLD, after={"value": 31.0})
    desk.said(3, "undo", "ab" * 8, desk.news, before=OLD)
    desk.publish()
    app = queue("Stale reviews")
    app.button(key=f"undo_{'ab' * 8}").click().run()
    assert (asked(tmp_path).action, asked(tmp_path).seen) == ("undo", f"{3:020d}-aaaaaaaa")


def test_a_target_is_given_up_or_revised_with_a_note_alone(desk, tmp_path):
    fact = figure(desk, desk.other, "wants 20% by 2030", 20, status="target", period="2030")
    desk.publish()
    app = opened("review", fact=fact)
    for action in ("abandon", "revise"):
        app.button(key=f"{action}_{fact}").click().run()
        assert "say why the target is given up or revised" in words(app)
    assert not list(requests.waiting(tmp_path))
    app.text_input(key=f"review_{fact}_None_why").set_value("“We drop the goal”, its head said")
    app.button(key=f"abandon_{fact}").click().run()
    assert (asked(tmp_path).action, asked(tmp_path).why) == ("abandon", "“We drop the goal”, its head said")


def test_the_fields_of_a_form_come_in_rows_so_that_a_phone_keeps_their_order(desk):
    fact = figure(desk, desk.news, "Huawei took 31 percent", 31)
    desk.publish()
    app = opened("review", fact=fact)
    prefix = f"review_{fact}_None_"
    drawn = [one.key.removeprefix(prefix) for one in app.main if (getattr(one, "key", None) or "").startswith(prefix)]
    assert drawn[:-2] == fact_form.fields("figure")


def test_what_needs_no_field_is_decided_before_them(desk):
    fact = figure(desk, desk.news, "Huawei took 31 percent", 31, status="target")
    desk.said(1, "accept", fact, desk.news)
    desk.publish()
    app = opened("review", fact=fact)
    keys = [one.key for one in app.main if getattr(one, "key", None)]
    form = [key for key in keys if fact in key and not key.startswith("form_")]
    assert form[:3] == [f"{action}_{fact}" for action in ("accept", "reject", "undo")]
    assert form[-3:] == [f"{action}_{fact}" for action in ("correct", "abandon", "revise")]


def test_a_form_shows_the_words_of_codes_and_thousands_and_keeps_the_codes(desk, tmp_path):
    fact = figure(desk, desk.news, "Huawei took 31 percent", 1.2e9, market="ran")
    desk.publish()
    app = opened("review", fact=fact)
    prefix = f"review_{fact}_None_"
    market, value = app.selectbox(key=f"{prefix}market"), app.text_input(key=f"{prefix}value")
    assert "Radio access (RAN)" in market.options and market.value == "ran" and value.value == "1,200,000,000"
    market.set_value("core")
    app.button(key=f"correct_{fact}").click().run()
    assert asked(tmp_path).after == {"market": "core"}


def test_the_card_of_a_fact_tells_in_a_line_what_was_said_of_it_last(desk, tmp_path, monkeypatch):
    facts = both(desk)
    desk.said(1, "accept", facts[0], desk.news, state="fresh")
    desk.load("2024-06-01")
    desk.said(
        2,
        "correct",
        facts[0],
        desk.news,
        before={"value": 30.0, "period": "2019"},
        after={"value": 31.0},
        who="<b>Bob</b>",
    )
    view = view_of(desk.publish())
    told = "Corrected by <b>Bob</b> on 2 Mar 2024: was value 30"
    assert past.lines(view, list(facts)) == {facts[0]: told}
    then = view_of(tmp_path / "published.duckdb", v=f"{STORE}.1")
    assert past.lines(then, [facts[0]])[facts[0]].startswith("Corrected since this frozen view was made by")

    point = {"selection": {"points": [{"customdata": list(facts)}]}}
    monkeypatch.setattr(blocks.st, "plotly_chart", lambda *_, **__: point)
    asks = []
    monkeypatch.setattr(review_queries, "histories", lambda *given: asks.append(given) or HISTORIES(*given))
    said = words(opened("market_share"))
    assert "Corrected by &lt;b&gt;Bob&lt;/b&gt; on 2 Mar 2024: was value 30" in said
    assert [given[1] for given in asks] == [list(facts)] * len(asks)


HISTORIES = review_queries.histories


def test_a_fact_is_written_on_words_of_an_article(desk, tmp_path):
    text = "Sold\u200b out: Ericsson held 27 percent\u200b in 2019."
    article = desk.article("hidden", text, "2020-02-11", "Courier")
    desk.publish()
    assert f'<a class="vt-write" href="./review?article={article}">Write a fact</a>' in words(
        opened("articles", article=article)
    )
    shown = text.replace("\u200b", "")
    start = shown.index("Ericsson")
    app = opened("review", article=article, start=start, end=start + len("Ericsson held 27 percent in"))
    assert '<mark class="vt-mark">Ericsson held 27 percent in</mark>' in words(app)
    quote = next(area for area in app.text_area if area.label.startswith("The words that state it"))
    assert quote.value == "Ericsson held 27 percent\u200b in"


@pytest.mark.parametrize("place", [{}, {"start": 5, "end": 3}, {"start": 2, "end": 99999}])
def test_a_link_without_words_of_the_article_leaves_them_to_be_filled_in(desk, place):
    desk.publish()
    app = opened("review", article=desk.news, **place)
    assert "Write a fact that was missed" in words(app) and "could not be drawn" not in words(app)
    assert next(area for area in app.text_area if area.label.startswith("The words that state it")).value == ""


@pytest.mark.parametrize("who", ["viewer", None])
def test_whoever_may_only_read_has_no_link_to_write(desk, monkeypatch, who):
    if who:
        monkeypatch.setattr(roles, "person", lambda: Person("Bob", "bob@example.com", who))
    desk.publish()
    address = {"article": desk.news} if who else {"article": desk.news, "v": f"{STORE}.1"}
    assert "vt-write" not in words(opened("articles", **address))


def test_of_two_people_at_once_the_second_sees_what_the_first_said_and_decides(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    monkeypatch.setattr(spawning, "spawn", lambda _: None)
    monkeypatch.setattr(roles, "person", lambda: Person("Ann", "ann@example.com", "analyst"))
    fact = read(tmp_path)
    first, second = opened("review", fact=fact), opened("review", fact=fact)
    first.text_input(key=f"review_{fact}_None_value").set_value("21")
    first.button(key=f"correct_{fact}").click().run()
    writer.work(tmp_path)
    monkeypatch.setattr(roles, "person", lambda: Person("Bob", "bob@example.com", "analyst"))
    second.button(key=f"reject_{fact}").click().run()
    writer.work(tmp_path)
    said = words(second.run())
    assert "Somebody was there before you" in said and "ann@example.com said correct" in said
    assert "value 20 → 21" in said and values(tmp_path) == [(21.0, 1.0)]
    second.button(key=f"reject_{fact}").click().run()
    writer.work(tmp_path)
    assert values(tmp_path) == []


def test_many_names_that_are_set_aside_hide_no_other(desk, tmp_path):
    for number in range(130):
        name = f"Name {number:03}"
        desk.waits("new_names", article_id=desk.news, name=name, role="vendor")
        if number < 120:
            told = {
                "review_id": f"{number:020d}-aaaaaaaa",
                "at": "2024-03-01",
                "who": "Ann",
                "action": "dismiss",
                "why": "",
            }
            told |= {
                "fact_id": dismissed_id("name", desk.news, name),
                "article_id": desk.news,
                "kind": "name",
                "load": 1,
            }
            desk._insert("reviews", told | {"before": "{}", "after": json.dumps({"quote": name})})
    desk.publish()
    assert len(review_queries.names(view_of(tmp_path / "published.duckdb"))) == 10

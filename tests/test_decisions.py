"""Swaps, wins and losses of a view: through its filters, each mark with its evidence, nothing counted twice."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest

from dashboard import article_queries, decisions, files, queries, swap_tables, tables, theme
from dashboard import swaps as swapping
from dashboard.charts import selections, swaps, years
from tests.small_market import STORE, Market
from tests.test_pages import assert_words_only, opened, words
from tests.views import view_of

TEXT = (
    "BT drops Huawei and picks Nokia for its radio network. Nokia stays with Vodafone. Orange takes Huawei out. "
    "Orange chose Ericsson. BT tried Samsung."
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    monkeypatch.delenv("BASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def told(home):
    """BT swaps Huawei for Nokia in one article; Orange Huawei for Ericsson in two, the second known from load 2."""
    market = Market(home)
    market.load("2021-06-01")
    first = market.article("first", TEXT, "2020-07-15", "Wire")
    second = market.article("second", TEXT, "2020-12-01", "Gazette")
    bt, orange = {"operator": "BT", "country": "GB"}, {"operator": "Orange", "country": "BE"}
    ids = {
        "out": market.fact("selections", first, "BT drops Huawei", vendor="Huawei", decision="removed", **bt),
        "in": market.fact("selections", first, "picks Nokia", vendor="Nokia", scope=["ran"], period="2019-11", **bt),
        "trial": market.fact("selections", first, "BT tried Samsung", vendor="Samsung", decision="trial", **bt),
        "orange": market.fact(
            "selections", first, "Orange takes Huawei out", vendor="Huawei", decision="removed", **orange
        ),
    }
    market.load("2021-07-01")
    ids["ericsson"] = market.fact("selections", second, "Orange chose Ericsson", vendor="Ericsson", **orange)
    ids["again"] = market.fact(
        "selections", second, "picks Nokia", vendor="Nokia", scope=["ran"], period="2019-11", **bt
    )
    market.publish()
    return ids


def ledger(home, **filters) -> list[tuple]:
    found = decisions.swap_ledger(view_of(home / "published.duckdb", **filters))
    return [(swap["operator"], swap["loser"], swap["winner"], swap["inferred"]) for _, swap in found.iterrows()]


BT, ORANGE = ("BT", "Huawei", "Nokia", False), ("Orange", "Huawei", "Ericsson", True)


def test_the_ledger_holds_direct_and_inferred_swaps(home, told):
    assert ledger(home) == [BT, ORANGE]


def test_a_frozen_ledger_knows_what_was_known_then(home, told):
    assert ledger(home, v=f"{STORE}.1") == [BT, ("Orange", "Huawei", None, False)]


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"company": ("nokia",)}, [BT]),
        ({"company": ("huawei",)}, [BT, ORANGE]),
        ({"company": ("samsung",)}, []),
        ({"operator": ("orange",)}, [ORANGE]),
        ({"country": ("GB",)}, [BT]),
        ({"market": ("ran",)}, [BT]),
        ({"market": ("core",)}, []),
        ({"decision": ("selected",)}, [BT, ORANGE]),
        ({"decision": ("trial",)}, []),
        ({"publisher": ("Gazette",)}, [BT, ORANGE]),
        ({"since": "2020-12"}, [ORANGE]),
        ({"generation": ("5G",)}, []),
    ],
)
def test_a_swap_is_shown_when_one_of_its_facts_passes_the_filters(home, told, filters, left):
    assert ledger(home, **filters) == left


def test_the_file_of_swaps_has_both_quotes_and_both_sources(home, told):
    found = decisions.swaps_whole(view_of(home / "published.duckdb"))
    sheet = files.csv(files.sheet(swap_tables.for_file(found), "https://tracker.example")).decode("utf-8-sig")
    head, bt, *_ = sheet.splitlines()
    assert "removed_source" in head and "selected_source" in head and "fact_ids" not in head
    for words_of in ("BT drops Huawei", "picks Nokia", told["out"], told["in"], '"Wire, 15 Jul 2020"', "partial"):
        assert words_of in bt


def test_swaps_are_reckoned_once_for_all_visitors_and_none_changes_them(home, told, monkeypatch):
    reckoned, reckon = [], swapping.swaps
    monkeypatch.setattr(swapping, "swaps", lambda rows: reckoned.append(reckon(rows)) or reckoned[-1])
    for company in ("nokia", "huawei", "nokia"):
        rows = decisions.swap_ledger(view_of(home / "published.duckdb", company=(company,)))
        rows["loser"] = None
    assert ledger(home) == [BT, ORANGE] and len(reckoned) == 1


def test_what_all_visitors_share_of_swaps_is_no_text_and_nothing_that_the_collector_walks(home, told):
    rows = decisions.swap_ledger(view_of(home / "published.duckdb"))
    assert not [name for name in rows if name.endswith(("quote", "title", "publisher"))]
    assert {type(cell) for cell in rows.to_numpy(object).ravel()} <= {str, tuple, bool, int, type(None)}


# ---- from whom to whom


def squares(figure) -> dict[str, tuple]:
    """What each square says, whether it is hollow, and what a click on it opens."""
    return {
        trace.name: (trace.text[0], trace.marker.color == "rgba(0,0,0,0)", list(trace.customdata[0]))
        for trace in figure.data
    }


def test_a_square_counts_swaps_opens_both_facts_and_is_hollow_when_inferred(home, told):
    found = decisions.swap_ledger(view_of(home / "published.duckdb"))
    assert squares(swaps.from_to(found)) == {
        "Huawei → Nokia": ("<b>1</b>", False, [told["out"], told["in"]]),
        "Huawei → Ericsson": ("<b>1</b>", True, [told["orange"], told["ericsson"]]),
    }
    assert (
        swaps.message(found)
        == "Huawei was taken out by 2 operators, most often in favour of Ericsson (1) and Nokia (1)."
    )


def test_a_winner_that_is_not_told_has_a_column_of_its_own_and_the_loser_a_sentence(home, told):
    found = decisions.swap_ledger(view_of(home / "published.duckdb", v=f"{STORE}.1", operator=("orange",)))
    assert squares(swaps.from_to(found)) == {"Huawei → not told": ("<b>1</b>", False, [told["orange"]])}
    assert swaps.message(found) == "Huawei was taken out by one operator; in whose favour is not told."


def test_one_swap_is_told_without_numbers(home, told):
    found = decisions.swap_ledger(view_of(home / "published.duckdb", operator=("bt",)))
    assert swaps.message(found) == "Huawei was taken out by one operator, in favour of Nokia."


# ---- by year


def test_wins_and_losses_go_by_the_decisions_year_else_by_the_reports_and_say_which(home, told):
    counts, vendors = decisions.by_year(view_of(home / "published.duckdb"), most=7)
    assert vendors == 3
    rows = {(r["vendor"], r["year"], r["side"], r["only_reported"]): r["count"] for _, r in counts.iterrows()}
    assert rows == {
        ("Huawei", 2020, "lost", True): 2,
        ("Nokia", 2019, "won", False): 1,
        ("Ericsson", 2020, "won", True): 1,
    }
    assert years.message(counts) == (
        "Most often selected in one year: Ericsson in 2020, once; most often removed or excluded: Huawei in 2020, twice."
    )


def test_by_year_has_the_vendors_told_of_most_and_whom_most_is_told_of_in_one_year(home, told):
    counts, vendors = decisions.by_year(view_of(home / "published.duckdb"), most=1)
    # Of those with one win each, all have the most of a year.
    assert set(counts["vendor"]) == {"Huawei", "Nokia", "Ericsson"} and vendors == 3
    counts, _ = decisions.by_year(view_of(home / "published.duckdb", decision=("removed", "excluded")), most=1)
    assert set(counts["vendor"]) == {"Huawei"}


def test_a_bar_is_as_long_as_its_count_and_opens_its_facts(home, told):
    figure = years.wins_and_losses(decisions.by_year(view_of(home / "published.duckdb"), most=7)[0])
    bars = {trace.name: trace for trace in figure.data}
    lost, won = bars["Huawei removed or excluded"], bars["Nokia selected"]
    assert list(lost.y) == [-2] and set(lost.customdata[0]) == {told["out"], told["orange"]}
    assert lost.marker.pattern.shape == "/" and not won.marker.pattern.shape
    assert list(won.y) == [1] and list(won.x) == [2019]
    # Pale: only reported.
    assert str(lost.marker.color).startswith("rgba") and str(won.marker.color).startswith("#")


def test_bars_of_one_year_that_are_dated_and_reported_stand_on_each_other(home):
    market = Market(home)
    market.load("2021-06-01")
    article = market.article("first", TEXT, "2020-07-15", "Wire")
    for operator, period in (("BT", "2020"), ("Orange", None), ("EE", "2020-03")):
        market.fact("selections", article, "picks Nokia", operator=operator, vendor="Nokia", period=period)
    market.fact("selections", article, "picks Nokia", operator="Telia", vendor="Ericsson", period="2020")
    # Of Ericsson less is told, in all and in each year.
    counts, vendors = decisions.by_year(view_of(market.publish()), most=1)
    assert set(counts["vendor"]) == {"Nokia"} and vendors == 2
    dated, reported = years.wins_and_losses(counts).data
    assert list(dated.y) == [2] and list(reported.y) == [1]
    assert reported.base[0] == dated.base[0] + 2


def test_claims_without_a_date_are_in_no_year(home):
    market = Market(home)
    market.load("2021-06-01")
    article = market.article("first", TEXT, "2020-07-15", "Wire")
    market.connection.execute("update articles set published = null, published_on = null")
    market.fact("selections", article, "picks Nokia", operator="BT", vendor="Nokia")
    market.publish()
    counts, vendors = decisions.by_year(view_of(home / "published.duckdb"), most=7)
    assert counts.empty and vendors == 0
    assert "one year" not in words(opened("selections"))


# ---- lately


def test_wins_and_losses_of_twelve_months_are_those_to_the_loads_day_and_no_others(home):
    market = Market(home)
    market.load("2021-05-31")
    article = market.article("first", TEXT, "2020-07-15", "Wire")
    for operator, period in (
        ("BT", "2020-05-30"),
        ("Orange", "2020-05-31"),
        ("EE", "2021-05-31"),
        ("O2", "2021-06-01"),
    ):
        market.fact("selections", article, "picks Nokia", operator=operator, vendor="Nokia", period=period)
    market.fact("selections", article, "Orange takes Huawei out", operator="A", vendor="Huawei", decision="removed")
    counts, day = decisions.lately(view_of(market.publish()))
    assert str(day) == "2021-05-31"
    assert counts[["vendor", "won", "lost"]].to_numpy().tolist() == [["Nokia", 2, 0], ["Huawei", 0, 1]]
    assert selections.lately(counts, day) == (
        "In the 12 months to 31 May 2021: most selected: Nokia twice. Most often removed or excluded: Huawei, once."
    )


def test_where_the_last_months_tell_nothing_the_last_that_do_are_told(home, told):
    market = Market(home / "later")
    market.load("2026-06-01")
    article = market.article("first", TEXT, "2020-07-15", "Wire")
    for operator, period in (("BT", "2020-07"), ("Orange", "2019-06")):
        market.fact("selections", article, "picks Nokia", operator=operator, vendor="Nokia", period=period)
    view = view_of(market.publish())
    counts, day = decisions.lately(view)
    assert str(day) == "2020-07-01" and counts["won"].tolist() == [1]
    assert queries.tally(view, since=date(2019, 1, 1))["won"].tolist() == [2]
    empty = view_of(home / "later" / "published.duckdb", company=("zte",))
    counts, day = decisions.lately(empty)
    assert selections.lately(counts, day) == "In the 12 months to 1 Jun 2026: no choice is told."


def test_a_decision_has_the_mark_of_the_chart_in_the_table_and_no_vendors_square(home, told):
    view = view_of(home / "published.duckdb")
    rows, _ = queries.selections(view, limit=5)
    (decided,) = [column for column in tables.selection_columns(view) if column.title == "Decision"]
    for _, row in rows.iterrows():
        _, colour, symbol = theme.DECISION[row["decision"]]
        cell = decided.cell(row)
        assert f"color:{colour}" in cell and f">{tables.SHAPES[symbol]}<" in cell and "vt-dot" not in cell


@pytest.mark.parametrize(("countries", "shown"), [((), True), (("GB",), False), (("GB", "FR"), True)])
def test_the_table_of_selections_tells_the_country_unless_it_is_the_one_chosen(home, told, countries, shown):
    columns = tables.selection_columns(view_of(home / "published.duckdb", country=countries))
    assert ("Country" in [column.title for column in columns]) == shown


@pytest.mark.parametrize(
    ("won", "lost", "said"),
    [
        (8, 17, "Huawei was selected 8 times and removed or excluded 17 times."),
        (1, 0, "Huawei was selected once."),
        (0, 2, "Huawei was removed or excluded twice."),
        (0, 0, ""),
    ],
)
def test_of_one_vendor_alone_it_is_not_said_that_it_was_selected_most(won, lost, said):
    assert selections.message(pd.DataFrame({"vendor": ["Huawei"], "won": [won], "lost": [lost]})) == said


def test_a_vendor_keeps_its_capital_in_the_line_about_the_last_twelve_months():
    alone = pd.DataFrame({"vendor": ["Huawei"], "won": [1], "lost": [0]})
    assert selections.lately(alone, date(2026, 11, 27)) == "In the 12 months to 27 Nov 2026: Huawei was selected once."


# ---- operator by operator


def test_one_decision_that_several_facts_tell_is_one_mark_and_marks_of_a_cell_stand_apart(home, told):
    figure = selections.matrix(queries.latest_selections(view_of(home / "published.duckdb", min_confidence=0.0)))
    spots = [(x, y) for trace in figure.data for x, y in zip(trace.x, trace.y, strict=True)]
    assert len(spots) == len(set(spots)) == 5


def test_on_a_phone_marks_of_one_cell_do_not_overlap(home):
    market = Market(home)
    market.load("2021-06-01")
    article = market.article("first", TEXT, "2020-07-15", "Wire")
    vendors = ["Huawei", "Nokia", "Ericsson", "Samsung", "ZTE", "NEC", "Fujitsu", "Cisco", "Mavenir"]
    for vendor in vendors:
        for decision in ("selected", "incumbent", "trial", "removed"):
            market.fact("selections", article, "picks Nokia", operator="BT", vendor=vendor, decision=decision)
    figure = selections.matrix(queries.latest_selections(view_of(market.publish())))
    low, high = figure.layout.xaxis.range
    # A phone of 390 px leaves 358 for a chart; the names above stand aslant there, 84 px high and 40 px beyond the last column.
    across = (358 - figure.layout.margin.l - 40) / (high - low)
    low, high = figure.layout.yaxis.range
    down = (figure.layout.height - 84 - figure.layout.margin.b) / (high - low)
    size = figure.data[0].marker.size
    spots = [(x * across, y * down) for trace in figure.data for x, y in zip(trace.x, trace.y, strict=True)]
    assert len(spots) == 4 * selections.COLUMNS
    for n, (x, y) in enumerate(spots):
        assert all(abs(x - a) >= size or abs(y - b) >= size for a, b in spots[n + 1 :])


# ---- the page


def test_the_page_shows_the_ledger_the_years_and_where_each_leads(home, told):
    app = opened("selections")
    said = words(app)
    assert "Huawei was taken out by 2 operators" in said and "inferred from two articles" in said
    assert f'<a href="./fact?fact={told["out"]}">Huawei removed</a>: “BT drops Huawei”' in said
    assert f'<a href="./fact?fact={told["in"]}">Nokia selected</a>: “picks Nokia”' in said
    assert "Partial" in said and "Extent not told" in said
    assert "Most often selected in one year" in said and "could not be drawn" not in said
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))


def test_an_operators_page_tells_whom_it_chose_its_swaps_and_its_articles(home, told):
    app = opened("company", company="bt")
    said = words(app)
    assert "3 selections of its own, as an operator" in said and "could not be drawn" not in said
    assert said.count(f"fact?fact={told['out']}") >= 2  # in its selections, and in its swaps
    assert "What it swapped" in said and "Swaps that touch it" not in said and told["orange"] not in said
    assert ">first</a>" in said and 'href="./articles?operator=bt"' in said and "selections?operator=bt" in said
    assert './api/selections.csv?operator=bt"' in said
    assert [chart.proto.id for chart in app.get("plotly_chart")]
    assert 'href="./company?company=bt"' in words(opened("selections"))


def test_a_vendors_page_has_the_swaps_that_touch_it_and_its_articles(home, told):
    said = words(opened("company", company="nokia"))
    assert "Swaps that touch it" in said and "As an operator" not in said
    assert 'href="./articles?company=nokia"' in said


def test_an_operator_that_the_registry_does_not_know_has_a_page_too(home):
    market = Market(home)
    market.load("2021-06-01")
    article = market.article("first", TEXT, "2020-07-15", "Wire")
    market.fact("selections", article, "picks Nokia", operator="Zweitnetz", vendor="Nokia")
    market.publish()
    said = words(opened("company", company="Zweitnetz"))
    assert "1 selection of its own, as an operator" in said and "was ignored" not in said


def test_articles_are_narrowed_by_operator(home, told):
    rows, in_all = article_queries.stories(view_of(home / "published.duckdb", operator=("orange",)))
    assert in_all == 2 and rows["selections"].tolist() == [1, 1]
    assert article_queries.stories(view_of(home / "published.duckdb", operator=("vodafone",)))[1] == 0


def test_a_page_without_removals_has_no_ledger(home, told):
    said = words(opened("selections", company="samsung"))
    assert "taken out" not in said and "Samsung" in said


def test_hostile_operators_and_quotes_are_words_in_the_ledger(home):
    market = Market(home)
    market.load("2021-06-01")
    text = "<script>alert(1)</script> <img src=x> [link](javascript:alert(3)) drops $x^2$"
    article = market.article("bad", text, "2020-07-15", "<b>Bad</b>", title="<script>")
    for vendor, decision in (("<img src=x>", "removed"), ("<script>x</script>", "selected")):
        market.fact("selections", article, text, operator="<b>Bad & Co</b>", vendor=vendor, decision=decision)
    market.publish()
    app = opened("selections")
    assert_words_only(app)
    drawn = "".join(chart.proto.spec for chart in app.get("plotly_chart")).replace("\\u003c", "<")
    drawn = re.sub(r'"name":"[^"]*"', "", drawn)  # shown nowhere
    assert "<img" not in drawn and "<script" not in drawn

"""Each page answers from the published data, through the address, and says what to do when it cannot."""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import app as served  # imported here, outside a run, so that a run finds it ready
from dashboard import blocks, embed, files, queries
from dashboard.site import ROOMS
from tests.small_market import STORE, Market, build
from tests.views import view_of

assert served.main
APP = Path(__file__).parent / "app_under_test.py"


@pytest.fixture
def market(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    monkeypatch.delenv("BASE_URL", raising=False)
    return build(tmp_path)


def opened(page: str = "overview", **address: object) -> AppTest:
    """The app as a browser sees it that opens this page with these parameters."""
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    app.query_params.update(address)
    return app.switch_page(f"../pages/{page}.py").run()


def words(app: AppTest) -> str:
    """All that the app wrote as HTML."""
    assert not app.exception
    return "\n".join(block.proto.body for block in app.get("html"))


def charts(app: AppTest) -> str:
    return "\n".join(chart.proto.spec for chart in app.get("plotly_chart"))


# The small market has no deal and no restriction: tests/test_policy_pages.py has.
TOLD = [room for room in ROOMS if room.in_menu and room.path not in ("deals", "restrictions")]


@pytest.mark.parametrize("room", TOLD, ids=lambda room: room.file)
def test_every_page_has_a_head_a_chart_or_table_and_a_download(market, room):
    app = opened(room.file)
    said = words(app)
    assert f"<h1>{room.title}</h1>" in said and "could not be drawn" not in said
    assert app.get("plotly_chart") or "vt-table" in said
    assert app.get("download_button") or '<a download href="./api/' in said
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))


def assert_marks_open(app: AppTest) -> None:
    """Every mark that says something when it is pointed at names facts, or, a bar of no length, none."""
    drawn = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    traces = [trace for figure in drawn for trace in figure["data"] if trace.get("hoverinfo") != "skip"]
    assert traces
    for trace in traces:
        marks = trace.get("customdata", [None] * len(trace["x"]))
        long = trace["x" if trace.get("orientation") == "h" else "y"] if trace["type"] == "bar" else [1] * len(marks)
        assert all(named for named, length in zip(marks, long, strict=True) if length), trace["name"]


@pytest.mark.parametrize(
    "room", [room for room in TOLD if room.path not in ("quality", "data")], ids=lambda room: room.file
)
def test_every_mark_of_every_chart_opens_facts(market, room):
    assert_marks_open(
        opened(room.file, **{"company": {"company": "ericsson"}, "country": {"country": "GB"}}.get(room.path, {}))
    )


def test_the_overview_answers_who_holds_the_market_and_who_aims_where(market):
    said = words(opened())
    assert "Huawei led with 31% in 2019, before Ericsson 27%." in said
    assert "0.7%" in said and "20% (by 2030)" in said and "1.8 points a year" in said
    assert "our brief, after Nikkei Asian Review, 26 Jun 2020" in said
    assert "Vodafone" in said


def test_of_many_targets_the_overview_draws_the_nearest_and_their_page_has_all_page_by_page(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    article = market.article("news", "They want it.", "2020-01-15", "Light Reading")
    for n in range(20):
        aim = {"companies": [f"Vendor {n}"], "value": 20, "period": str(2020 + n), "status": "target"}
        market.fact("figures", article, "want it", **aim)
    market.publish()
    app = opened()
    (drawn,) = [chart for chart in app.get("plotly_chart") if "overview_targets" in chart.proto.id]
    assert [f"Vendor {n}" in drawn.proto.spec for n in range(20)] == [4 <= n < 10 for n in range(20)]
    assert "All 20 targets" in words(app)
    assert drawn.proto.alt.count("Vendor") == 3 and drawn.proto.alt.endswith("; and 3 more")
    first, later = opened("targets"), opened("targets", offset="12")
    assert "1–12 of 20" in words(first) and "13–20 of 20" in words(later)
    told = [[n for n in range(20) if f">Vendor {n}</a></span> aim" in words(app)] for app in (first, later)]
    # Open ones first, those with the latest deadline before others.
    assert told == [[*range(8, 20)], [*range(8)]]


def test_the_overview_draws_wins_and_losses_beside_the_latest_selections(market):
    app = opened()
    (drawn,) = [chart for chart in app.get("plotly_chart") if "overview_balance" in chart.proto.id]
    assert drawn.proto.alt == "In the 12 months to 10 Feb 2020: Ericsson was selected once."
    assert market["selection"] in drawn.proto.spec and "The latest selections" in words(app)
    assert len(app.get("plotly_chart")) == 3
    # Nobody was shut out, so there is no side for it.
    assert "selected \\u2192" in drawn.proto.spec and "removed, excluded" not in drawn.proto.spec


def test_market_share_of_nec_shows_0_7_and_20(market):
    app = opened("market_share", company="nec")
    assert "0.7" in charts(app) and "20" in charts(app)
    assert "Huawei" not in words(app)
    assert app.multiselect(key="filter_company").value == ["nec"]


@pytest.mark.parametrize(
    "page, address, few",
    [("market_share", {}, 7), ("company", {"company": "nec"}, 4), ("country", {"country": "JP"}, 2)],
)
def test_all_charts_of_shares_are_a_link_away_and_stay_when_one_of_them_is_clicked(
    tmp_path, monkeypatch, page, address, few
):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    article = market.article("news", "NEC holds 1% of it.", "2020-01-15", "Light Reading")
    for value in range(1, 11):
        level = {
            "companies": ["NEC"],
            "value": value,
            "region": "JP",
            "period": "2019",
            "attributed_to": f"Firm {value}",
        }
        market.fact("figures", article, "NEC holds 1%", **level)
    market.publish()
    app = opened(page, **address)
    assert len(shares_of(app)) == few
    assert "more=charts" in words(app) and f">Show {10 - few} more charts<" in words(app)
    app = opened(page, **address, more="charts")
    assert len(shares_of(app)) == 10 and "more charts" not in words(app)
    # As after a click into a chart.
    assert len(shares_of(app.run())) == 10


def test_a_chart_of_shares_that_draws_the_largest_companies_alone_says_so_on_every_page(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    article = market.article("news", "They hold it.", "2020-01-15", "Light Reading")
    for n in range(14):
        level = {"companies": [f"Vendor {n}"], "value": n, "period": "2019", "attributed_to": "Omdia"}
        market.fact("figures", article, "hold it", **level)
    market.publish()
    said = words(opened("market_share"))
    assert "Omdia. The 12 largest of 14 companies are drawn." in said
    assert "<h3>Telecom equipment · World, 2019</h3>" in said


def shares_of(app: AppTest) -> list:
    return [chart for chart in app.get("plotly_chart") if "share_" in chart.proto.id and "rivals" not in chart.proto.id]


def test_a_filter_that_is_chosen_goes_into_the_address_by_its_key(market):
    app = opened("market_share")
    app.multiselect(key="filter_company").set_value(["huawei", "nec"]).run()
    assert app.query_params == {"company": ["huawei", "nec"]}
    app.selectbox(key="filter_since").set_value("2019").run()
    assert app.query_params == {"company": ["huawei", "nec"], "since": "2019"}
    app.multiselect(key="filter_company").set_value([]).run()
    assert app.query_params == {"since": "2019"}


def test_the_address_of_an_opened_link_is_left_as_it_is(market):
    app = opened("selections", company="NEC", decision="selected")
    assert app.query_params == {"company": "NEC", "decision": "selected"}


def test_a_bad_value_in_a_link_is_told(market):
    said = words(opened("market_share", company="<b>Nobody</b>", since="31/06/2020"))
    assert "&lt;b&gt;Nobody&lt;/b&gt;" in said and "31/06/2020" in said and "<b>Nobody" not in said


def test_a_filter_that_a_page_does_not_have_is_told_and_narrows_nothing(market):
    app = opened("market_share", decision="removed", company="huawei")
    assert "decision is no filter of this page" in words(app) and ">31%<" in words(app)


def test_filters_that_exclude_all_say_so_and_can_be_cleared(market):
    said = words(opened("market_share", market="core", company="nec"))
    assert "passes these filters" in said and "Market: Core" in said and 'href="./market-share"' in said


def test_a_frozen_link_shows_the_rows_of_then_under_a_banner(market):
    app = opened("market_share", v=f"{STORE}.1", company="huawei")
    assert "As of 1 Mar 2024, load 1" in words(app)
    assert ">30%<" in words(app) and ">31%<" not in words(app)


def test_quality_says_under_a_frozen_link_that_its_scores_are_todays(market):
    assert "The scores are today’s" in words(opened("quality", v=f"{STORE}.1"))
    assert "The scores are today’s" not in words(opened("quality"))


def test_quality_offers_no_filter_since_none_narrows_it_but_takes_the_least_confidence_along(market):
    app = opened("quality", v=f"{STORE}.1", min_confidence="0.5")
    said = words(app)
    assert not app.slider and not any(told in said for told in (">Filters<", "vt-chip", "no filter of this page"))
    assert f'href="./targets?min_confidence=0.5&amp;v={STORE}.1"' in said
    assert len(opened("market_share").slider) == 1


def test_a_frozen_link_of_another_store_shows_a_message_and_no_rows(market):
    app = opened("market_share", v="ffff0000.1")
    assert "another database" in words(app)
    assert not app.get("plotly_chart") and "./api/" not in words(app)


@pytest.mark.parametrize("v", ["ffff0000.1", f"{STORE}.99"])
def test_a_link_of_a_load_that_is_not_here_leads_to_the_same_view_of_today(market, v):
    said = words(opened("targets", v=v, company="nec", q='"><script>'))
    way = re.search(r'<a href="([^"]*)">See today’s data</a>', said)
    assert "Nothing to show" in said and "<script>" not in said
    assert html.unescape(way[1]) == "./targets?company=nec&q=%22%3E%3Cscript%3E"


def test_a_facts_page_shows_its_words_in_their_place(market):
    said = words(opened("fact", fact=market["target"]))
    assert '<mark class="vt-mark">By 2030 it wants 20%</mark>, which it hopes' in said
    assert "our brief, after Nikkei Asian Review" in said and f"/fact?fact={market['target']}" in said


def test_an_articles_page_marks_every_fact_and_the_one_asked_for(market):
    said = words(opened("articles", article=market["brief"], fact=market["target"]))
    assert said.count("<mark") == 2 and "vt-focus" in said
    assert "not the publisher’s words" in said


def test_a_link_out_is_a_web_address_and_never_claims_our_words(market):
    said = words(opened("articles", article=market["news"]))
    assert 'href="https://example.com/shares"' in said and "#:~:text" not in said


@pytest.mark.parametrize("page", ["articles", "fact"])
def test_what_is_not_there_is_said(market, page):
    said = words(opened(page, **{"articles": {"article": "ab" * 8}, "fact": {"fact": "ab" * 8}}[page]))
    assert "abababababababab in this data" in said


@pytest.mark.parametrize("page", ["overview", "market_share", "articles"])
def test_hostile_titles_and_texts_are_words(market, page):
    assert_words_only(opened(page))


def test_hostile_text_is_words_in_the_reader_and_on_the_facts_page(market):
    assert_words_only(opened("articles", article=market["hostile"]))
    assert_words_only(opened("fact", fact=market["hostile_fact"]))


def assert_words_only(app: AppTest) -> None:
    said = words(app)
    for tag in ("<script", "<img", "<b>Bad", 'javascript:alert(3)"'):
        assert tag not in said
    assert not app.markdown and not app.caption


def test_no_data_yet_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path / "nothing"))
    said = words(AppTest.from_file(str(APP), default_timeout=60).run())
    assert "<h1>Overview</h1>" in said and "No data yet: run <code>make etl</code>" in said


def test_a_newer_schema_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path, schema_version=99)
    market.load("2024-01-01")
    market.publish()
    assert "update the program" in words(AppTest.from_file(str(APP), default_timeout=60).run())


def test_an_empty_database_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-01-01")
    market.publish()
    for room in ROOMS:
        if room.in_menu:
            assert "Put articles into data/inbox" in words(opened(room.file)), room


# What the reader can do and how the data is asked for stand on these whatever is filtered.
FILTERED = [room for room in ROOMS if room.in_menu and room.path not in ("quality", "data")]


@pytest.mark.parametrize("room", FILTERED, ids=lambda room: room.file)
def test_filters_that_exclude_all_are_named_on_every_page_with_a_way_back(market, room):
    said = words(opened(room.file, since="2090"))
    assert "passes this filter<" in said and "Since: 2090" in said
    assert f'<a href="./{room.path}">Clear it</a>' in said and "could not be drawn" not in said
    said = words(opened(room.file, since="2090", publisher="Light Reading"))
    assert "passes these filters<" in said and f'<a href="./{room.path}">clear all filters</a>' in said


@pytest.mark.parametrize("room", [room for room in ROOMS if room.in_menu], ids=lambda room: room.file)
def test_an_error_on_any_page_is_one_line_that_says_what_to_do_and_not_why(market, monkeypatch, room):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret reason")

    for part in ("title", "empty"):
        monkeypatch.setattr(blocks, part, broken)
    # So that a page without anything to draw gets to its words for that.
    app = opened(room.file, since="2090")
    said = words(app)
    assert "This page could not be drawn" in said and "Reload it" in said and "secret" not in said
    assert not app.exception and not app.error


@pytest.mark.parametrize("page, address", [("articles", {"q": "zzzz"}), ("company", {"company": "nobody"})])
def test_what_nobody_wrote_about_is_said_with_what_to_do(market, page, address):
    said = words(opened(page, **address))
    assert "passes this filter<" in said or "no company of that name is known" in said
    assert 'href="./articles"' in said or "Choose a company" in said


def test_a_csv_holds_the_rows_their_source_and_no_formula(market, tmp_path):
    view = view_of(tmp_path / "published.duckdb")
    rows = queries.figures(view, "market_share")
    sheet = pd.read_csv(io.BytesIO(files.csv(files.sheet(rows, "https://tracker.example"))))
    assert len(sheet) == len(rows)
    nec = sheet[sheet["fact_id"] == market["target"]].iloc[0]
    assert nec["companies"] == "NEC" and nec["source"] == "our brief, after Nikkei Asian Review, 26 Jun 2020"
    assert nec["link"] == f"https://tracker.example/fact?fact={market['target']}"
    assert '\'=HYPERLINK("http://evil")<b>$x$' in set(sheet["attributed_to"])
    cells = [cell for column in sheet for cell in sheet[column] if isinstance(cell, str)]
    assert not [cell for cell in cells if cell[:1] in "=+-@"]


def test_articles_of_ones_own_without_briefs_addresses_or_facts_have_their_pages(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    own = Market(tmp_path)
    own.load("2024-03-01")
    article = own.article("mine", "Nokia was mentioned here.", "2024-02-01", "Our Wire", title="Mine")
    own.publish()
    said = words(opened("articles"))
    assert "Mine" in said and "could not be drawn" not in said and "own short texts" not in said
    said = words(opened("articles", article=article))
    assert "Nokia was mentioned here." in said and "No fact was read" in said and "could not be drawn" not in said


def test_in_a_frame_a_page_is_its_chart_and_where_it_is_from(market, monkeypatch):
    monkeypatch.setattr(embed, "wanted", lambda: True)
    app = opened("market_share", company="nec")
    assert len(app.get("plotly_chart")) == 1 and not app.sidebar.children and not app.get("download_button")
    said = words(app)
    assert "as of 1 Jun 2024 (load 2)" in said and 'href="?company=nec" target="_blank"' in said
    assert 'class="vt-table"' not in said and "<h1>" not in said
    assert "market “moon” was ignored" in words(opened("market_share", market="moon"))


def test_in_a_frame_any_chart_of_a_page_can_be_chosen_and_the_source_is_always_told(market, monkeypatch):
    monkeypatch.setattr(embed, "wanted", lambda: True)
    for page, chart in (
        ("market_share", "share_rivals"),
        ("market_share", "share_chart_3"),
        ("selections", "selection_matrix"),
    ):
        app = opened(page, chart=chart)
        (drawn,) = app.get("plotly_chart")
        assert f"-{chart}" in drawn.proto.id and drawn.proto.alt
        said = words(app)
        assert (
            "as of 1 Jun 2024 (load 2)" in said
            and "chart=" not in said
            and "<h2>" not in said
            and "vt-table" not in said
        )
        assert ("vt-chips" in said) == (chart == "selection_matrix")  # what its marks mean
    said = words(opened("market_share", chart="deal_network"))
    assert "This page has no chart “deal_network”" in said and "as of 1 Jun 2024" in said and "vt-table" not in said
    said = words(opened("fact", fact=market["target"]))
    assert "By 2030 it wants 20%" in said and "as of 1 Jun 2024" in said


def test_every_chart_of_a_page_is_named_in_the_docs(market):
    docs = (APP.parents[1] / "docs" / "links.md").read_text(encoding="utf-8")
    addresses = {"company": {"company": "ericsson"}, "country": {"country": "GB"}}
    for room in TOLD:
        for chart in opened(room.file, **addresses.get(room.path, {})).get("plotly_chart"):
            key = re.sub(r"_\d+$", "", re.sub(r"^.*-", "", chart.proto.id))
            assert f"`{key}" in docs, chart.proto.id

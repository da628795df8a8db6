"""Restrictions, deals, countries and the reader's quality: what is asked, drawn and said of them, from known rows."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from dashboard import country_queries, policy_queries, policy_tables, quality, quality_tables, queries
from dashboard.charts import ladder, reliability, ties
from dashboard.names import companies_of, country_names
from tests.small_market import Market
from tests.test_pages import assert_marks_open, charts, opened, words
from tests.views import view_of

TEXT = (
    "Britain bans Huawei from its 5G networks and wants what is installed gone by 2027. BT uses Huawei. Vodafone removed Huawei. "
    "Germany limits ZTE to 30 percent by 2020. Berlin talks of <img src=x onerror=alert(1)> vendors. NTT bought 4.8 percent of NEC. "
    "NEC and Rakuten work together. Huawei held 35 percent of Britain. Nokia won 12 contracts."
)


def told(warehouse) -> dict[str, str]:
    """Steps, selections, deals and a figure of a day in 2024; tells the ids by name."""
    market = Market(warehouse)
    market.load("2024-06-01")
    news = market.article("steps", TEXT, "2024-05-01", "Wire & Co", title="<script>alert(0)</script>")
    hostile = "<img src=x onerror=alert(1)> vendors"
    ids = {
        "ban": market.fact("restrictions", news, "Britain bans Huawei", authority="GB", vendor="Huawei", action="ban"),
        "gone": market.fact(
            "restrictions", news, "gone by 2027", authority="GB", vendor="Huawei", action="phase_out",
            deadline="2027", deadline_end=date(2027, 12, 31), period="2024-05",
        ),
        "limit": market.fact(
            "restrictions", news, "Germany limits ZTE", authority="DE", vendor="ZTE", action="limit",
            limit_percent=30, deadline="2020", deadline_end=date(2020, 12, 31),
        ),
        "talk": market.fact(
            "restrictions", news, hostile, authority="DE", vendor_text=hostile, action="consider",
        ),
        "uses": market.fact(
            "selections", news, "BT uses Huawei", operator="BT", vendor="Huawei", decision="incumbent", country="GB"
        ),
        "removed": market.fact(
            "selections", news, "Vodafone removed Huawei", operator="Vodafone", vendor="Huawei", decision="removed", country="GB"
        ),
        "stake": market.fact(
            "deals", news, "NTT bought 4.8 percent of NEC", deal="investment", parties=["NTT", "NEC"], stake_percent=4.8
        ),
        "work": market.fact(
            "deals", news, "NEC and Rakuten work together", deal="partnership", parties=["NEC", "Rakuten"], state="proposed"
        ),
        "level": market.fact(
            "figures", news, "Huawei held 35 percent of Britain", companies=["Huawei"], value=35, region="GB", period="2023"
        ),
    }  # fmt: skip
    row = {"article_id": news, "quote": "Nokia won 12 contracts.", "start": TEXT.index("Nokia"), "end": len(TEXT)}
    market._insert("unread", {**row, "reason": "a vendor beside a count, no figure read", "known_from": 1})
    market._insert("new_names", {"article_id": news, "name": "<b>Newco</b>", "role": "vendor", "known_from": 1})
    market.publish()
    return ids


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("policy")
    return home, told(home)


@pytest.fixture
def ids(home, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(home[0]))
    monkeypatch.delenv("BASE_URL", raising=False)
    return home[1]


@pytest.fixture
def view(home):
    return view_of(home[0] / "published.duckdb")


def opening(figure) -> set[str]:
    """Every fact that a mark of a chart opens."""
    return {
        one
        for trace in figure.data
        if trace.customdata is not None
        for marked in trace.customdata
        for one in (marked if not isinstance(marked, str) else [marked])
    }


def test_a_deadline_is_ahead_from_the_viewed_loads_day_not_from_the_clocks(view, ids):
    assert list(policy_queries.deadlines_ahead(view)[0]["fact_id"]) == [ids["gone"]]
    assert policy_tables.time_left(date(2027, 12, 31), view.today) == "in 3.6 years"
    assert policy_tables.time_left(date(2020, 12, 31), view.today) == "passed"


def test_operators_that_still_use_a_vendor_are_met_and_those_that_removed_it_are_not(view, ids):
    met, _ = policy_queries.operators_met(view)
    assert list(met["fact_id"]) == [ids["uses"]] and set(met["restriction_id"]) <= {ids["ban"], ids["gone"]}


def test_the_ladder_has_a_square_for_each_step_hollow_while_its_deadline_is_ahead(view, ids):
    steps = policy_queries.ladder(view)
    figure = ladder.draw(steps, country_names(), view.today)
    assert opening(figure) == {ids[name] for name in ("ban", "gone", "limit", "talk")}
    assert list(figure.layout.yaxis.ticktext) == ["United Kingdom", "Germany"]
    huawei = next(trace for trace in figure.data if trace.name == "Huawei")
    hollow = {
        tuple(facts): colour == "rgba(0,0,0,0)"
        for facts, colour in zip(huawei.customdata, huawei.marker.color, strict=True)
    }
    assert hollow == {(ids["ban"],): False, (ids["gone"],): True}
    assert ladder.message(steps) == "Huawei is banned or phased out in one place."


def test_names_above_columns_are_level_where_they_have_room_and_never_cut_off(view):
    above = ladder.draw(policy_queries.ladder(view), country_names(), view.today).layout.xaxis
    assert above.autotickangles[0] == 0 and above.tickangle is None and above.automargin is True


def test_on_a_phone_two_squares_of_one_cell_do_not_overlap(view):
    figure = ladder.draw(policy_queries.ladder(view), country_names(), view.today)
    # A phone of 390 px leaves 358 for a chart; the names above stand aslant there, up to 40 px beyond the last column.
    across = (358 - figure.layout.margin.l - 40) / len(ladder.RUNGS)
    assert max(trace.marker.size for trace in figure.data) <= across / 2


def test_vendors_have_letters_that_tell_them_apart():
    letters = ladder.initials(["Huawei", "Nokia", "NEC", ladder.UNNAMED])
    assert len(set(letters.values())) == 4 and letters["Nokia"] == "N" and letters[ladder.UNNAMED] == "–"


def test_the_network_draws_each_deal_once_the_same_way_each_time(view, ids):
    deals = queries.deals(view)
    figure = ties.network(deals)
    assert opening(figure) == {ids["stake"], ids["work"]}
    assert figure.to_json() == ties.network(deals).to_json()
    dashes = {trace.line.dash for trace in figure.data if trace.mode == "lines"}
    assert dashes == {"solid", "dot"}
    assert ties.message(deals) == "NEC is tied to NTT and Rakuten."


def test_long_names_on_the_circle_stand_whole_where_it_has_few(view):
    def names(count: int) -> list[str]:
        parties = [["Nokia", "Alcatel Submarine Networks"], *(["Nokia", f"Firm {n}"] for n in range(count - 2))]
        deals = pd.concat([queries.deals(view).iloc[:1]] * len(parties)).assign(parties=parties)
        return [label.text for label in ties.network(deals).layout.annotations]

    assert "Alcatel<br>Submarine<br>Networks" in names(ties.FEW)
    assert "Alcatel Su…" in names(ties.FEW + 1)


def test_a_deal_that_is_not_done_is_hollow_in_the_timeline(view, ids):
    figure = ties.timeline(queries.deals(view))
    assert opening(figure) == {ids["stake"], ids["work"]}
    marks = {trace.name: list(trace.marker.symbol) for trace in figure.data}
    assert marks == {"Investment": ["circle"], "Partnership": ["triangle-up-open"]}


def test_countries_are_told_with_what_names_them(view):
    rows = country_queries.countries(view).set_index("code")
    assert list(rows.loc["GB", ["figures", "selections", "restrictions"]]) == [1, 2, 2]
    assert "global" not in rows.index
    assert "nec" in companies_of("JP")


def test_the_scores_are_those_beside_the_model(tmp_path):
    rates = {"precision": 0.8, "recall": 0.5, "f1": 0.62, "hit": 4, "gold": 8, "found": 5}
    steps = [
        {"from": 0.0, "facts": 90, "confidence": 0.05, "right": 0.04},
        {"from": 0.9, "facts": 50, "confidence": 0.95, "right": 0.8},
        {"from": 0.5, "facts": 2, "confidence": 0.55, "right": 0.0},
    ]
    told = {"articles": 3, "rates": {"deal": rates, "all": rates}, "fields": {"deal": {"value": [3, 4]}}}
    told |= {"reliability": steps, "calibration_error": 0.05}
    (tmp_path / "reader.json").write_text(json.dumps({"threshold": 0.6, "scores": {"briefs": told}}))
    (one,) = quality.scores(quality.about_reader(tmp_path))
    assert list(one.rates["kind"]) == ["deal", "all"] and one.articles == 3
    assert "about 8 are right" in quality_tables.honest(one) and "misses about 5" in quality_tables.honest(one)
    assert "off by 5.0 points" in reliability.message(one.reliability, one.error)
    assert "95%, where 80% are right: it is more sure than it should be" in reliability.message(
        one.reliability, one.error
    )
    symbols = list(reliability.draw(one.reliability, 0.6).data[-1].marker.symbol)
    assert symbols == ["circle", "circle", "circle-open"]


def test_without_scores_there_are_none(tmp_path):
    assert quality.about_reader(tmp_path) == {} and quality.scores({}) == []
    (tmp_path / "reader.json").write_text("not json")
    assert quality.about_reader(tmp_path) == {}


def test_what_was_not_read_and_who_is_fresh(view):
    rows, count = quality.unread(view)
    assert count == 1 and rows.iloc[0]["quote"] == "Nokia won 12 contracts."
    assert list(quality.freshness(view)["days"]) == [31] and quality_tables.age(31) == "31 days"
    assert list(quality.new_names(view)["name"]) == ["<b>Newco</b>"]


def test_articles_that_were_not_read_are_counted_by_language(tmp_path):
    market = Market(tmp_path)
    market.load("2024-06-01")
    for number, (language, why) in enumerate(
        [("de", "language de is not read (only English is)")] * 2
        + [("ja", "language ja is not read (only English is)")]
        + [("en", "names no vendor or operator of the trade"), ("fr", "no text"), (None, "no text")]
    ):
        market.article(str(number), TEXT, "2024-05-01", "Wire", state="skipped", why=why, language=language)
    market.article("read", TEXT, "2024-05-01", "Wire", language="en")
    market.publish()
    told = quality.not_read(view_of(tmp_path / "published.duckdb"))
    assert (
        quality_tables.passed_over(told)
        == "6 articles were passed over: 3 on another subject, 2 in German, 1 in Japanese."
    )
    assert quality_tables.passed_over(told[:0]) == ""


@pytest.mark.parametrize(
    "page, address, told",
    [
        (
            "restrictions",
            {},
            ("One deadline is ahead, in 3.6 years (United Kingdom)", "at most 30%", "Deadlines ahead"),
        ),
        ("deals", {}, ("NEC is tied to NTT and Rakuten.", "4.8% stake", "proposed")),
        ("country", {"country": "GB"}, ("United Kingdom: steps about vendors", ">35%<", "Vodafone")),
        ("country", {}, ("Choose a country", "country?country=GB")),
        (
            "quality",
            {},
            ("Precision", "One sentence looks as if a fact was missed", "&lt;b&gt;Newco&lt;/b&gt;", "31 days"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_page_says_its_message_and_shows_articles_words_as_words(ids, page, address, told):
    app = opened(page, **address)
    said = words(app)
    assert "could not be drawn" not in said
    assert [part for part in told if part not in said] == []
    for tag in ("<script", "<img", "<b>Newco"):
        assert tag not in said and tag not in charts(app)
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert app.get("download_button") or '<a download href="./api/' in said
    if page != "quality" and (address or page != "country"):
        assert "fact?fact=" in said


@pytest.mark.parametrize("page", ["restrictions", "deals", "selections", "country"])
def test_every_mark_of_every_chart_opens_facts(ids, page):
    assert_marks_open(opened(page, **({"country": "GB"} if page == "country" else {})))


@pytest.fixture
def crowd(tmp_path, monkeypatch):
    """70 deadlines ahead in Britain that meet 70 operators, 60 deals of NEC, 55 figures of Britain that two articles state."""
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    news, again = (market.article(name, TEXT, "2024-05-01", name) for name in ("Wire", "Gazette"))
    britain = {"authority": "GB", "action": "ban", "deadline": "2027", "deadline_end": date(2027, 12, 31)}
    for n in range(70):
        market.fact("restrictions", news, "Britain bans Huawei", vendor=f"Vendor {n}", **britain)
        uses = {"vendor": f"Vendor {n}", "decision": "incumbent", "country": "GB"}
        market.fact("selections", news, "BT uses Huawei", operator=f"Operator {n}", **uses)
    for n in range(60):
        market.fact("deals", news, "NEC and Rakuten", deal="partnership", parties=["NEC", f"Partner {n}"])
    for n in range(55):
        level = {"companies": ["NEC"], "value": n, "region": "GB", "period": "2023", "attributed_to": "Omdia"}
        for article in (news, again):
            market.fact("figures", article, "Huawei held 35 percent", **level)
    return market.publish()


def test_counts_are_of_all_there_is_not_of_what_a_page_shows(crowd):
    said = words(opened("restrictions"))
    assert "70 deadlines are ahead" in said and "70 operators use or chose" in said
    assert "55 figures, 60 deals" in words(opened("company", company="nec"))
    said = words(opened("country", country="GB"))
    assert "55 figures, 70 selections, 70 restrictions" in said
    assert "Download 70 restrictions" in said and "Download 55 figures" in said
    assert "90% · 2 articles" in said
    _, deals = country_queries.deals_of(view_of(crowd), ("NEC",))
    assert deals == 60


@pytest.mark.parametrize("page", ["selections", "deals", "restrictions"])
def test_each_row_of_a_ledger_says_how_sure_the_reader_is(ids, page):
    assert 'data-name="Confidence">90%<' in words(opened(page))


def test_what_a_page_leaves_out_it_tells_with_the_way_to_the_rest(crowd):
    said = words(opened("restrictions"))
    assert "The nearest 25 of 70" in said and "The first 25 of 70" in said
    said = words(opened("company", company="nec"))
    assert 'href="./deals?company=nec">All 60 deals' in said
    said = words(opened("country", country="GB"))
    assert "The newest 25 of 55; the file has all." in said
    assert 'href="./restrictions?country=GB">All 70 restrictions' in said
    assert "Operators in the chart: 30 of 70" in said and "Vendors in the chart: 8 of 70" in said
    said = words(opened("country", country="JP"))
    assert "The latest 25 of 60" in said and 'href="./deals?company=nec">All deals' in said
    assert "Partners of the latest deals: 24 of 60" in words(opened("deals"))
    assert "Vendors told of" not in words(opened("selections"))


@pytest.mark.parametrize("page, told", [("restrictions", 70), ("deals", 60), ("selections", 70), ("articles", 2)])
def test_a_row_beyond_the_last_is_told_with_what_there_is_and_the_way_back(crowd, page, told):
    said = words(opened(page, offset="1000"))
    assert f"No row from 1,001 on, {told} in all" in said and f"Download {told} " in said
    assert f"offset={told - 25}" in said if told > 25 else f'href="./{page}">Newer' in said


def test_filters_that_exclude_all_say_so(ids):
    for page in ("restrictions", "deals"):
        assert "passes this filter<" in words(opened(page, company="nokia"))
    assert "fact about France" in words(opened("country", country="FR"))


def test_a_filter_that_no_deal_has_is_not_offered_on_deals_and_is_told(ids):
    app = opened("deals", market="ran", region="europe", company="rakuten")
    said = words(app)
    assert "market is no filter of this page" in said and "region is no filter of this page" in said
    assert "Market <b>" not in said and "Company <b>Rakuten</b>" in said
    assert not {"filter_market", "filter_region"} & {one.key for one in app.multiselect}


@pytest.mark.parametrize(
    ("page", "address", "left_out"),
    [
        ("overview", {"market": "ran"}, "Deals are left out here: they have no market to filter by."),
        ("company", {"company": "huawei", "generation": "5G"}, "Deals and restrictions are left out here: they have no generation"),
        ("country", {"country": "GB", "generation": "5G"}, "Restrictions are left out here: they have no generation"),
        ("country", {"country": "JP", "region": "JP"}, "Deals are left out here: they have no region or country"),
    ],
)  # fmt: skip
def test_what_a_filter_does_not_fit_is_left_out_and_told(ids, page, address, left_out):
    said = words(opened(page, **address))
    assert left_out in said and "Latest deals" not in said and "Deals of companies" not in said
    assert f"fact={ids['ban']}" not in said or "generation" not in address


def test_deals_and_restrictions_stand_where_every_filter_fits_them(ids):
    said = words(opened("company", company="nec", publisher="Wire & Co"))
    assert "left out here" not in said and f"fact={ids['stake']}" in said


def test_a_filter_that_a_page_does_not_have_stays_for_the_pages_that_have_it(ids):
    app = opened("selections", market="ran")
    app.query_params.clear()
    app.switch_page("../pages/deals.py").run()
    menu = app.sidebar.get("html")[0].proto.body
    assert 'href="./deals"' in menu and 'href="./restrictions?market=ran"' in menu


def test_time_has_an_end_on_pages(ids, home):
    until = opened("restrictions", until="2024-04")
    assert "passes this filter<" in words(until) and "Until: Apr 2024" in words(until)
    assert "passes this filter<" not in words(opened("restrictions", until="2024"))
    until = opened("articles", until="2023")
    assert "passes this filter<" in words(until)
    app = opened("deals")
    app.selectbox(key="filter_until").set_value("2024").run()
    assert app.query_params == {"until": "2024"}


def test_a_year_and_a_country_can_be_chosen_whatever_tells_of_them(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    news = market.article("news", "NEC and Rakuten work together; France, Spain and Poland look on.", "2021-05-01", "P")
    quote = "work together"
    market.fact("deals", news, quote, deal="partnership", parties=["NEC", "Rakuten"], period="2019")
    market.fact("restrictions", news, quote, authority="FR", vendor="Huawei", action="ban", period="2018")
    market.fact("selections", news, quote, operator="BT", vendor="Nokia", country="ES", period="2017")
    aim = {"companies": ["NEC"], "value": 20, "status": "target"}
    market.fact("figures", news, quote, region="PL", period="2030", **aim)
    market.fact("figures", news, quote, region="europe", period="2029", **aim)
    market.publish()
    app = opened("country")
    assert set(app.multiselect(key="filter_country").options) == {"France", "Japan", "Poland", "Spain"}
    years = ["2030", "2029", "2021", "2019", "2018", "2017"]
    assert app.selectbox(key="filter_since").options == app.selectbox(key="filter_until").options == years
    assert {"France", "Poland", "Spain"} < set(app.multiselect(key="filter_region").options)
    assert "Deals of companies at home there" in words(opened("country", country="JP"))

"""However many rows there are, a page sends one page of them to the browser, says of how many, and leads to the others."""

from __future__ import annotations

import html
import re
from datetime import date
from urllib.parse import parse_qsl

import pytest
import streamlit as st

from dashboard import changes, country_queries, queries
from dashboard.charts.common import OPENED
from dashboard.names import country_names
from dashboard.queries import PAGE
from dashboard.site import ROOMS
from tests.small_market import STORE, Market
from tests.test_pages import opened, words
from tests.views import view_of

TEXT = "Britain bans Huawei. BT uses Huawei. BT dropped Nokia. NEC and Rakuten work together. NEC held 35 percent."
COUNTRIES = sorted(country_names())[:40]
MANY = 70


def fill(market: Market) -> None:
    """Of each kind of fact and each list more rows than a page has: companies, countries, publishers, names, deadlines, changes."""
    market.load("2024-05-01")
    news = [market.article(f"n{n}", TEXT, "2024-04-01", f"Wire {n}") for n in range(MANY)]
    withdrawn = [market.fact("figures", news[0], "NEC held", companies=["NEC"], value=n) for n in range(MANY)]
    market.load("2024-06-01")
    for one in withdrawn:
        market.close_fact("figures", one)
    for n in range(MANY):
        country, vendor = COUNTRIES[n % len(COUNTRIES)], f"Vendor {n}"
        step = {"action": "ban", "deadline": "2027", "deadline_end": date(2027, 12, 31), "vendor": vendor}
        market.fact("restrictions", news[n], "Britain bans Huawei", authority="GB", **step)
        uses = {"operator": f"Operator {n}", "decision": "incumbent"}
        market.fact("selections", news[n], "BT uses Huawei", vendor=vendor, country="GB", **uses)
        market.fact("selections", news[n], "BT uses Huawei", vendor="Huawei", country=country, **uses)
        market.fact(
            "selections",
            news[n],
            "BT dropped Nokia",
            vendor="Nokia",
            operator="BT",
            country=country,
            decision="removed",
        )
        market.fact("deals", news[n], "NEC and Rakuten", deal="partnership", parties=["NEC", f"Partner {n}"])
        share = {"value": n % 40, "region": "GB", "period": "2023", "attributed_to": f"Firm {n}"}
        market.fact("figures", news[n], "NEC held 35 percent", companies=["NEC"], **share)
        market.fact(
            "figures", news[n], "NEC held 35 percent", companies=["NEC"], metric="contracts", unit="count", value=n
        )
        row = {"article_id": news[n], "quote": "NEC held", "start": TEXT.index("NEC held"), "end": len(TEXT)}
        market._insert("unread", {**row, "reason": "a vendor beside a count", "known_from": 2})
        market._insert("new_names", {"article_id": news[n], "name": f"Newco {n}", "role": "vendor", "known_from": 2})


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    home = tmp_path_factory.mktemp("many")
    market = Market(home)
    fill(market)
    market.publish()
    return home


@pytest.fixture
def home(many, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(many))
    monkeypatch.delenv("BASE_URL", raising=False)
    return many


def rows_of_tables(said: str) -> dict[str, int]:
    """How many rows each table of a page has, by its caption."""
    found = re.findall(r"<caption>([^<]*)</caption>.*?<tbody[^>]*>(.*?)</tbody>", said, re.DOTALL)
    # What the columns of files mean is a text of fixed length.
    return {caption: body.count("<tr") for caption, body in found if not caption.startswith("Columns of ")}


ADDRESSES = [
    *((room.file, {}) for room in ROOMS if room.in_menu),
    ("company", {"company": "nec"}),
    ("company", {"company": "huawei"}),
    ("company", {"company": "bt"}),
    ("country", {"country": "GB"}),
    ("changes", {"v": f"{STORE}.1"}),
]


@pytest.mark.parametrize(
    ("page", "address"), ADDRESSES, ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else value
)
def test_no_table_of_any_page_has_more_rows_than_a_page_of_a_table(home, page, address):
    said = words(opened(page, **address))
    assert "could not be drawn" not in said
    told = rows_of_tables(said)
    assert told or page in ("overview", "targets", "data"), page
    assert {caption: rows for caption, rows in told.items() if rows > PAGE} == {}


@pytest.mark.parametrize(
    ("page", "caption", "address"),
    [
        ("company", "Companies", {}),
        ("country", "Countries", {}),
        ("restrictions", "Deadlines ahead", {}),
        ("restrictions", "Operators that restrictions meet", {}),
        ("selections", "Countries where Huawei is told of", {"company": "huawei"}),
        ("country", "Figures", {"country": "GB"}),
        ("country", "Restrictions", {"country": "GB"}),
        ("changes", "Added", {"v": f"{STORE}.1"}),
        ("changes", "Withdrawn", {"v": f"{STORE}.1"}),
    ],
)
def test_a_long_table_is_filled_to_its_page_and_says_of_how_many(home, page, caption, address):
    said = words(opened(page, **address))
    assert rows_of_tables(said)[caption] == PAGE
    assert re.search(rf"{PAGE} (of [\d,]+|with most operators, of \d+)|All {MANY} restrictions", said)


@pytest.mark.parametrize("page", ["company", "country"])
def test_the_lists_to_choose_from_go_on_on_their_next_page(home, page):
    first, later = words(opened(page)), words(opened(page, offset="25"))
    assert "1–25 of " in first and f'href="./{page}?offset=25">Next</a>' in first and "Previous" not in first
    assert f'href="./{page}">Previous</a>' in later
    listed = [set(re.findall(rf"{page}\?{page}=([^\"&]+)", said)) for said in (first, later)]
    assert len(listed[0]) == PAGE and listed[1] and not listed[0] & listed[1]


def test_what_has_changed_goes_on_on_the_next_page_in_all_its_tables(home):
    v = f"{STORE}.1"
    found = changes.changes(view_of(home / "published.duckdb", v=v))
    assert 50 < found.counts["withdrawn"] < 75 < found.counts["added"] and found.counts["changed"] == 1
    assert len(found.first) == 1 + 2 * PAGE  # what is kept of them for all who come
    pages = [words(opened("changes", v=v, offset=str(offset))) for offset in (0, 50, 75)]
    last = f"51–{found.counts['withdrawn']} of {found.counts['withdrawn']}"
    assert f'<span>{last}</span><a href="./changes?offset=25&amp;v={v}">Newer</a></div>' in pages[1]
    assert [set(rows_of_tables(said)) for said in pages] == [
        {"Told otherwise", "Added", "Withdrawn"}, {"Added", "Withdrawn"}, {"Added"},
    ]  # fmt: skip
    listed = [set(re.findall(r"fact\?fact=([0-9a-f]+)", said)) for said in pages]
    assert listed[2] and not listed[0] & listed[1] and not listed[1] & listed[2]


def cells_of(said: str, caption: str) -> dict[str, dict[str, str]]:
    """A table's cells by their column, for each row by the words of its first one."""
    body = re.search(rf"<caption>{caption}</caption>.*?<tbody[^>]*>(.*?)</tbody>", said, re.DOTALL)[1]
    rows = [dict(re.findall(r'data-name="([^"]*)">(.*?)</td>', row)) for row in body.split("</tr>") if row]
    return {re.sub("<[^>]+>", "", next(iter(row.values()))): row for row in rows}


def led_to(cell: str) -> tuple[str, dict[str, str], int]:
    """The page and the filters that a count's link leads to, and the count."""
    address, count = re.fullmatch(r'<a href="([^"]+)">([\d,]+)</a>', cell).groups()
    path, _, query = html.unescape(address).removeprefix("./").partition("?")
    return path.replace("-", "_"), dict(parse_qsl(query)), int(count.replace(",", ""))


def test_a_count_in_the_lists_leads_to_the_page_that_lists_as_many(home):
    row = cells_of(words(opened("company")), "Companies")["NEC"]
    assert {led_to(row[kind])[0] for kind in ("Figures", "Deals")} == {"company", "deals"} and row["Restrictions"] == ""
    page, address, count = led_to(row["Deals"])
    assert address == {"company": "nec"} and f"of {count}<" in words(opened(page, **address))
    row = cells_of(words(opened("country", since="2024")), "Countries")["United Kingdom"]
    for kind in ("Selections", "Restrictions"):
        page, address, count = led_to(row[kind])
        assert page == kind.lower() and address == {"country": "GB", "since": "2024"}
        assert f"–25 of {count}<" in words(opened(page, **address))
    assert led_to(cells_of(words(opened("country")), "Countries")["United Kingdom"]["Figures"]) == (
        "country",
        {"country": "GB"},
        MANY,
    )


def test_a_claim_that_two_articles_state_is_counted_once_in_the_lists(tmp_path):
    market = Market(tmp_path)
    market.load("2024-06-01")
    for name in ("Wire", "Gazette"):
        article = market.article(name, TEXT, "2024-05-01", name)
        market.fact(
            "figures", article, "NEC held 35 percent", companies=["NEC"], value=35, region="GB", attributed_to="Omdia"
        )
    view = view_of(market.publish())
    assert queries.companies(view)["figures"].tolist() == country_queries.countries(view)["figures"].tolist() == [1]


def test_the_rest_of_a_countrys_decisions_is_a_link_to_them(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    news = market.article("n", TEXT, "2024-05-01", "Wire")
    for n in range(5):
        market.fact(
            "selections",
            news,
            "BT uses Huawei",
            vendor="Huawei",
            operator=f"Operator {n}",
            country="GB",
            decision="incumbent",
        )
    market.publish()
    assert '<a href="./selections?company=huawei&amp;country=GB">and 2 more</a>' in words(opened("selections"))


def test_a_mark_of_more_facts_than_a_click_opens_leads_to_all_of_its_vendor(home, many, monkeypatch):
    huawei = queries.selections(view_of(many / "published.duckdb", company=("huawei",)))[0]["fact_id"].tolist()
    assert len(huawei) > OPENED

    def clicked(*_: object, key: str, **__: object) -> dict:
        return {"selection": {"points": [{"customdata": huawei[:OPENED]}] if key == "selection_balance" else []}}

    monkeypatch.setattr(st, "plotly_chart", clicked)
    said = words(opened("selections", since="2024"))
    assert "A click opens 12 at most" in said
    assert '<a href="./selections?company=huawei&amp;since=2024">All selections of Huawei →</a>' in said


def test_names_and_publishers_are_counted_whole(home):
    said = words(opened("quality"))
    assert (
        f"{MANY} names are not in the registry" in said
        and f"Those in most articles: 10 of {MANY}; the file has all." in said
    )
    assert f"The freshest 10 of {MANY}" in said
    assert f"Download {MANY} names</span>" in said and f"Download {MANY} publishers</span>" in said

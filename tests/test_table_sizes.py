"""However many rows there are, a page sends one page of them to the browser, says of how many, and leads to the others."""

from __future__ import annotations

import re
from datetime import date

import pytest

from dashboard.names import country_names
from dashboard.queries import PAGE
from dashboard.site import ROOMS
from tests.small_market import STORE, Market
from tests.test_pages import opened, words

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
        ("quality", "Names that are new", {}),
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


def test_names_and_publishers_are_counted_whole(home):
    app = opened("quality")
    said = words(app)
    assert (
        f"{MANY} names are not in the registry" in said
        and f"Those in most articles: 25 of {MANY}; the file has all." in said
    )
    assert f"The freshest 15 of {MANY}" in said
    assert {f"Download CSV · {MANY} names", f"Download CSV · {MANY} publishers"} <= {
        one.proto.label for one in app.get("download_button")
    }

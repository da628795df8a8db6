"""Every page in turn: a filter, the live link, the frozen link after a later load, evidence, files, and an address that means harm.

The articles are a few of our briefs, read by the ETL itself. A second run reads one that says other numbers and some that are new.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import duckdb
import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Browser, Download, Page, expect

from tests.e2e.conftest import browsers_root, settled
from tests.e2e.servers import read_articles, serving
from tests.e2e.test_reading_a_market import choose, copied_link
from tests.e2e.test_swaps_and_changes import click_a_mark

FIRST = ("nec-ntt-brief", "t1-d03", "t1-d04", "t3-d06", "t3-d09", "t5-d06", "t6-d02", "t6-d10")
LATER = ("t3-d04", "t5-d03", "t6-d01", "t6-d03", "t6-d05")
HARM = "x'; drop table figures;--"
EVIL = ("nec-ntt-brief", "t5-d06")  # whose publisher goes by that name


@dataclass(frozen=True)
class Case:
    """A page: what is chosen at its side (nothing: it has no filters), what the address then says.

    chart: whose marks open evidence; row, opens: a link in what is listed, and what it leads to.
    """

    path: str
    label: str
    option: str
    query: str
    chart: str = ""
    opens: str = "blockquote mark"
    row: str = "a[href*='fact?fact=']"


CASES = (
    Case("", "Company", "NEC", "company=nec", "overview_targets"),
    Case("market-share", "Company", "NEC", "company=nec", "share_chart_0"),
    Case("targets", "Company", "NEC", "company=nec", "target_chart_0"),
    Case("selections", "Company", "Ericsson", "company=ericsson", "selection_matrix"),
    Case("deals", "Company", "Nokia", "company=nokia", "deal_timeline"),
    Case("restrictions", "Company", "ZTE", "company=zte", "restriction_ladder"),
    Case("company", "Company", "NEC", "company=nec", "company_share_0"),
    Case("country", "Country", "United Kingdom", "country=GB", "country_matrix"),
    Case("articles", "Company", "NEC", "company=nec", opens=".vt-text", row="a[href*='article=']"),
    Case("quality", "", "", "company=nec", opens=".vt-text", row="a[href*='article=']"),
)
every_page = pytest.mark.parametrize("case", CASES, ids=lambda case: case.path or "overview")


@dataclass(frozen=True)
class Served:
    """An app after its second load; by page, the frozen link that was copied before it and the rows that stood there then."""

    address: str
    frozen: dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def served(tmp_path_factory, chromium) -> Iterator[Served]:
    """Two runs of the ETL, frozen links copied between them."""
    home, inbox = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("inbox")
    load(home, inbox, FIRST)
    with serving(home, tmp_path_factory.mktemp("log") / "every_page.log") as address:
        frozen = frozen_links(chromium, address)
        load(home, inbox, LATER)
        yield Served(address, frozen)


def load(home: Path, inbox: Path, names: tuple[str, ...]) -> None:
    """Take in more of our briefs, some of a publisher that means harm; a NEC brief that was there before says other numbers."""
    brief = inbox / "nec-ntt-brief.md"
    if brief.exists():
        said = brief.read_text(encoding="utf-8").replace("just 0.7%", "just 0.9%").replace("wants 20%", "wants 25%")
        brief.write_text(said, encoding="utf-8")
    for name in names:
        (found,) = (browsers_root() / "data" / "articles").glob(f"{name}.*")
        shutil.copy(found, inbox)
        if name in EVIL:
            said = found.read_text(encoding="utf-8")
            (inbox / found.name).write_text(
                re.sub("(?m)^publisher: .*", f'publisher: "{HARM}"', said), encoding="utf-8"
            )
    ran = read_articles(home, inbox)
    assert ran.returncode == 0, ran.stderr


def frozen_links(chromium: Browser, address: str) -> dict[str, tuple[str, str]]:
    """By path of a page: its frozen link, and its rows."""
    context, found = chromium.new_context(viewport={"width": 1440, "height": 1000}, locale="en-GB"), {}
    page = context.new_page()
    for case in CASES:
        page.goto(f"{address}/{case.path}?{case.query}")
        settled(page)
        found[case.path] = copied_link(page, "Copy frozen link"), rows(page)
    context.close()
    return found


def rows(page: Page) -> str:
    """What a page lists: its tables, cards and lists of facts, as words."""
    listed = page.get_by_test_id("stMain").locator(".vt-table, .vt-card, .vt-facts")
    return "\n".join(listed.all_inner_texts())


def comes_true(page: Page, said: Callable[[], bool]) -> bool:
    """Whether something holds after at most half a minute (a page redraws some time after a filter is set)."""
    for _ in range(150):
        if said():
            return True
        page.wait_for_timeout(200)
    return False


@every_page
def test_a_chosen_filter_changes_rows_and_address_and_the_copied_link_shows_the_same(browse, served, case):
    page = browse(f"{served.address}/{case.path}")
    before = rows(page)
    if not case.label:
        assert rows(browse(copied_link(page))) == before != ""
        return
    choose(page, case.label, case.option)
    expect(page).to_have_url(f"{served.address}/{case.path}?{case.query}")
    expect(page.locator(".st-key-chips")).to_contain_text(case.option)
    settled(page)
    assert comes_true(page, lambda: rows(page) != before)
    link = copied_link(page)
    assert link == f"{served.address}/{case.path}?{case.query}"
    assert rows(browse(link)) == rows(page) != ""


@every_page
def test_a_frozen_link_shows_the_rows_of_then_and_leads_to_what_has_changed(browse, served, case):
    link, then = served.frozen[case.path]
    page = browse(link)
    assert rows(page) == then
    banner = page.locator(".vt-frozen")
    expect(banner).to_contain_text("As of")
    if not case.label:  # a page that is not drawn from facts
        return
    expect(banner).to_contain_text(re.compile(r"facts? ha(ve|s) changed"))
    banner.get_by_role("link", name="See what has changed since").click()
    expect(page.locator("[class*='st-key-changes_']").first).to_be_visible()
    page.goto(f"{served.address}/{case.path}?{case.query}")
    settled(page)
    assert rows(page) != then


@every_page
def test_a_row_and_a_mark_open_their_evidence(browse, served, case):
    page = browse(f"{served.address}/{case.path}?{case.query}")
    if case.chart:
        click_a_mark(page, case.chart, ".scatterlayer .point")
        expect(page.locator(f".st-key-{case.chart}_evidence blockquote mark").first).not_to_be_empty()
    page.get_by_test_id("stMain").locator(".vt-table, .vt-card").locator(case.row).first.click()
    expect(page.locator(case.opens).first).not_to_be_empty()


@every_page
def test_every_file_that_a_page_offers_holds_as_many_rows_as_it_says(browse, served, case):
    page = browse(f"{served.address}/{case.path}?{case.query}")
    offers = page.locator(".vt-files:has(a[download])")
    for offer in offers.all():
        anew(page)
        count = told(offer.locator("span").first.inner_text())
        links = offer.locator("a[download]").all()
        assert {link.inner_text() for link in links} == {"CSV", "Excel", "Parquet", "JSON"}
        for link in links:
            assert held(saved(page, link.click)) == count
    assert offers.count() + saved_by_buttons(page)


def saved_by_buttons(page: Page) -> int:
    """How many files a page makes when they are asked for; each holds as many rows as is said before it."""
    places = page.locator("[class*='st-key-downloads_']")
    found = 0
    for place in places.all():
        anew(page)
        expect(place.get_by_role("button", name="CSV")).to_be_visible()
        buttons = place.get_by_role("button").all()
        assert [button.inner_text() for button in buttons] == ["CSV", "Excel", "Parquet"]
        for button in buttons:
            assert held(saved(page, button.click)) == told(place.inner_text())
        found += len(buttons)
    return found


@pytest.mark.parametrize("path", ["company", "country"])
def test_the_files_of_an_index_hold_as_many_rows_as_they_say(browse, served, path):
    assert saved_by_buttons(browse(f"{served.address}/{path}"))


def test_the_files_of_the_page_of_data_hold_the_rows_of_its_filters_in_every_form(browse, served):
    page = browse(f"{served.address}/data")
    choose(page, "Company", "NEC")
    expect(page).to_have_url(f"{served.address}/data?company=nec")
    addresses = page.locator(".vt-address")
    expect(addresses.first).to_contain_text("company=nec")
    again = browse(copied_link(page))
    assert again.locator(".vt-address").all_inner_texts() == addresses.all_inner_texts() != []
    tables = page.locator("[class*='st-key-data_']").filter(has=page.locator("a[download]")).all()
    counts = []
    for table in tables:
        anew(page)
        counts.append({held(saved(page, link.click)) for link in table.locator("a[download]").all()})
    assert len(counts) > 4
    assert all(len(of_table) == 1 for of_table in counts), counts


def anew(page: Page) -> None:
    """Load a page again: Chromium gives no eleventh file of one without asking."""
    page.reload()
    settled(page)


def saved(page: Page, click: Callable[[], None]) -> Download:
    """The file that a click brings."""
    with page.expect_download() as download:
        click()
    return download.value


def told(words: str) -> int:
    """The number in "Download 1,024 figures"."""
    return int(re.search(r"\d[\d,]*", words)[0].replace(",", ""))


def held(file: Download) -> int:
    """The rows of a file, opened as people open it."""
    ending, path = Path(file.suggested_filename).suffix, str(file.path())
    if ending == ".csv":
        return len(pd.read_csv(path))
    if ending == ".xlsx":
        with Path(path).open("rb") as content:  # openpyxl goes by the ending of a name, and a download has none
            return openpyxl.load_workbook(content).active.max_row - 1
    reader = {".parquet": "read_parquet", ".json": "read_json"}[ending]
    return duckdb.execute(f"select count(*) from {reader}(?)", [path]).fetchone()[0]


def test_sql_in_an_address_is_told_and_ignored_on_every_page(browse, served):
    page = browse(served.address)
    for case in CASES:
        page.goto(f"{served.address}/{case.path}?{case.query}")
        settled(page)
        usual = rows(page)
        page.goto(f"{served.address}/{case.path}?{case.query}&operator={quote(HARM)}&market={quote(HARM)}")
        settled(page)
        expect(page.locator(".vt-note").filter(has_text=HARM).first).to_contain_text("ignored")
        assert rows(page) == usual != "", case.path


@every_page
def test_a_publisher_whose_name_is_sql_is_a_filter_like_any_other(browse, served, case):
    if not case.label:
        return
    about = {"company": "company=ericsson", "country": "country=US"}.get(case.path, "")
    page = browse(f"{served.address}/{case.path}?{about}")
    usual = rows(page)
    choose(page, "Publisher", HARM)
    assert comes_true(page, lambda: parse_qs(urlsplit(page.url).query).get("publisher") == [HARM])
    expect(page.locator(".st-key-chips")).to_contain_text(HARM)
    settled(page)
    shown = browse(copied_link(page))
    assert comes_true(page, lambda: rows(page) == rows(shown) != usual)
    assert rows(shown)
    assert parse_qs(urlsplit(shown.url).query)["publisher"] == [HARM]
    assert not shown.locator(".vt-note").filter(has_text="ignored").count()

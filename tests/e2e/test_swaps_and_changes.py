"""What an analyst does with swaps, years, the map and a frozen link: click a mark, read both sentences, see what has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import settled
from tests.e2e.servers import serving
from tests.e2e.test_reading_a_market import copied_link
from tests.small_market import STORE, Market

TEXT = "BT drops Huawei and picks Nokia for its radio network. Telia stays with Ericsson. Nokia holds 20 percent."


@pytest.fixture(scope="module")
def two_loads(tmp_path_factory) -> Iterator[str]:
    """A server over a swap at BT; between the loads, Telia's vendor was read otherwise and a figure was added."""
    home = tmp_path_factory.mktemp("two_loads")
    market = Market(home)
    market.load("2024-01-01")
    article = market.article("swap", TEXT, "2020-07-15", "Wire", title="BT turns")
    bt = {"operator": "BT", "country": "GB", "scope": ["ran"]}
    market.fact("selections", article, "BT drops Huawei", vendor="Huawei", decision="removed", **bt)
    market.fact("selections", article, "picks Nokia", vendor="Nokia", period="2020-06", **bt)
    telia = {"operator": "Telia", "country": "SE", "decision": "incumbent"}
    misread = market.fact("selections", article, "Telia stays with Ericsson", vendor="Huawei", **telia)
    market.load("2024-02-01")
    market.close_fact("selections", misread)
    market.fact("selections", article, "Telia stays with Ericsson", vendor="Ericsson", **telia)
    market.fact("figures", article, "Nokia holds 20 percent", companies=["Nokia"], value=20, period="2020")
    market.publish()
    with serving(home, tmp_path_factory.mktemp("log") / "two_loads.log") as address:
        yield address


def click_a_mark(page: Page, key: str, mark: str) -> None:
    """Click the first mark of a chart and wait for its evidence."""
    chart = page.locator(f".st-key-{key}")
    chart.locator(mark).first.wait_for()
    chart.scroll_into_view_if_needed()
    spot = chart.locator(mark).first.bounding_box()
    x, y = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    expect(page.locator(f".st-key-{key}_evidence .vt-evidence").first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_mark_of_a_swap_opens_both_sentences_and_bars_and_countries_open_theirs(browse, two_loads, width):
    page = browse(f"{two_loads}/selections", viewport={"width": width, "height": 1000})
    click_a_mark(page, "swap_matrix", ".scatterlayer .point")
    expect(page.locator(".st-key-swap_matrix_evidence mark")).to_have_text(["BT drops Huawei", "picks Nokia"])
    click_a_mark(page, "selection_years", ".barlayer .point path")
    click_a_mark(page, "presence_map", ".scatterlayer .point")


def test_a_frozen_link_leads_to_what_has_changed_since_with_the_evidence_of_then_and_now(browse, two_loads):
    page = browse(f"{two_loads}/?v={STORE}.1")
    banner = page.locator(".vt-frozen")
    expect(banner).to_contain_text("2 facts have changed: 1 told otherwise, 1 added")
    banner.get_by_role("link", name="See what has changed since").click()
    expect(page).to_have_url(re.compile(rf"/changes\?v={STORE}\.1$"))
    changed = page.locator(".st-key-changes_changed")
    expect(changed).to_contain_text(re.compile(r"Vendor\s+Huawei\s+→\s+Ericsson"))
    expect(page.locator(".st-key-changes_added")).to_contain_text("Nokia: 20%")
    lines = [
        {of.locator("th").nth(at).bounding_box()["x"] for of in page.locator("[class*=st-key-changes_]").all()}
        for at in (0, 1, -1)
    ]
    assert [len(starts) for starts in lines] == [1, 1, 1], lines
    settled(page)
    assert f"v={STORE}.1" in copied_link(page)
    changed.get_by_role("link", name="Huawei", exact=True).click()
    expect(page.locator(".vt-evidence h3")).to_contain_text("Huawei incumbent")
    expect(page.locator(".vt-frozen")).to_contain_text("As of 1 Jan 2024")
    page.go_back()
    changed.get_by_role("link", name="Ericsson", exact=True).click()
    expect(page.locator(".vt-evidence h3")).to_contain_text("Ericsson incumbent")
    expect(page.locator(".vt-frozen")).to_have_count(0)


def test_the_overview_tells_what_came_in_since_the_load_that_the_browser_last_saw(browse, two_loads):
    page = browse(two_loads)
    news = page.locator(".st-key-news")
    expect(news).to_contain_text("What came in with the last load: 2 facts have changed: 1 told otherwise, 1 added")
    expect(news.get_by_role("link", name="All 2 changes")).to_have_attribute("href", f"./changes?v={STORE}.1")
    page.wait_for_function("now => localStorage.getItem('vt-seen') === now", arg=f"{STORE}.2")
    again = page.context.new_page()
    again.goto(two_loads)
    settled(again)
    expect(again.locator(".st-key-news")).to_contain_text("since your last visit: no fact has changed")
    for kept, told in ((f"{STORE}.1", "since your last visit: 2 facts"), ("other000.1", "with the last load: 2 facts")):
        again.evaluate("kept => { sessionStorage.clear(); localStorage.setItem('vt-seen', kept) }", kept)
        again.reload()
        settled(again)
        expect(again.locator(".st-key-news")).to_contain_text(told)

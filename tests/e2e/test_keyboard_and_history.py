"""All of it without a mouse; and the browser's back and forward, with the filters that each page had."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import settled
from tests.e2e.test_reading_a_market import draws
from tests.loopback import Loopback

# Our own buttons stand in shadow roots.
FOCUSED = """wanted => {
    let one = document.activeElement
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement
    return !!one?.matches(wanted)
}"""


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until this element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, selector):
            return
    raise AssertionError(f"{most} times Tab does not lead to {selector}")


def test_a_page_a_filter_its_clearing_a_link_and_a_figures_evidence_are_reached_by_keyboard(browse, bundled):
    page = browse(f"{bundled}/")
    settled(page)
    # From the page's beginning, wherever a run of the script left the focus.
    page.evaluate("document.activeElement.blur()")
    tab_to(page, "[data-testid=stSidebar] a[href*='market-share']", most=200)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Market share")
    settled(page)
    tab_to(page, "[data-testid=stSidebar] input[aria-label='Company'], [data-testid=stSidebar] [role=combobox]")
    page.keyboard.type("NEC")
    expect(page.get_by_role("option", name="NEC", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    while not page.get_by_role("option", name="NEC", exact=True).evaluate(
        "one => one.hasAttribute('data-focused') || one.id === document.activeElement.getAttribute('aria-activedescendant')"
    ):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"company=nec$"))
    page.keyboard.press("Escape")
    settled(page)
    assert draws(page, 0.7, 20)
    tab_to(page, "button[data-kind=live]")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Link to this view")).to_have_value(f"{bundled}/market-share?company=nec")
    tab_to(page, ".vt-table a[href*='fact?fact=']", most=120)
    page.keyboard.press("Enter")
    expect(page.locator("blockquote mark").first).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(r"market-share\?company=nec$"))
    settled(page)
    tab_to(page, ".vt-chip a")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{bundled}/market-share")


def test_back_and_forward_give_each_page_the_filters_it_had(browse, bundled):
    page = browse(f"{bundled}/market-share?company=nec&since=2019")
    menu = page.get_by_test_id("stSidebar")
    menu.get_by_role("link", name="Articles", exact=True).click()
    expect(page).to_have_url(f"{bundled}/articles?company=nec&since=2019")
    settled(page)
    words = menu.get_by_label("Words")
    words.fill("climb")
    words.press("Enter")
    expect(page).to_have_url(f"{bundled}/articles?company=nec&since=2019&q=climb")
    settled(page)
    menu.get_by_role("link", name="Targets").click()
    expect(page).to_have_url(f"{bundled}/targets?company=nec&since=2019")
    settled(page)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Articles")
    expect(page).to_have_url(f"{bundled}/articles?company=nec&since=2019&q=climb")
    expect(page.locator(".vt-chips")).to_contain_text("climb")
    page.go_back()
    expect(page).to_have_url(f"{bundled}/articles?company=nec&since=2019")
    expect(page.locator(".vt-chips")).not_to_contain_text("climb")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Market share")
    for words in ("NEC", "climb"):
        page.go_forward()
        expect(page.locator("h1")).to_have_text("Articles")
        expect(page.locator(".vt-chips")).to_contain_text(words)


def test_back_leads_through_the_app_and_out_of_it_to_the_page_before(browse, bundled):
    page = browse(f"{bundled}/").context.new_page()
    menu = page.get_by_test_id("stSidebar")
    with Loopback() as outside:
        link = f'<a href="{bundled}/market-share?company=nec">in</a>'
        page.goto(outside.page("/", f'<!doctype html><link rel="icon" href="data:,"><h1>Outside</h1>{link}'))
        page.get_by_role("link", name="in").click()
        settled(page)
        menu.get_by_label("Until").click()
        page.get_by_role("option", name="2020", exact=True).click()
        menu.get_by_role("link", name="Articles", exact=True).click()
        expect(page).to_have_url(f"{bundled}/articles?company=nec&until=2020")
        settled(page)
        menu.get_by_label("Words").fill("climb")
        menu.get_by_label("Words").press("Enter")
        been = [
            f"{bundled}/articles?company=nec&until=2020&q=climb",
            f"{bundled}/articles?company=nec&until=2020",
            f"{bundled}/market-share?company=nec&until=2020",
            f"{bundled}/market-share?company=nec",
        ]
        for address in been:
            expect(page).to_have_url(address)
            settled(page)
            page.go_back()
        expect(page).to_have_url(outside.url("/"))
        expect(page.locator("h1")).to_have_text("Outside")
        page.go_forward()
        expect(page).to_have_url(been[-1])
        settled(page)

"""axe-core on every page: nothing in our own markup that keeps anybody from reading or using it, in light and dark, wide and narrow.

What is Streamlit's or Plotly's own is listed here one by one, each with why it stays.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.addresses import PAGES, drawn
from tests.e2e.conftest import settled

BACKGROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 22, 31)"}
GRAVE = ("serious", "critical")
# (rule, words of the element, why it is not ours to mend)
OTHERS = (
    (
        "scrollable-region-focusable",
        'data-testid="stSidebarContent"',
        "Streamlit: the sidebar scrolls, and while its widgets are drawn anew nothing in it takes the focus.",
    ),
)
# Plotly draws SVG without roles. Streamlit gives the chart around it the role of a figure and our sentence as its name.
DRAWN = [".main-svg"]


def faults(page: Page, *rules: str) -> list[str]:
    """What axe finds to be grave in a page, but for what is not ours; only these rules, if any are named."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = Axe().run(page, context={"exclude": [DRAWN]}, options=options).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]} ({'; '.join(one['message'] for one in node['any'])})"
        for fault in found
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
        if not any(fault["id"] == rule and words in node["html"] for rule, words, _ in OTHERS)
    ]


def painted(page: Page, scheme: str) -> None:
    """Show pages in a theme, and wait until the one that is open has its colours."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        "wanted => getComputedStyle(document.querySelector('.stApp')).backgroundColor == wanted",
        arg=BACKGROUND[scheme],
    )


def unnamed_charts(page: Page) -> list[str]:
    """Charts that are no figure with a sentence for its name."""
    named = page.get_by_test_id("stPlotlyChart").evaluate_all(
        "all => all.map(one => one.getAttribute('role') === 'figure' && one.getAttribute('aria-label') || '')"
    )
    return [f"a chart's name is {words!r}" for words in named if len(words.split()) < 4]


def leaping_headings(page: Page) -> list[str]:
    """Headings more than one step below the one before; and what is wrong when there is not one at the top."""
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => +one.tagName[1])")
    right = levels[0] == 1 == levels.count(1) and all(after <= before + 1 for before, after in pairwise(levels))
    return [] if right else [f"headings go {levels}"]


def faults_in_both(page: Page) -> list[str]:
    """What is grave in a page in light, and what of its colours is in the dark; the page is light again after it."""
    found = faults(page)
    painted(page, "dark")
    found += [f"dark: {fault}" for fault in faults(page, "color-contrast")]
    painted(page, "light")
    return found


def broken_tables(page: Page) -> list[str]:
    """Tables that can be seen whose first row has no cell to be read: laid out anew for a phone, a table is to stay one."""
    shown = page.locator(".vt-table:visible").count()
    first = [table.get_by_role("row").nth(1).get_by_role("cell").first for table in page.get_by_role("table").all()]
    whole = sum(cell.is_visible() for cell in first)
    return [] if whole == shown else [f"{whole} of {shown} tables are tables"]


def test_no_page_has_a_grave_fault_in_light_or_dark_and_every_chart_says_its_sentence(browse, bundled):
    page, found, charts = browse(f"{bundled}/"), {}, 0
    for path in PAGES.values():
        drawn(page, f"{bundled}/{path}")
        charts += page.get_by_test_id("stPlotlyChart").count()
        if of_page := [*unnamed_charts(page), *leaping_headings(page), *faults_in_both(page)]:
            found[path] = of_page
    assert not found
    assert charts > 12


def test_no_page_has_a_grave_fault_on_a_phone_and_its_tables_are_still_tables(browse, bundled):
    page, found, tables = browse(f"{bundled}/", viewport={"width": 390, "height": 844}, has_touch=True), {}, 0
    for path in PAGES.values():
        drawn(page, f"{bundled}/{path}")
        tables += page.get_by_role("table").count()
        if of_page := [*broken_tables(page), *faults_in_both(page)]:
            found[path] = of_page
    assert not found
    assert tables > 12


@pytest.mark.parametrize("width", [1440, 390])
def test_a_fact_and_an_article_have_no_grave_fault_in_light_or_dark(browse, bundled, width):
    page = browse(f"{bundled}/market-share?company=nec", viewport={"width": width, "height": 1000})
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.get_by_role("table").get_by_role("link", name="20%").first.click()
    expect(page.locator("blockquote mark").first).to_be_visible()
    settled(page)
    assert faults_in_both(page) == []
    page.get_by_role("link", name="Read it in the article").click()
    expect(page.locator("mark.vt-focus")).to_be_visible()
    settled(page)
    assert faults_in_both(page) == []


def test_the_menu_is_named_tells_which_page_is_open_and_has_no_grave_fault_over_a_phones_page(browse, bundled):
    page = browse(f"{bundled}/targets", viewport={"width": 390, "height": 844}, has_touch=True)
    page.get_by_test_id("stExpandSidebarButton").click()
    menu = page.get_by_role("navigation", name="Pages")
    # The names of the icons are no part of the links' own.
    expect(menu.get_by_role("link", name="Targets", exact=True)).to_have_attribute("aria-current", "page")
    expect(menu.locator("[aria-current]")).to_have_count(1)
    expect(menu.get_by_role("link", name="Market share", exact=True)).to_be_in_viewport()
    for scheme in BACKGROUND:
        painted(page, scheme)
        assert faults(page) == [], scheme
    menu.get_by_role("link", name="Market share", exact=True).click()
    expect(page.locator("h1")).to_have_text("Market share")

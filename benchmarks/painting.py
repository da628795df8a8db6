"""When a page is painted in headless Chromium: its frame, its filters, its first chart, and that chart after a filter's change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as Late

from benchmarks.server import Served
from tests.e2e.conftest import QUIET, settled
from tools import browser as browsers

PATIENCE = 60_000  # milliseconds until a page that is not painted is given up
STUCK = 3  # companies in a row that leave a chart as it is: then the others are not tried
SIZE = {"width": 1440, "height": 1000}
LOOK = """
window.seen = {}
const look = () => {
    if (!seen.frame && document.querySelector('.vt-head h1')) seen.frame = performance.now()
    const filter = document.querySelector('#root [data-testid=stSidebar] :is([role=combobox], [type=range])')
    if (!seen.filters && filter) seen.filters = performance.now()
    const drawn = document.querySelector('.js-plotly-plot .main-svg :is(.trace, .point, .choroplethlayer path)')
    // What is found before a frame is painted is on the screen when the next one begins.
    if (drawn) requestAnimationFrame(() => { seen.chart ??= performance.now() })
    if (!seen.chart || !seen.filters) requestAnimationFrame(look)
}
requestAnimationFrame(look)
// While the code that draws charts is fetched, a skeleton stands in their place.
window.drawn = () => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
    && !document.querySelector('[data-testid=stSkeleton]')
window.chartless = () => drawn() && !document.querySelector('[data-testid=stPlotlyChart]')
"""
CHANGE = """
const ends = values => values?.length ? [values.length, values[0], values[values.length - 1]] : []
const shown = () => {
    const traces = document.querySelector('.js-plotly-plot')?.data
    return traces?.map(one => [one.name, ends(one.x), ends(one.y), ends(one.customdata)].join()).join(';')
}
window.before = shown()
window.change = {}
document.addEventListener('click', happened => {
    if (change.begun || !happened.target.closest('[role=option]')) return
    change.begun = performance.timeOrigin + performance.now()
    const look = () => {
        if (shown() && shown() !== before) {
            requestAnimationFrame(() => { change.done = performance.timeOrigin + performance.now() })
        } else requestAnimationFrame(look)
    }
    look()
}, true)
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that the tests use, too."""
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=browsers.find(), args=arguments) as browser,
    ):
        yield browser


@contextmanager
def window(browser: Browser) -> Iterator[Page]:
    """A page in a browser that kept nothing."""
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(PATIENCE)
    try:
        yield context.new_page()
    finally:
        context.close()


def first_paint(browser: Browser, address: str) -> dict[str, float]:
    """Seconds to the "frame" of a page, and to its "filters" and its first "chart" if it has any. Raises playwright's Error."""
    with window(browser) as page:
        page.add_init_script(LOOK)
        page.goto(address)
        page.wait_for_function("seen.frame && (seen.filters || drawn()) && (seen.chart || chartless())")
        return {what: seen / 1000 for what, seen in page.evaluate("seen").items()}


def changes(browser: Browser, app: Served, chosen: Iterator[tuple[str, str]]) -> Iterator[tuple[float, float]]:
    """Seconds from choosing a company until the new chart is painted, and those of them that the database was asked.

    chosen: addresses of a page and the company to choose there. Raises playwright's Error.
    """
    stuck = 0
    with window(browser) as page:
        for address, name in chosen:
            page.goto(address)
            settled(page)
            page.wait_for_selector(".js-plotly-plot .main-svg")
            page.evaluate(CHANGE)
            _choose(page, name)
            try:
                page.wait_for_function("change.done", timeout=PATIENCE / 4)
            except Late:
                print(f"  {address}: the first chart stays as it is for {name}")
                stuck += 1
                if stuck == STUCK:
                    return
                continue
            stuck, change = 0, page.evaluate("change")
            begun, done = change["begun"] / 1000, change["done"] / 1000
            yield done - begun, app.asked(begun, done)


def _choose(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("combobox", name="Company").fill(name)
    option = page.get_by_role("option", name=name, exact=True)
    option.wait_for()
    page.wait_for_timeout(150)
    option.click()

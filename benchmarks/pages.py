"""How soon pages and files are there: `python -m benchmarks.pages`, in headless Chromium against the started app.

frame               from navigation until the page's title stands, with an empty browser cache       bar 1 s
filters             until the app itself has drawn the filters, so that it can be used
first chart         until the first chart is painted                                                 bar 2.5 s
filter              from choosing a company until the new chart is painted, p95                      bar 0.3 s bundled, 0.8 s generated
database            the part of that in which the database was asked
figures.csv         all figures of one company as a file, from request to last byte                  bar 0.3 s
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from itertools import cycle
from pathlib import Path
from statistics import median

import duckdb
import httpx
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as Late

from benchmarks import generated
from benchmarks.server import Served, bundled, served
from dashboard.names import registered_names
from tests.e2e.conftest import QUIET, settled
from tools import browser as browsers

PATHS = ("", "market-share")
LOOK = """
window.seen = {}
const look = () => {
    if (!seen.frame && document.querySelector('.vt-head h1')) seen.frame = performance.now()
    if (!seen.filters && document.querySelector('#root [data-testid=stSidebar] [role=combobox]')) seen.filters = performance.now()
    const drawn = document.querySelector('.js-plotly-plot .main-svg .trace, .js-plotly-plot .main-svg .point')
    // What is found before a frame is painted is on the screen when the next one begins.
    if (drawn) requestAnimationFrame(() => { seen.chart ??= performance.now() })
    if (!seen.chart || !seen.filters) requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""
CHANGE = """
const shown = () => {
    const chart = document.querySelector('.js-plotly-plot')
    return chart?.data?.map(one => [one.name, one.x?.length, one.y?.[0], one.y?.[one.y.length - 1]].join()).join(';')
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


def p95(values: list[float]) -> float:
    """The value that 95 of 100 stay at or below."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def companies(home: Path, most: int) -> list[tuple[str, int]]:
    """Companies with shares in a published database and how many figures each has, those with most first."""
    with duckdb.connect(home / "published.duckdb", read_only=True) as data:
        return data.execute(
            """select company, count(*) as many from (select unnest(companies) as company, metric from figures
               where confidence >= 0.5 and status = 'actual' and known_to is null)
               group by company having bool_or(metric = 'market_share') order by many desc, company limit ?""",
            [most],
        ).fetchall()


def first_paint(browser: Browser, app: Served, path: str, rounds: int) -> dict[str, list[float]]:
    """Seconds to the frame, the filters and the first chart of a page, each time in a browser that kept nothing."""
    took: dict[str, list[float]] = {"frame": [], "filters": [], "chart": []}
    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        context.add_init_script(LOOK)
        page = context.new_page()
        page.goto(f"{app.address}/{path}")
        page.wait_for_function("seen.chart && seen.filters", timeout=90_000)
        seen = page.evaluate("seen")
        for what, seconds in took.items():
            seconds.append(seen[what] / 1000)
        context.close()
    return took


def filter_changes(browser: Browser, app: Served, names: list[str], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds from choosing a company on the page of shares until the new chart, and those that the database took.

    Each time with another least confidence, so that no answer is kept from the time before.
    """
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    whole, asked = [], []
    for number, name in zip(range(rounds), cycle(names), strict=False):
        page.goto(f"{app.address}/market-share?min_confidence={0.5 + number / 1000}")
        settled(page)
        page.wait_for_selector(".js-plotly-plot .main-svg")
        page.evaluate(CHANGE)
        _choose(page, name)
        try:
            page.wait_for_function("change.done", timeout=60_000)
        except Late:
            print(f"  the first chart stays as it is for {name}")
            continue
        change = page.evaluate("change")
        whole.append((change["done"] - change["begun"]) / 1000)
        asked.append(app.asked(change["begun"] / 1000, change["done"] / 1000))
    page.context.close()
    return whole, asked


def _choose(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("combobox", name="Company").fill(name)
    option = page.get_by_role("option", name=name, exact=True)
    option.wait_for(timeout=60_000)
    page.wait_for_timeout(150)
    option.click()


def files(app: Served, wanted: list[tuple[str, int]]) -> list[tuple[float, int, float]]:
    """For each company: seconds until all of figures.csv is there, its rows, its MB."""
    names, took = registered_names(), []
    with httpx.Client(timeout=120) as client:
        for name, _ in wanted:
            begun = time.perf_counter()
            answer = client.get(f"{app.address}/api/figures.csv", params={"company": names.key(name)})
            took.append((time.perf_counter() - begun, answer.text.count("\n") - 1, len(answer.content) / 1e6))
            answer.raise_for_status()
    return took


def measure(browser: Browser, home: Path, what: str, rounds: int) -> None:
    """Print all measures of one database."""
    known = companies(home, 200)
    with served(home) as app:
        print(f"{what}: {(home / 'published.duckdb').stat().st_size / 1e6:.0f} MB")
        for path in PATHS:
            took = first_paint(browser, app, path, rounds)
            told = ", ".join(f"{what} {median(seconds):.2f} s" for what, seconds in took.items())
            print(f"  /{path}: {told} (medians of {rounds})")
        whole, asked = filter_changes(browser, app, [name for name, _ in known[:rounds]], rounds)
        if whole:
            spread = f"median {median(whole) * 1000:.0f} ms, p95 {p95(whole) * 1000:.0f} ms"
            print(
                f"  filter: {spread}; database {median(asked) * 1000:.0f} and {p95(asked) * 1000:.0f} ms ({len(whole)} changes)"
            )
        for some, of in ((known[:5], "most"), (known[-20:], "fewest")):
            took = files(app, some)
            rows, size = median(row[1] for row in took), median(row[2] for row in took)
            print(
                f"  figures.csv of companies with {of} figures: median {median(row[0] for row in took) * 1000:.0f} ms, "
                f"p95 {p95([row[0] for row in took]) * 1000:.0f} ms ({rows:,.0f} rows, {size:.1f} MB)"
            )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--facts", type=int, default=generated.FACTS, help="of the generated database; 0: none")
    options.add_argument("--articles", type=int, default=generated.ARTICLES)
    options.add_argument("--home", type=Path, help="databases to measure in the place of both")
    args = options.parse_args()
    path = browsers.find()
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=arguments) as browser:
        if args.home:
            return measure(browser, args.home, str(args.home.name), args.rounds)
        with bundled() as home:
            measure(browser, home, "bundled articles", args.rounds)
        if args.facts:
            with tempfile.TemporaryDirectory() as made:
                generated.generate(Path(made), args.facts, args.articles)
                measure(browser, Path(made), f"{args.facts:,} generated facts", args.rounds)
    return None


if __name__ == "__main__":
    main()

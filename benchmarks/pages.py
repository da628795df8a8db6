"""How soon pages and files are there: `python -m benchmarks.pages`, in headless Chromium against the started app.

For each page of the menu, "ok" or "over" beside what has a bar:

frame               from navigation until the page's title stands, with an empty browser cache       bar 1 s
filters             until the app itself has drawn the filters, so that it can be used
first chart         until the first chart is painted                                                 bar 2.5 s
filter              from choosing a company until the new chart is painted, p95                      bar 0.3 s bundled, 0.8 s generated
database            the part of that in which the database was asked
figures.csv         all figures of one company as a file, from request to last byte                  bar 0.3 s

The first three are medians. A page that is about one company or country is that of the one told of most.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, cycle, islice
from pathlib import Path
from statistics import median

import duckdb
import httpx
from playwright.sync_api import Browser
from playwright.sync_api import Error as Unpainted

from benchmarks.homes import FILTER_BARS, Home, add_options, homes, judged
from benchmarks.painting import changes, chromium, first_paint
from benchmarks.server import Served, served
from dashboard.filters import Filters
from dashboard.names import registered_names
from dashboard.site import ROOMS, Room, href

MENU = {room.path or "overview": room for room in ROOMS if room.in_menu}
FRAME_BAR, CHART_BAR, FILE_BAR = 1.0, 2.5, 0.3  # seconds
WIDTH = 16
HEADS = ("page", "frame", "filters", "first chart", "filter", "filter p95", "database p95")
SHARES = "select unnest(companies) as company, * from figures where status = 'actual' and metric = 'market_share'"
# By page: whom its first chart shows, where that is not who has market shares.
DRAWN = {
    "targets": "select unnest(companies) as company, * from figures where status = 'target'",
    "selections": "select vendor as company, * from selections",
    "country": "select vendor as company, * from selections where country = ?",
    "deals": "select unnest(parties) as company, * from deals",
    "restrictions": "select vendor as company, * from restrictions",
}
Took = dict[str, list[float]]  # seconds


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


@dataclass(frozen=True)
class Visit:
    """A page as it is measured. about: its one company or country; names: companies to choose in its filter, if it has that."""

    room: Room
    about: Filters
    names: list[str]

    def address(self, app: Served, least: float | None = None) -> str:
        """Where it stands. least: the least confidence of its facts, if not the usual one."""
        path = href(self.room.path, replace(self.about, min_confidence=least)).removeprefix("./")
        return f"{app.address}/{path}"


def visits(home: Path, pages: list[str]) -> list[Visit]:
    """Pages by name, about the company and the country that a published database tells most of."""
    with duckdb.connect(home / "published.duckdb", read_only=True) as data:
        country = data.execute(
            "select country from selections where country is not null group by country order by count(*) desc"
        ).fetchone()
        about = {"country": Filters(country=country or ())}
        if leader := _drawn(data, "company", None)[:1]:
            about["company"] = Filters(company=(registered_names().key(leader[0]),))
        found = []
        for page in pages:
            room, filters = MENU[page], about.get(page, Filters())
            names = _drawn(data, page, country) if "company" in room.filters else []
            own = [registered_names().name(key) for key in filters.company]
            found.append(Visit(room, filters, [name for name in names if name not in own]))
        return found


def _drawn(data: duckdb.DuckDBPyConnection, page: str, country: tuple[str] | None) -> list[str]:
    asked = DRAWN.get(page, SHARES)
    sql = f"""select company from ({asked}) where confidence >= 0.6 and known_to is null and company is not null
              group by company order by count(*) desc, company limit 200"""
    return [name for (name,) in data.execute(sql, list(country or [None]) if "?" in asked else []).fetchall()]


def measured(browser: Browser, app: Served, visit: Visit, rounds: int, confidences: Iterator[float]) -> Took:
    """What each round took on one page; what went wrong is printed, and what was measured before it is kept."""
    took: Took = defaultdict(list)
    chosen = ((visit.address(app, least), name) for least, name in zip(confidences, cycle(visit.names), strict=False))
    try:
        for _ in range(rounds):
            for what, seconds in first_paint(browser, visit.address(app)).items():
                took[what].append(seconds)
        for whole, asked in changes(browser, app, islice(chosen, rounds if took["chart"] else 0)):
            took["filter"].append(whole)
            took["database"].append(asked)
    except Unpainted as why:
        print(f"  {visit.address(app)}: {why.message.splitlines()[0]}")
    return took


def line(page: str, took: Took, bar: float) -> str:
    """A row of the table. bar: seconds that a changed filter may take."""
    cells = (
        page,
        told(took["frame"], median, FRAME_BAR),
        told(took["filters"], median),
        told(took["chart"], median, CHART_BAR),
        told(took["filter"], median),
        told(took["filter"], p95, bar),
        told(took["database"], p95),
    )
    return row(cells)


def row(cells: Sequence[str]) -> str:
    """A line of text with each cell in its column, the first to the left."""
    first, *others = (f"{cell:{'>' if place else '<'}{WIDTH}}" for place, cell in enumerate(cells))
    return f"  {first}{''.join(others)}"


def told(values: list[float], of: Callable[[list[float]], float], bar: float | None = None) -> str:
    """Seconds in ms, with what is said of their bar; a dash where nothing was measured."""
    if not values:
        return "–"
    figure = of(values)
    return f"{figure * 1000:,.0f} ms{f' {judged(figure, bar)}' if bar else ''}"


def file_line(app: Served, name: str) -> str:
    """What one company's figures.csv takes; what went wrong, if it does not come."""
    asked = {"company": registered_names().key(name)}
    try:
        with httpx.Client(timeout=120) as client:
            begun = time.perf_counter()
            answer = client.get(f"{app.address}/api/figures.csv", params=asked)
            took = time.perf_counter() - begun
        answer.raise_for_status()
    except httpx.HTTPError as why:
        return f"  figures.csv of {name}: {why}"
    rows, size = answer.text.count("\n") - 1, len(answer.content) / 1e6
    return f"  figures.csv of {name}: {rows:,} rows, {size:.2f} MB, {told([took], median, FILE_BAR)}"


def measure(browser: Browser, home: Home, pages: list[str], rounds: int) -> None:
    """Print all measures of one database, each as soon as it is there."""
    # Each change with another least confidence, so that no answer is kept from one before it.
    confidences = (0.5 + number / 10_000 for number in count())
    with served(home.folder) as app:
        size = (home.folder / "published.duckdb").stat().st_size / 1e6
        print(f"{home.what}: {size:.0f} MB, {rounds} rounds", row(HEADS), sep="\n", flush=True)
        for page, visit in zip(pages, visits(home.folder, pages), strict=True):
            took = measured(browser, app, visit, rounds, confidences)
            print(line(page, took, FILTER_BARS[home.large]), flush=True)
        for name, _ in companies(home.folder, 5):
            print(file_line(app, name), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--pages", nargs="+", choices=MENU, default=list(MENU), help="of the menu; all unless told")
    add_options(options)
    args = options.parse_args()
    with chromium() as browser:
        for home in homes(args):
            measure(browser, home, args.pages, args.rounds)


if __name__ == "__main__":
    main()

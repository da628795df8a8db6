"""Stories and the page of articles at scale: how the time for grouping grows with the articles, and what each question takes.

    .venv/bin/python -m benchmarks.articles [articles]

Both sizes are made and asked in one run, side by side: numbers of two runs do not compare. Texts are invented at random;
one in five is a copy of another, every twentieth word replaced.

Bars: at the larger size a question takes at most 800 ms, as a changed filter does with generated facts; the grouping grows at
most half again as much as the articles do. "ok" or "over" at a line's end tells whether it keeps to its bar.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks.homes import FILTER_BARS, judged
from dashboard import article_queries, queries, search
from dashboard.data import Database
from dashboard.filters import Filters
from dashboard.names import registered_names
from dashboard.view import View, viewed_load
from etl import story_book
from etl.store import Store, Versions, open_store

SIZES = (20_000, 200_000)
WORDS = 120  # of a text
BATCH = 5_000
QUESTION_BAR = FILTER_BARS[True] * 1000  # milliseconds
GROWTH_BAR = 1.5  # times the growth of the articles


def made(count: int) -> Iterator[tuple[list[dict], list[dict]]]:
    """Articles and figures, a batch at a time; the same ones in each run."""
    chance = random.Random(1)
    words = [f"word{number}" for number in range(3_000)] + ["huawei", "contract", "network"] * 20
    text, on = [], date(2019, 1, 1)
    for first in range(0, count, BATCH):
        articles, figures = [], []
        for number in range(first, min(first + BATCH, count)):
            if number % 5:
                text = chance.choices(words, k=WORDS)
                on = date(2019, 1, 1) + timedelta(days=chance.randrange(2_000))
            told = [chance.choice(words) if chance.random() < 0.05 else word for word in text]
            article_id = f"{number:016x}"
            row = {"article_id": article_id, "source": "made", "path": f"{number}.txt", "name": str(number)}
            row |= {
                "content_hash": "x",
                "is_brief": False,
                "state": "read",
                "language": "en",
                "title": f"Report {number}",
            }
            row |= {"publisher": f"Publisher {number % 300}", "published": on.isoformat(), "published_on": on}
            articles.append(row | {"text": " ".join(told)})
            figures += [_figure(article_id, number - (number % 5 == 0), value) for value in range(3)]
        yield articles, figures


def _figure(article_id: str, told: int, value: int) -> dict:
    row = {"fact_id": f"{article_id}{value}", "article_id": article_id, "quote": "word", "start": 0, "end": 4}
    row |= {"reader": "made", "companies": [f"Company {told % 40}"], "metric": "market_share", "status": "actual"}
    row |= {"value": float(told % 97 + value), "unit": "percent", "qualifier": "exact", "market": "ran"}
    return row | {
        "region": "global",
        "confidence": 0.9,
        "attributed_to": f"Firm {told % 9}",
        "period": str(2010 + told % 14),
    }


def stored(warehouse: Path, count: int) -> float:
    """Make a store of so many articles and publish it; the seconds that the grouping took."""
    with open_store(warehouse, datetime(2024, 6, 1), Versions("made", "made", 0.5)) as store:
        for articles, figures in made(count):
            with store.transaction():
                store.replace("articles", [row["article_id"] for row in articles], articles)
                store.replace("figures", [row["article_id"] for row in articles], figures)
        seconds = _grouped(store)
        store.publish("made")
    return seconds


def _grouped(store: Store) -> float:
    begun = time.perf_counter()
    with store.transaction():
        story_book.group(store._connection, store.open_load(), store._begin_load)
        story_book.note_copies(store._connection, store._begin_load)
    return time.perf_counter() - begun


def one_more(warehouse: Path) -> float:
    """The seconds that a run takes to place one more article among those that are there."""
    with open_store(warehouse, datetime(2024, 6, 2), Versions("made", "made", 0.5)) as store:
        (articles, _) = next(made(2))
        row = articles[1] | {"article_id": "one-more", "path": "one-more.txt"}
        with store.transaction():
            store.replace("articles", ["one-more"], [row])
        return _grouped(store)


def view_of(warehouse: Path, **filters: object) -> View:
    """The newest view of a warehouse."""
    database = Database(warehouse / "published.duckdb")
    snapshot = database.snapshot()
    return View(database, snapshot, viewed_load(snapshot, None), Filters(**filters), registered_names())


QUESTIONS: dict[str, tuple[dict[str, object], Callable[[View], object]]] = {
    "a page of stories": ({}, article_queries.stories),
    "a later page": ({"offset": 10_000}, article_queries.stories),
    "stories of a publisher": ({"publisher": ("Publisher 7",)}, article_queries.stories),
    "stories with common words": ({"q": "huawei contract"}, article_queries.stories),
    "stories with a rare word": ({"q": "word1234"}, article_queries.stories),
    "looking up common words": ({"q": "huawei contract"}, search.condition),
    "stories about a market": ({"market": ("ran",)}, article_queries.stories),
    "the chart": ({}, article_queries.by_year),
    "the chart of a search": ({"q": "word1234"}, article_queries.by_year),
    "totals": ({}, queries.totals),
    "a page of figures": ({}, queries.figures_page),
}


def asked(warehouse: Path, rounds: int = 3) -> dict[str, float]:
    """The best of some rounds of each question, in milliseconds, nothing kept between them."""
    import streamlit as st

    best: dict[str, float] = {}
    for name, (filters, question) in QUESTIONS.items():
        view = view_of(warehouse, **filters)
        for _ in range(rounds):
            st.cache_data.clear()
            begun = time.perf_counter()
            question(view)
            took = (time.perf_counter() - begun) * 1000
            best[name] = min(best.get(name, took), took)
    return best


def main() -> None:
    """Measure both sizes and print them beside each other."""
    sizes = tuple(int(told) for told in sys.argv[1:]) or SIZES
    with tempfile.TemporaryDirectory() as folder:
        homes = {size: Path(folder) / str(size) for size in sizes}
        seconds = {size: stored(home, size) for size, home in homes.items()}
        answers = {size: asked(home) for size, home in homes.items()}
        more = {size: one_more(home) for size, home in homes.items()}
    print(f"{'':32}" + "".join(f"{size:>12,}" for size in sizes) + "   ratio")
    grown = (seconds[sizes[-1]] / seconds[sizes[0]]) / (sizes[-1] / sizes[0])
    tell("grouping all, s", list(seconds.values()), judged(grown, GROWTH_BAR))
    tell("placing one more, s", list(more.values()))
    for name in QUESTIONS:
        took = [answers[size][name] for size in sizes]
        tell(f"{name}, ms", took, judged(took[-1], QUESTION_BAR))


def tell(name: str, took: list[float], verdict: str = "") -> None:
    """Print a line: what a thing took at each size, and how many times as long at the last one as at the first."""
    print(f"{name:32}{''.join(f'{one:>12.2f}' for one in took)}{took[-1] / took[0]:>8.1f}  {verdict}".rstrip())


if __name__ == "__main__":
    main()

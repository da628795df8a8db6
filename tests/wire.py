"""Invented agency texts and what publishers make of them, loaded into a store without a reader."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path

import duckdb

from etl.facts import period_span
from etl.store import Store, Versions, open_store

WIRE = (
    "Borealis Mobile will build the radio part of its next network with equipment from Ericsson, the operator said on "
    "Tuesday, ending a search that had taken most of the year. The contract covers about four thousand sites in the "
    "north of the country and runs for six years. Ericsson held 27 percent of the world market for such gear last "
    "year, according to the operator's own presentation to investors in the harbour town where it has its seat. "
    "Work begins in spring with the towers along the coast, where storms had damaged many of the older antennas. "
    "The chief executive called the choice a matter of price and of delivery times, and declined to say which other "
    "bidders had been heard. Two of them had asked for longer terms, people close to the talks said. The old equipment "
    "will be sold for parts. Shares of the operator closed little changed, while analysts said that they had expected "
    "the decision a month earlier. The regulator must still approve the plan for sharing masts with a smaller rival."
)
# The same deal in a reporter's own words, with the one sentence of the release that everybody quotes.
OWN_WORDS = (
    "Ericsson has won a six-year order from Borealis Mobile, beating two competitors whose offers were seen as too slow. "
    "Some 4,000 masts will be refitted, starting by the sea after last winter's gales. A spokeswoman told this paper that "
    "cost decided it. Investors yawned: the stock moved by less than a tenth of a percent. What happens with the kit now "
    "in use is clear as well, since a dealer has agreed to take it. Still open is whether the watchdog lets Borealis use "
    "towers together with its neighbour, a question that lawyers expect to be answered before the summer. Ericsson held "
    "27 percent of the world market for such gear last year, according to the operator's own presentation to investors. "
    "For the Swedish company it is the third order of this size in the region since January, and the smallest of them."
)
BOILERPLATE = (
    " This report first appeared on our partner's pages. Sign up to our newsletter to get the week in telecoms every Friday "
    "morning, and tell us what you think in the comments below."
)


def edited(text: str, every: int = 24) -> str:
    """The text with every so-many-th word replaced."""
    return " ".join("indeed" if at % every == every - 1 else word for at, word in enumerate(text.split()))


def cut(text: str, share: float = 0.5) -> str:
    """The first sentences of a text, about this share of it."""
    sentences = re.split(r"(?<=\.) ", text)
    return " ".join(sentences[: round(len(sentences) * share)])


def opened(warehouse: Path, day: str = "2024-03-01") -> AbstractContextManager[Store]:
    """The store of a warehouse for one command of that day."""
    return open_store(warehouse, datetime.fromisoformat(day), Versions("test 1", "names 1", 0.5))


def article(article_id: str, text: str, published: str | None = "2024-02-06", **more: object) -> dict:
    """A row of table articles, published by whom its id names."""
    row = {"article_id": article_id, "source": "news", "path": f"{article_id}.txt", "name": article_id, "text": text}
    row |= {"title": f"As told by {article_id}", "publisher": article_id.capitalize(), "published": published}
    day: date | None = period_span(published)[0] if published else None
    return row | {"published_on": day, "content_hash": "x", "is_brief": False, "state": "read", "language": "en"} | more


def figure(article_id: str, value: float, confidence: float = 0.9, **more: object) -> dict:
    """A row of table figures: Ericsson's share of the world's radio networks."""
    row = {
        "fact_id": f"{article_id}-{value:g}",
        "article_id": article_id,
        "quote": "Ericsson held",
        "start": 0,
        "end": 13,
    }
    row |= {
        "reader": "test 1",
        "companies": ["Ericsson"],
        "metric": "market_share",
        "status": "actual",
        "unit": "percent",
    }
    row |= {"value": value, "qualifier": "exact", "market": "ran", "region": "global", "confidence": confidence}
    return row | more


def load(warehouse: Path, articles: list[dict], figures: list[dict] = (), day: str = "2024-03-01") -> bool:
    """One command that makes this what is known of these articles; whether it published something."""
    ids = [row["article_id"] for row in articles]
    with opened(warehouse, day) as store:
        with store.transaction():
            store.replace("articles", ids, articles)
            store.replace("figures", ids, list(figures))
        return store.publish("loaded")


def withdraw(warehouse: Path, *article_ids: str) -> None:
    """One command that withdraws these articles."""
    with opened(warehouse) as store:
        with store.transaction():
            store.withdraw(list(article_ids))
        store.publish("removed")


def published(warehouse: Path, question: str) -> list[tuple]:
    """Rows of the published file."""
    with duckdb.connect(warehouse / "published.duckdb", read_only=True) as connection:
        return connection.execute(question).fetchall()


def stories(warehouse: Path) -> dict[str, list[str]]:
    """story_id -> its articles, as published now."""
    rows = published(
        warehouse,
        "select story_id, list(article_id order by article_id) from stories where known_to is null group by all",
    )
    return dict(rows)

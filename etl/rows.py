"""Articles and facts as rows of the tables in schema.sql, and the ids of articles."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import courlan

from etl.article import Article, Known
from etl.facts import KINDS, Fact, fact_ids, period_span

if TYPE_CHECKING:
    from etl.extract import Reading  # the store needs no reader

FACT_TABLES = {kind: f"{kind}s" for kind in KINDS}
VERSIONED = ("articles", *FACT_TABLES.values(), "unread", "new_names", "verdicts")


def url_id(source_url: str) -> str:
    """The id of the article at an address; the same for http and https, with www, tracking parameters or a place in it or without."""
    plain = re.sub(r"#(?![!/]).*", "", source_url, flags=re.DOTALL)
    canonical = courlan.normalize_url(plain, strict=False, trailing_slash=False)
    return _short_hash("url", re.sub(r"^https?://(www\.)?", "", canonical))


def path_id(source: str, path: str) -> str:
    """The id of an article that has no address of its own: by its place inside its source."""
    return _short_hash("path", f"{source}/{path}")


def content_hash(raw: bytes, known: Known) -> str:
    """A document's fingerprint: of its bytes and of what the index says of it."""
    told = json.dumps(
        [known.title, known.published, known.publisher, known.source_url, known.is_brief], ensure_ascii=False
    )
    return hashlib.sha256(raw + b"\0" + told.encode()).hexdigest()


def article_row(article_id: str, source: str, path: str, fingerprint: str, article: Article, reading: Reading) -> dict:
    """The row of table articles, without the loads that it is known from and to."""
    return {
        "article_id": article_id,
        "source": source,
        "path": path,
        "name": path.rpartition("/")[2].rpartition(".")[0],
        "content_hash": fingerprint,
        "title": article.title,
        "text": article.text,
        "published": article.published,
        "published_on": _first_day(article.published),
        "published_from": article.published_from,
        "publisher": article.publisher,
        "source_url": article.source_url,
        "is_brief": article.is_brief,
        "language": reading.language or article.language,
        "state": "skipped" if reading.skipped else "read",
        "why": reading.skipped,
    }


def reading_rows(article_id: str, reader: str, reading: Reading) -> dict[str, list[dict]]:
    """Rows of what was read, by table, without the loads that they are known from and to."""
    rows: dict[str, list[dict]] = {table: [] for table in VERSIONED if table != "articles"}
    for fact_id, fact in zip(fact_ids(article_id, reading.facts), reading.facts, strict=True):
        rows[FACT_TABLES[fact.kind]].append(fact_row(fact, fact_id, article_id, reader))
    for unread in reading.unread:
        place = {"quote": unread.quote, "start": unread.start, "end": unread.end}
        rows["unread"].append({"article_id": article_id, **place, "reason": unread.reason})
    for new in reading.new_names:
        rows["new_names"].append({"article_id": article_id, "name": new.name, "role": new.role})
    return rows


def fact_row(fact: Fact, fact_id: str, article_id: str, reader: str) -> dict:
    """The row of a fact in its kind's table, without the loads that it is known from and to."""
    fields = fact.model_dump(exclude={"kind", "said"})
    said = json.dumps(fact.said, ensure_ascii=False, sort_keys=True) if fact.said else None
    start, end = period_span(fact.period) or (None, None)
    row = {"fact_id": fact_id, "article_id": article_id, "reader": reader, "said": said, **fields}
    row |= {"period_start": start, "period_end": end}
    if fact.kind == "restriction":
        row["deadline_end"] = (period_span(fact.deadline) or (None, None))[1]
    return row


def _first_day(published: str | None):
    return period_span(published)[0] if published else None


def _short_hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

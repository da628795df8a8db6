"""Reviewed articles in gold form: NAME.json beside NAME.txt, to train the reader on what people corrected and to score it.

Answers must be complete: an article counts once somebody has accepted, corrected, rejected or written every fact that is shown of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from etl.disk import write_whole
from etl.errors import EtlError
from etl.reviews import FACT_FIELDS
from etl.rows import FACT_TABLES
from etl.store_file import SETTINGS

_UNTOLD = frozenset({"kind", "quote", "start", "end", "confidence", "said"})


class GoldExportError(EtlError):
    """Nothing can be written, or nothing is there to write."""


def export_gold(warehouse: Path, folder: Path, *, partly: bool = False) -> Iterator[str]:
    """Write the reviewed articles of the published file; lines that say how many. partly: also those with facts nobody reviewed.

    Raises GoldExportError.
    """
    published = warehouse / "published.duckdb"
    if not published.exists():
        raise GoldExportError(f"no published data in {warehouse} yet; read articles first (python -m etl run)")
    written = facts = left = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(published, read_only=True, config=SETTINGS) as connection:
            for article in _articles(connection):
                found, whole = _facts(connection, article["article_id"])
                if not (whole or partly):
                    left += 1
                    continue
                _write(folder, article, found)
                written, facts = written + 1, facts + len(found)
    except (OSError, duckdb.Error) as error:
        told = " ".join(str(error).split())[:160]
        raise GoldExportError(
            f"cannot write to {folder} ({told}); make room or check permissions, and run this again"
        ) from error
    yield f"{written} reviewed articles with {facts} facts written to {folder}"
    if left:
        yield f"{left} articles left out, of which only some facts were reviewed (--partly takes them)"


def _articles(connection: duckdb.DuckDBPyConnection) -> list[dict]:
    asked = """select article_id, name, title, text, published, publisher, source_url from articles
               where known_to is null and article_id in
                   (select v.article_id from verdicts v join reviews r using (review_id, article_id)
                    where v.known_to is null and v.action not in ('abandon', 'revise'))
               order by article_id"""
    return connection.sql(asked).to_arrow_table().to_pylist()


def _facts(connection: duckdb.DuckDBPyConnection, article_id: str) -> tuple[list[dict], bool]:
    """The facts of an article that are shown or reviewed, in the order of its text; and whether all of them were reviewed."""
    asked = "select value from meta where key = 'default_min_confidence'"
    least = float(next(iter(connection.execute(asked).fetchall()), (0,))[0])
    reviews = connection.execute(
        """select fact_id, state from verdicts
           where known_to is null and article_id = ? and action not in ('abandon', 'revise')""",
        [article_id],
    ).fetchall()
    reviewed = {fact_id for fact_id, state in reviews if state == "fresh"}
    whole, found = len(reviewed) == len(reviews), []
    for kind, table in FACT_TABLES.items():
        rows = connection.sql(f"from {table} where known_to is null and article_id = ?", params=[article_id])
        for row in rows.to_arrow_table().to_pylist():
            if row["fact_id"] in reviewed or row["confidence"] >= least:
                whole = whole and row["fact_id"] in reviewed
                fields = {name: row[name] for name in row if name in FACT_FIELDS[kind] - _UNTOLD}
                said = {"said": json.loads(row["said"])} if row["said"] else {}
                found.append((row["start"], {"kind": kind, **fields, **said, "quote": row["quote"]}))
    return [fact for _, fact in sorted(found, key=lambda one: one[0])], whole


def _write(folder: Path, article: dict, facts: list[dict]) -> None:
    # The name is a document's own and goes into a path: letters and digits alone.
    slug = re.sub(r"[^a-z0-9]+", "-", (article["name"] or "").lower()).strip("-")[:60] or "article"
    name = f"{slug}-{article['article_id'][:8]}"
    told = {key: article[key] for key in ("title", "published", "publisher", "source_url")}
    # The text first: gold without its article is a fault.
    write_whole(folder / f"{name}.txt", article["text"].encode())
    record = json.dumps({"id": name, **told, "facts": facts}, ensure_ascii=False, indent=1)
    write_whole(folder / f"{name}.json", f"{record}\n".encode())

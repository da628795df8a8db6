"""Rows that stand at no address of their own, as files: CSV, Excel and Parquet, with their sources and a link to each fact's page."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from dashboard import evidence
from dashboard.api.formats import JOINED
from dashboard.escape import for_cell

# What only this program's own questions need.
_INNER = (
    "in_all", "known_from", "known_to", "said", "text", "start", "end", "article_name", "story", "carriers", "place", "claim",
    "stands", "v",
)  # fmt: skip


def sheet(rows: pd.DataFrame, base: str, v: str | None = None) -> pd.DataFrame:
    """Rows as a file has them: each fact's source in words, and a link to its page.

    base: where the app stands. v: the load that links show, "STORE.LOAD", where the rows have no column `v` that says it of each.
    """
    told = rows[[name for name in rows.columns if name not in _INNER]].copy()
    if "publisher" in told:
        told["source"] = [evidence.source_line(row) for _, row in rows.iterrows()]
    loads = rows["v"] if "v" in rows else [v] * len(rows)
    for name in [name for name in told.columns if name.endswith("fact_id")]:
        links = [_link(base, fact_id, load) for fact_id, load in zip(told[name], loads, strict=True)]
        told[name.replace("fact_id", "link")] = pd.Series(links, index=told.index, dtype=object)
    return told


def _link(base: str, fact_id: object, v: object) -> str | None:
    query = [("fact", fact_id), *([("v", v)] if evidence.told(v) else [])]
    return f"{base}/fact?{urlencode(query)}" if evidence.told(fact_id) else None


def _flat(told: pd.DataFrame) -> pd.DataFrame:
    """Cells of a spreadsheet: several values joined, none that would run."""

    def cell(value: object) -> object:
        return for_cell(JOINED.join(value) if isinstance(value, (list, np.ndarray)) else value)

    return told.map(cell) if len(told) else told


def csv(told: pd.DataFrame) -> bytes:
    """A sheet as CSV with a head, in UTF-8 with the mark that Excel wants."""
    return _flat(told).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def excel(told: pd.DataFrame) -> bytes:
    """A sheet as a workbook in which every text is text. Raises ValueError for more rows than a workbook holds."""
    kept, options = io.BytesIO(), {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(kept, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        _flat(told).to_excel(book, index=False)
    return kept.getvalue()


def parquet(told: pd.DataFrame) -> bytes:
    """A sheet as Parquet; several values stay a list."""
    return told.to_parquet(index=False)


# By ending: what people call it, its media type, and who writes it.
FORMATS: dict[str, tuple[str, str, Callable[[pd.DataFrame], bytes]]] = {
    "csv": ("CSV", "text/csv", csv),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", excel),
    "parquet": ("Parquet", "application/vnd.apache.parquet", parquet),
}

"""Facts as a table in which a person leaves rows out and corrects fields, and what that table says as reviews."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import fact_form
from dashboard.fact_form import BadWords
from etl.facts import MODELS
from etl.requests import PREVIEW, Review

KEEP, WORDS, SURE = "keep", "words", "confidence"
WHY = "before it was saved"


def edit(kind: str, rows: Sequence[pd.Series], key: str) -> pd.DataFrame:
    """Draw facts of one kind as a table to edit; the table as it is now. key: the same for the same rows only."""
    columns = {
        KEEP: st.column_config.CheckboxColumn("Keep", pinned=True),
        WORDS: st.column_config.TextColumn("The article’s words", disabled=True, width="medium"),
        SURE: st.column_config.NumberColumn("Confidence", disabled=True, format="percent"),
    }
    names = sorted({name for row in rows for name in _names(kind, row)})
    columns |= {name: _column(kind, name, names) for name in fact_form.fields(kind)}
    return st.data_editor(
        frame(kind, rows),
        key=key,
        hide_index=True,
        num_rows="fixed",
        width="stretch",
        column_config=columns,
        placeholder="not told",
    )


def frame(kind: str, rows: Sequence[pd.Series]) -> pd.DataFrame:
    """The table of facts of one kind, a column for each field, of the type that its editor wants even where all are empty."""
    fields = fact_form.fields(kind)
    told = [
        {
            KEEP: True,
            WORDS: " ".join(row["quote"].split()),
            **{name: fact_form.plain(row.get(name)) for name in fields},
            SURE: row["confidence"],
        }
        for row in rows
    ]
    table = pd.DataFrame(told, columns=[KEEP, WORDS, *fields, SURE])
    for name in fields:
        if fact_form.is_number(kind, name):
            table[name] = table[name].astype("float64")
        elif not fact_form.allowed(kind, name)[1]:
            table[name] = table[name].astype("string")
    return table


def reviews(kind: str, rows: Sequence[pd.Series], table: pd.DataFrame) -> tuple[list[Review], list[str]]:
    """What a person says of facts by their table: rejections and corrections; and a line for each row that is no fact any more."""
    made, faults = [], []
    for number, (row, cells) in enumerate(zip(rows, table.to_dict("records"), strict=True), 1):
        bound = {"article_id": PREVIEW, "kind": kind, "fact_id": row["fact_id"], "why": WHY}
        if not cells[KEEP]:
            made.append(Review(action="reject", **bound))
            continue
        after = fact_form.changes(kind, row, {name: _said(cells[name]) for name in fact_form.fields(kind)})
        if not after:
            continue
        try:
            now = {name: fact_form.plain(row.get(name)) for name in MODELS[kind].model_fields if name != "said"} | after
            fact_form.check(kind, {name: value for name, value in now.items() if value is not None})
            made.append(Review(action="correct", after=after, **bound))
        except BadWords as error:
            faults.append(f"{kind.capitalize()} {number}, {error}.")
    return made, faults


def _column(kind: str, name: str, names: list[str]):
    """The editor of a field: choices where only some values are allowed, names that may be new, numbers, or words."""
    label, more = name.replace("_", " ").capitalize(), fact_form.hint(kind, name)
    values, many, empty = fact_form.allowed(kind, name)
    said = fact_form.called(name)
    if many:
        return st.column_config.MultiselectColumn(
            label, help=more, options=list(values) or names, accept_new_options=not values, format_func=said
        )
    if values:
        return st.column_config.SelectboxColumn(
            label, help=more, options=list(values), required=not empty, format_func=said
        )
    if fact_form.is_number(kind, name):
        return st.column_config.NumberColumn(label, help=more, format="localized")
    return st.column_config.TextColumn(label, help=more, max_chars=200)


def _names(kind: str, row: pd.Series) -> list[str]:
    """Names that a fact tells: what its lists of names choose from."""
    free = [name for name in fact_form.fields(kind) if fact_form.allowed(kind, name)[:2] == ((), True)]
    return [one for name in free for one in fact_form.plain(row.get(name)) or []]


def _said(cell: object) -> object:
    """A cell as a person left it: None where nothing stands."""
    cell = fact_form.plain(cell)
    if isinstance(cell, list):
        return [one.strip() for one in cell if one.strip()]
    return (cell.strip() or None) if isinstance(cell, str) else cell

"""Rows of a data frame as plain dictionaries: what charts and targets reckon with, one row at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Record = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Each row as a dictionary in which what is not told is None, days are dates and lists are lists."""
    columns = {name: plain(frame[name]) for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def upper(row: Record) -> float:
    """The highest that a figure tells: a range's upper end, else its value."""
    return row["value_high"] or row["value"]


def plain(column: pd.Series) -> list[Any]:
    """The cells of a column, as `records` has them."""
    told = (column.dt.date if column.dtype.kind == "M" else column).to_numpy(object, copy=True)
    told[column.isna().to_numpy()] = None
    if column.dtype == object:  # of words alone there is a type of its own, and it holds no list
        return [list(value) if isinstance(value, (list, np.ndarray)) else value for value in told]
    return told.tolist()

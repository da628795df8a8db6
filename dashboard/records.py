"""Rows of a data frame as plain dictionaries: what charts and targets reckon with, one row at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Record = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Each row as a dictionary in which what is not told is None, days are dates and lists are lists."""
    columns = {name: [_plain(value) for value in frame[name].tolist()] for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, (list, np.ndarray)):
        return list(value)
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value

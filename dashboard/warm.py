"""Loads what the first visitor would otherwise wait for: libraries that are imported late, names, data, one drawn figure."""

from __future__ import annotations

import importlib
from contextlib import suppress

import plotly.graph_objects as go

from dashboard import assets, known, names
from dashboard.data import NoData, published_path
from dashboard.view import opened
from etl.errors import EtlError

LATE = ("duckdb", "pandas", "pyarrow", "plotly.express", "dashboard.blocks", "dashboard.documents", "dashboard.cards",
        "dashboard.charts.articles", "dashboard.charts.rivals", "dashboard.charts.selections", "dashboard.charts.targets",
        "dashboard.charts.swaps", "dashboard.charts.world", "dashboard.charts.years")  # fmt: skip


def up() -> None:
    """Import what pages use, pack what browsers fetch, draw a figure once, and open the data; what is wrong with it is told to visitors."""
    for module in LATE:
        importlib.import_module(module)
    go.Figure({"data": [{"type": "scatter", "x": [1], "y": [1]}, {"type": "bar", "x": [1], "y": [1]}]}).to_json()
    names.country_names()
    assets.pack()
    with suppress(NoData, EtlError):
        database = opened(published_path())
        snapshot = database.snapshot()
        known.known_to(database, snapshot, None)

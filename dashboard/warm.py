"""Loads what the first visitor would otherwise wait for: libraries that are imported late, and one drawn figure."""

from __future__ import annotations


def up() -> None:
    """Import what pages use and draw a figure once."""
    import duckdb
    import pandas as pd
    import plotly.express
    import plotly.graph_objects as go
    import pyarrow

    from dashboard import blocks, evidence, names

    go.Figure(go.Scatter(x=[1], y=[1])).to_json()
    pd.DataFrame({"one": pd.array([1])})
    names.country_names()
    _ = duckdb, plotly.express, pyarrow, blocks, evidence

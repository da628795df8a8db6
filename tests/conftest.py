"""What holds for all tests."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from dashboard.charts.common import Canvas


@pytest.fixture(autouse=True)
def charts_are_such_as_plotly_knows(monkeypatch):
    """Plotly checks every chart that a test draws; in the app it does not, for that takes ten times as long as all else."""
    draw = Canvas.figure

    def checked(canvas: Canvas) -> go.Figure:
        figure = draw(canvas)
        go.Figure(figure.to_dict())
        return figure

    monkeypatch.setattr(Canvas, "figure", checked)

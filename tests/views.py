"""Views of a published database for tests that need no browser and no Streamlit."""

from __future__ import annotations

from pathlib import Path

from dashboard.data import Database
from dashboard.filters import Filters
from dashboard.names import registered_names
from dashboard.view import View, viewed_load


def view_of(path: Path, **filters: object) -> View:
    """The view of a published file through these filters."""
    database = Database(path)
    snapshot = database.snapshot()
    wanted = Filters(**filters)
    return View(database, snapshot, viewed_load(snapshot, wanted.v), wanted, registered_names())

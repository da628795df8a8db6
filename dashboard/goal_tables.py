"""Targets as a file has them: one row for each, with what is known of it and what is reckoned from that."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard.goals import Goal

# Of the statement that told a target last.
_STATED = ("companies", "metric", "market", "region", "generation", "value", "value_high", "unit", "qualifier")
_SOURCE = ("quote", "title", "publisher", "published", "is_brief", "source_url", "fact_id")


def for_file(found: Sequence[Goal]) -> pd.DataFrame:
    """The targets as rows: what is aimed at and by when (deadline), how that stands, the newest step of its life, the last known
    level, and the words that stated it last.

    needed_a_year, so_far_a_year: in the target's unit, points for percent; needed is reckoned for open ones only, as on the page.
    """
    return pd.DataFrame([_row(goal) for goal in found])


def _row(goal: Goal) -> dict[str, object]:
    step, last = goal.steps[-1], goal.last or {}
    return {
        **{name: goal.row[name] for name in _STATED},
        "deadline": goal.row["period"],
        "state": goal.state,
        "newest_step": step.what,
        "newest_step_on": step.when,
        **{f"last_known_{name}": last.get(name) for name in ("value", "value_high", "period", "attributed_to")},
        "needed_a_year": goal.needed if goal.state == "open" else None,
        "so_far_a_year": goal.so_far,
        **{name: goal.row[name] for name in _SOURCE},
        "last_known_fact_id": last.get("fact_id"),
    }

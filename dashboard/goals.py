"""The life of each target: announced, restated, revised; where its company stands; what pace it would need.

Everything is reckoned from the day of the viewed load. Figures compare only where company, metric, market, region,
generation and unit are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import pandas as pd

from dashboard import theme

YEAR = 365.25  # days


@dataclass(frozen=True)
class Step:
    """One statement of a target. what: "announced", "restated" or "revised"."""

    what: str
    row: pd.Series


@dataclass(frozen=True)
class Goal:
    """A target as it was last stated.

    steps: its statements, the first one first. last: the newest comparable level, None when none is known.
    newer: whether that level is of a later time than the statement. needed, so_far: units (points) a year.
    state: "open", "met", "missed" or "abandoned" (the last one only by a person's mark).
    """

    row: pd.Series
    steps: tuple[Step, ...]
    last: pd.Series | None
    newer: bool
    needed: float | None
    so_far: float | None
    state: str


def goals(targets: pd.DataFrame, levels: pd.DataFrame, today: date) -> list[Goal]:
    """The targets among these claims, open ones first, then by deadline, the later first.

    levels: claims to compare with, whatever their time; those that are no actual levels are passed over.
    """
    levels = levels[levels["status"] == "actual"]
    groups: dict[tuple, list[pd.Series]] = {}
    for _, row in targets[targets["status"] == "target"].iterrows():
        groups.setdefault(_whose(row), []).append(row)
    made = [goal for rows in groups.values() for goal in _lives(rows, levels, today)]
    return sorted(made, key=lambda goal: (goal.state != "open", -_deadline(goal.row).toordinal(), goal.row["fact_id"]))


def _whose(row: pd.Series) -> tuple:
    return tuple(sorted(row["companies"])), *(
        row[name] for name in ("metric", "market", "region", "generation", "unit")
    )


def _lives(rows: list[pd.Series], levels: pd.DataFrame, today: date) -> list[Goal]:
    """One goal for each group of statements; earlier statements of it are its steps."""
    rows = sorted(rows, key=lambda row: (str(row["published"]), row["fact_id"]))
    steps = [Step("announced", rows[0])]
    for before, row in pairwise(rows):
        same = _terms(before) == _terms(row)
        steps.append(Step("restated" if same else "revised", row))
    return [_judged(rows[-1], tuple(steps), levels, today)]


def _terms(row: pd.Series) -> tuple:
    high = row["value_high"] if pd.notna(row["value_high"]) else None
    return row["value"], high, row["period"]


def _deadline(row: pd.Series) -> date:
    return row["period_end"].date() if pd.notna(row["period_end"]) else date.max


def comparable(row: pd.Series, levels: pd.DataFrame) -> pd.DataFrame:
    """Levels of the same company, metric, market, region, generation and unit, the oldest first."""
    alike = [
        sorted(level["companies"]) == sorted(row["companies"])
        and all(level[name] == row[name] for name in ("metric", "market", "region", "generation", "unit"))
        and _as_long(level, row)
        for _, level in levels.iterrows()
    ]
    same = levels[pd.Series(alike, index=levels.index, dtype=bool)]
    return same[same["period_end"].notna()].sort_values(["period_end", "published_on"])


def _as_long(level: pd.Series, row: pd.Series) -> bool:
    """Whether two flows are of periods equally long: a quarter's revenue says nothing against a year's."""
    if row["metric"] not in ("revenue", "shipments"):
        return True
    lengths = [(one["period_end"] - one["period_start"]).days for one in (level, row)]
    return abs(lengths[0] - lengths[1]) < 5


def _judged(row: pd.Series, steps: tuple[Step, ...], levels: pd.DataFrame, today: date) -> Goal:
    same = comparable(row, levels)
    last = same.iloc[-1] if len(same) else None
    reached = last is not None and last["value"] >= row["value"]
    passed = _deadline(row) < today
    state = "met" if reached else "missed" if passed else "open"
    stated = row["published_on"]
    newer = last is not None and pd.notna(stated) and last["period_end"] > stated
    return Goal(row, steps, last, newer, _needed(row, last), _so_far(same), state)


def _needed(row: pd.Series, last: pd.Series | None) -> float | None:
    """Units a year from the last known level to the goal at its deadline; None when that is no stretch of time."""
    if last is None or pd.isna(row["period_end"]):
        return None
    years = (row["period_end"] - last["period_end"]).days / YEAR
    return (row["value"] - last["value"]) / years if years > 0.2 and row["value"] > last["value"] else None


def _so_far(same: pd.DataFrame) -> float | None:
    """Units a year between the first and the last level that one source gives; None with fewer than two."""
    if same.empty:
        return None
    source = same["attributed_to"].iloc[-1]
    own = same[same["attributed_to"] == source] if isinstance(source, str) else same.iloc[:0]
    if len(own) < 2:
        return None
    years = (own["period_end"].iloc[-1] - own["period_end"].iloc[0]).days / YEAR
    return (own["value"].iloc[-1] - own["value"].iloc[0]) / years if years > 0.2 else None


def pace(change: float | None, unit: str) -> str:
    """A change a year in words: "1.8 points a year"."""
    if change is None:
        return "not reckonable"
    if unit == "percent":
        return f"{change:.1f} points a year"
    if unit == "count":
        return f"{change:,.0f} a year"
    return f"{theme.amount(float(f'{change:.3g}'), None, unit)} a year"


def standing(goal: Goal) -> str:
    """Where a goal's company stands, in a sentence that never makes an old target look alive."""
    row, last = goal.row, goal.last
    deadline = theme.day(row["period"])
    if last is None:
        known = "no comparable figure is known"
    else:
        level = theme.amount_of(last)
        since = "" if goal.newer else ", none newer than the target"
        known = f"last known {level} in {theme.day(last['period'])}{since}"
    if goal.state == "missed":
        return f"Deadline {deadline} passed: {known}"
    if goal.state == "met":
        return f"Reached: {known}"
    if goal.needed is None:
        return f"{known[0].upper()}{known[1:]}"
    return f"{known[0].upper()}{known[1:]}; it would need {pace(goal.needed, row['unit'])} until {deadline}"

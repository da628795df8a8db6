"""The life of each target: announced, restated, revised, met, missed, abandoned; where its company stands; what pace it would need.

Everything is reckoned from the day of the viewed load. Figures compare only where company, metric, market, region,
generation and unit are the same. A target that is told again without its generation is still that target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import pandas as pd

from dashboard import theme
from dashboard.records import Record, records

YEAR = 365.25  # days
STATED = ("announced", "restated", "revised")


@dataclass(frozen=True)
class Mark:
    """What a person says of a statement of a target. what: "abandoned" or "revised". day: YYYY-MM-DD. why: a note or a quote, or ""."""

    what: str
    day: str
    why: str = ""


Marks = Mapping[str, Sequence[Mark]]  # fact -> the marks on it, the oldest first


@dataclass(frozen=True)
class Step:
    """A moment in a target's life. what: "announced", "restated", "revised", "met", "missed" or "abandoned".

    row: what was said then; for "met" and "missed" the newest comparable level, None when none is known; for a person's mark the
    statement that it stands on. when: a period. mark: that mark, for a step that no article states.
    """

    what: str
    row: Record | None
    when: str | None
    mark: Mark | None = None


@dataclass(frozen=True)
class Goal:
    """A target as it was last stated; row: with the generation that any of its statements tells.

    steps: its statements, the first one first, and how it ended. last: the newest comparable level, None when none is known. newer: whether
    that level is of a later time than the statement. rivals: what other sources say of the year before that level.
    needed, so_far: units (points) a year. state: "open", "met", "missed", "abandoned" or "revised" (only by a person's mark: these
    terms hold no more, and no article that was read states the new ones).
    """

    row: Record
    steps: tuple[Step, ...]
    last: Record | None
    newer: bool
    needed: float | None
    so_far: float | None
    state: str
    rivals: tuple[Record, ...] = ()

    @property
    def verb(self) -> str:
        """What a company does with its goal: an old one is never told as if it were alive."""
        return "aims at" if self.state == "open" else "aimed at"

    @property
    def told(self) -> Step:
        """The step that stated the goal last."""
        return next(step for step in reversed(self.steps) if step.what in STATED and step.mark is None)


@dataclass(frozen=True)
class Life:
    """What became of one statement of a target.

    state: as a Goal's; "revised" also where a later statement took its place. step: the newest step of its life, with its date.
    """

    state: str
    step: Step


def lives(found: Sequence[Goal]) -> dict[int, Life]:
    """What became of every statement of these goals, by its claim. One that was only told again lives as long as its goal does."""
    told = {}
    for goal in found:
        stated = [step for step in goal.steps if step.what in STATED and step.mark is None]
        for at, step in enumerate(stated):
            later = next((after for after in stated[at + 1 :] if after.what == "revised"), None)
            newest = goal.told if goal.state == "open" else goal.steps[-1]
            told[step.row["claim"]] = Life("revised", later) if later else Life(goal.state, newest)
    return told


def goals(targets: pd.DataFrame, levels: pd.DataFrame, today: date, marks: Marks | None = None) -> list[Goal]:
    """The targets among these claims, open ones first, then by deadline, the later first.

    levels: claims to compare with, whatever their time; those that are no actual levels are passed over. marks: what people said of
    statements, by fact; nothing else makes a target abandoned.
    """
    actual: dict[tuple, list[Record]] = {}
    for row in records(levels):
        if row["status"] == "actual" and row["period_end"]:
            actual.setdefault(_whose(row), []).append(row)
    stated: dict[tuple, list[Record]] = {}
    for row in records(targets):
        if row["status"] == "target":
            stated.setdefault(_whose(row), []).append(row)
    made = []
    for whose, rows in _joined(stated).items():
        goal = _goal(rows, actual.get(whose, []), today, marks or {})
        made.append(replace(goal, row={**goal.row, "generation": whose[-1]}))
    return sorted(made, key=lambda goal: (goal.state != "open", -_deadline(goal.row).toordinal(), goal.row["fact_id"]))


def telling(found: Sequence[Goal]) -> list[Goal]:
    """The same goals, those first that are open and whose deadline is nearest, then those that ended last."""
    ahead = sorted((goal for goal in found if goal.state == "open"), key=lambda goal: _deadline(goal.row))
    ended = sorted((goal for goal in found if goal.state != "open"), key=lambda goal: _deadline(goal.row), reverse=True)
    return ahead + ended


def _whose(row: Record) -> tuple:
    """What must be the same for two figures to compare: a share of the 5G market, or an amount in euros, says nothing of a goal
    over all generations or in dollars. The generation stands last."""
    return tuple(sorted(row["companies"])), *(
        row[name] for name in ("metric", "market", "region", "unit", "generation")
    )


def _joined(stated: Mapping[tuple, list[Record]]) -> dict[tuple, list[Record]]:
    """The same targets, where those that tell no generation are again the only one that is told for a generation."""
    told: dict[tuple, list[tuple]] = {}
    for whose in stated:
        if whose[-1] is not None:
            told.setdefault(whose[:-1], []).append(whose)
    joined = {whose: list(rows) for whose, rows in stated.items()}
    for whose, rows in stated.items():
        others = told.get(whose[:-1], ()) if whose[-1] is None else ()
        if len(others) == 1 and _again(rows, stated[others[0]]):
            joined[others[0]] += joined.pop(whose)
    return joined


def _again(untold: list[Record], told: list[Record]) -> bool:
    """Whether statements without a generation tell again of a target with one: with its value or its deadline. An article that
    tells both otherwise tells of two targets, as of a share of all networks beside one of 5G networks."""
    pairs = [(one, other) for one in untold for other in told]
    if any(one["story"] == other["story"] and _terms(one) != _terms(other) for one, other in pairs):
        return False
    return any(
        one["value"] == other["value"] or (one["period"] and one["period"] == other["period"]) for one, other in pairs
    )


def _goal(rows: list[Record], levels: list[Record], today: date, marks: Marks) -> Goal:
    """A goal as it was last stated; what was stated before are its steps."""
    rows = sorted(rows, key=lambda row: (_told(row), row["fact_id"]))
    steps = _stated(rows)
    marked = [Step(m.what, row, m.day, m) for row in rows for m in marks.get(row["fact_id"], ()) if m.what == "revised"]
    row = rows[-1]
    same = sorted(
        (level for level in levels if _as_long(level, row)),
        key=lambda level: (level["period_end"], _told(level)),
    )
    last = same[-1] if same else None
    end = _end(steps, same, today, marks)
    newer = last is not None and _is_newer(last, row)
    state = end.what if end else "open"
    steps = _in_time(steps, marked)
    steps += [end] if end and end not in steps else []
    return Goal(row, tuple(steps), last, newer, _needed(row, last), _so_far(same), state, _rivals(same))


def _told(row: Record) -> str:
    """When a figure was published, for sorting: one without a date is the oldest, for nothing says that it is newer than another."""
    return row["published"] or ""


def _stated(rows: list[Record]) -> list[Step]:
    """The statements of a goal, the first one first."""
    steps = [Step("announced", rows[0], rows[0]["published"])]
    for before, row in pairwise(rows):
        again = _terms(before) == _terms(row)
        steps.append(Step("restated" if again else "revised", row, row["published"]))
    return steps


def _in_time(steps: list[Step], marked: list[Step]) -> list[Step]:
    """Steps with the marks between them: each after the statement that it stands on, and before what was stated later than its day."""
    told = list(steps)
    for mark in sorted(marked, key=lambda step: step.when):
        own = next(at for at, step in enumerate(told) if step.row is mark.row)
        later = (at for at in range(own + 1, len(told)) if (told[at].when or "") > mark.when)
        told.insert(next(later, len(told)), mark)
    return told


def _end(steps: list[Step], same: list[Record], today: date, marks: Marks) -> Step | None:
    """How a goal ended; None while it is open. A level from before it was set, or from after its deadline, does not meet it.

    same: comparable levels, the newest last.
    """
    row = steps[-1].row
    if own := marks.get(row["fact_id"]):
        return Step(own[-1].what, row, own[-1].day, own[-1])
    set_by = next(step.row for step in reversed(steps) if step.what != "restated")
    by_then = next((level for level in reversed(same) if level["period_end"] <= _deadline(row)), None)
    if by_then is not None and by_then["value"] >= row["value"] and _is_newer(by_then, set_by):
        return Step("met", by_then, by_then["period"])
    return Step("missed", same[-1] if same else None, row["period"]) if _deadline(row) < today else None


def _is_newer(level: Record, statement: Record) -> bool:
    return statement["published_on"] is not None and level["period_end"] > statement["published_on"]


def _terms(row: Record) -> tuple:
    return row["value"], row["value_high"], row["period"]


def _deadline(row: Record) -> date:
    return row["period_end"] or date.max


def _as_long(level: Record, row: Record) -> bool:
    """Whether two flows are of periods equally long: a quarter's revenue says nothing against a year's."""
    if row["metric"] not in ("revenue", "shipments") or not row["period_end"]:
        return True
    lengths = [(one["period_end"] - one["period_start"]).days for one in (level, row)]
    return abs(lengths[0] - lengths[1]) < 5


def _rivals(same: list[Record]) -> tuple[Record, ...]:
    """The newest level of each source but that of the newest of all, if it is no more than a year older."""
    newest = {level["attributed_to"] or level["story"]: level for level in same}
    others = [level for level in newest.values() if level is not same[-1]]
    return tuple(level for level in others if (same[-1]["period_end"] - level["period_end"]).days <= 366)


def _needed(row: Record, last: Record | None) -> float | None:
    """Units a year from the last known level to the goal at its deadline; None when that is no stretch of time."""
    if last is None or row["period_end"] is None:
        return None
    years = (row["period_end"] - last["period_end"]).days / YEAR
    return (row["value"] - last["value"]) / years if years > 0.2 and row["value"] > last["value"] else None


def _so_far(same: list[Record]) -> float | None:
    """Units a year between the first and the last level that one source gives; None with fewer than two."""
    source = same[-1]["attributed_to"] if same else None
    own = [level for level in same if source and level["attributed_to"] == source]
    if len(own) < 2:
        return None
    years = (own[-1]["period_end"] - own[0]["period_end"]).days / YEAR
    return (own[-1]["value"] - own[0]["value"]) / years if years > 0.2 else None


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
    row, last = goal.row, goal.steps[-1].row if goal.state == "met" else goal.last
    deadline = theme.day(row["period"])
    if last is None:
        known = "no comparable figure is known"
    else:
        level = theme.amount_of(last)
        since = "" if goal.newer else ", none newer than the target"
        others = "".join(
            f"; {theme.amount_of(rival)} in {theme.day(rival['period'])} according to {rival['attributed_to'] or 'another'}"
            for rival in goal.rivals
        )
        known = f"last known {level} in {theme.day(last['period'])}{since}{others}"
    if goal.state in ("abandoned", "revised"):
        return f"{'Given up' if goal.state == 'abandoned' else 'Revised since'}: {known}"
    if goal.state == "missed":
        return f"Deadline {deadline} passed: {known}"
    if goal.state == "met":
        return f"Reached: {known}"
    if goal.needed is None:
        return f"{known[0].upper()}{known[1:]}"
    return f"{known[0].upper()}{known[1:]}; it would need {pace(goal.needed, row['unit'])} until {deadline}"

"""Cards: a target's life, a denominator's newest levels, a company's name; their numbers lead to their evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from dashboard import evidence, goals, theme
from dashboard.charts.panels import Panel, level, nature, period
from dashboard.country_tables import counted
from dashboard.escape import for_html
from dashboard.goals import Goal
from dashboard.records import Record, upper
from dashboard.site import href
from dashboard.tables import number_link, quote_cell, who
from dashboard.view import View

CARD = 5  # companies in a card of shares
STATES = {
    "open": ("Open", theme.BLUE),
    "met": ("Reached", theme.SAGE),
    "missed": ("Deadline passed", theme.BRICK),
    "abandoned": ("Abandoned", theme.GREY),
    "revised": ("Revised", theme.GREY),
}
STEPS = {
    "announced": "Announced",
    "restated": "Restated",
    "revised": "Revised",
    "met": "Reached",
    "missed": "Deadline passed",
    "abandoned": "Abandoned",
}


def goal_card(goal: Goal, basis: str, view: View) -> str:
    """HTML of a target: its goal, where its company stands, every step of its life with the words that tell it."""
    row, (state, colour) = goal.row, STATES[goal.state]
    steps = "".join(_step(step, view) for step in goal.steps)
    last = ""
    if goal.last is not None and goal.state in ("open", "abandoned", "revised"):
        level = theme.amount_of(goal.last)
        last = f"<li><b>Last known</b> {number_link(goal.last, level, view.filters)}. {quote_cell(goal.last)}</li>"
    metric = theme.METRIC[row["metric"]].lower()
    return (
        f'<div class="vt-card" style="--vt-kind:{colour}"><h3>{who(list(row["companies"]), view)} {goal.verb} '
        f"{for_html(theme.amount_of(row))} "
        f'{for_html(metric)} by {for_html(theme.day(row["period"]))} <span class="vt-tag">{state}</span></h3>'
        f'<p class="vt-soft">{for_html(basis)}</p><p>{for_html(goals.standing(goal))}.{_so_far(goal)}</p>'
        f'<ol class="vt-facts" style="margin-top:0.9rem">{steps}{last}</ol></div>'
    )


def _step(step: goals.Step, view: View) -> str:
    """A step of a target's life: what happened when, the number, the words."""
    what, when = f"<b>{STEPS[step.what]}</b>", for_html(theme.day(step.when))
    if step.row is None:
        return f"<li>{what} {when}: no comparable figure is known.</li>"
    if step.mark:
        why = f": “{for_html(step.mark.why)}”" if step.mark.why else ""
        on = number_link(step.row, "this statement", view.filters)
        return f"<li>{what} {when}, by a person’s mark on {on}{why}.</li>"
    if step.what in goals.STATED:
        return f"<li>{what} {when}: {number_link(step.row, _aim(step.row), view.filters)}. {quote_cell(step.row)}</li>"
    level = f"{theme.amount_of(step.row)} in {theme.day(step.row['period'])}"
    known = "last known " if step.what == "missed" else ""
    return f"<li>{what} {when}: {known}{number_link(step.row, level, view.filters)}. {quote_cell(step.row)}</li>"


def _so_far(goal: Goal) -> str:
    """The pace until now, beside the pace that would be needed."""
    if goal.so_far is not None:
        return f" Pace so far: {for_html(goals.pace(goal.so_far, goal.row['unit']))}."
    if goal.needed is None or goal.state != "open":
        return ""
    return " Pace so far: not known, as no source gives two figures to compare."


def _aim(row: pd.Series) -> str:
    aim = theme.amount_of(row)
    generation = f"{row['generation']}, " if evidence.told(row["generation"]) else ""
    return f"{aim} ({generation}by {theme.day(row['period'])})"


def more_link(address: str, words: str) -> str:
    """A link to where more is told."""
    return f'<p class="vt-more"><a href="{for_html(address)}">{for_html(words)} →</a></p>'


def share_card(panel: Panel, view: View) -> str:
    """The newest levels with one denominator, as a card of numbers that lead to their evidence; of many companies the largest,
    and of how many they are."""
    told: dict[tuple, list[Record]] = {}
    for row in panel.latest:
        told.setdefault((*row["companies"], nature(row)), []).append(row)
    items = "".join(
        f'<span class="vt-num">{who(list(rows[0]["companies"]), view)} {_values(rows, view)}</span>'
        for rows in list(told.values())[:CARD]
    )
    in_all = max(len(told), panel.told_of if panel.left_out else 0)
    cut = f'<span class="vt-soft">{CARD} of {in_all:,}</span>' if in_all > CARD else ""
    return (
        f'<div class="vt-card"><h3>{for_html(panel.basis)}{for_html(period(panel.latest))}</h3>'
        f'<p class="vt-soft">{for_html(panel.source)}</p><div class="vt-levels">{items}{cut}</div></div>'
    )


def _values(rows: Sequence[Record], view: View) -> str:
    """A company's value; of several the lowest and the highest, each a link to its evidence, and how many they are, a link to all:
    "15.0–23.4%, 2 values"."""
    if len(rows) == 1:
        return number_link(rows[0], level(rows[0]), view.filters)
    low = min(rows, key=lambda row: row["value"])
    high = max(rows, key=upper)
    told = number_link(low, theme.amount_of(low), view.filters)
    if high is not low:
        first = theme.amount_of(low | {"value_high": None}).removesuffix("%")
        last = theme.amount_of(high | {"value": upper(high), "value_high": None})
        told = f"{number_link(low, first, view.filters)}–{number_link(high, last, view.filters)}"
    narrow = {name: (rows[0][name],) for name in ("market", "region")}
    company = tuple(view.names.key(name) for name in rows[0]["companies"])
    link = for_html(href("market-share", replace(view.filters, company=company, **narrow)))
    return f'{told}{for_html(nature(rows[0]))}, <a href="{link}">{len(rows)} values</a>'


def undated(rows: Sequence[Record], view: View) -> str:
    """Shares that a chart over time has no place for, each a link to its evidence."""
    told = ", ".join(number_link(row, f"{theme.together(row['companies'])} {level(row)}", view.filters) for row in rows)
    return f'<p class="vt-foot">Of no period that is told, so not drawn: {told}.</p>'


def goal_line(goal: Goal, view: View) -> str:
    """A target in two lines: the goal and when it was stated; where its company stands."""
    row, (state, colour) = goal.row, STATES[goal.state]
    level = ""
    if goal.last is not None:
        words = theme.amount_of(goal.last)
        level = f"{number_link(goal.last, words, view.filters)} in {for_html(theme.day(goal.last['period']))} → "
    return (
        f'<div class="vt-card" style="--vt-kind:{colour}"><h3>{who(list(row["companies"]), view)} '
        f'<span class="vt-tag">{state}</span></h3>'
        f'<p class="vt-num">{level}{number_link(row, _aim(row), view.filters)}</p>'
        f"<p>{for_html(goals.standing(goal))}.</p>"
        f'<p class="vt-soft">{STEPS[goal.told.what]} {for_html(theme.day(row["published"]))}: '
        f"{for_html(evidence.source_line(row))}</p></div>"
    )


def company_head(name: str, counts: Mapping[str, int], bought: int) -> str:
    """A company's name and how much is told about it. bought: selections of its own, as an operator."""
    own = f"{counted({'selection': bought})} of its own, as an operator" if bought else ""
    told = ", ".join(filter(None, (counted(counts), own)))
    colour, _ = theme.company_style([name])
    return (
        f'<div class="vt-title"><h2><span class="vt-who"><span class="vt-dot" style="background:{colour}"></span>'
        f"{for_html(name)}</span></h2><p>{for_html(told)}</p></div>"
    )

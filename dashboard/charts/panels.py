"""Market shares sorted by what they are shares of: a panel for each denominator and source, and what it says in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from dashboard import theme
from dashboard.goals import Life
from dashboard.records import Record, records

# How a target that is no more is marked, in a word that fits beside its mark.
ENDS = {"revised": "revised", "met": "reached", "missed": "past", "abandoned": "abandoned"}


@dataclass(frozen=True)
class Panel:
    """Shares with one denominator and one source, and the targets and forecasts that belong beside them.

    basis: what they are shares of; source: who measured it. rows: claims of queries.figures as records; a target's "life" is what
    became of it (goals.Life), None where that is not known.
    """

    key: tuple[str | None, ...]
    basis: str
    source: str
    rows: tuple[Record, ...]

    @cached_property
    def actual(self) -> list[Record]:
        """The published levels alone."""
        return [row for row in self.rows if row["status"] == "actual"]

    @cached_property
    def latest(self) -> list[Record]:
        """Levels of the newest period, the highest first; with no level known, all there is."""
        if not self.actual:
            return list(self.rows)
        newest = max(self.actual, key=_end)["period"]
        return sorted((row for row in self.actual if row["period"] == newest), key=lambda row: -row["value"])

    @property
    def told_of(self) -> int:
        """Of how many companies the source tells, drawn or not; 0 where nobody counted them."""
        return max((row.get("told_of") or 0 for row in self.rows), default=0)

    @property
    def left_out(self) -> str:
        """That only the largest of many companies are drawn; "" where all are."""
        drawn = len({tuple(sorted(row["companies"])) for row in self.rows if row["status"] != "target"})
        return f" The {drawn} largest of {self.told_of:,} companies are drawn." if drawn < self.told_of else ""

    @property
    def over_time(self) -> bool:
        """Whether there is a time to draw: two periods or more, targets counted."""
        return len({row["period"] for row in self.rows if row["period"]}) > 1


def _end(row: Record) -> date:
    return row["period_end"] or date.min


def panels(figures: pd.DataFrame, countries: Mapping[str, str], lives: Mapping[int, Life] | None = None) -> list[Panel]:
    """Panels of these claims, the fullest and newest first. A target stands with its company's newest level.

    lives: what became of targets, by claim.
    """
    rows = [
        row | {"life": (lives or {}).get(row["claim"])} if row["status"] == "target" else row
        for row in records(figures)
    ]
    groups: dict[tuple, list[Record]] = {}
    newest_home: dict[tuple, tuple[date, tuple]] = {}
    for row in rows:
        if row["status"] == "target":
            continue
        key = _denominator(row)
        groups.setdefault(key, []).append(row)
        if row["status"] == "actual":
            home = newest_home.get(_same(row))
            newest_home[_same(row)] = max(home or (date.min, key), (_end(row), key), key=lambda one: one[0])
    for row in rows:
        if row["status"] == "target":
            alone = (row["market"], row["region"], row["generation"], "targets")
            groups.setdefault(newest_home.get(_same(row), (None, alone))[1], []).append(row)
    made = [_panel(key, own, countries) for key, own in groups.items()]
    return sorted(made, key=_standing, reverse=True)


def _denominator(row: Record) -> tuple:
    # Where nobody is credited, the figures of an article (and its copies) compare with each other and with nothing else.
    credited = row["attributed_to"] or f"article {row['story']}"
    return row["market"], row["region"], row["generation"], credited


def _same(row: Record) -> tuple:
    return row["market"], row["region"], row["generation"], *sorted(row["companies"])


def _panel(key: tuple, rows: list[Record], countries: Mapping[str, str]) -> Panel:
    market, region, generation, credited = key
    source = credited
    if credited == "targets":
        source = "targets alone, no level known"
    elif credited.startswith("article "):
        source = f"research firm not told; {_told_in(rows[0])}"
    return Panel(key, theme.basis(market, region, generation, countries), source, tuple(rows))


def _standing(panel: Panel) -> tuple:
    # A day's difference in date matters less than how much there is to compare, so years go first; and a world-wide
    # share of all equipment answers more than one of a niche.
    newest = max((_end(row) for row in panel.actual), default=date.min)
    # Two values of one company are no comparison.
    side_by_side = len({tuple(row["companies"]) for row in panel.latest}) if panel.actual else 0
    wide = panel.key[:2] in (("telecom_equipment", "global"), ("ran", "global"))
    alone = any(len(row["companies"]) == 1 for row in panel.rows)
    return side_by_side > 2, side_by_side > 1, alone, wide, newest.year, len(panel.rows), str(panel.key)


def period(rows: Iterable[Record]) -> str:
    """The period that all of these hold in, to stand behind what they are shares of: ", 2019"; "" where they differ."""
    periods = {row["period"] for row in rows}
    return f", {theme.day(periods.pop())}" if len(periods) == 1 else ""


def level(row: Record) -> str:
    """A value in words, and what it is when it is no level: "20% target", "20% target, revised"."""
    return f"{theme.amount_of(row)}{nature(row)}"


def nature(row: Record) -> str:
    """What a value is when it is no level: " forecast", " target", " target, revised"; "" for a level."""
    if row["status"] == "actual":
        return ""
    end = f", {ENDS[row['life'].state]}" if ended(row) else ""
    return f" {row['status']}{end}"


def ended(row: Record) -> bool:
    """Whether a row is a target that is known to be no more: revised, reached, abandoned, or its deadline passed."""
    life = row.get("life")
    return life is not None and life.state != "open"


def fate(row: Record) -> str:
    """A target's newest step and its date: "stated Jun 2020", "revised Jun 2020", "reached in 2022"; "" for what is no target."""
    if row["status"] != "target":
        return ""
    if not ended(row):
        step = row["life"].step if row.get("life") else None
        again = step is not None and step.what == "restated"
        return f"{'restated' if again else 'stated'} {_month(step.when if step else row['published'])}"
    state, when = row["life"].state, row["life"].step.when
    if state == "missed":
        return "a deadline that has passed"
    return f"{ENDS[state]} {'in ' if state == 'met' else ''}{_month(when)}"


def _month(when: str | None) -> str:
    """A day's month, in words; a longer period as it is."""
    return theme.day(when[:7]) if when else "on a date not told"


def leading(panel: Panel, today: date) -> str:
    """Who leads, before whom, when: the sentence that the newest levels make; of a year long over in the past tense."""
    if not panel.actual:
        return message(panel, today)
    first = panel.latest[0]
    # What is told of the leader twice is no rival of its own.
    own = [row for row in panel.latest if row["companies"] == first["companies"]]
    others = [row for row in panel.latest if row["companies"] != first["companies"]]
    past = (today - (first["period_end"] or today)).days > 366
    verb = ("led with" if past else "leads with") if others else ("held" if past else "holds")
    when = f" in {theme.day(first['period'])}" if first["period"] else ""
    names = ", ".join(f"{theme.together(row['companies'])} {level(row)}" for row in others[:3])
    return f"{theme.together(first['companies'])} {verb} {' or '.join(dict.fromkeys(map(level, own)))}{when}{f', before {names}' if names else ''}."


def message(panel: Panel, today: date) -> str:
    """The sentences that a panel's chart makes, for those who cannot see it. Of each target its newest step and that step's date."""
    said = [leading(panel, today)] if panel.actual else []
    # A target that was told again in the same terms is one sentence.
    return " ".join(dict.fromkeys([*said, *(_aim(row) for row in panel.rows if row["status"] == "target")]))


def _aim(row: Record) -> str:
    """A target as a sentence. Only one that is known to hold is told in the present tense."""
    until = f" by {theme.day(row['period'])}" if row["period"] else ""
    verb = "aims at" if row["life"] and row["life"].state == "open" else "aimed at"
    newest = f", {fate(row)}" if ended(row) else f" ({fate(row)})"
    return f"{theme.together(row['companies'])} {verb} {theme.amount_of(row)}{until}{newest}."


def headline(panel: Panel, today: date) -> str:
    """What to say first of a panel: who leads; of one company alone also where it wants to be."""
    return leading(panel, today) if len(panel.latest) > 1 else message(panel, today)


def told_by(panel: Panel) -> str:
    """What a panel's newest shares are of, when, by whom and where it stands, in one line."""
    sources = list(dict.fromkeys(_told_in(row) for row in panel.latest))
    by = panel.source if panel.source.startswith("research firm") else f"{panel.source}; {sources[0]}"
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return f"{panel.basis}, {theme.day(panel.latest[0]['period'])}. Source: {by}{more}.{panel.left_out}"


def _told_in(row: Record) -> str:
    return theme.source(row["publisher"], row["published"], row["is_brief"])

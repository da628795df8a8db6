"""Every point or span of time that a text names, resolved against the day it was published.

Which of them holds for a figure is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from etl.extract.period_patterns import (
    ALTERNATIVES,
    DEADLINE,
    FUTURE,
    LEAD,
    MENTION,
    ORDINALS,
    PAST_BEFORE_IN,
    REACH,
    SEASON_MONTHS,
    SENTENCE_END,
    WEEKDAYS,
    YEAR,
)
from etl.extract.period_steps import count_of, day_of, full_year, month_number, part_containing, shifted, valid_day

Kind = Literal["point", "deadline", "since", "range", "now"]


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """An expression of time, and the period it stands for.

    start, end: code points into the text; text == source[start:end], with "by" or "the end of" before it.
    period: 2030, 2019-Q4, 2020-H1, 2020-06 or 2020-06-25 (`etl.facts.PERIOD`).
    kind: deadline (by, until, within), since (from then on), range (the last year is told), now (published) or point.
    """

    start: int
    end: int
    text: str
    period: str
    kind: Kind


def month_of(published: str | None) -> str | None:
    """The year and month of a publication date, or the year where no month is told: "2020-06", "2020", None."""
    return published[:7] if published else None


def find_periods(text: str, published: str | None) -> list[PeriodMention]:
    """All mentions of time in order; linear in the text's length.

    published: YYYY-MM-DD, YYYY-MM, YYYY or None. Without it, expressions that lean on it ("last year") are left out.
    """
    reckoner = _Reckoner(text, published)
    mentions = []
    for match in MENTION.finditer(text):
        mention = reckoner.resolve(match)
        if mention:
            mentions.append(mention)
    return mentions


@dataclass(frozen=True, slots=True)
class _Lead:
    """The words before an expression: where they start, and what they say."""

    start: int
    pre: str
    bound: str


class _Reckoner:
    """Resolves one text's mentions in order, remembering what "a year earlier" and "that quarter" lean on."""

    def __init__(self, text: str, published: str | None):
        self.text = text
        self.published = published
        self.today = day_of(published)
        self.anchor: str | None = None
        self.anchor_end = 0
        self.quarter: str | None = None
        self.present = False

    def resolve(self, match: re.Match[str]) -> PeriodMention | None:
        name = next(n for n in ALTERNATIVES if match.group(n) is not None)
        lead = self._lead(match)
        resolver: Callable[[re.Match[str], _Lead], str | None] = getattr(self, f"read_{name}")
        period = resolver(match, lead)
        if period is None or not (period[4:5] in ("", "-") and "1900" <= period[:4] <= "2100"):
            return None
        kind = self._kind(name, match, lead, period)
        self._remember(name, kind, period, match.end())
        return PeriodMention(lead.start, match.end(), self.text[lead.start : match.end()], period, kind)

    def _remember(self, name: str, kind: Kind, period: str, end: int) -> None:
        self.present = kind == "now"
        if kind in ("now", "since") or name in ("weekday", "day", "iso"):
            return
        self.anchor, self.anchor_end = period[:7], end
        if name not in ("shift", "relative") and period[5:6] in ("Q", "H"):
            self.quarter = period

    def _near_anchor(self, match) -> str | None:
        if self.anchor is None or match.start() - self.anchor_end > REACH:
            return None
        between = self.text[self.anchor_end : match.start()]
        return self.anchor if len(SENTENCE_END.findall(between)) < 2 else None

    def _lead(self, match: re.Match[str]) -> _Lead:
        floor = max(0, match.start() - 60)
        lead = LEAD.search(self.text[floor : match.start()])
        if lead is None or not lead.group():
            return _Lead(match.start(), "", "")
        pre, bound = (lead["pre"] or "").casefold(), (lead["bound"] or lead["mid"] or "").casefold()
        return _Lead(floor + lead.start(), pre, bound)

    def _kind(self, name: str, match: re.Match[str], lead: _Lead, period: str) -> Kind:
        if name == "now" or match.group().casefold().startswith("since"):
            return "now"
        ahead = name == "ahead" or (name == "decade" and match["decade_e"])
        if ahead or DEADLINE.match(lead.pre) or match.group().casefold().startswith("by"):
            return "deadline"
        compared = lead.pre == "from" and name in ("shift", "relative")
        if lead.pre in ("since", "from", "starting", "after") and not compared:
            return "since"
        return "range" if name == "years" and "-" not in period else "point"

    # One method for each alternative: the match and what stands before it, to a period or None.

    def read_iso(self, match, lead):
        return valid_day(match.group())

    def read_dmy(self, match, lead):
        return self._on_day(match["dmy_d"], match["dmy_m"], match["dmy_y"], match)

    def read_mdy(self, match, lead):
        return self._on_day(match["mdy_d"], match["mdy_m"], match["mdy_y"], match)

    def _on_day(self, day: str, month: str, year: str | None, match) -> str | None:
        number = month_number(month)
        y = year or self._year_of_month(number, match)
        return valid_day(f"{y}-{number:02}-{int(day):02}") if y else None

    def read_toend(self, match, lead):
        number, unit = month_number(match["toend_m"]), match["toend_n"].casefold()
        year = self._year(match["toend_y"]) or self._newest_year(number)
        if year is None:
            return None
        if unit.startswith(("quarter", "three", "3 ")):
            return f"{year}-Q{number // 3}" if number % 3 == 0 else f"{year}-{number:02}"
        if unit.startswith(("half", "six", "6 ")):
            return f"{year}-H{number // 6}" if number % 6 == 0 else f"{year}-{number:02}"
        return str(year)

    def read_span(self, match, lead):
        first, last = month_number(match["span_a"]), month_number(match["span_b"])
        year = self._year(match["span_y"]) or self._year_of_month(last, match)
        if year is None:
            return None
        if last - first == 2 and last % 3 == 0:
            return f"{year}-Q{last // 3}"
        if last - first == 5 and last % 6 == 0:
            return f"{year}-H{last // 6}"
        return f"{year}-{last:02}" if (last - first) % 12 < 7 else str(year)

    def read_month(self, match, lead):
        number = month_number(match["month_m"])
        named, relation = match["month_y"], (match["month_r"] or "").casefold()
        if match["month_m"] in ("May", "Mar", "Jan", "Dec", "Nov", "Sep") and not (
            named or relation or lead.pre or lead.bound
        ):
            return None
        year = self._year(named)
        if year is None and relation and self.today:
            year = self.today.year
            if relation == "last" and number >= self.today.month:
                year -= 1
            if relation == "next" and number <= self.today.month:
                year += 1
        year = year or self._year_of_month(number, match)
        return f"{year}-{number:02}" if year else None

    def read_code(self, match, lead):
        kind = match["code_k1"] or match["code_k2"] or match["code_k3"]
        number = int(match["code_n1"] or match["code_n2"] or match["code_n3"])
        if kind == "H" and number > 2:
            return None
        year = match["code_y1"] or match["code_y2"] or match["code_y3"]
        return self._part_of(kind, number, full_year(year) if year else None, match)

    def read_part(self, match, lead):
        what, which = match["part_k"].casefold(), match["part_o"].casefold()
        named = match["part_y"]
        if what.startswith("nine"):
            year = self._year(named) if named else self.today.year if self.today else None
            return str(year) if year else None
        kind = "H" if what.startswith(("half", "six")) else "Q"
        if which in ("final", "last", "closing", "latter"):
            if which == "last" and not named:
                return self._previous(kind)
            number = 2 if kind == "H" else 4
        else:
            number = ORDINALS.get(which, 1)
        if kind == "H" and number > 2:
            return None
        return self._part_of(kind, number, self._year(named), match)

    def _part_of(self, kind: str, number: int, year: int | None, match) -> str | None:
        """A quarter or half; without a year the newest that ended before publication, or the next after "will"."""
        if year is None:
            if self.today is None:
                return None
            months = 3 if kind == "Q" else 6
            ended = number * months < self.today.month
            ahead = self._speaks_of_future(match)
            year = self.today.year + (ended if ahead else ended - 1)
        return f"{year}-{kind}{number}"

    def read_same(self, match, lead):
        base = self.quarter or self.anchor
        year = self._year(match["same_y"])
        if base is None:
            return str(year) if year else None
        if year is None:
            year = int(base[:4]) - (1 if "year-" in match.group() else 0)
        return f"{year}{base[4:]}"

    def read_fiscal(self, match, lead):
        end = match["fiscal_e"]
        return str(full_year(end if end else match["fiscal_y"]))

    def read_years(self, match, lead):
        first, last = int(match["years_a"]), full_year(match["years_b"], century=match["years_a"][:2])
        if first < last < first + 40:
            return str(last)
        return valid_day(f"{first}-{match['years_b']}-01", 7) or str(first)

    def read_year(self, match, lead):
        return f"{match['year_y']}-06" if lead.bound in ("mid", "middle", "midpoint") else match["year_y"]

    def read_decade(self, match, lead):
        if self.today is None and not match["decade_y"]:
            return None
        start = int(match["decade_y"]) if match["decade_y"] else self.today.year // 10 * 10
        if match["decade_e"] or lead.bound in ("end", "very end", "close"):
            return str(start + 10)
        if lead.bound == "turn":
            return str(start if match["decade_y"] or self.today.year - start < 5 else start + 10)
        if lead.bound in ("start", "beginning", "outset"):
            return str(start)
        if lead.bound in ("middle", "midpoint", "mid"):
            return str(start + 5)
        return None

    def read_ahead(self, match, lead):
        plain = match.group()[:2].casefold() == "in" and "the" not in match.group().casefold().split()
        past = PAST_BEFORE_IN.search(self.text[max(0, match.start() - 12) : match.start()])
        if self.today is None or (plain and (past or match["ahead_n"] in ("a", "an")) and not match["ahead_t"]):
            return None
        months = count_of(match["ahead_n"]) * (12 if match["ahead_u"].casefold().startswith("year") else 1)
        return shifted(month_of(self.published), months, keep_month=months % 12 != 0)

    def read_shift(self, match, lead):
        word, unit = match["shift_w"].casefold(), match["shift_u"].casefold()
        count = count_of(match["shift_n"])
        months = count * {"y": 12, "m": 1, "q": 3, "d": 120, "w": 0}[unit[0]] if not unit.startswith("day") else 0
        if word == "ago" or word.startswith("from now") or word in ("hence", "back"):
            base = self.quarter if self._quarter_is_news(word, count, unit) else month_of(self.published)
        else:
            base = self._near_anchor(match) or month_of(self.published)
        if base is None:
            return None
        forward = word in ("later", "on", "after", "afterwards", "hence") or word.startswith("from")
        return shifted(base, months if forward else -months, keep_month=count == 1 or unit[0] != "y" or len(base) > 4)

    def _quarter_is_news(self, word: str, count: int, unit: str) -> bool:
        """ "A year ago" beside a quarter's figure means that quarter, a year before."""
        return word == "ago" and count == 1 and unit.startswith("year") and bool(self.quarter) and not self.present

    def read_relative(self, match, lead):
        unit = (match["relative_u"] or match["relative_v"]).casefold()
        word = re.sub(r"\s+", " ", (match["relative_r"] or match["relative_w"]).casefold()).removeprefix("the ")
        if unit == "year":
            if lead.bound == "turn" and self.today:
                return str(self.today.year - 1)
            return self._relative_year(word)
        if self.today is None:
            return None
        if unit in SEASON_MONTHS:
            late = word == "last" and SEASON_MONTHS[unit] >= self.today.month
            return str(self.today.year + (word == "next") - late)
        if unit in ("quarter", "half"):
            kind = unit[0].upper()
            if word in ("same", "that"):
                return self.quarter
            if word in ("this", "current"):
                return part_containing(kind, self.today)
            return self._previous(kind) if word not in ("next", "coming", "following") else None
        if unit == "decade":
            return str(self.today.year // 10 * 10 + 10) if word in ("this", "current") else None
        step = {"last": -1, "previous": -1, "past": -1, "prior": -1, "next": 1, "coming": 1}.get(word, 0)
        if unit == "week":
            return (self.today + timedelta(days=7 * step)).strftime("%Y-%m")
        return shifted(self.today.strftime("%Y-%m"), step, keep_month=True)

    def _relative_year(self, word: str) -> str | None:
        if word in ("that", "same"):
            return self.anchor[:4] if self.anchor else None
        if word in ("before", "earlier", "previous", "prior", "preceding"):
            base = self.anchor or (self.published if word in ("previous", "prior", "preceding") else None)
            return str(int(base[:4]) - 1) if base else None
        if word in ("after", "following"):
            return str(int(self.anchor[:4]) + 1) if self.anchor else None
        if self.today is None:
            return None
        return str(self.today.year + {"last": -1, "past": -1, "next": 1, "coming": 1, "ahead": 1}.get(word, 0))

    def read_trailing(self, match, lead):
        previous = self._previous("H" if match["trailing_h"] else "Q")
        return previous if previous is None or match["trailing_h"] else previous[:4]

    def read_weekday(self, match, lead):
        if self.today is None or len(self.published or "") < 10:
            return month_of(self.published)
        back = (self.today.weekday() - WEEKDAYS.index(match["weekday_d"])) % 7
        days = back - 7 if (match["weekday_r"] or "").casefold() == "next" else back
        return (self.today - timedelta(days=days)).isoformat()

    def read_yearend(self, match, lead):
        if self.today is None:
            return None
        said = match.group().casefold()
        if "turn" in said:
            return str(self.today.year - (self.today.month < 7))
        return f"{self.today.year}-06" if said.startswith("mid") else f"{self.today.year}-12"

    def read_now(self, match, lead):
        return month_of(self.published)

    def read_day(self, match, lead):
        if self.today is None or len(self.published or "") < 10:
            return month_of(self.published)
        step = {"yesterday": -1, "tomorrow": 1}.get(match.group().casefold(), 0)
        return (self.today + timedelta(days=step)).isoformat()

    def read_then(self, match, lead):
        said = match.group().casefold()
        if said.startswith("since"):
            return month_of(self.published)
        if "quarter" in said or "half" in said:
            return self.quarter or self._previous("H" if "half" in said else "Q")
        return (self.quarter or self.anchor) if "period" in said else self.anchor

    # What the alternatives share.

    def _year(self, spec: str | None) -> int | None:
        """The year of a YEAR_SPEC: "2019", "last year", "the year before"."""
        if not spec:
            return None
        found = re.search(YEAR, spec)
        if found:
            return int(found.group())
        told = spec.casefold().split()
        if told[0] == "the" and len(told) == 2:
            return int(self.anchor[:4]) if self.anchor else self.today.year if self.today else None
        if told[-1] in ("ago", "earlier"):
            base = self.quarter or self.anchor or self.published
            return int(base[:4]) - 1 if base else None
        word = told[-1] if told[-1] == "before" else told[1] if told[0] == "the" else told[0]
        year = self._relative_year(word)
        return int(year) if year else None

    def _year_of_month(self, month: int, match) -> int | None:
        """The newest such month that has begun by publication; the next one where the sentence looks ahead."""
        if self.today is None:
            return None
        if DEADLINE.match(self._lead(match).pre):  # the nearest: "by December it had", "before the end of March"
            ahead = (month - self.today.month) % 12
            return self.today.year + (self.today.month + ahead > 12 if ahead < 6 else -(month > self.today.month))
        if month <= self.today.month:
            return self.today.year + (1 if month < self.today.month and self._speaks_of_future(match) else 0)
        return self.today.year - (0 if self._speaks_of_future(match) else 1)

    def _newest_year(self, month: int) -> int | None:
        return self.today.year - (month > self.today.month) if self.today else None

    def _speaks_of_future(self, match) -> bool:
        return FUTURE.search(self.text[max(0, match.start() - 100) : match.start()]) is not None

    def _previous(self, kind: str) -> str | None:
        """The newest quarter or half that ended before publication."""
        if self.today is None:
            return None
        months = 3 if kind == "Q" else 6
        number = (self.today.month - 1) // months
        return f"{self.today.year}-{kind}{number}" if number else f"{self.today.year - 1}-{kind}{12 // months}"

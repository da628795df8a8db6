"""Every quantity that a text states, with its unit: shares, money, counts. Whose they are is not decided here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from etl.extract import quantity_words as words
from etl.extract.money import currency_after, currency_before
from etl.extract.numerals import HYPHENS, Numeral, Tokens, read_numeral

Qualifier = Literal["exact", "about", "over", "under"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as a text states it.

    start, end: code points into the text; text == source[start:end], the number with its unit.
    value, value_high: percent 0-100, whole units of money, or a count; value_high only for a range.
    unit: "percent", "count", an ISO 4217 code, or None for a number whose unit is not told.
    noun: what is counted, right after the number ("deals", "base stations"), lower case.
    points: percentage points, so a change of a share. change: growth, decline or an addition, not a level.
    ordinal: the number of one thing in a row ("its 100th contract"). bare: no unit of its own; `unit` is then one
    borrowed from a neighbour ("31 from 29 per cent"), or None.
    """

    start: int
    end: int
    text: str
    value: float
    value_high: float | None = None
    unit: str | None = None
    qualifier: Qualifier = "exact"
    noun: str | None = None
    points: bool = False
    ordinal: bool = False
    change: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """A quantity in the making: its tokens, and what they say."""

    numeral: Numeral
    first: int
    last: int
    unit: str | None = None
    noun: str | None = None
    points: bool = False
    ordinal: bool = False
    high: float | None = None
    borrowed: bool = False

    @property
    def bare(self) -> bool:
        return self.borrowed or self.unit is None


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a text in order, in time linear in its length.

    Years, dates, times, telephone numbers, names of models and generations ("5G", "Release 16"), durations, frequencies
    and other physical measures are left out.
    """
    tokens = Tokens(text)
    readings: list[_Reading] = []
    n = 0
    while n < len(tokens):
        reading = _read(tokens, n)
        if reading is None:
            n += 1
            continue
        n = max(reading.last, n + 1)
        _append(tokens, readings, reading)
    return [_quantity(tokens, reading) for reading in readings if not _dropped(tokens, reading)]


def _read(tokens: Tokens, n: int) -> _Reading | None:
    ordinal = _ordinal(tokens, n)
    if ordinal:
        return ordinal
    numeral = read_numeral(tokens, n)
    if numeral is None:
        return None
    return _with_unit(tokens, numeral)


def _with_unit(tokens: Tokens, numeral: Numeral) -> _Reading:
    first, last = numeral.first, numeral.last
    if numeral.form == "share":
        return _Reading(numeral, first, last, "percent")
    before = currency_before(tokens, first, numeral.scaled)
    if before:
        return _Reading(numeral, before[1], last, before[0])
    points = words.points_after(tokens, last)
    at = tokens.skip_hyphen(last)
    if points:
        scale = 0.01 if tokens.low(at) == "basis" else 1
        return _Reading(replace(numeral, value=numeral.value * scale), first, points, "percent", points=True)
    for unit in words.PERCENT:
        if all(tokens.low(at + k) == part for k, part in enumerate(unit)):
            end = at + len(unit)
            points = words.points_after(tokens, end)
            return _Reading(numeral, first, points or end, "percent", points=points is not None)
    after = currency_after(tokens, last, plain=not numeral.scaled)
    if after:
        return _Reading(numeral, first, after[1], after[0])
    noun = words.counted_noun(tokens, last)
    of_them = tokens.low(last) == "of" and tokens.low(last + 1) in ("them", "these", "those", "which", "the")
    return _Reading(numeral, first, last, "count" if noun or of_them else None, noun)


def _ordinal(tokens: Tokens, n: int) -> _Reading | None:
    """ "its 100th contract", "agreement number 100", "contract No. 85"."""
    if tokens[n].kind == "num" and tokens.low(n + 1) in ("st", "nd", "rd", "th") and tokens.touch(n + 1):
        numeral = read_numeral(tokens, n)
        return numeral and _Reading(numeral, n, n + 2, "count", words.counted_noun(tokens, n + 2), ordinal=True)
    if tokens.low(n) in words.ROUND_ORDINALS and tokens.low(n - 1) in words.BEFORE_ORDINAL:
        numeral = Numeral(words.ROUND_ORDINALS[tokens.low(n)], n, n + 1, "ordinal")
        return _Reading(numeral, n, n + 1, "count", words.counted_noun(tokens, n + 1), ordinal=True)
    at = n + 1 if tokens.low(n) in ("number", "no") else 0
    if at and tokens.low(at) in (".", "#"):
        at += 1
    if at and tokens.low(n - 1) in words.COUNTABLE:
        numeral = read_numeral(tokens, at)
        if numeral and numeral.form != "share":
            return _Reading(numeral, n, numeral.last, "count", tokens.low(n - 1), ordinal=True)
    return None


def _append(tokens: Tokens, readings: list[_Reading], reading: _Reading) -> None:
    """Add a reading to those before it: as the upper end of a range, lending them its unit, or on its own."""
    previous = readings[-1] if readings else None
    if previous is None or _dropped(tokens, previous):
        readings.append(reading)
        return
    link = [tokens.low(k) for k in range(previous.last, reading.first)] if reading.first - previous.last < 4 else None
    if link is None or previous.ordinal or reading.ordinal or previous.high is not None:
        readings.append(reading)
        return
    if _is_range(tokens, previous, reading, link):
        readings[-1] = _range(previous, reading)
        return
    readings.append(reading)
    _lend(tokens, readings)


def _is_range(tokens: Tokens, low: _Reading, high: _Reading, link: list[str]) -> bool:
    if low.points != high.points and low.unit is not None:
        return False
    if not (low.unit in (None, high.unit) or high.unit is None or low.unit == "count"):
        return False
    shares_scale = high.numeral.scaled and not low.numeral.scaled  # "20 to 25 billion yen"
    if low.unit is None and low.numeral.value >= (high.numeral.mantissa if shares_scale else high.numeral.value):
        return False
    if len(link) == 1 and link[0] in HYPHENS:
        return tokens.touch(high.first) or high.unit is not None
    before = tokens.low(low.first - 1)
    loose = tokens.low(low.first - 2) in words.OPENS_RANGE
    if link == ["and"]:
        return "between" in (before, tokens.low(low.first - 2))
    if link in (["to"], ["or"]):
        if link == ["to"] and (before == "from" or tokens.low(low.first - 2) == "from") and not loose:
            return False
        return not _changes(tokens, low.first) and low.numeral.value < high.numeral.value
    return False


def _range(low: _Reading, high: _Reading) -> _Reading:
    factor = 1.0
    if high.numeral.scaled and not low.numeral.scaled and high.numeral.mantissa:
        factor = high.numeral.value / high.numeral.mantissa
    numeral = replace(low.numeral, value=round(low.numeral.value * factor, 6), scaled=high.numeral.scaled)
    unit = high.unit if low.unit in (None, "count") else low.unit
    return _Reading(numeral, low.first, high.last, unit, high.noun, high.points, False, high.numeral.value)


def _lend(tokens: Tokens, readings: list[_Reading]) -> None:
    """Give the last reading's unit to unitless ones right before it: "29 and 31 per cent", "to 31 from 29 per cent"."""
    lender = readings[-1]
    if lender.unit is None or lender.unit == "count" or lender.numeral.form == "share":
        return
    for k in range(len(readings) - 2, -1, -1):
        borrower = readings[k]
        gap = readings[k + 1].first - borrower.last
        link = {tokens.low(j) for j in range(borrower.last, readings[k + 1].first)} if gap < 4 else {"?"}
        if borrower.unit is not None or not gap or not link <= words.LINKS or _dropped(tokens, borrower):
            return
        numeral = borrower.numeral
        if lender.unit != "percent" and lender.numeral.scaled and not numeral.scaled and lender.numeral.mantissa:
            numeral = replace(numeral, value=numeral.value * lender.numeral.value / lender.numeral.mantissa)
        readings[k] = replace(borrower, numeral=numeral, unit=lender.unit, borrowed=True)


def _changes(tokens: Tokens, first: int) -> bool:
    """Whether the words before token `first` say that a change follows: "up 3%", "fell by about 0.8%"."""
    at = first - 1
    for _ in range(4):
        low = tokens.low(at)
        if low in words.CHANGE_BEFORE:
            return not (low == "up" and tokens.low(at - 1) in words.PHRASAL_UP)
        if low not in words.BETWEEN_CHANGE_AND_NUMBER:
            return False
        at -= 1
    return False


def _quantity(tokens: Tokens, reading: _Reading) -> Quantity:
    start, end = tokens[reading.first].start, tokens[reading.last - 1].end
    by = reading.unit == "percent" and words.led_by_by(tokens, reading.first)
    change = reading.points or by or _changes(tokens, reading.first) or words.changed_after(tokens, reading)
    return Quantity(
        start=start,
        end=end,
        text=tokens.text[start:end],
        value=round(reading.numeral.value, 6),
        value_high=reading.high,
        unit=reading.unit,
        qualifier=words.qualifier(tokens, reading.first, reading.last),
        noun=reading.noun,
        points=reading.points,
        ordinal=reading.ordinal,
        change=change,
        bare=reading.bare,
    )


def _dropped(tokens: Tokens, reading: _Reading) -> bool:
    """Whether the number counts nothing that this tool reads: a year, a date, a model, a duration, a frequency."""
    if reading.unit not in (None, "count"):
        return False
    return words.is_no_quantity(tokens, reading)

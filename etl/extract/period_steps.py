"""Small sums on periods: reading their parts, and moving them by months and years."""

from __future__ import annotations

from datetime import date

from etl.extract.numerals import DIGIT_WORDS
from etl.extract.period_patterns import MONTH_NUMBERS


def day_of(published: str | None) -> date | None:
    """The day to reckon from; the last of the month or year where no more is told, so that none of it lies ahead."""
    if not published:
        return None
    year, month, day = ([int(part) for part in published.split("-")] + [0, 0])[:3]
    if not month:
        return date(year, 12, 31)
    return date(year, month, day) if day else date(year, month, 28)


def valid_day(day: str, length: int = 10) -> str | None:
    try:
        return date.fromisoformat(day).isoformat()[:length]
    except ValueError:
        return None


def month_number(name: str) -> int:
    return MONTH_NUMBERS[name[:3].casefold()]


def full_year(year: str, century: str = "20") -> int:
    return int(year) if len(year) == 4 else int(century + year[-2:])


def count_of(word: str) -> int:
    word = word.casefold()
    if word.isdigit():
        return int(word)
    if "couple" in word:
        return 2
    return 1 if word in ("a", "an") else DIGIT_WORDS.get(word, 20)


def part_containing(kind: str, day: date) -> str:
    return f"{day.year}-{kind}{(day.month - 1) // (3 if kind == 'Q' else 6) + 1}"


def shifted(period: str, months: int, keep_month: bool) -> str:
    """A period moved by whole months: a quarter or half keeps its form when the move is of whole years."""
    year, part = int(period[:4]), period[5:]
    if months % 12 == 0:
        return f"{year + months // 12}" + (f"-{part}" if part and keep_month else "")
    if part[:1] == "Q" and months % 3 == 0:
        quarters = year * 4 + int(part[1:]) - 1 + months // 3
        return f"{quarters // 4}-Q{quarters % 4 + 1}"
    month = {"Q": 3, "H": 6}.get(part[:1], 1) * int(part[1:]) if part[:1] in ("Q", "H") else int(part[:2] or 12)
    moved = year * 12 + month - 1 + months
    return f"{moved // 12}-{moved % 12 + 1:02}" if keep_month else str(moved // 12)

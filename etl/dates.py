"""Dates of publication: the forms in which they are stored, and the dateline at the top of a text.

A date is YYYY-MM-DD, YYYY-MM or YYYY, as far as it is told. Impossible dates are reported, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

WANTED = "want YYYY-MM-DD"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LINES_WITH_DATELINE = 14
WORDS_BESIDE_A_DATE = 9

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
        rf"\b(?P<day>\d\d?)(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH},?[ -]{_YEAR}",
        rf"\b{_MONTH} ?(?P<day>\d\d?)(?:st|nd|rd|th)?,? {_YEAR}",
        rf"\b(?P<first>\d\d?)[/.](?P<second>\d\d?)[/.]{_YEAR}",
        rf"\b{_MONTH},? {_YEAR}",
    )
)
_LABEL = re.compile(r"\b(published|posted|updated|date|issued)\b", re.IGNORECASE)
_SEPARATORS = re.compile(r"[|·•:;,()–—/-]+")


def parse_published(written: str) -> str:
    """A date in a stored form. Accepts YYYY-MM-DD (a time may follow), YYYY-MM and YYYY.

    Raises ValueError for anything else, also for a day that no calendar has, with a message that quotes it.
    """
    written = written.strip()
    form = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ]\d\d:?\d\d.*)?)?)?", written, re.DOTALL)
    if form:
        year, month, day = form.groups()
        try:
            date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            pass
        else:
            return "-".join(part for part in (year, month, day) if part)
    raise ValueError(f'published "{written[:40]}" is no date ({WANTED})')


def find_dateline(text: str, title: str | None = None) -> tuple[str | None, str | None]:
    """The date that the top of a text gives for itself, and a warning when it gives one that cannot be.

    Looks at short lines ("WARSAW, 7 January 2020", "By A. Writer | October 15, 2018") and at the opening of a paragraph
    before a dash or colon ("TOKYO, Aug 11, 2023 (Agency) - ..."), so a date inside running text is never taken.
    """
    lines = [line.strip() for line in text[:4000].splitlines() if line.strip()][:LINES_WITH_DATELINE]
    for line in lines:
        if title and line.casefold() == title.casefold():
            continue
        opening = _opening(line)
        if opening is None:
            continue
        for match in _dates_in(opening):
            published, warning = _told(match)
            if published or warning:
                return published, warning
    return None, None


def _opening(line: str) -> str | None:
    """What of a line can be a dateline: all of a short line, else what stands before its first dash or colon."""
    if _is_short(line):
        return line
    dash = re.search(r" ?(?: [-–—]{1,3} |[–—]| -- |\) ?-|: )", line[:120])
    return line[: dash.start()] if dash and _is_short(line[: dash.start()]) else None


def _is_short(line: str) -> bool:
    """Whether so little stands beside a date in the line that the line can only be there for the date."""
    rest = line
    for form in _FORMS:
        rest = form.sub(" ", rest)
    if rest == line:
        return False
    words = _SEPARATORS.sub(" ", rest).split()
    if _LABEL.search(rest) or "|" in line or "·" in line:
        return len(words) <= 2 * WORDS_BESIDE_A_DATE
    # Without a label, lower-case words make it a sentence or a headline: "Ericsson to deliver by May 2025".
    return len(words) <= WORDS_BESIDE_A_DATE and sum(word[0].islower() for word in words) <= len(words) // 3


def _dates_in(line: str) -> Iterator[re.Match[str]]:
    for form in _FORMS:
        yield from form.finditer(line)


def _told(match: re.Match[str]) -> tuple[str | None, str | None]:
    parts = match.groupdict()
    year = int(parts["year"])
    if "first" in parts:
        return _numeric(match.group(), year, int(parts["first"]), int(parts["second"]))
    month = int(parts["month"]) if parts["month"].isdigit() else MONTHS.index(parts["month"][:3].lower()) + 1
    if not parts.get("day"):
        return f"{year}-{month:02}", None
    try:
        return date(year, month, int(parts["day"])).isoformat(), None
    except ValueError:
        return None, f'date "{match.group()}" in the text is no date; the article stays undated'


def _numeric(written: str, year: int, first: int, second: int) -> tuple[str | None, str | None]:
    """Read 05/06/2020 day first and month first: only the year is told when both are possible and differ."""
    readings = set()
    for day, month in ((first, second), (second, first)):
        try:
            readings.add(date(year, month, day).isoformat())
        except ValueError:
            continue
    if not readings:
        return None, f'date "{written}" in the text is no date; the article stays undated'
    if len(readings) == 1:
        return readings.pop(), None
    return str(year), f'date "{written}" in the text can be read two ways; only its year was taken'

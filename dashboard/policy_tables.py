"""Tables and legends of restrictions: what was decided where, by when, and whom it meets. Every word leads to its evidence."""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard import evidence, tables, theme
from dashboard.charts import ladder
from dashboard.escape import for_html
from dashboard.filters import Filters
from dashboard.names import country_names
from dashboard.site import href
from dashboard.tables import Column, number_link, operator_cell, quote_cell, said_by, when_cell, who
from dashboard.view import View


def place_cell(code: str, view: View) -> str:
    """A country's or union's name, a link to its own page."""
    link = href("country", Filters(country=(code,), v=view.filters.v))
    return f'<b><a class="vt-plain" href="{for_html(link)}">{for_html(theme.place(code, country_names()))}</a></b>'


def vendor_cell(row: pd.Series, view: View) -> str:
    """The vendor that is acted on, else the article's words for those that it does not name."""
    if evidence.told(row["vendor"]):
        return who([row["vendor"]], view)
    words = f"“{row['vendor_text']}”" if evidence.told(row["vendor_text"]) else "not named"
    return f'<span class="vt-soft">{for_html(words)}</span>'


def action_words(row: pd.Series) -> str:
    """What is done, with its limit: "Limit, at most 35%"."""
    cap = f", at most {theme.number(row['limit_percent'])}%" if evidence.told(row["limit_percent"]) else ""
    return f"{theme.ACTION[row['action']]}{cap}"


def deadline_cell(row: pd.Series, today: date) -> str:
    """By when, and how far off that is from the viewed load's day."""
    if not evidence.told(row["deadline"]):
        return '<span class="vt-soft">none told</span>'
    return f'{for_html(theme.day(row["deadline"]))} <br><span class="vt-soft">{time_left(row["deadline_end"], today)}</span>'


def time_left(end: object, today: date) -> str:
    """How long until a deadline's last day, in words: "in 14 months", "passed"."""
    last = pd.Timestamp(end).date()
    days = (last - today).days
    if days < 0:
        return "passed"
    if days < 60:
        return "today" if not days else f"in {days} {'day' if days == 1 else 'days'}"
    months = round(days / 30.44)
    return f"in {months} months" if months < 24 else f"in {months / 12:.1f} years"


def restriction_columns(view: View) -> list[Column]:
    """Columns of the ledger of restrictions."""

    def action(row: pd.Series) -> str:
        scope = ", ".join(theme.MARKET.get(market, market) for market in row["scope"])
        under = f'<br><span class="vt-soft">{for_html(scope)}</span>' if scope else ""
        return number_link(row, action_words(row), view.filters) + under

    return [
        Column("When", when_cell, "vt-when"),
        Column("By", lambda row: place_cell(row["authority"], view)),
        Column("Vendor", lambda row: vendor_cell(row, view)),
        Column("Step", action),
        Column("Deadline", lambda row: deadline_cell(row, view.today), "vt-when"),
        Column("The words that state it", quote_cell, "vt-quote"),
        Column("Confidence", said_by, "vt-right"),
    ]


def deadline_columns(view: View) -> list[Column]:
    """Columns of the deadlines ahead."""
    return [
        Column("Deadline", lambda row: deadline_cell(row, view.today), "vt-when"),
        Column("By", lambda row: place_cell(row["authority"], view)),
        Column("Vendor", lambda row: vendor_cell(row, view)),
        Column("Step", lambda row: number_link(row, action_words(row), view.filters)),
        Column("The words that state it", quote_cell, "vt-quote"),
        Column("Confidence", said_by, "vt-right"),
    ]


def met_columns(view: View) -> list[Column]:
    """Columns of the operators that steps meet: each tells the selection, the hardest step that is in force and, where that is
    another one, the latest, all with their evidence."""

    def words(fact_id: str, action: str, deadline: str | None) -> str:
        due = f", by {theme.day(deadline)}" if evidence.told(deadline) else ""
        return number_link(pd.Series({"fact_id": fact_id}), f"{theme.ACTION[action]}{due}", view.filters)

    def step(row: pd.Series) -> str:
        hardest = words(row["restriction_id"], row["action"], row["deadline"])
        newer = evidence.told(row["latest_deadline"]) and row["latest_deadline"] != row["deadline"]
        if row["latest_action"] == row["action"] and not newer:
            return hardest
        latest = words(row["latest_id"], row["latest_action"], row["latest_deadline"])
        return f'{hardest}<br><span class="vt-soft">told last: {latest}</span>'

    def decision(row: pd.Series) -> str:
        when = f"reported {theme.day(row['published'])}" if row["only_reported"] else theme.day(row["period"])
        words = theme.DECISION[row["decision"]][0]
        return f'{number_link(row, words, view.filters)}<br><span class="vt-soft">{for_html(when)}</span>'

    return [
        Column("Operator", lambda row: operator_cell(row, view)),
        Column("Country", lambda row: place_cell(row["country"], view)),
        Column("Vendor", lambda row: who([row["vendor"]], view)),
        Column("Its latest word on it", decision),
        Column("Hardest step in force there", step),
        Column("The words on the operator", quote_cell, "vt-quote"),
    ]


# Of an operator's word on a vendor, and of the step there.
_MET = (
    "operator", "country", "vendor", "decision", "happened", "only_reported", "action", "deadline",
    "quote", "title", "publisher", "published", "is_brief", "source_url", "confidence", "fact_id",
)  # fmt: skip


def met_for_file(rows: pd.DataFrame) -> pd.DataFrame:
    """The operators that steps meet as a file has them, with the fact of the selection and that of the step."""
    return rows[list(_MET)].assign(restriction_fact_id=rows["restriction_id"])


def legend(vendors: list[str]) -> str:
    """HTML of which letters and colours stand for which vendor, and what a hollow square means."""
    parts = [
        f'<span><span aria-hidden="true" class="vt-key" style="color:{ladder.look(vendor)}">■</span> '
        f"<b>{for_html(letter)}</b> {for_html(vendor)}</span>"
        for vendor, letter in ladder.initials(vendors).items()
    ]
    parts.append('<span><span aria-hidden="true" class="vt-key">□</span> deadline ahead</span>')
    return tables.legend(parts)

"""Tables of the reader's quality: its rates, its fields, what it left unread, fresh and stale publishers, names it does not know."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from dashboard import evidence, theme
from dashboard.escape import for_html
from dashboard.filters import Filters
from dashboard.names import language_names
from dashboard.quality import Scores
from dashboard.site import href
from dashboard.tables import Column
from dashboard.view import View

KIND = {
    "figure": "Figures",
    "selection": "Selections",
    "deal": "Deals",
    "restriction": "Restrictions",
    "all": "All kinds",
}
FEW = 30  # facts below which a rate says little


def rate_columns() -> list[Column]:
    """Columns of the rates by kind; each rate is told with the counts that it is made of."""

    def rate(name: str, of: str) -> Callable[[pd.Series], str]:
        def cell(row: pd.Series) -> str:
            few = ', <span title="few facts: this rate says little">few</span>' if row[of] < FEW else ""
            soft = f'<span class="vt-soft">{row["hit"]:,.0f} of {row[of]:,.0f}{few}</span>'
            return f"<b>{row[name]:.0%}</b> <br>{soft}"

        return cell

    return [
        Column("Kind", lambda row: f"<b>{KIND[row['kind']]}</b>"),
        Column("Precision", rate("precision", "found"), "vt-right vt-rate"),
        Column("Recall", rate("recall", "gold"), "vt-right vt-rate"),
        Column("F1", lambda row: f"{row['f1']:.2f}", "vt-right"),
        Column("Missed", lambda row: f"{row['gold'] - row['hit']:,.0f}", "vt-right"),
    ]


def field_columns() -> list[Column]:
    """Columns of how often each field is right on the facts that were found, a row for each kind."""

    def fields(row: pd.Series) -> str:
        told = [
            f"{for_html(field.replace('_', ' '))} <b>{right / n:.0%}</b>"
            for field, right, n in sorted(row["fields"], key=lambda one: -one[1] / max(one[2], 1))
            if n
        ]
        return " · ".join(told) or '<span class="vt-soft">none found</span>'

    return [
        Column("Kind", lambda row: f"<b>{KIND[row['kind']]}</b>"),
        Column("How often each field is right", fields),
        Column("Facts", lambda row: f"{max(n for _, _, n in row['fields']):,}", "vt-right"),
    ]


def article_link(row: pd.Series, words: str, view: View) -> str:
    """Words that lead to an article with its facts marked."""
    link = href("articles", Filters(article=row["article_id"], v=view.filters.v))
    return f'<a href="{for_html(link)}">{for_html(words)}</a>'


def unread_columns(view: View) -> list[Column]:
    """Columns of the sentences that were left unread; each leads to its article."""
    return [
        Column("The sentence", lambda row: f"“{for_html(' '.join(row['quote'].split())[:320])}”", "vt-quote"),
        Column("Why it is listed", lambda row: for_html(row["reason"])),
        Column(
            "Article",
            lambda row: (
                f"{article_link(row, row['title'] or 'Untitled', view)}"
                f'<br><span class="vt-soft">{for_html(evidence.source_line(row))}</span>'
            ),
        ),
    ]


def fresh_columns(view: View) -> list[Column]:
    """Columns of publishers and how long ago their newest article is."""

    def publisher(row: pd.Series) -> str:
        name = row["publisher"] if evidence.told(row["publisher"]) else "publisher not told"
        link = href("articles", Filters(publisher=(name,) if evidence.told(row["publisher"]) else (), v=view.filters.v))
        brief = '<br><span class="vt-soft">our briefs after it</span>' if row["is_brief"] else ""
        return f'<b><a class="vt-plain" href="{for_html(link)}">{for_html(name)}</a></b>{brief}'

    return [
        Column("Publisher", publisher),
        Column("Newest", lambda row: for_html(theme.day(row["published"])), "vt-when"),
        Column("Age", lambda row: for_html(age(row["days"])), "vt-when"),
        Column("Article", lambda row: article_link(row, row["title"] or "Untitled", view)),
        Column("Articles", lambda row: f"{row['articles']:,}", "vt-right"),
    ]


def age(days: float | None) -> str:
    """Days in words: "12 days", "7 months", "6.4 years"."""
    if days is None or days != days:
        return "date not told"
    if days < 60:
        return f"{days:.0f} {'day' if days == 1 else 'days'}"
    return f"{days / 30.44:.0f} months" if days < 730 else f"{days / 365.25:.1f} years"


def passed_over(not_read: pd.DataFrame) -> str:
    """How many articles were passed over and why, in a sentence; "" when none was."""
    if not_read.empty:
        return ""
    names, count = language_names(), not_read["articles"].sum()
    told = [
        f"{row.articles:,} in {names.get(row.language, row.language)}"
        if evidence.told(row.language)
        else f"{row.articles:,} on another subject"
        for row in not_read.itertuples()
    ]
    return f"{count:,} {'article was' if count == 1 else 'articles were'} passed over: {', '.join(told)}."


def name_columns(view: View) -> list[Column]:
    """Columns of names that the registry does not know."""
    return [
        Column("Name", lambda row: f"<b>{for_html(row['name'])}</b>"),
        Column("Seen as", lambda row: for_html(row["role"])),
        Column("Articles", lambda row: f"{row['articles']:,}", "vt-right"),
        Column("In", lambda row: article_link(row, row["title"] or "Untitled", view)),
    ]


def honest(scores: Scores) -> str:
    """What the scores mean for a reader of the charts, in one sentence."""
    row = scores.rates.iloc[-1]
    missed = 1 - row["recall"]
    return (
        f"Of 10 facts that it shows, about {round(10 * row['precision'])} are right; of 10 that articles state, "
        f"it misses about {round(10 * missed)}"
    )

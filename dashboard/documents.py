"""HTML of articles and single facts: the shelf's columns, notes on our briefs, lists of facts, a fact's fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import evidence, theme
from dashboard.escape import for_html, web_link
from dashboard.filters import Filters
from dashboard.names import country_names
from dashboard.search import Snippet
from dashboard.site import href
from dashboard.tables import Column, number_link
from dashboard.view import View

ABOUT_BRIEFS = (
    "Articles marked “our brief, after …” are this project’s own short texts on facts that the publisher named reported on "
    "that day. They are not the publisher’s words."
)
COUNTED = ("figures", "selections", "deals", "restrictions")


def article_columns(view: View, found: Mapping[str, Snippet]) -> list[Column]:
    """Columns of the shelf of articles, a row for each story. found: the words around what was looked for, by article."""

    def title(row: pd.Series) -> str:
        link = href("articles", Filters(article=row["article_id"], v=view.filters.v))
        missing = ' <span class="vt-tag">gone from its folder</span>' if row["state"] == "missing" else ""
        return f'<b><a href="{for_html(link)}">{for_html(row["title"] or "Untitled")}</a></b>{missing}{hits(row)}'

    def hits(row: pd.Series) -> str:
        parts = [
            f'<mark class="vt-mark">{for_html(words)}</mark>' if hit else for_html(words)
            for words, hit in found.get(row["article_id"], ())
        ]
        return f'<br><span class="vt-soft">{"".join(parts)}</span>' if parts else ""

    def source(row: pd.Series) -> str:
        line = for_html(theme.said_it(row["publisher"], row["is_brief"]))
        if row["copies"] < 2:
            return line
        many = len(row["publishers"])
        words = f"{many} publishers" if many > 1 else f"{row['copies']} copies"
        also = evidence.also_in(row)
        return f'{line}<br><span class="vt-soft"><b>{words}</b>{": " if also else ""}{for_html(also)}</span>'

    def facts(row: pd.Series) -> str:
        told = [f"{row[kind]} {kind if row[kind] != 1 else kind[:-1]}" for kind in COUNTED if row[kind]]
        return ", ".join(told) or f'<span class="vt-soft">{for_html(row["why"] or "none found")}</span>'

    return [
        Column("Published", lambda row: for_html(theme.day(row["published"])), "vt-when"),
        Column("Article", title),
        Column("Source", source),
        Column("Facts", facts),
    ]


# What told an article's date, in words (etl/article.py).
_DATED_FROM = {
    "index": "the index beside the document",
    "feed": "the feed that led to it",
    "metadata": "the document’s metadata",
    "json-ld": "the page’s own data (JSON-LD)",
    "header": "the message’s header",
    "url": "the page’s address",
    "text": "the page’s text",
}


def article_note(article: pd.Series, facts: Sequence[pd.Series], view: View) -> str:
    """Where an article's text is from, and the way out to its source, there to the words of the fact that is looked at;
    nothing when there is nothing to say."""
    address = web_link(article["source_url"])
    parts = []
    if article["is_brief"]:
        parts.append("This text is our own brief on facts that were reported elsewhere, not the publisher’s words.")
    if address:
        words = "The report that it is after" if article["is_brief"] else "The article at its source"
        chosen = [fact for fact in facts if fact["fact_id"] == view.filters.fact]
        if chosen and not article["is_brief"]:
            address = evidence.at_words(address, chosen[0]["quote"])
        parts.append(f'<a href="{for_html(address)}" target="_blank" rel="noopener noreferrer">{words} ↗</a>')
    if words := _DATED_FROM.get(article.get("published_from")):
        parts.append(f"The date is from {words}.")
    if article["state"] == "missing":
        parts.append("The document is gone from its folder; what was read in it is kept.")
    return f'<p class="vt-foot">{" ".join(parts)}</p>' if parts else ""


def carried_by(articles: pd.DataFrame, view: View) -> str:
    """Which other articles are copies of an article, each a link to its text; nothing when there is none."""
    if articles.empty:
        return ""
    items = []
    for _, row in articles.iterrows():
        link = href("articles", Filters(article=row["article_id"], v=view.filters.v))
        title = f" · {for_html(row['title'])}" if evidence.told(row["title"]) else ""
        items.append(f'<li><a href="{for_html(link)}">{for_html(evidence.source_line(row))}</a>{title}</li>')
    return f'<div class="vt-carried"><p class="vt-foot">Also carried by</p><ul class="vt-facts">{"".join(items)}</ul></div>'


def fact_list(facts: Sequence[pd.Series], view: View, *, with_source: bool = False) -> str:
    """Facts as a list of sentences, each in its kind's colour and a link to its own page."""
    if not facts:
        return '<p class="vt-foot">No fact was read in this article.</p>'
    items = []
    for row in facts:
        under = [row["kind"].capitalize(), f"confidence {row['confidence']:.0%}"]
        under += [evidence.source_line(row)] if with_source else []
        strong = ' style="font-weight:650"' if row["fact_id"] == view.filters.fact and not with_source else ""
        items.append(
            f'<li style="--vt-kind:{theme.KIND_COLOUR[row["kind"]]}"><span{strong}>'
            f"{number_link(row, evidence.statement(row), view.filters)}</span><br>"
            f'<span class="vt-soft">{for_html(" · ".join(under))}</span></li>'
        )
    return f'<ul class="vt-facts">{"".join(items)}</ul>'


_FIELDS = {
    "figure": ("companies", "metric", "status", "value", "market", "generation", "region", "period", "attributed_to"),
    "selection": (
        "operator",
        "country",
        "vendor",
        "decision",
        "scope",
        "generation",
        "value",
        "share_percent",
        "period",
    ),
    "deal": ("deal", "parties", "state", "value", "stake_percent", "period"),
    "restriction": ("authority", "vendor", "action", "scope", "limit_percent", "deadline", "period"),
}


def fields_of(row: pd.Series) -> str:
    """A fact's fields as they were read; what the text does not tell says so."""
    pairs = [("kind", row["kind"].capitalize()), *((name, field_words(row, name)) for name in _FIELDS[row["kind"]])]
    pairs += [("confidence", f"{row['confidence']:.0%}"), ("read by", row["reader"]), ("fact", row["fact_id"])]
    return (
        '<dl class="vt-defs">'
        + "".join(
            f"<dt>{for_html(name.replace('_', ' ').capitalize())}</dt><dd>{for_html(words)}</dd>"
            for name, words in pairs
        )
        + "</dl>"
    )


def field_words(row: Mapping, name: str) -> str:
    """A field of a fact as people say it; "not told" where the article does not tell it."""
    value = row[name]
    if name == "operator":
        return evidence.operator_of(row)
    if not evidence.told(value):
        return "not told"
    if name == "value":
        return theme.amount(value, row.get("value_high"), row["unit"], row.get("qualifier", "exact"))
    if name in ("companies", "parties"):
        return " + ".join(value)
    if name == "scope":
        return ", ".join(theme.word(name, market) for market in value)
    if name in ("region", "country", "authority"):
        return theme.place(value, country_names())
    if name in ("period", "deadline"):
        return theme.day(value)
    if name.endswith("percent"):
        return f"{theme.number(value)}%"
    return theme.word(name, str(value))


def basis_of(row: pd.Series) -> str:
    """What a figure is a share, count or sum of."""
    return theme.basis(row["market"], row["region"], row["generation"], country_names())

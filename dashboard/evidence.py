"""Evidence: a fact in a sentence of ours, the article's own words in their context, and who published them when."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import quote as quote_url

import pandas as pd

from dashboard import theme
from dashboard.escape import for_html, web_link
from dashboard.filters import Filters
from dashboard.names import country_names
from dashboard.site import evidence_link, href

SHOWN_PUBLISHERS = 4  # in a cell of a table
AROUND = 260  # characters of context on either side of a quote


def told(value: object) -> bool:
    """Whether a row's field says something."""
    if value is None or (isinstance(value, float) and value != value) or value is pd.NaT or value is pd.NA:
        return False
    return len(value) > 0 if hasattr(value, "__len__") else True


def statement(row: pd.Series) -> str:
    """A fact as a sentence: "NEC: 20% market share of telecom equipment, World, target for 2030"."""
    return {"figure": _figure, "selection": _selection, "deal": _deal, "restriction": _restriction}[row["kind"]](row)


def _figure(row: pd.Series) -> str:
    value = theme.amount_of(row)
    metric = theme.METRIC.get(row["metric"], row["metric"]).lower()
    status = {"target": "target for ", "forecast": "forecast for "}.get(row["status"], "")
    when = f"{status}{theme.day(row['period'])}" if told(row["period"]) else f"{status}a date not told"
    basis = theme.basis(row["market"], row["region"], row["generation"], country_names())
    by = f", according to {row['attributed_to']}" if told(row["attributed_to"]) else ""
    return f"{theme.together(row['companies'])}: {value} {metric}, {basis}, {when}{by}"


def operator_of(row: pd.Series) -> str:
    """The operator's name, or the article's words for one that it does not name."""
    return (
        row["operator"]
        if told(row["operator"])
        else f"“{row['operator_text']}”"
        if told(row["operator_text"])
        else "not named"
    )


def _selection(row: pd.Series) -> str:
    decision = theme.DECISION[row["decision"]][0].lower()
    scope = ", ".join(theme.MARKET.get(market, market) for market in row["scope"])
    what = " ".join(part for part in (row["generation"] if told(row["generation"]) else "", scope) if part)
    where = f" in {theme.place(row['country'], country_names())}" if told(row["country"]) else ""
    return f"{operator_of(row)}{where}: {row['vendor']} {decision}{f', {what}' if what else ''}"


def _deal(row: pd.Series) -> str:
    worth = f", {theme.amount(row['value'], None, row['unit'])}" if told(row["value"]) else ""
    stake = f", {theme.number(row['stake_percent'])}% stake" if told(row["stake_percent"]) else ""
    return f"{' and '.join(row['parties'])}: {row['deal'].replace('_', ' ')}, {row['state']}{worth}{stake}"


def _restriction(row: pd.Series) -> str:
    vendor = row["vendor"] if told(row["vendor"]) else f"“{row['vendor_text']}”"
    cap = f", at most {theme.number(row['limit_percent'])}%" if told(row["limit_percent"]) else ""
    until = f", by {theme.day(row['deadline'])}" if told(row["deadline"]) else ""
    where = theme.place(row["authority"], country_names())
    return f"{where}: {theme.ACTION[row['action']].lower()} for {vendor}{cap}{until}"


def source_line(row: pd.Series) -> str:
    """Who published it when; our own briefs say that they are ours."""
    return theme.source(row["publisher"], row["published"], row["is_brief"])


def also_in(row: pd.Series) -> str:
    """Who else carries the same text with the same fact: "also in Gazette, Courier"; nothing where nobody does."""
    publishers = row.get("publishers")
    others = [name for name in (publishers if told(publishers) else ()) if name != row["publisher"]]
    shown = others if len(others) <= SHOWN_PUBLISHERS else others[: SHOWN_PUBLISHERS - 1]
    more = f" and {len(others) - len(shown)} more" if len(shown) < len(others) else ""
    return f"also in {', '.join(shown)}{more}" if others else ""


def carried(row: pd.Series) -> str:
    """How many publishers carry the text that states a fact, when there are several: "3 publishers carry it: A, B, C"."""
    publishers = row.get("publishers")
    many = len(publishers) if told(publishers) else 0
    if many < 2:
        return f"{row['carriers']} copies of it were read" if row.get("carriers", 1) > 1 else ""
    return f"{many} publishers carry it: {', '.join(publishers)}"


def context(text: str, start: int, end: int, around: int = AROUND) -> tuple[str, str, str]:
    """The quote with what stands before and after it, cut at words. Offsets count code points."""
    before, after = text[max(0, start - around) : start], text[end : end + around]
    if start > around:
        before = "… " + before.partition(" ")[2]
    if len(text) > end + around:
        after = after.rpartition(" ")[0] + " …"
    return before, text[start:end], after


def card(
    row: pd.Series,
    filters: Filters,
    *,
    on_own_page: bool = False,
    permalink: str | None = None,
    said: str | None = None,
) -> str:
    """HTML of a fact's evidence: our sentence, the quote in its context, the source, links to fact and article.

    permalink: the fact's lasting address, for a citation that opens below. said: what people said of it last, in a line.
    """
    before, quote, after = context(row["text"], row["start"], row["end"])
    article = href("articles", Filters(article=row["article_id"], fact=row["fact_id"], v=filters.v))
    title = row["title"] if told(row["title"]) else "Untitled"
    own = "" if on_own_page else f' · <a href="{for_html(evidence_link(filters, row["fact_id"]))}">This fact’s page</a>'
    carriers = f'<br><span class="vt-soft">{for_html(carried(row))}</span>' if carried(row) else ""
    reviewed = f'<br><span class="vt-soft">{for_html(said)}</span>' if said else ""
    cite = f"<details><summary>Cite</summary>{cite_box(row, permalink)}</details>" if permalink else ""
    return f"""<div class="vt-evidence vt-{row["kind"]}" style="--vt-kind:{theme.KIND_COLOUR[row["kind"]]}">
      <h3>{for_html(statement(row))}</h3>
      <blockquote>{for_html(before)}<mark class="vt-mark">{for_html(quote)}</mark>{for_html(after)}</blockquote>
      <p>{for_html(title)} — {for_html(source_line(row))}{carriers}{reviewed}</p>
      <p>Confidence {row["confidence"]:.0%} · {_how_many(row.get("said_by", 1))} ·
         <a href="{for_html(article)}">Read it in the article</a>{own}{_out(row)}</p>{cite}</div>"""


def _how_many(said_by: int) -> str:
    """How many articles state a claim; copies of one text are one."""
    return "one article says so" if said_by == 1 else f"{said_by} articles say so"


def _out(row: pd.Series) -> str:
    address = web_link(row["source_url"] if told(row["source_url"]) else None)
    if not address:
        return ""
    words = "The report that our brief is after" if row["is_brief"] else "The source"
    address = address if row["is_brief"] else at_words(address, row["quote"])
    return f' · <a href="{for_html(address)}" target="_blank" rel="noopener noreferrer">{words} ↗</a>'


def at_words(address: str, quote: str) -> str:
    """A source's address with a text fragment, by which a browser jumps to the words; long quotes by their two ends.

    Not for our briefs, whose words do not stand there.
    """
    words = quote.split()
    ends = [words] if len(words) <= 12 else [words[:5], words[-5:]]
    # A hyphen would be read as part of the fragment's own grammar.
    told = ",".join(quote_url(" ".join(part), safe="").replace("-", "%2D") for part in ends)
    return f"{address}{'' if '#' in address else '#'}:~:text={told}"


def highlighted(
    text: str, facts: Sequence[pd.Series], filters: Filters, focus: str | None = None, *, saved: bool = True
) -> str:
    """HTML of an article's text in which the words of every fact are marked in its kind's colour and line and lead to the fact,
    below a line that tells these kinds.

    Where facts share words, the one in focus, else the first, gives the kind. saved: whether the facts have pages.
    """
    edges = sorted({0, len(text), *(fact["start"] for fact in facts), *(fact["end"] for fact in facts)})
    parts = []
    for start, end in pairwise(edges):
        words = for_html(text[start:end])
        here = [fact for fact in facts if fact["start"] <= start and end <= fact["end"]]
        if not here:
            parts.append(words)
            continue
        fact = next((fact for fact in here if fact["fact_id"] == focus), here[0])
        focused = " vt-focus" if fact["fact_id"] == focus else ""
        kind = fact["kind"].capitalize()
        # Hidden words for the kind would shift the places of words that a person selects.
        link = (
            f'<a class="vt-plain" href="{for_html(evidence_link(filters, fact["fact_id"]))}" '
            f'aria-label="{kind}: {words}">{words}</a>'
        )
        told = "; ".join(f"{one['kind'].capitalize()}: {statement(one)}" for one in here)
        parts.append(
            f'<mark class="vt-mark vt-{fact["kind"]}{focused}" style="--vt-kind:{theme.KIND_COLOUR[fact["kind"]]}" '
            f'title="{for_html(told)}">{link if saved else words}</mark>'
        )
    return f'{kinds_legend(facts)}<div class="vt-text">{"".join(parts)}</div>'


def kinds_legend(facts: Sequence[pd.Series]) -> str:
    """HTML: the kinds of these facts, each with the line and the colour that its words are marked with; nothing for no fact."""
    held = {fact["kind"] for fact in facts}
    kinds = [
        f'<span class="vt-kind vt-{kind}" style="--vt-kind:{colour}">{kind.capitalize()}</span>'
        for kind, colour in theme.KIND_COLOUR.items()
        if kind in held
    ]
    return f'<p class="vt-foot vt-kinds">Marked words state a fact: {" ".join(kinds)}</p>' if kinds else ""


def citation(row: pd.Series, address: str) -> str:
    """A ready citation: what is stated, the article, who published it, and where this fact stands."""
    title = f"“{row['title']}”, " if told(row["title"]) else ""
    return f"{statement(row)}. {title}{source_line(row)}. 5G Vendor Tracker, fact {row['fact_id']}, {address}"


def cite_box(row: pd.Series, address: str) -> str:
    """A ready citation in a box that one click selects."""
    return f'<div class="vt-cite">{for_html(citation(row, address))}</div>'

"""Sentences that look as if they state a fact and yielded none: kept with the reason, never dropped in silence."""

from __future__ import annotations

from etl.extract.context import Context
from etl.extract.outcome import Unread
from etl.facts import Fact


def unread_sentences(context: Context, facts: list[Fact]) -> list[Unread]:
    """Every sentence with a vendor or operator beside a number or a cue of a decision or measure, and no fact on it."""
    covered = [(f.start, f.end) for f in facts]
    found = []
    for number, sentence in enumerate(context.sentences):
        if sentence.kind == "chrome" or any(s < sentence.end and sentence.start < e for s, e in covered):
            continue
        reason = _reason(context, number)
        if reason:
            quote = context.text[sentence.start : sentence.end]
            found.append(Unread(quote, sentence.start, sentence.end, reason))
    return found


def _reason(context: Context, number: int) -> str | None:
    mentions = [m for m in context.mentions.get(number, []) if m.how in ("name", "new", "group", "role")]
    vendors = [m for m in mentions if m.is_a("vendor")]
    operators = [m for m in mentions if m.is_a("operator")]
    if not vendors and not operators:
        return None
    units = {q.unit for q in context.quantities.get(number, []) if not q.points}
    if vendors and "percent" in units:
        return "a vendor beside a share, no figure read"
    if vendors and any(q.unit == "count" and q.noun for q in context.quantities.get(number, [])):
        return "a vendor beside a count, no figure read"
    if vendors and operators and context.cues(number, "selection"):
        return "a vendor, an operator and a contract word, no selection read"
    if vendors and context.places.get(number) and context.cues(number, "restriction"):
        return "a vendor, a country and a word of a measure, no restriction read"
    return None

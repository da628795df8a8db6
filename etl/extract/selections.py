"""Selections by rules: which operator chose, keeps, tries, passed over or removed which vendor.

For each vendor in a sentence the nearest cue of the parse tells the decision; the cue's other side, or the operator last spoken of,
is the buyer.
"""

from __future__ import annotations

import re

from spacy.tokens import Token

from etl.extract import attributes
from etl.extract.context import Context
from etl.extract.cues import Cue, distance, subject_of
from etl.extract.mentions import Mention
from etl.facts import Selection

FARTHEST_CUE = 6
_PRESENT_ONLY = frozenset(["use", "serve", "supply", "provide", "deliver"])
_NEGATED = {
    "selected": "excluded",
    "incumbent": "excluded",
    "shortlisted": "excluded",
    "trial": None,
    "excluded": None,
    "removed": None,
}


def read_selections(context: Context) -> list[Selection]:
    """Every selection that the rules find, one a sentence and pair; merging is the reader's."""
    found = []
    for number in range(len(context.sentences)):
        if context.sentences[number].kind in ("chrome", "row"):
            continue
        mentions = context.mentions.get(number, [])
        vendors = [m for m in mentions if m.is_a("vendor") and m.names]
        if not vendors:
            continue
        cues = context.cues(number, "selection")
        for vendor in vendors:
            found.extend(_read_pair(context, number, vendor, cues))
    return found


def _read_pair(context: Context, number: int, vendor: Mention, cues: list[Cue]) -> list[Selection]:
    cue = _nearest(vendor, cues)
    if cue is None:
        return []
    decision = decided(cue, vendor.token)
    if decision is None:
        return []
    buyers, carried = _buyers(context, number, vendor, cue)
    made = []
    for buyer in buyers:
        for name in buyer.names or (None,):
            for seller in vendor.names:
                if name != seller:
                    made.append(_selection(context, number, buyer, name, vendor, seller, cue, decision, carried))
    return made


def _nearest(vendor: Mention, cues: list[Cue]) -> Cue | None:
    """The cue that governs the vendor: fewest steps in the parse, those above the vendor first."""
    above = {t.i for t in vendor.token.ancestors}

    def rank(cue: Cue) -> float:
        steps = distance(vendor.token, cue.token)
        return steps - (1.5 if cue.token.i in above else 0) + 0.02 * abs(cue.token.i - vendor.token.i)

    near = [c for c in cues if distance(vendor.token, c.token) <= FARTHEST_CUE]
    return min(near, key=rank, default=None)


def decided(cue: Cue, vendor: Token) -> str | None:
    """The decision that a cue tells of the vendor that it governs; None where it tells none ("did not test")."""
    label = cue.label
    if cue.negated:
        return _NEGATED[label]
    if label == "incumbent" and cue.token.lemma_ in _PRESENT_ONLY and (cue.modal == "will" or cue.token.tag_ == "VBD"):
        return "selected"
    if label == "selected" and cue.modal in ("may", "wish"):
        return "shortlisted"
    if label == "removed" and _after_with(cue, vendor):
        return "selected"
    return label


def _after_with(cue: Cue, vendor: Token) -> bool:
    """ "replace V with W": is this vendor the W?"""
    words = [vendor, *vendor.ancestors]
    for word in words:
        if word.i == cue.token.i:
            return False
        if word.dep_ == "prep" and word.lower_ in ("with", "by", "for"):
            return word.head.i == cue.token.i
    return False


def _buyers(context: Context, number: int, vendor: Mention, cue: Cue) -> tuple[list[Mention], bool]:
    """The operators on the cue's other side; else those of the sentence; else the one last spoken of (carried over)."""
    here = [
        m
        for m in context.mentions.get(number, [])
        if m.is_a("operator") and m is not vendor and not (set(m.names) & set(vendor.names)) and not m.is_a("research")
    ]
    named = [m for m in here if m.how != "pronoun"] or here
    if named:
        subject = subject_of(cue.token)
        if subject is not None and cue.side == "operator":
            inside = [
                m
                for m in named
                if subject.i <= m.token.i <= subject.right_edge.i
                or m.token.i == subject.i
                or subject in m.token.ancestors
            ]
            if inside:
                return inside, False
        best = min(named, key=lambda m: (distance(m.token, cue.token), abs(m.start - vendor.start)))
        together = [m for m in named if m is best or best.token in m.token.ancestors or m.token in best.token.ancestors]
        return [m for m in together if distance(m.token, best.token) <= 3], False
    for back in range(number - 1, max(-1, number - 4), -1):
        earlier = [m for m in context.mentions.get(back, []) if m.is_a("operator") and m.names]
        if earlier:
            return [earlier[0]], True
    return [], True


def _selection(context, number, buyer, name, vendor, seller, cue, decision, carried) -> Selection:
    sentence = context.sentences[number]
    words = context.words(number)
    start, end = context.evidence(number, (buyer.start, buyer.end), (vendor.start, vendor.end), sentence.at(cue.token))
    entity = context.registry.entity(name) if name else None
    generation = (
        attributes.generation(words) or attributes.generation(context.before(number, 2)) or context.newest_generation
    )
    quantity = next(
        (q for q in context.quantities.get(number, []) if q.unit and len(q.unit) == 3 and q.unit.isupper()), None
    )
    share = next(
        (q for q in context.quantities.get(number, []) if q.unit == "percent" and 0 <= q.start - vendor.end < 60), None
    )
    return Selection(
        quote=context.text[start:end],
        start=start,
        end=end,
        confidence=_confidence(vendor, buyer, cue, carried),
        said={"vendor": vendor.text, "operator": buyer.text, "decision": cue.token.text},
        operator=name,
        operator_text=None if name else re.sub(r"\s+", " ", buyer.text),
        vendor=seller,
        decision=decision,
        scope=[m for m in attributes.markets(words) if m != "telecom_equipment"],
        generation=generation if generation in ("2G", "3G", "4G", "5G", "6G") else None,
        country=buyer.country or (entity.country if entity else None),
        value=quantity.value if quantity and decision == "selected" else None,
        unit=quantity.unit if quantity and decision == "selected" else None,
        share_percent=share.value if share else None,
    )


def _confidence(vendor: Mention, buyer: Mention, cue: Cue, carried: bool) -> float:
    """A rough order until confidence is learned: how direct the evidence is."""
    confidence = 0.9 - 0.06 * max(0, distance(vendor.token, cue.token) - 2)
    if carried:
        confidence -= 0.2
    if vendor.how != "name":
        confidence -= 0.1 if vendor.how == "role" else 0.2
    if buyer.how != "name":
        confidence -= 0.05 if buyer.how in ("role", "group", "new") else 0.2
    if cue.token.pos_ == "NOUN":
        confidence -= 0.1
    return round(max(0.05, confidence), 3)

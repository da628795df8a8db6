"""Deals by rules: stakes, takeovers, sales of units, joint ventures and partnerships between suppliers, or with others."""

from __future__ import annotations

from etl.extract.context import Context
from etl.extract.cues import Cue, distance, subject_of
from etl.extract.mentions import Mention
from etl.facts import Deal

_NO_DEAL = frozenset(["customer", "equipment", "contract", "order", "network", "radio", "gear", "kit"])


def read_deals(context: Context) -> list[Deal]:
    """Every deal that the rules find, one a sentence and cue."""
    found = []
    for number, sentence in enumerate(context.sentences):
        if sentence.kind in ("chrome", "row"):
            continue
        companies = [m for m in context.mentions.get(number, []) if m.names and not m.is_a("research")]
        for cue in context.cues(number, "deal"):
            if not cue.negated and len(companies) >= 2:
                deal = _deal(context, number, cue, companies)
                if deal is not None:
                    found.append(deal)
    return found


def _deal(context: Context, number: int, cue: Cue, companies: list[Mention]) -> Deal | None:
    near = [m for m in companies if distance(m.token, cue.token) <= 5]
    subject = subject_of(cue.token)
    first = [m for m in near if subject is not None and (m.token == subject or subject in m.token.ancestors)]
    said = context.sentences[number].at(cue.token)[0]
    others = [
        m for m in near if m not in first and m.start > said and not {*m.names} & {n for f in first for n in f.names}
    ]
    if len(first) >= 2 and cue.label == "partnership":
        parties = [first[0], first[1]]
    elif first and others:
        parties = [first[0], others[0]]
    else:
        return None
    names = [parties[0].names[0], parties[-1].names[0]]
    if cue.label == "partnership" and any("operator" in m.roles and "vendor" not in m.roles for m in parties):
        return None
    if names[0] == names[1] or (cue.label in ("acquisition", "divestment") and _buys_kit(cue)):
        return None
    if not any("vendor" in m.roles for m in parties):
        return None
    words = context.sentences[number]
    start, end = context.evidence(number, *((m.start, m.end) for m in parties), words.at(cue.token))
    money = next((q for q in context.quantities.get(number, []) if q.unit and len(q.unit) == 3), None)
    stake = next((q for q in context.quantities.get(number, []) if q.unit == "percent"), None)
    return Deal(
        quote=context.text[start:end],
        start=start,
        end=end,
        confidence=0.75 if all(m.how == "name" for m in parties) else 0.5,
        said={"parties": [m.text for m in parties], "deal": cue.token.text},
        deal=cue.label,
        parties=names,
        value=money.value if money else None,
        unit=money.unit if money else None,
        stake_percent=stake.value if stake and cue.label in ("investment", "divestment", "acquisition") else None,
        state="proposed" if cue.modal in ("may", "wish") else "done",
    )


def _buys_kit(cue: Cue) -> bool:
    """ "buys radios from": an order, not a takeover."""
    return any(t.lemma_.lower() in _NO_DEAL for t in cue.token.subtree if t.dep_ in ("dobj", "pobj", "compound"))

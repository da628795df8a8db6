"""Restrictions by rules: what a government or regulator does about a vendor."""

from __future__ import annotations

import re

from etl.extract import attributes
from etl.extract.context import Context
from etl.extract.cues import Cue, distance
from etl.extract.mentions import Mention
from etl.facts import Restriction

_STATE = re.compile(
    r"\b(?:government|ministers?|ministry|minister|regulator|authorit(?:y|ies)|parliament|lawmakers?|cabinet|commission|agency|council|"
    r"law|bill|rules?|officials?|state|court|president|senate|congress|administration|watchdog|department|decree|order(?:ed)?|ban|banned|"
    r"legislation|cyber\w*|security)\b",
    re.I,
)
_CHINESE_VENDORS = re.compile(
    r"\bChinese (?:vendors?|suppliers?|makers?|manufacturers?|equipment makers?|firms|companies)\b|\bhigh-risk (?:vendors|suppliers)\b",
    re.I,
)


def read_restrictions(context: Context) -> list[Restriction]:
    """Every restriction that the rules find: a government, a measure's cue and a vendor in one sentence."""
    found = []
    for number, sentence in enumerate(context.sentences):
        if sentence.kind in ("chrome", "row"):
            continue
        words = context.words(number)
        cues = context.cues(number, "restriction")
        if not cues or not _STATE.search(words):
            continue
        authority, place = _authority(context, number)
        if authority is None:
            continue
        vendors = [
            m for m in context.mentions.get(number, []) if m.names and m.is_a("vendor") and not m.is_a("operator")
        ]
        for vendor in vendors:
            cue = min(
                cues, key=lambda c, v=vendor: distance(c.token, v.token) + (0 if c.token in v.token.ancestors else 1)
            )
            if distance(cue.token, vendor.token) <= 5 and not _buyer_acts(context, number, cue):
                for name in vendor.names:
                    found.append(_restriction(context, number, authority, place, vendor, name, cue))
    return found


def _authority(context: Context, number: int) -> tuple[str | None, tuple[int, int] | None]:
    """The country whose state acts: a body or capital in the sentence, else its country, else one shortly before."""
    for back in range(number, max(-1, number - 3), -1):
        places = context.places.get(back, [])
        for forms in (("body",), ("capital",), ("name", "adjective")):
            for place in places:
                if place.form in forms and not _nationality_of_a_vendor(context, place):
                    return place.code, (place.start, place.end)
    return None, None


def _nationality_of_a_vendor(context: Context, place) -> bool:
    """ "China's Huawei", "the Chinese supplier": the vendor's home, not the one who acts."""
    after = context.text[place.end : place.end + 40]
    return place.code == "CN" or bool(
        re.match(
            r"['’]s (?:Huawei|ZTE|Ericsson|Nokia|Samsung)|(?:\w* )?(?:vendor|supplier|firm|company|group|maker)",
            after.strip(),
        )
    )


def _buyer_acts(context: Context, number: int, cue: Cue) -> bool:
    """Is the measure an operator's own decision (a selection)?"""
    subject = next((c for c in cue.token.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    return subject is not None and any(
        m.token == subject and "operator" in m.roles
        for m in context.mentions.get(number, [])
        if m.how in ("name", "new")
    )


def acted(cue: Cue, words: str) -> str:
    """The measure that a cue tells, in the light of its sentence's words."""
    if cue.negated and cue.label in ("ban", "limit", "phase_out"):
        return "allow"
    if cue.label == "ban" and cue.modal in ("may", "wish"):
        return "consider"
    if re.search(r"\b(?:bill|proposal|proposes|draft|considering|weighing)\b", words, re.I) and cue.label in (
        "ban",
        "phase_out",
        "limit",
    ):
        return "consider"
    return cue.label


def _restriction(
    context: Context, number: int, authority: str, place, vendor: Mention, name: str, cue: Cue
) -> Restriction:
    sentence, words = context.sentences[number], context.words(number)
    spans = [(vendor.start, vendor.end), sentence.at(cue.token), *([place] if place else [])]
    start, end = context.evidence(number, *spans)
    action = acted(cue, words)
    cap = next((q for q in context.quantities.get(number, []) if q.unit == "percent"), None)
    deadline = next((p for p in context.periods.get(number, []) if p.kind == "deadline"), None)
    return Restriction(
        quote=context.text[start:end],
        start=start,
        end=end,
        confidence=0.7 if vendor.how == "name" else 0.55,
        said={"vendor": vendor.text, "action": cue.token.text},
        authority=authority,
        vendor=name,
        action=action,
        scope=[m for m in attributes.markets(words) if m != "telecom_equipment"],
        limit_percent=cap.value if cap and action == "limit" else None,
        deadline=deadline.period if deadline else None,
    )

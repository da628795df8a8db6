"""The trained readers: an article's candidates and a judge of pairs in, facts out. First whether a pair is tied at all, then by what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.extract import attributes
from etl.extract.context import Context
from etl.extract.judges import Judge
from etl.extract.numbers import read_numbers
from etl.extract.pairs import PairSet, deal_pairs, restriction_pairs, selection_pairs
from etl.extract.spans import Candidate
from etl.extract.wording import evidence, likeliest_generation
from etl.facts import ORDERED_DEALS, Deal, Fact, Restriction, Selection

LEAST = 0.03


def read_with(context: Context, found: list[Candidate], judge: Judge) -> list[Fact]:
    """Every fact that a judge of pairs holds for at least a little likely."""
    return [
        *_selections(context, found, judge),
        *_restrictions(context, found, judge),
        *_deals(context, found, judge),
        *read_numbers(context, found, judge),
    ]


def _tied(
    judge: Judge, pairs: PairSet, kind: str, decided: str
) -> Iterator[tuple[tuple[str, str], str, float, int, int]]:
    """(names, label, chance, the two candidates that show it best) for each pair of names and label."""
    best: dict[tuple[int, str], tuple[float, int]] = {}
    asked = list(zip(pairs.a, pairs.b, strict=True))
    for n, ((i, j), tied) in enumerate(zip(asked, judge.tied(kind, asked), strict=True)):
        if tied < LEAST:
            continue
        for label, share in judge.labels(kind, decided, i, j).items():
            key = (pairs.group[n], label)
            if tied * share >= LEAST and tied * share > best.get(key, (0.0,))[0]:
                best[key] = (tied * share, n)
    for (group, label), (chance, n) in best.items():
        yield pairs.groups[group], label, chance, pairs.a[n], pairs.b[n]


def _selections(context: Context, found: list[Candidate], judge: Judge) -> Iterator[Selection]:
    pairs = selection_pairs(context, found)
    for (operator, vendor), decision, chance, i, j in _tied(judge, pairs, "selection", "decision"):
        buyer, seller = found[i], found[j]
        money, share = _worth(found, seller, decision)
        generations = judge.labels("selection", "generation", i, j)
        words = context.text[buyer.start : buyer.end]
        yield Selection(
            **evidence(context, chance, buyer, seller),
            said={"operator": words, "vendor": context.text[seller.start : seller.end]},
            operator=operator or None,
            operator_text=None if operator else re.sub(r"\s+", " ", words),
            vendor=vendor,
            decision=decision,
            scope=_scope(context, seller, judge.labels("selection", "scope", i, j)),
            generation=_generation(context, seller, generations),
            country=country_of(context, found, buyer, operator),
            value=money.value if money else None,
            unit=money.unit if money else None,
            share_percent=share.value if share else None,
        )


def _generation(context: Context, seller: Candidate, chances: dict[str, float]) -> str | None:
    """The generation told in the vendor's sentence; else the likeliest that the article names at all."""
    told = attributes.generation(context.words(seller.sentence))
    if told in chances:
        return told
    return likeliest_generation(context, chances)


def _scope(context: Context, seller: Candidate, chances: dict[str, float]) -> list[str]:
    """What of the network it is about: as judged, else as the vendor's sentence names it."""
    if chances:
        return [market for market, chance in chances.items() if chance >= 0.5]
    return [m for m in attributes.markets(context.words(seller.sentence)) if m != "telecom_equipment"]


def _worth(found: list[Candidate], seller: Candidate, decision: str):
    """(money, share) told in the vendor's sentence: the contract's worth and the vendor's part of it."""
    here = [c for c in found if c.sentence == seller.sentence]
    money = next((c.source for c in here if c.type == "money"), None) if decision == "selected" else None
    shares = [c for c in here if c.type == "percent" and c.source.value <= 100]
    near = min(shares, key=lambda c: abs(c.start - seller.end), default=None)
    if near is not None and abs(near.start - seller.end) > 70:
        near = None
    return money, near.source if near else None


def country_of(context: Context, found: list[Candidate], buyer: Candidate, operator: str) -> str | None:
    """Where the network is: told by the name itself, the operator's one home, or a group's place named beside it."""
    if buyer.source.country:
        return buyer.source.country
    entity = context.registry.entity(operator) if operator else None
    if entity and entity.country:
        return entity.country
    mine = (c for c in found if c.names == (operator,) and c.type != "place")
    told = [c.source.country for c in mine if getattr(c.source, "country", None)]
    if told:
        return told[0]
    if entity is None or entity.countries:
        near = [
            c
            for c in found
            if c.type == "place"
            and abs(c.sentence - buyer.sentence) <= 1
            and c.source.form in ("name", "adjective", "place")
        ]
        fits = [c for c in near if entity is None or c.names[0] in entity.countries]
        if fits:
            return min(fits, key=lambda c: abs(c.start - buyer.start)).names[0]
    return None


def _restrictions(context: Context, found: list[Candidate], judge: Judge) -> Iterator[Restriction]:
    pairs = restriction_pairs(context, found)
    for (authority, vendor), action, chance, i, j in _tied(judge, pairs, "restriction", "action"):
        state, seller = found[i], found[j]
        here = [c for c in found if c.sentence in (state.sentence, seller.sentence)]
        cap = next((c.source.value for c in here if c.type == "percent"), None) if action == "limit" else None
        deadline = next((c.names[0] for c in here if c.type == "period" and c.source.kind == "deadline"), None)
        yield Restriction(
            **evidence(context, chance, state, seller),
            said={
                "authority": context.text[state.start : state.end],
                "vendor": context.text[seller.start : seller.end],
            },
            authority=authority,
            vendor=vendor or None,
            vendor_text=None if vendor else context.text[seller.start : seller.end],
            action=action,
            scope=[m for m in attributes.markets(context.words(seller.sentence)) if m != "telecom_equipment"],
            limit_percent=cap,
            deadline=deadline if action in ("phase_out", "ban", "limit") else None,
        )


def _deals(context: Context, found: list[Candidate], judge: Judge) -> Iterator[Deal]:
    both: dict[tuple[str, frozenset], tuple] = {}
    for told in _tied(judge, deal_pairs(context, found), "deal", "deal"):
        names, deal, chance = told[:3]
        # Of who buys whom, too, only one is true: what is likelier.
        key = (deal, frozenset(names))
        if key not in both or chance > both[key][2]:
            both[key] = told
    for (first, second), deal, chance, i, j in both.values():
        one, two = found[i], found[j]
        here = [c for c in found if c.sentence in (one.sentence, two.sentence)]
        money = next((c.source for c in here if c.type == "money"), None)
        stake = next((c.source for c in here if c.type == "percent"), None)
        yield Deal(
            **evidence(context, chance, one, two),
            said={"parties": [context.text[c.start : c.end] for c in (one, two)]},
            deal=deal,
            parties=[first, second],
            value=money.value if money else None,
            unit=money.unit if money else None,
            stake_percent=stake.value if stake and deal in ORDERED_DEALS else None,
            state=_state(context, one, two),
        )


def _state(context: Context, one: Candidate, two: Candidate) -> str:
    words = context.words(one.sentence) + " " + context.words(two.sentence)
    if re.search(
        r"\b(?:called off|abandon\w+|scrapped|collapsed|withdr\w+|terminated|fell through|walked away)\b", words, re.I
    ):
        return "cancelled"
    if re.search(
        r"\b(?:in talks|considering|weighing|exploring|could|may|might|mulling|proposed|offer(?:ed)?|bid|approach\w*|reported(?:ly)?)\b",
        words,
        re.I,
    ):
        return "proposed"
    return "done"

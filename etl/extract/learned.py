"""The trained reader: candidates of an article in, facts with confidence out. First whether a pair is tied at all, then by what."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from etl.extract import attributes
from etl.extract.context import Context
from etl.extract.features import Features
from etl.extract.linear import Linear, buckets
from etl.extract.numbers import read_numbers
from etl.extract.pairs import PairSet, deal_pairs, restriction_pairs, selection_pairs
from etl.extract.spans import Candidate
from etl.extract.wording import evidence
from etl.facts import ORDERED_DEALS, Deal, Fact, Restriction, Selection

LEAST = 0.03


def read_with_weights(context: Context, found: list[Candidate], linear: Linear) -> list[Fact]:
    """Every fact that the weights hold for at least a little likely."""
    features = Features(context, found)
    return [
        *_selections(context, features, linear),
        *_restrictions(context, features, linear),
        *_deals(context, features, linear),
        *read_numbers(context, features, linear),
    ]


def _tied(
    features: Features, linear: Linear, pairs: PairSet, kind: str, decided: str
) -> Iterator[tuple[tuple[str, str], str, float, int, int, np.ndarray]]:
    """(names, label, chance, the two candidates that show it best, what was seen of them) for each pair of names and label."""
    best: dict[tuple[int, str], tuple[float, int, np.ndarray]] = {}
    for n, (i, j) in enumerate(zip(pairs.a, pairs.b, strict=True)):
        seen = buckets(features.pair(i, j, kind))
        tied = linear.chances(f"{kind} tied", seen).get("yes", 0.0)
        if tied < LEAST:
            continue
        for label, share in linear.chances(f"{kind} {decided}", seen).items():
            key = (pairs.group[n], label)
            if tied * share >= LEAST and tied * share > best.get(key, (0.0,))[0]:
                best[key] = (tied * share, n, seen)
    for (group, label), (chance, n, seen) in best.items():
        yield pairs.groups[group], label, chance, pairs.a[n], pairs.b[n], seen


def _selections(context: Context, features: Features, linear: Linear) -> Iterator[Selection]:
    found = features.found
    pairs = selection_pairs(context, found)
    for (operator, vendor), decision, chance, i, j, seen in _tied(features, linear, pairs, "selection", "decision"):
        buyer, seller = found[i], found[j]
        money, share = _worth(found, seller, decision)
        generations = linear.chances("selection generation", seen)
        words = context.text[buyer.start : buyer.end]
        yield Selection(
            **evidence(context, chance, buyer, seller),
            said={"operator": words, "vendor": context.text[seller.start : seller.end]},
            operator=operator or None,
            operator_text=None if operator else re.sub(r"\s+", " ", words),
            vendor=vendor,
            decision=decision,
            scope=[m for m in attributes.markets(context.words(seller.sentence)) if m != "telecom_equipment"],
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
    named = {g for g in chances if not g or g in context.generations}
    return max(named, key=lambda g: chances[g], default="") or None


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


def _restrictions(context: Context, features: Features, linear: Linear) -> Iterator[Restriction]:
    found = features.found
    pairs = restriction_pairs(context, found)
    for (authority, vendor), action, chance, i, j, _ in _tied(features, linear, pairs, "restriction", "action"):
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
            vendor=vendor,
            action=action,
            scope=[m for m in attributes.markets(context.words(seller.sentence)) if m != "telecom_equipment"],
            limit_percent=cap,
            deadline=deadline if action in ("phase_out", "ban", "limit") else None,
        )


def _deals(context: Context, features: Features, linear: Linear) -> Iterator[Deal]:
    found = features.found
    both: dict[tuple, tuple] = {}
    for told in _tied(features, linear, deal_pairs(context, found), "deal", "deal"):
        names, deal, chance = told[:3]
        key = (deal, names if deal in ORDERED_DEALS else frozenset(names))
        if key not in both or chance > both[key][2]:
            both[key] = told
    for (first, second), deal, chance, i, j, _ in both.values():
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

"""How sure the reader is: what the trained weights and the rules say of a fact, weighed into one confidence that means its chance to be right.

The weights are learned out of fold by `make train`, one small logistic model for each kind, and stored beside the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from etl.extract.linear import sigmoid
from etl.facts import Deal, Fact, Figure, Selection, key_fields

FEATURES = ("constant", "trained_logit", "trained_silent", "rules", "rules_disagree", "table", "rivals")
LEAST_LOGIT = -4.5


@dataclass(frozen=True)
class Voted:
    """A fact with what speaks for it: one number for each of FEATURES."""

    fact: Fact
    votes: tuple[float, ...]

    def vote(self, name: str) -> float:
        """One of the votes, by its name in FEATURES."""
        return self.votes[FEATURES.index(name)]


def same_fact(fact: Fact) -> tuple:
    """What makes two findings one fact of an article: the key, and for figures what tells equal values apart."""
    key = (fact.kind, str(key_fields(fact)))
    return (*key, fact.period, fact.market, fact.region) if isinstance(fact, Figure) else key


def _question(fact: Fact) -> tuple:
    """What a fact answers, its label left out: rules that label the same pair or number otherwise disagree."""
    if isinstance(fact, Figure):
        return fact.kind, fact.value, fact.unit
    if isinstance(fact, Selection):
        return fact.kind, fact.operator or fact.operator_text, fact.vendor
    if isinstance(fact, Deal):
        return fact.kind, frozenset(fact.parties)
    return fact.kind, fact.authority, fact.vendor


def weigh(trained: Iterable[Fact], rules: Iterable[Fact], tables: Iterable[Fact]) -> list[Voted]:
    """Every finding once, with the votes for it; the trained wording of a fact is kept before the rules'."""
    from_trained, from_tables = _surest(trained), _surest(tables)
    by_rules = {_key(fact): fact for fact in sorted(rules, key=lambda fact: fact.confidence)}
    answered = {_question(fact) for fact in by_rules.values()}
    best: dict[tuple, float] = {}
    for fact in from_trained.values():
        best[_question(fact)] = max(best.get(_question(fact), 0.0), fact.confidence)
    found = from_trained | from_tables
    keys = {_key(fact) for fact in found.values()}
    voted = []
    for same, fact in [*found.items(), *((None, f) for key, f in by_rules.items() if key not in keys)]:
        by_trained, by_rule = from_trained.get(same), by_rules.get(_key(fact))
        own = by_trained.confidence if by_trained else 0.0
        votes = {
            "constant": 1.0,
            "trained_logit": _logit(own) if by_trained else LEAST_LOGIT,
            "trained_silent": float(by_trained is None),
            "rules": by_rule.confidence if by_rule else 0.0,
            "rules_disagree": float(by_rule is None and _question(fact) in answered),
            "table": float(same in from_tables),
            "rivals": float(best.get(_question(fact), 0.0) > own),
        }
        voted.append(Voted(fact, tuple(votes[name] for name in FEATURES)))
    return voted


def judged(voted: Iterable[Voted], weights: dict[str, list[float]]) -> list[Fact]:
    """The facts with their confidence: the chance, 0-1, that a person would write the same fact down."""
    facts = []
    for one in voted:
        chance = float(sigmoid(np.dot(one.votes, weights[one.fact.kind])))
        facts.append(one.fact.model_copy(update={"confidence": round(chance, 4)}))
    return facts


def _surest(facts: Iterable[Fact]) -> dict[tuple, Fact]:
    best: dict[tuple, Fact] = {}
    for fact in facts:
        same = same_fact(fact)
        if same not in best or fact.confidence > best[same].confidence:
            best[same] = fact
    return best


def _key(fact: Fact) -> tuple:
    return fact.kind, str(key_fields(fact))


def _logit(chance: float) -> float:
    clipped = min(max(chance, 0.011), 0.999)
    return float(np.log(clipped / (1 - clipped)))

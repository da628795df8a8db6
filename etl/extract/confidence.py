"""How sure the reader is: what the trained weights and the rules say of a fact, weighed into one confidence that means its chance to be right.

The weights are learned out of fold by `make train`, one small logistic model for each kind, and stored beside the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from etl.extract.linear import sigmoid
from etl.facts import Deal, Fact, Figure, Selection, key_fields

FEATURES = (
    "constant",
    "trained_logit",
    "trained_silent",
    "rules",
    "rules_sure",
    "rules_disagree",
    "rules_and_tied",
    "table",
    "rivals",
    "tied_logit",
    "other_kind",
    *(f"label_{n}" for n in range(6)),
)
LABELS = {
    "figure": ("metric", ("market_share", "contracts", "networks", "shipments", "revenue")),
    "selection": ("decision", ("selected", "trial", "shortlisted", "incumbent", "excluded", "removed")),
    "deal": ("deal", ("investment", "acquisition", "divestment", "joint_venture", "partnership")),
    "restriction": ("action", ("ban", "phase_out", "limit", "designate", "allow", "consider")),
}
SURE_RULE = 0.8
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


@dataclass(frozen=True)
class Told:
    """Who says a fact: the chance by the trained weights (None: they are silent), the confidence of the rules (0: silent), a table."""

    fact: Fact
    trained: float | None
    rules: float
    rules_disagree: bool
    table: bool


def weigh(trained: Iterable[Fact], rules: Iterable[Fact], tables: Iterable[Fact]) -> list[Voted]:
    """Every finding once, with the votes for it; the trained wording of a fact is kept before the rules'."""
    from_trained, from_tables = _surest(trained), _surest(tables)
    by_rules = {_key(fact): fact for fact in sorted(rules, key=lambda fact: fact.confidence)}
    answered = {_question(fact) for fact in by_rules.values()}
    found = from_trained | from_tables
    keys = {_key(fact) for fact in found.values()}
    told = []
    for same, fact in [*found.items(), *((None, f) for key, f in by_rules.items() if key not in keys)]:
        by_trained, by_rule = from_trained.get(same), by_rules.get(_key(fact))
        disagree = by_rule is None and _question(fact) in answered
        chance = by_trained.confidence if by_trained else None
        told.append(Told(fact, chance, by_rule.confidence if by_rule else 0.0, disagree, same in from_tables))
    return in_company(told)


def in_company(told: list[Told]) -> list[Voted]:
    """The votes for each finding of an article, seen beside the others."""
    best: dict[tuple, float] = {}
    tied: dict[tuple, float] = {}
    kinds: dict[frozenset, dict[str, float]] = {}
    for one in told:
        question, chance = _question(one.fact), one.trained or 0.0
        best[question] = max(best.get(question, 0.0), chance)
        tied[question] = min(tied.get(question, 0.0) + chance, 0.99)
        by_kind = kinds.setdefault(_names(one.fact), {})
        by_kind[one.fact.kind] = max(by_kind.get(one.fact.kind, 0.0), chance)
    return [Voted(one.fact, _votes(one, best, tied, kinds)) for one in told]


def _votes(one: Told, best: dict, tied: dict, kinds: dict) -> tuple[float, ...]:
    question, own = _question(one.fact), one.trained or 0.0
    field, labels = LABELS[one.fact.kind]
    others = [chance for kind, chance in kinds[_names(one.fact)].items() if kind != one.fact.kind]
    votes = {
        "constant": 1.0,
        "trained_logit": LEAST_LOGIT if one.trained is None else _logit(own),
        "trained_silent": float(one.trained is None),
        "rules": one.rules,
        "rules_sure": float(one.rules >= SURE_RULE),
        "rules_disagree": float(one.rules_disagree),
        "rules_and_tied": one.rules * tied[question],
        "table": float(one.table),
        "rivals": float(best[question] > own),
        "tied_logit": _logit(tied[question]),
        "other_kind": max(others, default=0.0),
        **{f"label_{n}": float(getattr(one.fact, field) == label) for n, label in enumerate(labels)},
    }
    return tuple(votes.get(name, 0.0) for name in FEATURES)


def _names(fact: Fact) -> frozenset:
    """The companies that a fact is about."""
    if isinstance(fact, Figure):
        return frozenset(("figure", *fact.companies))
    if isinstance(fact, Selection):
        return frozenset((fact.operator, fact.vendor))
    if isinstance(fact, Deal):
        return frozenset(fact.parties)
    return frozenset(("state", fact.authority, fact.vendor))


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

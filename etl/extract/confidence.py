"""How sure the reader is: what network, weights and rules say of a fact, weighed into one confidence that means its chance to be right.

The weights are learned out of fold by `make train`, one small logistic model for each kind, and stored beside the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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
    "network_logit",
    "network_silent",
    "network_rivals",
    "network_tied",
    "network_other_kind",
    "both_logit",
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
    """Who says a fact: the chance by the trained weights and by the network (None: silent), the confidence of the rules (0: silent), a table."""

    fact: Fact
    trained: float | None
    network: float | None
    rules: float
    rules_disagree: bool
    table: bool


def weigh(
    trained: Iterable[Fact], network: Iterable[Fact], rules: Iterable[Fact], tables: Iterable[Fact]
) -> list[Voted]:
    """Every finding once, with the votes for it; the network's wording of a fact is kept before the weights', theirs before the rules'."""
    by_trained, by_network, from_tables = _surest(trained), _surest(network), _surest(tables)
    by_rules = {_key(fact): fact for fact in sorted(rules, key=lambda fact: fact.confidence)}
    answered = {_question(fact) for fact in by_rules.values()}
    read = by_trained | by_network
    chances = {name: _by_key(found) for name, found in (("trained", by_trained), ("network", by_network))}
    # Readers that agree on the key may differ in the period or market of a figure: then the network's is kept.
    read = {same: f for same, f in read.items() if same in by_network or _key(f) not in chances["network"]}
    found = read | from_tables
    keys = {_key(fact) for fact in found.values()}
    told = []
    for same, fact in [*found.items(), *((None, f) for key, f in by_rules.items() if key not in keys)]:
        key, by_rule = _key(fact), by_rules.get(_key(fact))
        disagree = by_rule is None and _question(fact) in answered
        said = (chances[name].get(key) for name in ("trained", "network"))
        told.append(Told(fact, *said, by_rule.confidence if by_rule else 0.0, disagree, same in from_tables))
    return in_company(told)


def _by_key(found: dict[tuple, Fact]) -> dict[tuple, float]:
    chances: dict[tuple, float] = {}
    for fact in found.values():
        chances[_key(fact)] = max(chances.get(_key(fact), 0.0), fact.confidence)
    return chances


@dataclass
class _Company:
    """What one reader says of an article: its best chance for each question, their sum, and its best for each kind about the same names."""

    best: dict[tuple, float] = field(default_factory=dict)
    tied: dict[tuple, float] = field(default_factory=dict)
    kinds: dict[frozenset, dict[str, float]] = field(default_factory=dict)

    def hear(self, fact: Fact, chance: float) -> None:
        question, by_kind = _question(fact), self.kinds.setdefault(_names(fact), {})
        self.best[question] = max(self.best.get(question, 0.0), chance)
        self.tied[question] = min(self.tied.get(question, 0.0) + chance, 0.99)
        by_kind[fact.kind] = max(by_kind.get(fact.kind, 0.0), chance)

    def other_kind(self, fact: Fact) -> float:
        """The best chance that the same names are told of in another kind of fact."""
        return max((c for kind, c in self.kinds[_names(fact)].items() if kind != fact.kind), default=0.0)


def in_company(told: list[Told]) -> list[Voted]:
    """The votes for each finding of an article, seen beside the others."""
    trained, network = _Company(), _Company()
    for one in told:
        trained.hear(one.fact, one.trained or 0.0)
        network.hear(one.fact, one.network or 0.0)
    return [Voted(one.fact, _votes(one, trained, network)) for one in told]


def _votes(one: Told, trained: _Company, network: _Company) -> tuple[float, ...]:
    question = _question(one.fact)
    name, labels = LABELS[one.fact.kind]
    by_trained, by_network = (
        LEAST_LOGIT if chance is None else _logit(chance) for chance in (one.trained, one.network)
    )
    votes = {
        "constant": 1.0,
        "trained_logit": by_trained,
        "trained_silent": float(one.trained is None),
        "rules": one.rules,
        "rules_sure": float(one.rules >= SURE_RULE),
        "rules_disagree": float(one.rules_disagree),
        "rules_and_tied": one.rules * trained.tied[question],
        "table": float(one.table),
        "rivals": float(trained.best[question] > (one.trained or 0.0)),
        "tied_logit": _logit(trained.tied[question]),
        "other_kind": trained.other_kind(one.fact),
        "network_logit": by_network,
        "network_silent": float(one.network is None),
        "network_rivals": float(network.best[question] > (one.network or 0.0)),
        "network_tied": _logit(network.tied[question]),
        "network_other_kind": network.other_kind(one.fact),
        "both_logit": min(by_trained, by_network),
        **{f"label_{n}": float(getattr(one.fact, name) == label) for n, label in enumerate(labels)},
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

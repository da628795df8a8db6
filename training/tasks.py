"""What the network is asked of one example: index pairs for each head, and the right answers from the gold facts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from etl.evaluate import fold_name
from etl.extract.pairs import PairSet, company_spans, deal_pairs, quantity_spans, restriction_pairs, selection_pairs
from training.examples import ACTIONS, DEALS, DECISIONS, Example, quantity_for, same_names

METRICS = ("market_share", "contracts", "networks", "shipments", "revenue")
STATUSES = ("actual", "target", "forecast")
MARKETS = ("telecom_equipment", "ran", "open_ran", "core", "transport", "small_cells", "private_networks")
GENERATIONS = (None, "2G", "3G", "4G", "5G", "6G")
REGIONS = (
    "global",
    "global_ex_china",
    "europe",
    "asia_pacific",
    "north_america",
    "latin_america",
    "middle_east_africa",
)


@dataclass
class Linked:
    """Pairs of candidates for one kind, grouped by the names they stand for; `right` holds each group's labels, `attributes` and `near`
    (does this pair lie in the gold quote) where the gold tells."""

    pairs: PairSet
    right: list[list[float]]
    near: list[bool]
    facts: dict[int, dict] = field(default_factory=dict)


def linked(example: Example, kind: str) -> Linked:
    """The pairs of one kind with their gold labels (a group may have several)."""
    make, labels, field_name = {
        "selection": (selection_pairs, DECISIONS, "decision"),
        "restriction": (restriction_pairs, ACTIONS, "action"),
        "deal": (deal_pairs, DEALS, "deal"),
    }[kind]
    pairs = make(example.context, example.found)
    gold = defaultdict(list)
    for number, fact in enumerate(example.facts):
        if fact["kind"] == kind:
            for key in _keys(kind, fact):
                gold[key].append((fact, example.quotes[number]))
    right, facts = [], {}
    for group, key in enumerate(pairs.groups):
        answers = gold.get(tuple(fold_name(k) if k else "" for k in key), [])
        right.append([float(any(f[field_name] == label for f, _ in answers)) for label in labels])
        if answers:
            facts[group] = answers[0][0]
    near = [_near(example, pairs, n, gold) for n in range(len(pairs.a))]
    return Linked(pairs, right, near, facts)


def _keys(kind: str, fact: dict) -> list[tuple[str, str]]:
    if kind == "selection":
        return [(fold_name(fact["operator"]) if fact["operator"] else "", fold_name(fact["vendor"]))]
    if kind == "restriction":
        return [(fold_name(fact["authority"]), fold_name(fact["vendor"]) if fact["vendor"] else "")]
    parties = [fold_name(p) for p in fact["parties"]]
    if fact["deal"] in ("investment", "acquisition", "divestment"):
        return [(parties[0], parties[1])]
    return [(a, b) for a in parties for b in parties if a != b]


def _near(example: Example, pairs: PairSet, n: int, gold) -> bool:
    a, b = example.found[pairs.a[n]], example.found[pairs.b[n]]
    key = tuple(fold_name(k) if k else "" for k in pairs.groups[pairs.group[n]])
    for _, quote in gold.get(key, []):
        if (
            quote
            and any(quote[0] <= c.start and c.end <= quote[1] for c in (b,))
            and (quote[0] - 250 <= a.start <= quote[1] + 60)
        ):
            return True
    return False


@dataclass
class Numbered:
    """The quantities of an example with their answers: `metric` 0 is none, then METRICS; the links are sets of candidate numbers."""

    spans: list[int]
    companies: list[int]
    metric: list[int]
    facts: dict[int, dict]
    owners: dict[int, set[int]]
    periods: dict[int, set[int]]
    credits: dict[int, set[int]]
    places: dict[int, set[int]]


def numbered(example: Example) -> Numbered:
    """Which quantities are figures, of whom, of when, and by whose word."""
    spans = quantity_spans(example.context, example.found)
    companies = company_spans(example.found)
    facts: dict[int, dict] = {}
    for number, fact in enumerate(example.facts):
        if fact["kind"] == "figure":
            for n in quantity_for(example, number)[:1]:
                facts[n] = fact
    answers = Numbered(spans, companies, [], facts, {}, {}, {}, {})
    for n in spans:
        fact = facts.get(n)
        answers.metric.append(METRICS.index(fact["metric"]) + 1 if fact else 0)
        if not fact:
            continue
        found = example.found
        exact = {c for c in companies if same_names(found[c].names, fact["companies"])}
        some = {c for c in companies if any(same_names([x], [w]) for x in found[c].names for w in fact["companies"])}
        answers.owners[n] = _nearest(example, n, exact or some)
        period = fact.get("period")
        told = {c for c in range(len(found)) if found[c].type == "period" and period and found[c].names[0] == period}
        told = told or {
            c
            for c in range(len(found))
            if found[c].type == "period"
            and period
            and found[c].names[0][:4] == period[:4]
            and period != (example.context.published or "")[:7]
        }
        answers.periods[n] = told
        credit = fact.get("attributed_to")
        answers.credits[n] = {
            c
            for c in range(len(found))
            if found[c].names
            and credit
            and found[c].type not in ("place", "period", "state")
            and same_names(found[c].names, [credit])
        }
        answers.places[n] = {
            c for c in range(len(found)) if found[c].type == "place" and found[c].names[0] == fact.get("region")
        }
    return answers


def _nearest(example: Example, n: int, owners: set[int]) -> set[int]:
    """Mentions far from the number are no evidence, where a near one exists."""
    sentence = example.found[n].sentence
    near = {c for c in owners if abs(example.found[c].sentence - sentence) <= 1}
    return near or owners

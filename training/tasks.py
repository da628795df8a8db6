"""What each task of the trained reader is asked of one example: features with the right label, from the gold facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from etl.evaluate import fold_name
from etl.extract.features import Features
from etl.extract.pairs import PairSet, company_spans, deal_pairs, quantity_spans, restriction_pairs, selection_pairs
from etl.facts import ORDERED_DEALS
from training.examples import Example, quantity_for, same_names

LINKED = {
    "selection": (selection_pairs, "decision"),
    "restriction": (restriction_pairs, "action"),
    "deal": (deal_pairs, "deal"),
}


@dataclass(frozen=True)
class Asked:
    """One question: the task, what is seen, the right label."""

    task: str
    features: list[str]
    label: str


def questions(example: Example) -> list[Asked]:
    """Every question that the example teaches the answer of."""
    features = Features(example.context, example.found)
    made = []
    for kind in LINKED:
        made += _links(example, features, kind)
    return made + list(_numbers(example, features))


def _links(example: Example, features: Features, kind: str) -> Iterator[Asked]:
    """Is a pair tied, and by what? Of a pair of names that is, only the mentions that show it count."""
    make, name = LINKED[kind]
    pairs = make(example.context, example.found)
    gold = defaultdict(list)
    for number, fact in enumerate(example.facts):
        if fact["kind"] == kind:
            for key in _keys(kind, fact):
                gold[key].append((fact, example.quotes[number]))
    answers = [gold.get(tuple(fold_name(k) if k else "" for k in key), []) for key in pairs.groups]
    shown: dict[int, list[tuple[int, dict]]] = defaultdict(list)
    for n in range(len(pairs.a)):
        for fact, quote in answers[pairs.group[n]]:
            if quote and _shows(example, pairs, n, quote):
                shown[pairs.group[n]].append((n, fact))
    for group, told in enumerate(answers):
        if told and not shown[group]:
            members = [n for n in range(len(pairs.a)) if pairs.group[n] == group]
            shown[group] = [(min(members, key=lambda n: _gap(example, pairs, n)), told[0][0])]
    tied = {n: fact for many in shown.values() for n, fact in many}
    for n in range(len(pairs.a)):
        if n in tied or not answers[pairs.group[n]]:
            seen = features.pair(pairs.a[n], pairs.b[n], kind)
            yield Asked(f"{kind} tied", seen, "yes" if n in tied else "no")
            if n in tied:
                yield Asked(f"{kind} {name}", seen, tied[n][name])
                if kind == "selection":
                    yield Asked("selection generation", seen, tied[n].get("generation") or "")


def _keys(kind: str, fact: dict) -> list[tuple[str, str]]:
    if kind == "selection":
        return [(fold_name(fact["operator"]) if fact["operator"] else "", fold_name(fact["vendor"]))]
    if kind == "restriction":
        return [(fold_name(fact["authority"]), fold_name(fact["vendor"]) if fact["vendor"] else "")]
    parties = [fold_name(p) for p in fact["parties"]]
    if fact["deal"] in ORDERED_DEALS:
        return [(parties[0], parties[1])]
    return [(a, b) for a in parties for b in parties if a != b]


def _shows(example: Example, pairs: PairSet, n: int, quote: tuple[int, int]) -> bool:
    """Do these mentions stand in a gold quote, or just before it?"""
    a, b = example.found[pairs.a[n]], example.found[pairs.b[n]]
    first, last = min(a, b, key=lambda c: c.start), max(a, b, key=lambda c: c.start)
    return quote[0] <= last.start and last.end <= quote[1] and quote[0] - 250 <= first.start


def _gap(example: Example, pairs: PairSet, n: int) -> tuple[int, int]:
    a, b = example.found[pairs.a[n]], example.found[pairs.b[n]]
    return abs(a.sentence - b.sentence), abs(a.start - b.start)


def _numbers(example: Example, features: Features) -> Iterator[Asked]:
    """Which quantities are figures, of what, of whom, and in which state?"""
    companies, found = company_spans(example.found), example.found
    facts: dict[int, dict] = {}
    for number, fact in enumerate(example.facts):
        if fact["kind"] == "figure":
            for n in quantity_for(example, number)[:1]:
                facts[n] = fact
    for n in quantity_spans(example.context, found):
        seen, fact = features.quantity(n), facts.get(n)
        yield Asked("figure metric", seen, fact["metric"] if fact else "")
        if not fact:
            continue
        yield Asked("figure status", seen, fact["status"])
        yield Asked("figure market", seen, fact["market"])
        yield Asked("figure generation", seen, fact.get("generation") or "")
        yield Asked("figure together", seen, "yes" if len(fact["companies"]) > 1 else "no")
        exact = {c for c in companies if same_names(found[c].names, fact["companies"])}
        some = {c for c in companies if any(same_names([x], [w]) for x in found[c].names for w in fact["companies"])}
        owners = exact or some
        near = {c for c in owners if abs(found[c].sentence - found[n].sentence) <= 1} or owners
        for c in companies:
            if c in near or (c not in owners and abs(found[c].sentence - found[n].sentence) <= 3):
                yield Asked("figure owner", features.pair(n, c, ""), "yes" if c in near else "no")

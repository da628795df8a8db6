"""Which pairs of an example's candidates its gold facts tie, and as what: the right answers, for weights and network alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from etl.evaluate import fold_name
from etl.extract.judges import FARTHEST_OWNER, LINKED
from etl.extract.pairs import PairSet, company_spans, quantity_spans
from etl.facts import ORDERED_DEALS
from training.examples import Example, quantity_for, same_names


@dataclass(frozen=True)
class Answer:
    """A pair of candidates (i, j), and the gold fact that ties them; None where nothing does."""

    kind: str
    i: int
    j: int
    fact: dict | None


def answers(example: Example) -> list[Answer]:
    """Every pair whose answer is known; pairs of tied names that do not show it are left out."""
    made = [a for kind in LINKED for a in _links(example, kind)]
    return made + list(_owners(example))


def _links(example: Example, kind: str) -> Iterator[Answer]:
    """Is a pair tied, and by what? Of a pair of names that is, only the mentions that show it count."""
    pairs = LINKED[kind](example.context, example.found)
    gold = defaultdict(list)
    for number, fact in enumerate(example.facts):
        if fact["kind"] == kind:
            for key in _keys(kind, fact):
                gold[key].append((fact, example.quotes[number]))
    told = [gold.get(tuple(fold_name(k) if k else "" for k in key), []) for key in pairs.groups]
    shown: dict[int, list[tuple[int, dict]]] = defaultdict(list)
    for n in range(len(pairs.a)):
        for fact, quote in told[pairs.group[n]]:
            if quote and _shows(example, pairs, n, quote):
                shown[pairs.group[n]].append((n, fact))
    for group, facts in enumerate(told):
        if facts and not shown[group]:
            members = [n for n in range(len(pairs.a)) if pairs.group[n] == group]
            shown[group] = [(min(members, key=lambda n: _gap(example, pairs, n)), facts[0][0])]
    tied = {n: fact for many in shown.values() for n, fact in many}
    for n in range(len(pairs.a)):
        if n in tied or not told[pairs.group[n]]:
            yield Answer(kind, pairs.a[n], pairs.b[n], tied.get(n))


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


def figures_told(example: Example) -> dict[int, dict]:
    """Quantity candidate -> the gold figure that it states."""
    told = {}
    for number, fact in enumerate(example.facts):
        if fact["kind"] == "figure":
            for n in quantity_for(example, number)[:1]:
                told[n] = fact
    return told


def _owners(example: Example) -> Iterator[Answer]:
    """Whose figure is a quantity? Of its companies' mentions the near ones count."""
    companies, found, told = company_spans(example.found), example.found, figures_told(example)
    for n in quantity_spans(example.context, found):
        fact = told.get(n)
        near = owners = set()
        if fact:
            exact = {c for c in companies if same_names(found[c].names, fact["companies"])}
            some = {
                c for c in companies if any(same_names([x], [w]) for x in found[c].names for w in fact["companies"])
            }
            owners = exact or some
            near = {c for c in owners if abs(found[c].sentence - found[n].sentence) <= 1} or owners
        for c in companies:
            close = abs(found[c].sentence - found[n].sentence) <= FARTHEST_OWNER
            if c in near or (c not in owners and close):
                yield Answer("figure", n, c, fact if c in near else None)

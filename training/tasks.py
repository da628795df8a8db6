"""What each task of the trained weights is asked of one example: features with the right label, from the gold facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from etl.extract.confidence import LABELS
from etl.extract.features import Features
from etl.extract.linear import Bundle
from etl.extract.pairs import quantity_spans
from training.answers import answers, figures_told
from training.examples import Example


@dataclass(frozen=True)
class Asked:
    """One question: the task, what is seen, the right label."""

    task: str
    features: tuple[Bundle, ...]
    label: str


def questions(example: Example) -> Iterator[Asked]:
    """Every question that the example teaches the answer of."""
    features = Features(example.context, example.found)
    told = figures_told(example)
    for answer in answers(example):
        kind, fact = answer.kind, answer.fact
        if kind == "figure" and answer.i not in told:
            continue  # whose a number is that is no figure teaches nothing
        seen = features.pair(answer.i, answer.j, "" if kind == "figure" else kind)
        yield Asked("figure owner" if kind == "figure" else f"{kind} tied", seen, "yes" if fact else "no")
        if fact and kind != "figure":
            name, _ = LABELS[kind]
            yield Asked(f"{kind} {name}", seen, fact[name])
        if fact and kind == "selection" and "generation" not in example.unanswered:
            yield Asked("selection generation", seen, fact.get("generation") or "")
    for n in quantity_spans(example.context, example.found):
        seen, fact = features.quantity(n), told.get(n)
        yield Asked("figure metric", seen, fact["metric"] if fact else "")
        if fact:
            yield Asked("figure status", seen, fact["status"])
            yield Asked("figure generation", seen, fact.get("generation") or "")
            yield Asked("figure together", seen, "yes" if len(fact["companies"]) > 1 else "no")

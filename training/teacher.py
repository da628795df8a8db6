"""What a large network makes of passages, for a small one to learn from: those with gold, and plain ones that only it answers."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import torch

from etl.extract.features import Features
from etl.extract.judges import FARTHEST_OWNER, LINKED, Judge, LinearJudge, Pair
from etl.extract.linear import Linear
from etl.extract.pairs import company_spans, quantity_spans
from etl.extract.windows import windows
from training.batches import UNTOLD, Lesson, batch_of, gaps, nearest
from training.examples import ROOT, Example, example_of
from training.fit import BATCH, coarse
from training.network import Network
from training.renaming import Names

MOST = 60  # pairs of a window that the teacher is asked about
LEAST, LEAST_FIGURE, ANYWAY = 0.02, 0.05, 0.1  # chance by the weights that is worth asking, and share of all others
FRESH = ("w1-",)  # passages with gold that the teacher does not learn from, so that its answers to them are its own
PLAIN = ROOT / "data/training/plain"


def is_fresh(example: Example) -> bool:
    """Is this a passage that the teacher only answers?"""
    return example.id.startswith(FRESH)


def plain_lessons(linear: Linear) -> list[Lesson]:
    """The windows of all plain passages, with the pairs that the weights hold for at least thinkable, and some others."""
    dice, made = random.Random(3), []
    for example in _plain():
        features = Features(example.context, example.found)
        pairs = _thinkable(example, LinearJudge(features, linear), dice)
        for window in windows(example.context, example.found, features, pairs):
            made.append(Lesson(window, np.full(len(window.pairs), UNTOLD, np.float32), {}))
    return made


def _plain() -> Iterator[Example]:
    for path in sorted(PLAIN.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield example_of({"facts": [], **json.loads(line)})


def _thinkable(example: Example, judge: Judge, dice: random.Random) -> list[Pair]:
    found, every = example.found, {}
    for kind, make in LINKED.items():
        pairs = make(example.context, found)
        every[kind] = list(dict.fromkeys(zip(pairs.a, pairs.b, strict=True)))
    every["figure"] = [
        (n, c)
        for n in quantity_spans(example.context, found)
        if 1 - judge.labels("figure", "metric", n, n).get("", 0.0) >= LEAST_FIGURE
        for c in company_spans(found)
        if abs(found[c].sentence - found[n].sentence) <= FARTHEST_OWNER
    ]
    return [
        (kind, *pair)
        for kind, pairs in every.items()
        for pair, tied in zip(pairs, judge.tied(kind, pairs), strict=True)
        if tied >= LEAST or dice.random() < ANYWAY
    ]


def answered(
    known: list[Lesson], fresh: list[Lesson], teacher: Network, say: Callable[[str], None] = print
) -> list[Lesson]:
    """The same lessons, at most MOST pairs of each, with the teacher's answers.

    known: those it learned from, read once, with their own names or others; fresh: all others, read with both.
    """
    dice = random.Random(5)
    every = [_cut(lesson, dice) for lesson in (*known, *fresh)]
    names = Names(lesson.window for lesson in every)
    asked = []
    for n, lesson in enumerate(every):
        both = [(n, lesson.window), (n, names.renamed(lesson.window, dice))]
        asked += [dice.choice(both)] if n < len(known) else both
    wordings: list[list] = [[] for _ in every]
    asked.sort(key=lambda one: (len(one[1].ids), len(one[1].pairs)))
    for at in range(0, len(asked), BATCH):
        some = asked[at : at + BATCH]
        with torch.no_grad(), coarse():
            made = teacher(batch_of([(window, np.arange(len(window.pairs))) for _, window in some]))
        for (n, window), outputs in zip(some, made, strict=True):
            wordings[n].append((window.ids, outputs[: len(window.pairs)].half()))
    say(f"the teacher answered {len(asked)} windows")
    return [replace(lesson, wordings=tuple(told)) for lesson, told in zip(every, wordings, strict=True)]


def _cut(lesson: Lesson, dice: random.Random) -> Lesson:
    """At most MOST pairs: all that are tied, and the near ones more often."""
    w, tied = lesson.window, np.nonzero(lesson.tied == 1)[0]
    others = nearest([n for n in range(len(lesson.tied)) if lesson.tied[n] != 1], gaps(w), dice)
    keep = np.array(sorted([*tied, *others][:MOST]))
    pairs = tuple(w.pairs[n] for n in keep)
    window = replace(
        w, ends=w.ends[keep], kinds=w.kinds[keep], hints=w.hints[keep], relations=w.relations[keep], pairs=pairs
    )
    return Lesson(window, lesson.tied[keep], {head: told[keep] for head, told in lesson.labels.items()})

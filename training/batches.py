"""Examples as the network is taught them: windows with the right answers of their pairs, and batches of these."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import torch

from etl.extract.features import Features
from etl.extract.network import ANSWERS, MANY, SCOPES
from etl.extract.windows import PAIR_KINDS, Window, windows
from training.answers import answers
from training.examples import Example
from training.network import Batch

VALUES = {
    name: labels for heads in ANSWERS.values() for name, labels in heads.items() if len(labels) > 1 and name not in MANY
}
UNTOLD = -1
MOST_PAIRS = 56  # asked of one window at once in training


@dataclass
class Lesson:
    """A window with the answers of its pairs, by head (P, or P and one column for each label)."""

    window: Window
    tied: np.ndarray
    labels: dict[str, np.ndarray]


def lessons(example: Example) -> list[Lesson]:
    """The windows of an example with all pairs whose answer is known."""
    told = {(a.kind, a.i, a.j): a.fact for a in answers(example)}
    features = Features(example.context, example.found)
    made = []
    for window in windows(example.context, example.found, features, list(told)):
        facts = [told[p] for p in window.pairs]
        tied = np.array([f is not None for f in facts], dtype=np.float32)
        labels = {}
        for name, values in VALUES.items():
            asked = [f if name not in example.unanswered else None for f in facts]
            labels[name] = np.array(
                [values.index(f.get(name) or "") if f and (f.get(name) or "") in values else UNTOLD for f in asked]
            )
        labels["together"] = np.array([UNTOLD if f is None else len(f.get("companies", ())) > 1 for f in facts])
        asked = [f if "scope" not in example.unanswered else None for f in facts]
        scope = [[UNTOLD] * len(SCOPES) if f is None else [s in f.get("scope", ()) for s in SCOPES] for f in asked]
        labels["scope"] = np.array(scope, dtype=np.float32)
        made.append(Lesson(window, tied, labels))
    return made


def sample(lesson: Lesson, dice: random.Random) -> np.ndarray:
    """Pairs to ask this time: all that are tied, and of the others so many of each kind, the near ones more often."""
    ends, keep = lesson.window.spots[lesson.window.ends], list(np.nonzero(lesson.tied)[0])
    for kind in range(len(PAIR_KINDS)):
        here = np.nonzero((lesson.window.kinds == kind) & (lesson.tied == 0))[0]
        tied = int(((lesson.window.kinds == kind) & (lesson.tied == 1)).sum())
        wanted = min(len(here), max(8, 2 * tied))
        gap = np.abs(ends[here, 0, 0] - ends[here, 1, 0])
        order = sorted(
            range(len(here)), key=lambda n: dice.random() ** (1 / (0.3 + 1 / (1 + gap[n] / 20))), reverse=True
        )
        keep += [here[n] for n in order[:wanted]]
    return np.array(sorted(keep[:MOST_PAIRS]))


def batch_of(many: list[tuple[Window, np.ndarray]]) -> Batch:
    """Windows with the pairs to ask, padded to one size."""
    b, t = len(many), max(len(w.ids) for w, _ in many)
    p, h = max(len(n) for _, n in many), max(w.hints.shape[1] for w, _ in many)
    ids, types = torch.zeros(b, t, dtype=torch.long), torch.zeros(b, t, dtype=torch.long)
    mask, asked = torch.zeros(b, t, dtype=torch.bool), torch.zeros(b, p, dtype=torch.bool)
    spots = torch.zeros(b, max(len(w.spots) for w, _ in many), dtype=torch.long)
    ends, kinds = torch.zeros(b, p, 2, 2, dtype=torch.long), torch.zeros(b, p, dtype=torch.long)
    hints, relations = torch.zeros(b, p, h, dtype=torch.long), torch.zeros(b, p, 2, t, dtype=torch.long)
    for n, (w, some) in enumerate(many):
        size, k = len(w.ids), len(some)
        ids[n, :size], types[n, :size], mask[n, :size] = torch.tensor(w.ids), torch.tensor(w.types), True
        spots[n, : len(w.spots)] = torch.tensor(w.spots)
        ends[n, :k], kinds[n, :k] = torch.tensor(w.ends[some]), torch.tensor(w.kinds[some])
        hints[n, :k, : w.hints.shape[1]] = torch.tensor(w.hints[some])
        relations[n, :k, :, :size] = torch.tensor(w.relations[some].astype(np.int64))
        asked[n, :k] = True
    return Batch(ids, types, mask, spots, ends, kinds, hints, relations, asked)

"""Cross-validation over articles: who is held out with whom."""

from __future__ import annotations

import random
from zlib import crc32

from training.examples import Example

SEED = 7
FOLDS = 5
LATE = 8
NEWS_LIKE = ("x1-", "x4-", "x5-", "x6-")  # long, as news is written


def fold_of(examples: list[Example], folds: int) -> dict[str, int]:
    """The fold of each example by its id: briefs and invented passages are dealt out alike, the same way every time."""
    dealt = {}
    for invented in (False, True):
        ids = sorted(e.id for e in examples if e.invented == invented)
        random.Random(SEED).shuffle(ids)
        dealt.update({name: n % folds for n, name in enumerate(ids)})
    return dealt


def is_late(example: Example) -> bool:
    """Does the network wait with this one until it has learned from the early passages? Briefs, passages like them, and some of the others."""
    return not example.invented or example.id.startswith(NEWS_LIKE) or crc32(example.id.encode()) % LATE == 0

"""Cross-validation over articles: who is held out with whom."""

from __future__ import annotations

import random

from training.examples import Example

SEED = 7
FOLDS = 5


def fold_of(examples: list[Example], folds: int) -> dict[str, int]:
    """The fold of each example by its id: briefs and invented passages are dealt out alike, the same way every time."""
    dealt = {}
    for invented in (False, True):
        ids = sorted(e.id for e in examples if e.invented == invented)
        random.Random(SEED).shuffle(ids)
        dealt.update({name: n % folds for n, name in enumerate(ids)})
    return dealt

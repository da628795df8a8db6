"""Other names in the place of an article's: what was decided is to be learned from the words, not from who it was about."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from etl.extract.windows import TYPES, Window

NAMED = tuple(TYPES.index(name) for name in ("vendor", "operator", "vendor_operator", "company"))


def name_spans(window: Window) -> list[tuple[int, int]]:
    """Where names stand in a window: first piece, and the one after the last."""
    types = window.types
    edges = [0, *(np.nonzero(np.diff(types))[0] + 1), len(types)]
    return [(a, b) for a, b in pairwise(edges) if types[a] in NAMED]


class Names:
    """The names of many windows, by their length in pieces."""

    def __init__(self, windows: Iterable[Window]):
        by_length = defaultdict(set)
        for window in windows:
            for a, b in name_spans(window):
                by_length[b - a].add(tuple(window.ids[a:b]))
        self._by_length = {length: sorted(names) for length, names in by_length.items()}

    def renamed(self, window: Window, dice: random.Random) -> Window:
        """The window with every name put in the place of another of its length, the same one wherever it stands."""
        ids, given = window.ids.copy(), {}
        for a, b in name_spans(window):
            name = tuple(window.ids[a:b])
            if name not in given:
                given[name] = dice.choice(self._by_length[b - a])
            ids[a:b] = given[name]
        return replace(window, ids=ids)

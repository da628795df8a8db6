"""Stories: which articles are copies of one text, as agencies and partners carry it, lightly edited, cut, under other headlines.

Two articles are copies when they are in one language, at most DAYS apart (one without a date may be of any day), and of
the shorter one's runs of SHINGLE words at least CONTAINED stand in the longer, which is not so long (LEAST_PART) that it
may be a digest that quotes many. A story is all articles that are joined by such pairs, so the order in which they
arrive does not matter. Two reports of one event in each one's own words share hardly any run of words (measured: at most
0.055 of them between our briefs, 0.13 where both quote one sentence), while a copy keeps 0.82 of them (0.7 at the least)
when each twentieth word is replaced, and 0.68 (0.53) when each tenth is.

Candidates are found by MinHash: an article keeps BANDS numbers, and copies have one of them in common with a
probability of 0.999 where they share half of all their runs of words, 0.99 for a third, 0.87 for a quarter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

import numpy as np
from rensa import RMinHash

SHINGLE = 4  # words
LEAST_WORDS = 30  # shorter texts are notices and teasers, which say too little to tell whose they are
MOST_WORDS = 20_000  # of a text that are looked at
CONTAINED = 0.5  # share of the shorter text's runs of words
LEAST_PART = 0.3  # of the longer text, which the shorter one must be
DAYS = 14
BANDS, ROWS = 128, 3
SEED = 5
VERSION = "1"  # of all the above: what a store keeps was reckoned with it

# A language that is written without spaces has a word for each character.
_WORD = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]|[^\W_぀-ヿ㐀-鿿豈-﫿]+")
_MIXED = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


def shingles(text: str) -> frozenset[str]:
    """All runs of SHINGLE words of a text, in small letters and without punctuation; none where it is too short to compare."""
    words = [found[0].casefold() for found in islice(_WORD.finditer(text), MOST_WORDS)]
    if len(words) < LEAST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def bands(text: str) -> list[int]:
    """BANDS numbers (32 bits) of which two texts are the likelier to share one, the more runs of words they share; or none."""
    runs = shingles(text)
    if not runs:
        return []
    sketch = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    sketch.update(sorted(runs))
    rows = np.array(sketch.digest(), dtype=np.uint64).reshape(BANDS, ROWS)
    numbered = rows * _MIXED + np.arange(1, BANDS + 1, dtype=np.uint64)[:, None] * _MIXED[::-1]
    mixed = np.bitwise_xor.reduce(numbered * _MIXED[1], axis=1)
    return (mixed >> np.uint64(32)).tolist()


def contained(one: frozenset[str], other: frozenset[str]) -> float:
    """The share (0-1) of the shorter text's runs of words that stand in the longer; 0 where it is too small a part of it."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter or len(shorter) < LEAST_PART * len(longer):
        return 0.0
    return len(shorter & longer) / len(shorter)


def are_copies(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts, by their runs of words, are copies of one."""
    return contained(one, other) >= CONTAINED


class Groups:
    """Articles joined two by two."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, article_id: str) -> str:
        """The article that stands for all that this one is joined with."""
        path = []
        while (above := self._above.get(article_id, article_id)) != article_id:
            path.append(article_id)
            article_id = above
        self._above.update(dict.fromkeys(path, article_id))
        return article_id

    def join(self, one: str, other: str) -> None:
        """Make two articles, and all that they are joined with, one group."""
        first, second = sorted((self.of(one), self.of(other)))
        self._above[second] = first

    def all(self, article_ids: Iterable[str]) -> list[list[str]]:
        """The groups that these articles are in, whole where all members are given."""
        found: dict[str, list[str]] = {}
        for article_id in article_ids:
            found.setdefault(self.of(article_id), []).append(article_id)
        return list(found.values())

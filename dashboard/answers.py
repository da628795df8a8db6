"""Answers to questions about the data, kept for all visitors as long as there is room for them."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from threading import Condition

import pandas as pd
from cachetools import LRUCache, cached


class Answers:
    """The answers that were asked for last, as many as fit into so many bytes (most). Each asker has a copy of its own.

    Some answers are a thousand times as large as others, so it is their bytes that are counted.
    """

    def __init__(self, most: int) -> None:
        self.kept: LRUCache[bytes, bytes] = LRUCache(most, getsizeof=len)
        # Who asks what is being asked waits for the answer.
        self._packed = cached(self.kept, key=_key, condition=Condition())(_ask)

    def answer(self, question: tuple, ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The kept answer to a question, else what is asked now.

        question: all that an answer depends on, of values that are told apart by how they are written.
        """
        return pickle.loads(self._packed(question, ask))


def _key(question: tuple, _ask: Callable[[], pd.DataFrame]) -> bytes:
    # Found words are given as all their articles: too long to be kept as they are.
    return hashlib.blake2b(repr(question).encode("utf-8", "surrogatepass"), digest_size=32).digest()


def _ask(_question: tuple, ask: Callable[[], pd.DataFrame]) -> bytes:
    return pickle.dumps(ask(), pickle.HIGHEST_PROTOCOL)

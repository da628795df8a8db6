"""What the network reads: an article cut into windows of word pieces, with the pairs of candidates that are asked about in each.

Shared by training and reading, so that both see the same. A pair is (kind, i, j): two candidates of the article.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np

from etl.extract.context import Context
from etl.extract.features import Features
from etl.extract.spans import Candidate
from etl.paths import MODELS

PAIR_KINDS = ("selection", "restriction", "deal", "figure")
TYPES = (
    "",
    "vendor",
    "operator",
    "vendor_operator",
    "company",
    "role_vendor",
    "role_operator",
    "role_other",
    "group",
    "place",
    "state",
    "period",
    "percent",
    "count",
    "money",
    "bare",
)
LONGEST = 400  # pieces of one window; beyond it the next begins
OVERLAP = 5  # sentences that two windows share, so that every pair stands whole in one of them
HINTS = 1024  # rows of the table of hints
# What the parse and the rules tell of a pair, beside its words: the features that begin like this.
HINT_NAMES = ("types", "gap", "far", "steps", "order", "a.how", "b.how", "a.kind", "b.kind", "a.title", "b.title")
HINT_NAMES += ("a.rivals", "b.rivals", "a.nearer", "b.nearer", "path", "length", "size", "qualifier", "range", "change")
HINT_NAMES += ("when0", "when1", "when", "noun")
# What the nearest cues tell ("ab:b0.told=selected"): the features whose names end like this.
CUE_HINTS = (".told", ".cue", ":cues", ".neg", ".modal", ".subject", ".at", ".tense")
RELATIONS = 18


@dataclass(frozen=True)
class Window:
    """One stretch of an article. T pieces, P pairs.

    ids, types: (T) word pieces, and the TYPES of the candidates that they are part of.
    spots: (S) where the candidates asked about begin and end, each piece once; ends: (P, 2, 2) which of these are the first and last piece of
    both. kinds: (P) of PAIR_KINDS. hints: (P, H) rows of the table of hints, 0 for none.
    relations: (P, 2, T) what each piece is to each of the two: RELATIONS classes. pairs: the P pairs themselves.
    """

    ids: np.ndarray
    types: np.ndarray
    spots: np.ndarray
    ends: np.ndarray
    kinds: np.ndarray
    hints: np.ndarray
    relations: np.ndarray
    pairs: tuple[tuple[str, int, int], ...]


@cache
def tokenizer(path: Path = MODELS / "tokenizer.json"):
    """The word pieces of the network, loaded once a process. Raises OSError or ValueError for a missing or broken file."""
    from tokenizers import Tokenizer

    loaded = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    loaded.no_padding()
    loaded.no_truncation()
    return loaded


class _Pieces:
    """Word pieces of every sentence of an article, with the sentence, type and candidates of each."""

    def __init__(self, context: Context, found: list[Candidate]):
        sentences = [(n, s) for n, s in enumerate(context.sentences) if s.kind != "chrome"]
        encoded = tokenizer().encode_batch(
            [context.text[s.start : s.end] for _, s in sentences], add_special_tokens=False
        )
        self.of: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        for (number, sentence), one in zip(sentences, encoded, strict=True):
            at = np.array(one.offsets[:LONGEST], dtype=np.int64).reshape(-1, 2) + sentence.start
            self.of[number] = np.array(one.ids[:LONGEST], dtype=np.int64), at
        self.inside = defaultdict(list)
        for n, candidate in enumerate(found):
            self.inside[candidate.sentence].append(n)

    def stretches(self) -> list[list[int]]:
        """The sentences of each window, in order."""
        made, here, size = [], [], 2
        for number in sorted(self.of):
            more = len(self.of[number][0])
            while here and size + more > LONGEST:
                if not made or made[-1][-1] != here[-1]:
                    made.append(list(here))
                gone = here[: max(1, len(here) - OVERLAP)]
                here = here[len(gone) :]
                size -= sum(len(self.of[n][0]) for n in gone)
            here.append(number)
            size += more
        return [*made, here] if here else made


def windows(
    context: Context, found: list[Candidate], features: Features, pairs: list[tuple[str, int, int]]
) -> list[Window]:
    """The article's windows with the pairs, each asked once, where it stands deepest inside; windows without pairs are left out."""
    pieces = _Pieces(context, found)
    stretches = pieces.stretches()
    asked = defaultdict(list)
    for pair in pairs:
        first, last = sorted(found[n].sentence for n in pair[1:])
        whole = [k for k, s in enumerate(stretches) if s and s[0] <= first and last <= s[-1]]
        if whole:
            asked[max(whole, key=lambda k: min(first - stretches[k][0], stretches[k][-1] - last))].append(pair)
    return [
        w for k in sorted(asked) if (w := _window(context, found, features, pieces, stretches[k], asked[k])) is not None
    ]


def _window(context, found, features: Features, pieces: _Pieces, numbers: list[int], pairs) -> Window | None:
    start, stop = tokenizer().token_to_id("[CLS]"), tokenizer().token_to_id("[SEP]")
    ids = np.concatenate([[start], *(pieces.of[n][0] for n in numbers), [stop]])
    at = np.concatenate([[(-1, -1)], *(pieces.of[n][1] for n in numbers), [(-1, -1)]])
    sentence = np.concatenate([[-1], *(np.full(len(pieces.of[n][0]), n) for n in numbers), [-1]])
    ends: dict[int, tuple[int, int]] = {}
    types = np.zeros(len(ids), dtype=np.int64)
    for n in (n for number in numbers for n in pieces.inside[number]):
        first = int(np.searchsorted(at[1:-1, 1], found[n].start, side="right")) + 1
        last = int(np.searchsorted(at[1:-1, 0], found[n].end, side="left"))
        if first <= last:
            ends[n] = first, last
            types[first : last + 1] = TYPES.index(found[n].type)
    pairs = [p for p in pairs if p[1] in ends and p[2] in ends]
    if not pairs:
        return None
    relations = _relations(found, ends, sentence, pairs)
    told = [hints(features, *pair) for pair in pairs]
    wide = max(map(len, told))
    spots, at = np.unique([[ends[i], ends[j]] for _, i, j in pairs], return_inverse=True)
    return Window(
        ids=ids,
        types=types,
        spots=spots,
        ends=at.reshape(-1, 2, 2),
        kinds=np.array([PAIR_KINDS.index(kind) for kind, _, _ in pairs]),
        hints=np.array([t + [0] * (wide - len(t)) for t in told]),
        relations=relations,
        pairs=tuple(pairs),
    )


def _relations(found: list[Candidate], ends: dict[int, tuple[int, int]], sentence: np.ndarray, pairs) -> np.ndarray:
    """(P, 2, T): by entity (itself, the other, the same name elsewhere, the other's name, a rival of the same type, none) and by sentence."""
    inside = [found[n] for n in ends]
    at = {n: k for k, n in enumerate(ends)}
    own, other = np.array([(at[one], at[two]) for _, i, j in pairs for one, two in ((i, j), (j, i))]).T
    numbers: dict = {}
    # What has no name shares none with another.
    name = np.array([numbers.setdefault(c.names or k, len(numbers)) for k, c in enumerate(inside)])
    sort = np.array([TYPES.index(c.type) for c in inside])
    same = np.where(name[:, None] == name[own], 3, np.where(name[:, None] == name[other], 4, 0))
    same[(same == 0) & (sort[:, None] == sort[own])] = 5
    asked = np.arange(len(own))
    same[own, asked] = same[other, asked] = 0
    entity = np.zeros((len(own), len(sentence)), dtype=np.int8)
    spans = list(ends.values())
    for k, (first, last) in enumerate(spans):
        some = np.nonzero(same[k])[0]
        entity[some, first : last + 1] = same[k, some, None]
    for what, which in ((2, other), (1, own)):
        for k, row in zip(which, entity, strict=True):
            row[spans[k][0] : spans[k][1] + 1] = what
    place = np.array([c.sentence for c in inside])
    low, high = np.minimum(place[own], place[other])[:, None], np.maximum(place[own], place[other])[:, None]
    near = np.where(sentence == place[own][:, None], 0, np.where((sentence >= low) & (sentence <= high), 1, 2))
    return (entity * 3 + near).astype(np.int8).reshape(len(pairs), 2, -1)


def hints(features: Features, kind: str, i: int, j: int) -> list[int]:
    """Rows of the table of hints for a pair, 1 and above."""
    told = features.pair(i, j, "" if kind == "figure" else kind)
    if kind == "figure":
        told = (*told, *features.quantity(i))
    kept = (f for bundle in told for f in bundle if _is_hint(f))
    return sorted({1 + crc32(f"{kind} {f}".encode()) % (HINTS - 1) for f in kept})


@lru_cache(maxsize=1 << 16)
def _is_hint(feature: str) -> bool:
    name = feature.partition("=")[0]
    return name in HINT_NAMES or name.endswith(CUE_HINTS)

"""What the trained reader looks at: for a pair of candidates or a quantity, the words, the parse and the cues around them, as strings.

Names are masked by their type, so that what is learned holds for companies and countries that were never seen.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import Counter
from functools import cached_property

from spacy.tokens import Token

from etl.extract.context import Context
from etl.extract.cues import steps_between, way_up
from etl.extract.linear import Bundle
from etl.extract.mentions import head_of
from etl.extract.near_cues import NearCues
from etl.extract.spans import Candidate

NUMBERS = frozenset({"percent", "count", "money", "bare"})
_STOP = frozenset(
    """the a an of to in on for and or with by at from as it its is be 's ’s - -- , . " ' ( ) “ ”""".split()  # noqa: SIM905
)


def _sorts(candidate: Candidate) -> frozenset[str]:
    """What a candidate could stand for; those that share one are rivals."""
    if candidate.type in ("place", "state"):
        return frozenset(["place"])
    if candidate.type in NUMBERS:
        return frozenset([candidate.type])
    return getattr(candidate.source, "roles", frozenset()) & {"vendor", "operator"}


class Features:
    """The features of one article, with what they share worked out once."""

    def __init__(self, context: Context, found: list[Candidate]):
        self.context, self.found = context, found
        self._by_sentence: dict[int, list[int]] = {}
        for n, candidate in enumerate(found):
            self._by_sentence.setdefault(candidate.sentence, []).append(n)
        self._masks: dict[int, list[str]] = {}
        self._pairs: dict[tuple[int, int, str], tuple[Bundle, ...]] = {}
        self._quantities: dict[int, tuple[Bundle, ...]] = {}
        self._sides: dict[tuple[int, str], Bundle] = {}
        self._elsewhere: dict[tuple[int, str], Bundle] = {}
        self._rivals: dict[tuple[frozenset[str], int], list[Candidate]] = {}
        self._tokens = [self._head(candidate) for candidate in found]
        self._near_cues = NearCues(context, found, self._tokens)
        self._above = [None if token is None else way_up(token) for token in self._tokens]
        self._sorts = [_sorts(candidate) for candidate in found]

    # ---- what a pair shows

    def pair(self, i: int, j: int, table: str) -> tuple[Bundle, ...]:
        """Features of candidates i and j; table: whose cue words matter ("selection",
        "restriction", "deal"; "" for none)."""
        key = (i, j, table)
        if key not in self._pairs:
            self._pairs[key] = self._of_pair(i, j, table)
        return self._pairs[key]

    def _of_pair(self, i: int, j: int, table: str) -> tuple[Bundle, ...]:
        a, b = self.found[i], self.found[j]
        order = "ab" if a.start < b.start else "ba"
        own = [f"types={a.type},{b.type}", f"a={a.type}", f"b={b.type}", *self._place(a, b)]
        own += self._crowd("a", i, b) + self._crowd("b", j, a)
        shared = [self._side(i, "a"), self._side(j, "b")]
        if a.sentence == b.sentence:
            own += self._between(a, b, order) + self._path(i, j)
        else:
            shared += [self._in_sentence(a.sentence, "as"), self._in_sentence(b.sentence, "bs")]
        if table:
            for n, other, side in ((j, i, "b"), (i, j, "a"))[: 1 + (a.sentence != b.sentence)]:
                shared.append(self._near_cues.of(n, table, f"{order}:{side}"))
                own += self._near_cues.subjects(n, other, table, f"{order}:{side}")
            labels = {cue.label for c in (a, b) for cue in self.context.cues(c.sentence, table)}
            own += [f"{order}:cues={label}" for label in labels]
        return Bundle(own), *shared

    def _place(self, a: Candidate, b: Candidate) -> list[str]:
        gap = b.sentence - a.sentence
        if gap:
            near = "block" if self._block(a) == self._block(b) else "apart"
            return [f"gap={max(-5, min(gap, 5))}", f"far={near}", f"gap={max(-5, min(gap, 5))},{near}"]
        steps = len(self._slice(a.sentence, min(a.end, b.end), max(a.start, b.start)))
        size = next(
            name for limit, name in ((2, "2"), (5, "5"), (10, "10"), (20, "20"), (999, "long")) if steps <= limit
        )
        order = "ab" if a.start < b.start else "ba"
        return ["gap=0", f"steps={size}", f"order={order}", f"steps={size},{order}"]

    def _block(self, candidate: Candidate) -> int:
        return self.context.sentences[candidate.sentence].block

    def _side(self, n: int, side: str) -> Bundle:
        """What a candidate shows in every pair that it is in."""
        if (n, side) not in self._sides:
            self._sides[n, side] = Bundle(self._company(n, side) + self._around(n, side))
        return self._sides[n, side]

    def _in_sentence(self, number: int, side: str) -> Bundle:
        """The words of a candidate's sentence, where the other one stands elsewhere."""
        if (number, side) not in self._elsewhere:
            self._elsewhere[number, side] = Bundle(f"{side}:{w}" for w in set(self._words(number)))
        return self._elsewhere[number, side]

    def _company(self, n: int, side: str) -> list[str]:
        candidate, token = self.found[n], self._tokens[n]
        made = [
            f"{side}.how={getattr(candidate.source, 'how', getattr(candidate.source, 'form', ''))}",
            f"{side}.kind={self._kind(candidate)}",
        ]
        if token is not None:
            made += [
                f"{side}.dep={token.dep_}",
                f"{side}.head={token.head.lemma_.lower()}",
                f"{side}.dep,head={token.dep_},{token.head.lemma_.lower()}",
            ]
        if candidate.names and self.context.title:
            said = self.context.text[candidate.start : candidate.end]
            made.append(f"{side}.title={said in self.context.title}")
        return made

    def _kind(self, candidate: Candidate) -> str:
        return self.context.sentences[candidate.sentence].kind

    def _crowd(self, side: str, n: int, other: Candidate) -> list[str]:
        """How many others beside the other one could stand in a candidate's place, and whether one stands nearer."""
        one, rivals = self.found[n], self._rivals_in(other.sentence, self._sorts[n])
        gap = abs(one.start - other.start)
        nearer = {r.names for r in rivals if abs(r.start - other.start) < gap and r.names != one.names}
        return [
            f"{side}.rivals={min(len({r.names for r in rivals}), 4)}",
            f"{side}.nearer={min(len(nearer), 3)}",
        ]

    def _rivals_in(self, sentence: int, sorts: frozenset[str]) -> list[Candidate]:
        """The candidates of a sentence that are of one of these sorts."""
        if (sorts, sentence) not in self._rivals:
            here = self._by_sentence.get(sentence, ())
            self._rivals[sorts, sentence] = [self.found[n] for n in here if self._sorts[n] & sorts]
        return self._rivals[sorts, sentence]

    def _around(self, n: int, side: str) -> list[str]:
        """Words beside a candidate, in their places, and in pairs."""
        candidate = self.found[n]
        words = self._mask(candidate.sentence)
        first, last = self._slot(candidate)
        before, after = words[max(0, first - 3) : first], words[last : last + 3]
        made = [f"{side}-{len(before) - k}:{w}" for k, w in enumerate(before)] + [
            f"{side}+{k + 1}:{w}" for k, w in enumerate(after)
        ]
        made += [f"{side}*{w}" for w in {*words[max(0, first - 8) : first], *words[last : last + 8]}]
        made.append(f"{side}<{' '.join(before[-2:])}")
        made.append(f"{side}>{' '.join(after[:2])}")
        return made

    def _between(self, a: Candidate, b: Candidate, order: str) -> list[str]:
        words = self._slice(a.sentence, min(a.end, b.end), max(a.start, b.start))
        made = [f"{order}~{w}" for w in set(words)]
        if len(words) <= 12:
            made += [f"{order}~{one} {two}" for one, two in itertools.pairwise(words)]
        if len(words) <= 5:
            made.append(f"{order}={' '.join(words)}")
        every = self._words(a.sentence)
        made += [f"s2:{one} {two}" for one, two in itertools.pairwise(every)]
        outside = Counter(every) - Counter(words)
        return made + [f"s:{w}" for w in outside]

    def _path(self, i: int, j: int) -> list[str]:
        a, b = self._above[i], self._above[j]
        if a is None or b is None or steps_between(a, b) > 8:
            return ["path=far"]
        doc, meet = self._tokens[i].doc, next(above for above in a if above in b)
        top = doc[meet]
        left, right = ([doc[above] for above, steps in way.items() if steps < way[meet]] for way in (a, b))
        shape = "^".join(t.dep_ for t in left) + "|" + "^".join(t.dep_ for t in right)
        made = [
            f"path={shape}",
            f"path={shape},{top.lemma_.lower()}",
            f"top={top.lemma_.lower()}",
            f"length={len(left) + len(right)}",
        ]
        return made + [f"on={t.lemma_.lower()}" for t in (*left[1:], *right[1:])]

    # ---- what a quantity shows

    def quantity(self, n: int) -> tuple[Bundle, ...]:
        """Features of a quantity: what it counts, the words beside it, its sentence and the ones before, the title."""
        if n not in self._quantities:
            self._quantities[n] = Bundle(self._of_quantity(n)), self._side(n, "q")
        return self._quantities[n]

    def _of_quantity(self, n: int) -> list[str]:
        candidate = self.found[n]
        source, words = candidate.source, self._words(candidate.sentence)
        size = len(str(int(abs(source.value))))
        made = [
            f"type={candidate.type}",
            f"kind={self._kind(candidate)}",
            f"noun={source.noun or ''}",
            f"size={candidate.type},{size}",
        ]
        made += [f"qualifier={source.qualifier}", f"range={source.value_high is not None}", f"change={source.change}"]
        made += [f"s:{w}" for w in set(words)] + [f"s2:{one} {two}" for one, two in itertools.pairwise(words)]
        first, last = self._slot(candidate)
        mask = self._mask(candidate.sentence)
        made += [f"n:{w}" for w in mask[max(0, first - 7) : last + 7]]
        for back in (1, 2):
            if candidate.sentence >= back:
                made += [f"p{back}:{w}" for w in set(self._words(candidate.sentence - back))]
        made += [f"t:{w.lower()}" for w in (self.context.title or "").split()]
        token = self._tokens[n]
        if token is not None:
            made += [f"up:{t.lemma_.lower()}" for t in list(token.ancestors)[:4]]
        kinds = {self.found[k].type for k in self._by_sentence[candidate.sentence]}
        made += [f"with={kind}" for kind in kinds]
        return made + self._when(candidate)

    def _when(self, candidate: Candidate) -> list[str]:
        """Is the time told beside it past or to come, seen from the article's date?"""
        made = []
        for back in (0, 1):
            for period in self.context.periods.get(candidate.sentence - back, [])[:3]:
                made.append(f"when{back}={self._from_published(period)}")
                made.append(f"period{back}={period.kind}")
        return made or ["when=untold"]

    def _from_published(self, period) -> str:
        """ "past", "now" or "future", by the year; without a date of publication a deadline is still to come."""
        published, year = (self.context.published or "")[:4], period.period[:4]
        if not published:
            return "future" if period.kind == "deadline" else "?"
        return "future" if year > published else "past" if year < published else "now"

    # ---- words

    def _words(self, sentence: int) -> list[str]:
        """The telling words of a sentence, masked."""
        return [w for w in self._mask(sentence) if w not in _STOP]

    def _mask(self, sentence: int) -> list[str]:
        """Lemmas of a sentence, a candidate's words as one word that names its type."""
        if sentence not in self._masks:
            self._lay(sentence)
        return self._masks[sentence]

    @cached_property
    def _starts(self) -> dict[int, list[int]]:
        return {}

    def _lay(self, number: int) -> None:
        sentence = self.context.sentences[number]
        covers = sorted((self.found[n] for n in self._by_sentence.get(number, ())), key=lambda c: (c.start, -c.end))
        words, starts, reached = [], [], -1
        k = 0
        for token in sentence.span:
            start, end = sentence.at(token)
            if start < reached:
                continue
            while k < len(covers) and covers[k].end <= start:
                k += 1
            if k < len(covers) and covers[k].start < end:
                words.append(f"<{covers[k].type}>")
                reached = covers[k].end
            elif token.is_space:
                continue
            else:
                words.append("#" if token.like_num else token.lemma_.lower())
            starts.append(start)
        self._masks[number], self._starts[number] = words, starts

    def _slot(self, candidate: Candidate) -> tuple[int, int]:
        """Which of its sentence's masked words a candidate is."""
        self._mask(candidate.sentence)
        starts = self._starts[candidate.sentence]
        first = max(0, bisect_left(starts, candidate.start + 1) - 1)
        return first, max(first + 1, bisect_left(starts, candidate.end))

    def _slice(self, sentence: int, start: int, end: int) -> list[str]:
        words = self._mask(sentence)
        starts = self._starts[sentence]
        return words[bisect_left(starts, start) : bisect_left(starts, end)]

    def _head(self, candidate: Candidate) -> Token | None:
        token = getattr(candidate.source, "token", None)
        if token is not None:
            return token
        return head_of(self.context.sentences[candidate.sentence], candidate.start, candidate.end)

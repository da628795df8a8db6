"""The vectors of an article's candidates and of pairs of them, out of the encoder's vectors of word pieces.

One code for reading (numpy) and training (torch): `xp` is either module, which agree in all that is used here.
"""

from __future__ import annotations

from types import ModuleType

from etl.extract.network import distance_bucket
from etl.extract.spans import Candidate, Window


class Space:
    """Where the candidates stand among the word pieces. A row is one candidate in one window."""

    def __init__(self, xp: ModuleType, windows: list[Window], hidden: list) -> None:
        """hidden: one array (pieces or more, width) for each window."""
        self.xp = xp
        self.rows: dict[tuple[int, int], int] = {}  # (window, candidate) -> row
        self.windows_of: dict[int, list[int]] = {}
        self.left, self.right, from_, to = [], [], [], []
        base = 0
        for w, window in enumerate(windows):
            for n, left, right, first, last in window.spans:
                self.rows[(w, n)] = len(self.left)
                self.windows_of.setdefault(n, []).append(w)
                self.left.append(base + left)
                self.right.append(base + right)
                from_.append(base + first)
                to.append(base + last)
            base += len(window.ids)
        if not self.left:
            return
        flat = xp.concatenate([h[: len(w.ids)] for w, h in zip(windows, hidden, strict=True)])
        self._sums = xp.concatenate([flat[:1] * 0, xp.cumsum(flat, axis=0)])
        self.sentence_left, self.sentence_right = from_, to
        self.span = self._mean(self.left, self.right)
        self.sentence = self._mean(from_, to)

    def __len__(self) -> int:
        return len(self.left)

    def row(self, candidate: int) -> int | None:
        """The candidate's row in the first window that has it."""
        windows = self.windows_of.get(candidate)
        return self.rows[(windows[0], candidate)] if windows else None

    def alone(self, rows: list[int]):
        """What heads that judge one span see: (rows, 2 x width)."""
        rows = self.xp.asarray(rows)
        return self.xp.concatenate([self.span[rows], self.sentence[rows]], axis=-1)

    def pairs(
        self, found: list[Candidate], a: list[int], b: list[int]
    ) -> tuple[list[int], list[int], list[int], list[int]]:
        """(which pair, rows of a, rows of b, distances) of the pairs of candidates that share a window."""
        which, one, two, far = [], [], [], []
        for n, (i, j) in enumerate(zip(a, b, strict=True)):
            w = next((w for w in self.windows_of.get(i, ()) if (w, j) in self.rows), None)
            if w is not None:
                p, q = self.rows[(w, i)], self.rows[(w, j)]
                which.append(n)
                one.append(p)
                two.append(q)
                far.append(distance_bucket(found[j].sentence - found[i].sentence, self.left[q] - self.left[p]))
        return which, one, two, far

    def together(self, a: list[int], b: list[int]):
        """What heads that judge a pair see: both spans, their product, the words between (or b's sentence), b's sentence:
        (pairs, 5 x width)."""
        left, right = [], []
        for p, q in zip(a, b, strict=True):
            start, end = min(self.right[p], self.right[q]), max(self.left[p], self.left[q])
            near = self.sentence_left[p] == self.sentence_left[q] and start < end
            left.append(start if near else self.sentence_left[q])
            right.append(end if near else self.sentence_right[q])
        one, two = self.span[self.xp.asarray(a)], self.span[self.xp.asarray(b)]
        return self.xp.concatenate(
            [one, two, one * two, self._mean(left, right), self.sentence[self.xp.asarray(b)]], axis=-1
        )

    def _mean(self, left: list[int], right: list[int]):
        xp = self.xp
        counts = xp.asarray([r - n for n, r in zip(left, right, strict=True)], dtype=xp.float32)
        return (self._sums[xp.asarray(right)] - self._sums[xp.asarray(left)]) / counts[:, None]

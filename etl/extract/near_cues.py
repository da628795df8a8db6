"""What the two cues nearest to a candidate tell of it, as features for the trained reader: of a decision, a measure or a deal."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Span, Token

from etl.extract.context import Context
from etl.extract.cues import Cue, steps_between, subject_of, way_up
from etl.extract.linear import Bundle
from etl.extract.restrictions import acted
from etl.extract.selections import decided
from etl.extract.spans import Candidate


@dataclass(frozen=True)
class _Subject:
    """The words of a cue's subject, and the features (two, begun) that tell whether a candidate stands in it."""

    words: Span
    features: tuple[str, str]


class NearCues:
    """The cues near one article's candidates. tokens: the head of each candidate, None where it has none.

    Features begin as asked for, which tells the side of the pair that the candidate is on.
    """

    def __init__(self, context: Context, found: list[Candidate], tokens: list[Token | None]):
        self._context, self._found, self._tokens = context, found, tokens
        self._told: dict[tuple[int, str], tuple[list[str], list[_Subject]]] = {}
        self._bundles: dict[tuple[int, str, str], Bundle] = {}

    def of(self, n: int, table: str, begin: str) -> Bundle:
        """What the cues of a table tell of a candidate in every pair that it is in."""
        key = (n, table, begin)
        if key not in self._bundles:
            self._bundles[key] = Bundle(f"{begin}{feature}" for feature in self._near(n, table)[0])
        return self._bundles[key]

    def subjects(self, n: int, other: int, table: str, begin: str) -> list[str]:
        """Does the other one of a pair stand in their subjects?"""
        token, made = self._tokens[other], []
        for subject in self._near(n, table)[1]:
            words = subject.words
            if token is not None and token.doc is words.doc:
                made += [f"{begin}{feature},{words.start <= token.i < words.end}" for feature in subject.features]
        return made

    def _near(self, n: int, table: str) -> tuple[list[str], list[_Subject]]:
        if (n, table) not in self._told:
            self._told[n, table] = self._tell(n, table)
        return self._told[n, table]

    def _tell(self, n: int, table: str) -> tuple[list[str], list[_Subject]]:
        token, cues = self._tokens[n], self._context.cues(self._found[n].sentence, table)
        if not cues or token is None:
            return [".cue=none"], []
        above, made, subjects = way_up(token), [], []
        nearest = sorted(cues, key=lambda c: (steps_between(above, c.above), abs(c.token.i - token.i)))[:2]
        for rank, cue in enumerate(nearest):
            made += _of_cue(cue, rank, token, steps_between(above, cue.above))
            made.append(f"{rank}.told={self._decided(cue, n, table)}")
            subject = subject_of(cue.token)
            if subject is not None:
                words = subject.doc[subject.left_edge.i : subject.right_edge.i + 1]
                by_side, by_lemma = f"{cue.label},{cue.side}", cue.token.lemma_.lower()
                subjects.append(_Subject(words, (f"{rank}.subject={by_side}", f"{rank}.subject={by_lemma}")))
        return made, subjects

    def _decided(self, cue: Cue, n: int, table: str) -> str | None:
        """What the rules make of a cue beside a candidate: the vote that weighs most."""
        if table == "selection":
            return decided(cue, self._tokens[n])
        if table == "restriction":
            return acted(cue, self._context.words(self._found[n].sentence))
        return None if cue.negated else cue.label


def _of_cue(cue: Cue, rank: int, token: Token, steps: int) -> list[str]:
    made = [
        f"{rank}.cue={cue.label}",
        f"{rank}.cue={cue.label},{cue.side},{min(steps, 4)}",
        f"{rank}.lemma={cue.token.lemma_.lower()}",
        f"{rank}.tense={cue.label},{cue.token.tag_}",
    ]
    made += [f"{rank}.neg={cue.label}"] * cue.negated + [f"{rank}.modal={cue.label},{cue.modal}"] * bool(cue.modal)
    made.append(f"{rank}.at={cue.label},{token.dep_},{'after' if token.i > cue.token.i else 'before'}")
    return made + [f"{rank}.prep={cue.label},{w.lower_}" for w in _prepositions(token, cue.token)]


def _prepositions(token: Token, top: Token) -> list[Token]:
    """The prepositions between a word and the cue above it: "replace V with W"."""
    found = []
    for word in (token, *token.ancestors):
        if word.i == top.i:
            return found
        if word.dep_ in ("prep", "agent", "dative"):
            found.append(word)
    return []

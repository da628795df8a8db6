"""One article laid out for the readers: its sentences, and the mentions, quantities, periods and places in each."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from etl.extract import attributes
from etl.extract.cues import Cue, find_cues
from etl.extract.mentions import Mention, MentionFinder
from etl.extract.page import Sentence, sentences
from etl.extract.periods import PeriodMention, find_periods
from etl.extract.quantities import Quantity, find_quantities
from etl.names import CountryHit, Registry

# Names (or numbers, or places) of one sentence that are looked at: prose never has so many, and pairs grow with the square.
MOST = 40


@dataclass(frozen=True)
class Context:
    """Everything the readers may look at. The lists by sentence are in the text's order; chrome has none."""

    text: str
    title: str | None
    published: str | None
    registry: Registry
    sentences: list[Sentence]
    mentions: dict[int, list[Mention]]
    quantities: dict[int, list[Quantity]]
    periods: dict[int, list[PeriodMention]]
    places: dict[int, list[CountryHit]] = field(default_factory=dict)

    @cached_property
    def _cues(self) -> dict[tuple[int, str], list[Cue]]:
        return {}

    def cues(self, number: int, table: str) -> list[Cue]:
        """See find_cues; looked for once in a sentence."""
        key = (number, table)
        if key not in self._cues:
            self._cues[key] = find_cues(self.sentences[number], table)
        return self._cues[key]

    @cached_property
    def generations(self) -> frozenset[str]:
        """The generations that the article names anywhere."""
        return frozenset(g for g in ("2G", "3G", "4G", "5G", "6G") if g in self.text)

    @cached_property
    def newest_generation(self) -> str | None:
        """The newest generation that the article tells, whatever of."""
        return attributes.generation(self.text)

    def words(self, number: int) -> str:
        """The text of one sentence; empty where there is none of that number."""
        if not 0 <= number < len(self.sentences):
            return ""
        return self.text[self.sentences[number].start : self.sentences[number].end]

    def before(self, number: int, back: int = 1) -> str:
        """The text of up to `back` sentences before one, of the same article part (chrome left out)."""
        return " ".join(
            self.words(n) for n in range(max(0, number - back), number) if self.sentences[n].kind != "chrome"
        )

    def evidence(self, number: int, *spans: tuple[int, int]) -> tuple[int, int]:
        """The shortest run of one sentence that covers the spans that stand in it; the whole sentence where none does."""
        sentence = self.sentences[number]
        inside = [(s, e) for s, e in spans if sentence.start <= s and e <= sentence.end]
        if not inside:
            return sentence.start, sentence.end
        return min(s for s, _ in inside), max(e for _, e in inside)


def lay_out(text: str, title: str | None, published: str | None, registry: Registry) -> Context:
    """Parse an article's text and find what stands in it."""
    parsed = sentences(text)
    starts = [s.start for s in parsed]

    def by_sentence(found: list) -> dict[int, list]:
        grouped = defaultdict(list)
        for one in found:
            number = bisect_right(starts, one.start) - 1
            if (
                number >= 0
                and one.start < parsed[number].end
                and parsed[number].kind != "chrome"
                and len(grouped[number]) < MOST
            ):
                grouped[number].append(one)
        return grouped

    return Context(
        text=text,
        title=title,
        published=published,
        registry=registry,
        sentences=parsed,
        mentions=by_sentence(MentionFinder(registry).find(text, parsed)),
        quantities=by_sentence(find_quantities(text)),
        periods=by_sentence(find_periods(text, published)),
        places=by_sentence(registry.find_countries(text)),
    )

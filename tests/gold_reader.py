"""A reader for tests that knows the answers: it returns the committed gold facts of our own briefs, with their quotes located in the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from etl.article import UnreadableDocument, read_document
from etl.extract.outcome import Reading
from etl.facts import FACT, Fact
from etl.paths import GOLD
from etl.pipeline import Reader, Summary, run
from etl.reading import Outcome


def gold_facts(name: str, text: str) -> list[Fact]:
    """The gold facts of a brief as the reader would give them; those of articles without gold are none."""
    path = GOLD / f"{name}.json"
    if not path.exists():
        return []
    facts = []
    for told in json.loads(path.read_text(encoding="utf-8"))["facts"]:
        words = [re.escape(word) for word in re.sub(r"[*_]+", "", told["quote"]).split()]
        place = re.search(r"[\s|*_]+".join(words), text)
        if place:
            fields = {
                key: value for key, value in told.items() if key in FACT_FIELDS[told["kind"]] and value is not None
            }
            span = {"quote": place.group(), "start": place.start(), "end": place.end(), "confidence": 1.0}
            facts.append(FACT.validate_python(fields | span))
    return facts


def _fields() -> dict[str, set[str]]:
    from etl.facts import Deal, Figure, Restriction, Selection

    kinds = {"figure": Figure, "selection": Selection, "deal": Deal, "restriction": Restriction}
    return {kind: set(model.model_fields) for kind, model in kinds.items()}


FACT_FIELDS = _fields()


def read_gold(documents: Iterable, workers: int = 1) -> Iterator[Outcome]:
    """Like etl.reading.read_all, with gold for an extractor."""
    for document in documents:
        try:
            article = read_document(document.path, document.read(), known=document.known)
        except UnreadableDocument as error:
            yield Outcome(document, failure=str(error))
            continue
        yield Outcome(document, article, Reading(gold_facts(document.name, article.text), language="en"))


def gold_reader(version: str = "gold 1", registry: str = "names 1") -> Reader:
    """The pipeline's reader, with gold for an extractor."""
    return Reader(version, registry, 0.5, read_gold)


def build_sample(warehouse: Path) -> Summary:
    """A warehouse of the bundled briefs with known-true facts."""
    return run(warehouse, reader=gold_reader())

"""The words that a fact stands on: its quote with its place in the text."""

from __future__ import annotations

from etl.extract.context import Context
from etl.extract.spans import Candidate

SHORT_SENTENCE = 220
SHORT_QUOTE = 40


def evidence(context: Context, confidence: float, *spans: Candidate) -> dict:
    """quote, start, end and confidence of a fact that stands on these candidates.

    The sentence of the last one (the later of them where they stand apart), cut to what covers those in it when it is long.
    """
    number = max(span.sentence for span in spans)
    start, end = context.evidence(number, *((c.start, c.end) for c in spans))
    sentence = context.sentences[number]
    if sentence.end - sentence.start <= SHORT_SENTENCE or end - start < SHORT_QUOTE:
        start, end = sentence.start, sentence.end
    return {
        "quote": context.text[start:end],
        "start": start,
        "end": end,
        "confidence": round(min(max(confidence, 0.0), 1.0), 4),
    }


def likeliest_generation(context: Context, chances: dict[str, float]) -> str | None:
    """The likeliest generation ("" for none) among those that the article names at all."""
    named = {g for g in chances if not g or g in context.generations}
    return max(named, key=lambda g: chances[g], default="") or None

"""A score as text to read: the table of figures, and every mistake with the sentence it was made on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from etl.evaluate import FIELDS, GoldArticle, Mistake, Score
from etl.facts import KINDS

AROUND = 220  # characters of the article shown on each side of a quote


def table(score: Score) -> Iterator[str]:
    """The figures of a score, a line for each kind, then the share of right fields on the facts that were found."""
    yield f"{score.articles} articles"
    yield f"{'kind':12} {'gold':>5} {'found':>5} {'hit':>5}  {'P':>5} {'R':>5} {'F1':>5}"
    for kind, r in score.rates().items():
        yield (
            f"{kind:12} {r['gold']:5} {r['found']:5} {r['hit']:5}  "
            f"{r['precision']:5.3f} {r['recall']:5.3f} {r['f1']:5.3f}"
        )
    for kind in KINDS:
        shares = [f"{name} {counts['right'] / counts['n']:.2f}" for name, counts in score.fields[kind].items()]
        if shares:
            yield f"  {kind} fields: " + ", ".join(shares)


def mistakes(score: Score, gold: Iterable[GoldArticle]) -> Iterator[str]:
    """Every mistake under its article's name: what kind of mistake, the fact's fields, and the sentence around it."""
    texts = {one.name: one.article.text if one.article else "" for one in gold}
    for name, of_article in groupby(score.mistakes, key=lambda mistake: mistake.article):
        yield f"\n## {name}\n"
        for mistake in of_article:
            yield f"- {mistake.what} {mistake.fact.get('kind', 'fact')}: {_told(mistake)}"
            yield f"  > {_sentence(texts.get(name, ''), mistake.fact)}"


def _told(mistake: Mistake) -> str:
    if mistake.what == "malformed":
        return f"{mistake.detail} in {mistake.fact}"
    hidden = {"kind", "quote", "start", "end", "said", "article"}
    if mistake.what == "wrong":
        hidden |= set(FIELDS[mistake.fact["kind"]])
    told = [
        f"{name} {_short(value)}"
        for name, value in mistake.fact.items()
        if name not in hidden and value not in (None, [])
    ]
    return "; ".join([mistake.detail] * bool(mistake.detail) + [", ".join(told)])


def _short(value: object) -> str:
    if isinstance(value, list):
        return " + ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _sentence(text: str, fact: dict) -> str:
    """The quote between ** marks, with the words around it in the same paragraph."""
    quote = str(fact.get("quote", ""))
    pattern = r"[\s|*]*".join(map(re.escape, quote.split())) or r"(?!)"
    place = re.search(pattern, text)
    if not place:
        return f"**{quote}**"
    before = text[max(0, place.start() - AROUND) : place.start()].rpartition("\n")[2]
    after = text[place.end() : place.end() + AROUND].partition("\n")[0]
    return f"{before}**{' '.join(place.group().split())}**{after}"

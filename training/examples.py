"""Gold articles and training passages as examples: an article laid out, its candidates, and which of them the gold facts join.

Also measures what no reader can pass: the recall of the candidates, for each kind (`python -m training.examples`).
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from etl.article import Article, read_document
from etl.evaluate import fold_name
from etl.extract.context import Context, lay_out
from etl.extract.reader import registry
from etl.extract.spans import Candidate, candidates

ROOT = Path(__file__).parents[1]


@dataclass
class Example:
    """One article with answers: `context` laid out, `found` its candidates, `facts` the gold facts as in the gold files.

    unanswered: fields that these facts do not tell of, whatever the text says; they teach nothing about those.
    """

    id: str
    invented: bool
    context: Context
    found: list[Candidate]
    facts: list[dict]
    quotes: list[tuple[int, int] | None] = field(default_factory=list)
    unanswered: tuple[str, ...] = ()


def load_examples(passages: tuple[str, ...] = ("*",), own: Iterable[Path] = ()) -> list[Example]:
    """The briefs of data/gold with their articles, then the invented passages of the files of these names in data/training.

    own: folders of one's own gold, as export-gold writes it, which counts like the briefs. Answers to the text of a brief take the
    place of the brief's: no reader is judged by what it learned from under another name. Raises OSError for a folder without gold.
    """
    made = {_words(one): one for one in _briefs()}
    for one in (one for folder in own for one in _own(folder)):
        before = made.get(_words(one))
        made[_words(one)] = replace(one, id=before.id) if before else one
    files = {path for name in passages for path in (ROOT / "data/training").glob(f"{name}.jsonl")}
    return [*made.values(), *(one for path in sorted(files) for one in _passages(path))]


def _briefs() -> Iterator[Example]:
    for path in sorted((ROOT / "data/gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        document = next(p for e in ("html", "md", "txt") if (p := ROOT / f"data/articles/{path.stem}.{e}").exists())
        yield _example(gold, read_document(document.name, document.read_bytes()), invented=False)


def _own(folder: Path) -> Iterator[Example]:
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise FileNotFoundError(f"no gold (NAME.json) in {folder}; python -m etl export-gold writes it")
    for path in paths:
        gold = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_suffix(".txt").read_bytes().decode()
        yield _example(gold, Article(title=gold["title"], text=text, published=gold["published"]), invented=False)


def _passages(path: Path) -> Iterator[Example]:
    for line in path.read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        text = f"{gold['title']}\n\n{gold['text']}"
        yield _example(gold, Article(title=gold["title"], text=text, published=gold["published"]), invented=True)


def _words(example: Example) -> str:
    return " ".join(example.context.text.split())


def _example(gold: dict, article: Article, invented: bool) -> Example:
    context = lay_out(article.text, article.title, gold["published"] or article.published, registry())
    example = Example(gold["id"], invented, context, candidates(context), gold["facts"])
    example.unanswered = tuple(gold.get("unanswered", ()))
    example.quotes = [quote_span(article.text, f.get("quote") or "") for f in gold["facts"]]
    return example


def quote_span(text: str, quote: str) -> tuple[int, int] | None:
    """Where a gold quote stands in the text, white space folded and table bars passed over; None if it does not."""
    words = [re.escape(w) for w in quote.split()]
    match = re.search(r"[\s|*_]+".join(words), text) if words else None
    return (match.start(), match.end()) if match else None


def same_names(names, wanted) -> bool:
    """Are these the same companies, spelling aside?"""
    return {fold_name(n) for n in names} == {fold_name(w) for w in wanted}


def quantity_for(example: Example, number: int) -> list[int]:
    """The candidates that hold a gold figure's value, those inside its quote first choice."""
    fact, quote = example.facts[number], example.quotes[number]
    kinds = {"percent": ("percent", "bare"), "count": ("count", "bare")}.get(fact["unit"], ("money",))
    high = fact.get("value_high")
    fitting = []
    for n, c in enumerate(example.found):
        if (
            c.type not in kinds
            or abs(c.source.value - fact["value"]) > 0.051
            or (high or None) != (c.source.value_high or None)
        ):
            continue
        if c.type == "money" and c.source.unit != fact["unit"]:
            continue
        fitting.append(n)
    inside = [
        n for n in fitting if quote and quote[0] - 2 <= example.found[n].start and example.found[n].end <= quote[1] + 2
    ]
    return inside or fitting


def reachable(example: Example, number: int) -> bool:
    """Could a perfect decision on the candidates find this fact?"""
    fact, found = example.facts[number], example.found
    names = [c for c in found if c.names and c.type not in ("place", "state", "period")]
    known = {fold_name(n) for c in names for n in c.names}
    if fact["kind"] == "figure":
        return bool(quantity_for(example, number)) and all(fold_name(n) in known for n in fact["companies"])
    if fact["kind"] == "selection":
        operator = fold_name(fact["operator"]) in known if fact["operator"] else any(c.type == "group" for c in found)
        return operator and fold_name(fact["vendor"]) in known
    if fact["kind"] == "deal":
        return all(fold_name(n) in known for n in fact["parties"])
    authority = any(fact["authority"] in c.names for c in found if c.type in ("place", "state"))
    return authority and (not fact["vendor"] or fold_name(fact["vendor"]) in known)


def main() -> None:
    """Print the candidates' recall for each kind, and what is out of reach."""
    hits, totals, lost = Counter(), Counter(), defaultdict(list)
    for example in load_examples():
        for number, fact in enumerate(example.facts):
            key = (fact["kind"], "train" if example.invented else "dev")
            totals[key] += 1
            if reachable(example, number):
                hits[key] += 1
            else:
                lost[key].append(
                    f"{example.id}: {json.dumps({k: v for k, v in fact.items() if k != 'said'}, ensure_ascii=False)}"
                )
    for key in sorted(totals):
        print(f"{key[0]:12} {key[1]:6} {hits[key]:5}/{totals[key]:5} {hits[key] / totals[key]:.3f}")
    for key in sorted(lost):
        print(f"\n{key}")
        print("\n".join(lost[key][:80]))


if __name__ == "__main__":
    main()

"""Cross-validation over articles: who is held out with whom, and what was said of an article by a model that has not seen it."""

from __future__ import annotations

import json
import random
from pathlib import Path

from tokenizers import Tokenizer

from etl.extract.confidence import Voted
from etl.facts import FACT
from training.examples import Example

SEED = 7


def fold_of(examples: list[Example], folds: int) -> dict[str, int]:
    """The fold of each example by its id: briefs and invented passages are dealt out alike, the same way every time."""
    dealt = {}
    for invented in (False, True):
        ids = sorted(e.id for e in examples if e.invented == invented)
        random.Random(SEED).shuffle(ids)
        dealt.update({name: n % folds for n, name in enumerate(ids)})
    return dealt


def load_tokenizer(base: Path) -> Tokenizer:
    """The base model's word pieces, without truncation or padding."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def write_votes(path: Path, voted: dict[str, list[Voted]]) -> None:
    """Keep votes as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {name: [[one.fact.model_dump(mode="json"), one.votes] for one in many] for name, many in voted.items()}
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def read_votes(path: Path) -> dict[str, list[Voted]]:
    """The votes that write_votes kept."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: [Voted(FACT.validate_python(fact), tuple(votes)) for fact, votes in many] for name, many in told.items()
    }

"""Scores the reader against gold: precision, recall and F1 by kind, as docs/GUIDELINES.md defines a match.

Gold is a folder of NAME.json beside its article (or beside data/articles/NAME.*), and of .jsonl files whose lines carry
their own text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from etl.article import ENDINGS, Article, UnreadableDocument, read_document
from etl.errors import EtlError
from etl.extract import default_threshold, read_article
from etl.facts import KINDS, ORDERED_DEALS
from etl.paths import BUNDLED
from etl.sources.files import one_file

FIELDS = {
    "figure": ("market", "region", "period", "generation", "qualifier", "attributed_to"),
    "selection": ("scope", "generation", "country", "share_percent", "value"),
    "deal": ("value", "unit", "stake_percent", "state"),
    "restriction": ("scope", "limit_percent", "deadline"),
}
UNTOLD = {"qualifier": "exact", "region": "global", "state": "done"}
_LEGAL = re.compile(
    r"\b(corp|corporation|inc|ltd|limited|plc|co|company|ab|oyj|sa|spa|ag|nv|bv|gmbh|as|asa|kk|group|holdings?|"
    r"technologies|technology|telecommunications|electronics|communications|networks?)\b"
)
_SAME = {
    alias: name
    for name, aliases in {
        "t mobile us": ["t mobile usa"],
        "docomo": ["ntt docomo"],
        "ntt": ["nippon telegraph and telephone", "nippon telegraph telephone"],
        "jio": ["reliance jio", "jio platforms"],
        "airtel": ["bharti airtel"],
        "vodafone idea": ["vi", "vodafone idea vi"],
        "e and": ["etisalat", "e", "etisalat by e and"],
        "lg uplus": ["lg u", "lg u plus"],
        "sk telecom": ["sk"],
        "bt": ["bt ee"],
        "bell": ["bell canada", "bce"],
        "tim": ["telecom italia", "telecom italia tim"],
        "vmo2": ["virgin media o2"],
        "hpe": ["hewlett packard", "hewlett packard enterprise"],
        "delloro": ["dell oro"],
        "dnb": ["digital nasional berhad", "digital nasional"],
        "dish": ["echostar", "dish wireless"],
        "uscellular": ["us cellular", "u s cellular"],
        "stc": ["saudi telecom"],
        "turk telekom": ["turkiye telekom"],
    }.items()
    for alias in aliases
}


class BadGold(EtlError):
    """Gold that cannot be read: what, where, and what to do, in one line."""


@dataclass(frozen=True)
class GoldArticle:
    """The facts that an article states, as annotated, and the article itself where it can be had."""

    name: str
    facts: list[dict]
    article: Article | None = None


@dataclass(frozen=True)
class Mistake:
    """A fact missed, extra or malformed, or a field read wrong on a fact that was found."""

    article: str
    what: str  # "missed", "extra", "malformed", "wrong"
    fact: dict
    detail: str = ""


@dataclass
class Score:
    """Counts by kind (gold, found, hit), right and all by kind and field, and the mistakes behind them."""

    counts: dict[str, Counter] = field(default_factory=lambda: {kind: Counter() for kind in KINDS})
    fields: dict[str, dict[str, Counter]] = field(
        default_factory=lambda: {kind: defaultdict(Counter) for kind in KINDS}
    )
    mistakes: list[Mistake] = field(default_factory=list)
    articles: int = 0

    def rates(self) -> dict[str, dict[str, float]]:
        """Precision, recall and F1 (0-1) with hit, gold and found, by kind and under "all"."""
        total = sum(self.counts.values(), Counter())
        return {kind: _rates(counts) for kind, counts in [*self.counts.items(), ("all", total)]}


def load_gold(folder: Path) -> list[GoldArticle]:
    """Gold articles of a folder, in the order of their files. Raises BadGold."""
    if not folder.is_dir():
        raise BadGold(f"no folder {folder}; give the folder of the gold files")
    gold: dict[str, GoldArticle] = {}
    for where, record, beside in _records(folder):
        try:
            name, facts = record.get("id") or beside.stem, record["facts"]
            article = _article(record, beside)
        except (KeyError, TypeError, AttributeError) as error:
            raise BadGold(f"{where}: no gold record (wants an object with id and facts; {error!r})") from error
        known = gold.get(name)
        gold[name] = GoldArticle(name, [*(known.facts if known else []), *facts], (known and known.article) or article)
    if not gold:
        raise BadGold(f"no gold in {folder} (want NAME.json or .jsonl files)")
    return list(gold.values())


def load_predicted(path: Path) -> dict[str, list[dict]]:
    """Facts by article name, of a .jsonl file as `extract` writes it. Raises BadGold."""
    facts: dict[str, list[dict]] = defaultdict(list)
    for line, written in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if written.strip():
            try:
                fact = json.loads(written)
                facts[fact["article"]].append(fact)
            except (ValueError, KeyError, TypeError) as error:
                raise BadGold(f'{path} line {line}: no fact with "article" ({error})') from error
    return facts


def predict(
    gold: Iterable[GoldArticle], reader: Callable = read_article, threshold: float | None = None
) -> dict[str, list[dict]]:
    """What the reader finds in the gold's articles, at or above a threshold (0-1; the default one unless given). Raises BadGold."""
    threshold = default_threshold() if threshold is None else threshold
    facts = {}
    for one in gold:
        if one.article is None:
            raise BadGold(f"no article for {one.name}; put {one.name}.html, .md or .txt beside its gold")
        reading = reader(one.article)
        facts[one.name] = [fact.model_dump() for fact in reading.facts if fact.confidence >= threshold]
    return facts


def score(gold: Iterable[GoldArticle], predicted: dict[str, list[dict]]) -> Score:
    """Pair facts one to one by their key and count. Articles that only `predicted` has do not count."""
    outcome = Score()
    for one in gold:
        outcome.articles += 1
        wanted, found = defaultdict(list), defaultdict(list)
        for fact in one.facts:
            wanted[match_key(fact)].append(fact)
        for fact in predicted.get(one.name, []):
            try:
                found[match_key(fact)].append(fact)
            except (KeyError, TypeError, ValueError) as error:
                outcome.mistakes.append(Mistake(one.name, "malformed", fact, repr(error)))
        for key in dict.fromkeys([*wanted, *found]):
            _compare(outcome, one.name, key[0], wanted[key], found[key])
    return outcome


def match_key(fact: dict) -> tuple:
    """The fields that make a gold fact and a found one the same. Raises KeyError, TypeError or ValueError."""
    kind = fact["kind"]
    if kind == "figure":
        high = fact.get("value_high")
        values = (_number(fact["value"]), _number(fact["value"] if high is None else high))
        return kind, frozenset(map(fold_name, fact["companies"])), fact["metric"], fact["status"], *values, fact["unit"]
    if kind == "selection":
        return kind, fold_name(fact.get("operator")) or None, fold_name(fact["vendor"]), fact["decision"]
    if kind == "deal":
        parties = [fold_name(party) for party in fact["parties"]]
        return kind, fact["deal"], tuple(parties[:2]) if fact["deal"] in ORDERED_DEALS else frozenset(parties)
    return kind, fact["authority"], fold_name(fact.get("vendor")) or None, fact["action"]


def fold_name(name: str | None) -> str:
    """A name without what does not tell companies apart: case, accents, punctuation, legal suffixes."""
    plain = unicodedata.normalize("NFKD", str(name or "")).encode("ascii", "ignore").decode().casefold()
    plain = plain.replace("&", " and ").replace("dell'oro", "delloro")
    plain = re.sub(r"[^a-z0-9]+", " ", plain).strip()
    short = " ".join(_LEGAL.sub(" ", plain).split()) or plain
    return _SAME.get(plain, _SAME.get(short, short))


def _compare(outcome: Score, article: str, kind: str, wanted: list[dict], found: list[dict]) -> None:
    # Figures that differ in period, market or region alone share a key, and each counts; of other kinds one does.
    most = None if kind == "figure" else 1
    hits = min(len(wanted[:most]), len(found[:most]))
    outcome.counts[kind].update(hit=hits, gold=len(wanted[:most]), found=len(found[:most]))
    outcome.mistakes += [Mistake(article, "missed", fact) for fact in wanted[hits:most]]
    outcome.mistakes += [Mistake(article, "extra", fact) for fact in found[hits:most]]
    for gold, read in zip(wanted[:hits], found[:hits], strict=True):
        for name in FIELDS[kind]:
            right = _same_field(name, gold.get(name), read.get(name))
            outcome.fields[kind][name].update(n=1, right=right)
            if not right:
                detail = f"{name}: read {read.get(name)!r}, is {gold.get(name)!r}"
                outcome.mistakes.append(Mistake(article, "wrong", gold, detail))


def _same_field(name: str, gold: object, read: object) -> bool:
    if name == "scope":
        return set(gold or []) == set(read or [])
    if name in ("period", "deadline"):
        return str(gold or "")[:4] == str(read or "")[:4]
    if name == "attributed_to":
        return fold_name(gold) == fold_name(read)
    if name in ("value", "share_percent", "stake_percent", "limit_percent"):
        try:
            return _number(gold) == _number(read)
        except (TypeError, ValueError):
            return False
    return (gold or UNTOLD.get(name)) == (read or UNTOLD.get(name))


def _number(value: object) -> float | None:
    return None if value is None else round(float(value), 3)


def _rates(counts: Counter) -> dict[str, float]:
    precision = counts["hit"] / counts["found"] if counts["found"] else float(not counts["gold"])
    recall = counts["hit"] / counts["gold"] if counts["gold"] else 1.0
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        **{name: counts[name] for name in ("hit", "gold", "found")},
    }


def _records(folder: Path) -> Iterator[tuple[str, dict, Path]]:
    """(where, record, the file it would have its article beside) for every gold record of a folder."""
    for path in sorted(folder.rglob("*.json")):
        yield str(path), _parsed(path.read_text(encoding="utf-8"), str(path)), path
    for path in sorted(folder.rglob("*.jsonl")):
        for line, written in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if written.strip():
                yield f"{path} line {line}", _parsed(written, f"{path} line {line}"), path


def _parsed(written: str, where: str) -> dict:
    try:
        return json.loads(written)
    except ValueError as error:
        raise BadGold(f"{where}: not JSON ({error})") from error


def _article(record: dict, beside: Path) -> Article | None:
    if "text" in record:
        told = {name: record.get(name) for name in ("title", "published", "publisher", "source_url")}
        return Article(text=record["text"], **told)
    for folder in (beside.parent, BUNDLED):
        for ending in ENDINGS:
            path = (folder / beside.name).with_suffix(ending)
            if path.is_file():
                document = one_file(path, briefs=folder == BUNDLED)
                try:
                    return read_document(path.name, document.read(), known=document.known)
                except UnreadableDocument as error:
                    raise BadGold(f"{path}: {error}") from error
    return None

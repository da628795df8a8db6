"""The scorer of the annotation guide, kept apart from etl/evaluate.py as an independent second opinion.

Score extracted facts against gold: precision, recall and F1 by kind, as GUIDELINES.md defines a match.

    python score.py GOLD PREDICTED [--misses] [--json]

GOLD is a folder of gold files (NAME.json beside an article, or .jsonl with one article a line). PREDICTED is a folder of
such files too, or a .jsonl file with one fact a line whose field "article" is the gold file's id (the article file's name
without its ending).
"""

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

KINDS = ("figure", "selection", "deal", "restriction")
ATTRIBUTES = {
    "figure": ("market", "region", "period", "generation", "qualifier", "attributed_to"),
    "selection": ("scope", "generation", "country", "share_percent", "value"),
    "deal": ("value", "unit", "stake_percent", "state"),
    "restriction": ("scope", "limit_percent", "deadline"),
}
ORDERED_DEALS = {"investment", "acquisition", "divestment"}
SUFFIXES = re.compile(
    r"\b(corp|corporation|inc|ltd|limited|plc|co|company|ab|oyj|sa|spa|ag|nv|bv|gmbh|as|asa|kk|group|holdings?|"
    r"technologies|technology|telecommunications|electronics|communications|networks?)\b"
)
ALIASES = {
    "t mobile usa": "t mobile us",
    "ntt docomo": "docomo",
    "nippon telegraph and telephone": "ntt",
    "nippon telegraph telephone": "ntt",
    "reliance jio": "jio",
    "jio platforms": "jio",
    "bharti airtel": "airtel",
    "vi": "vodafone idea",
    "vodafone idea vi": "vodafone idea",
    "samsung": "samsung",
    "etisalat": "e and",
    "e": "e and",
    "etisalat by e and": "e and",
    "lg u": "lg uplus",
    "lg u plus": "lg uplus",
    "sk": "sk telecom",
    "bt ee": "bt",
    "bell canada": "bell",
    "bce": "bell",
    "tim": "tim",
    "telecom italia": "tim",
    "telecom italia tim": "tim",
    "virgin media o2": "vmo2",
    "hewlett packard": "hpe",
    "hewlett packard enterprise": "hpe",
    "dell oro": "delloro",
    "digital nasional berhad": "dnb",
    "digital nasional": "dnb",
    "echostar": "dish",
    "dish wireless": "dish",
    "us cellular": "uscellular",
    "u s cellular": "uscellular",
    "viettel": "viettel",
    "saudi telecom": "stc",
    "turkiye telekom": "turk telekom",
}


def name(text) -> str:
    """Fold a name so that spelling, accents, case and legal suffixes do not count."""
    text = unicodedata.normalize("NFKD", str(text or "")).encode("ascii", "ignore").decode().casefold()
    text = text.replace("&", " and ").replace("dell'oro", "delloro")
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    short = re.sub(r"\s+", " ", SUFFIXES.sub(" ", text)).strip() or text
    return ALIASES.get(text, ALIASES.get(short, short))


def number(value):
    return None if value is None else round(float(value), 3)


def key(fact: dict) -> tuple:
    kind = fact["kind"]
    if kind == "figure":
        high = fact.get("value_high")
        return (
            kind,
            frozenset(map(name, fact["companies"])),
            fact["metric"],
            fact["status"],
            number(fact["value"]),
            number(high if high is not None else fact["value"]),
            fact["unit"],
        )
    if kind == "selection":
        return kind, name(fact.get("operator")) or None, name(fact["vendor"]), fact["decision"]
    if kind == "deal":
        parties = [name(p) for p in fact["parties"]]
        return kind, fact["deal"], tuple(parties[:2]) if fact["deal"] in ORDERED_DEALS else frozenset(parties)
    return kind, fact["authority"], name(fact.get("vendor")) or None, fact["action"]


def same(field: str, gold, predicted) -> bool:
    if field == "scope":
        return set(gold or []) == set(predicted or [])
    if field in ("period", "deadline"):
        return str(gold or "")[:4] == str(predicted or "")[:4]
    if field == "attributed_to":
        return name(gold) == name(predicted)
    if field in ("value", "share_percent", "stake_percent", "limit_percent"):
        return number(gold) == number(predicted)
    if field == "qualifier":
        return (gold or "exact") == (predicted or "exact")
    if field == "region":
        return (gold or "global") == (predicted or "global")
    if field == "state":
        return (gold or "done") == (predicted or "done")
    return (gold or None) == (predicted or None)


def load(path: Path) -> dict[str, list[dict]]:
    articles: dict[str, list[dict]] = defaultdict(list)
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            record = json.loads(file.read_text(encoding="utf-8"))
            articles[record.get("id") or file.stem].extend(record["facts"])
        for file in sorted(path.rglob("*.jsonl")):
            for line in filter(str.strip, file.read_text(encoding="utf-8").splitlines()):
                record = json.loads(line)
                articles[record["id"]].extend(record["facts"])
        return articles
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            fact = json.loads(line)
            articles[fact["article"]].append(fact)
    return articles


def score(gold: dict, predicted: dict):
    counts = {kind: Counter() for kind in KINDS}
    attributes = {kind: defaultdict(Counter) for kind in KINDS}
    misses = []
    for article, facts in gold.items():
        wanted, found = defaultdict(list), defaultdict(list)
        for fact in facts:
            wanted[key(fact)].append(fact)
        for fact in predicted.get(article, []):
            try:
                found[key(fact)].append(fact)
            except (KeyError, TypeError, ValueError) as error:
                misses.append((article, "malformed", f"{error!r} in {fact}"))
        for k in wanted.keys() | found.keys():
            kind = k[0]
            # one pair a key; but figures that differ in period or market alone share a key, and each counts
            n_gold = len(wanted[k]) if kind == "figure" else min(len(wanted[k]), 1)
            n_found = len(found[k]) if kind == "figure" else min(len(found[k]), 1)
            hits = min(n_gold, n_found)
            counts[kind].update(hit=hits, gold=n_gold, found=n_found)
            if n_gold > hits:
                misses.append((article, "missed", wanted[k][0]))
            if n_found > hits:
                misses.append((article, "extra", found[k][0]))
            for g, p in zip(wanted[k][:hits], found[k][:hits], strict=True):
                for field in ATTRIBUTES[kind]:
                    attributes[kind][field].update(n=1, right=same(field, g.get(field), p.get(field)))
    return counts, attributes, misses


def rates(c: Counter) -> tuple[float, float, float]:
    p = c["hit"] / c["found"] if c["found"] else float(not c["gold"])
    r = c["hit"] / c["gold"] if c["gold"] else 1.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def main() -> int:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("gold", type=Path)
    args.add_argument("predicted", type=Path)
    args.add_argument("--misses", action="store_true", help="list what was missed and what was extra")
    args.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    args = args.parse_args()
    gold = load(args.gold)
    counts, attributes, misses = score(gold, load(args.predicted))
    total = sum(counts.values(), Counter())
    if args.json:
        print(
            json.dumps(
                {
                    kind: dict(zip(("precision", "recall", "f1"), rates(c), strict=True), **c)
                    for kind, c in [*counts.items(), ("all", total)]
                }
            )
        )
        return 0
    print(f"{len(gold)} articles")
    print(f"{'kind':12} {'gold':>5} {'found':>5} {'hit':>5}  {'P':>5} {'R':>5} {'F1':>5}")
    for kind, c in [*counts.items(), ("all", total)]:
        p, r, f = rates(c)
        print(f"{kind:12} {c['gold']:5} {c['found']:5} {c['hit']:5}  {p:5.3f} {r:5.3f} {f:5.3f}")
    for kind in KINDS:
        parts = [f"{field} {c['right'] / c['n']:.2f}" for field, c in attributes[kind].items()]
        if parts:
            print(f"  {kind} fields: " + ", ".join(parts))
    if args.misses:
        for article, what, fact in misses:
            print(f"{what:9} {article}: {json.dumps(fact, ensure_ascii=False) if isinstance(fact, dict) else fact}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

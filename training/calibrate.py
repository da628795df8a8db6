"""From what models read out of fold: the weights that make confidence mean something, the default threshold, and honest scores."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from etl.article import Article
from etl.evaluate import GoldArticle, Score, match_key, score
from etl.extract.confidence import FEATURES, Voted, judged
from etl.extract.linear import sigmoid
from etl.extract.reader import merge
from etl.facts import KINDS, Fact
from training.examples import Example

LEAST_PRECISION = 0.85
THRESHOLDS = [round(0.2 + 0.01 * n, 2) for n in range(66)]
BINS = 10
BRIEF_WEIGHT = 2.0  # a brief is what real articles are like


def is_right(example: Example, fact: Fact) -> bool:
    """Whether the gold of the fact's article has its key."""
    wanted = {match_key(gold) for gold in example.facts}
    return match_key(fact.model_dump()) in wanted


def fit_weights(rows: dict[str, list[tuple[tuple[float, ...], bool, float]]]) -> dict[str, list[float]]:
    """Logistic weights by kind of (votes, right, weight) rows, by Newton's method with a small ridge."""
    weights = {}
    for kind in KINDS:
        x = np.array([votes for votes, _, _ in rows[kind]])
        y = np.array([float(right) for _, right, _ in rows[kind]])
        size = np.array([weight for _, _, weight in rows[kind]])
        w = np.zeros(len(FEATURES))
        ridge = np.diag([0.01] + [1.0] * (len(FEATURES) - 1))
        for _ in range(30):
            p = sigmoid(x @ w)
            gradient = x.T @ (size * (p - y)) + ridge @ w
            curve = (x * (size * p * (1 - p))[:, None]).T @ x + ridge
            w -= np.linalg.solve(curve, gradient)
        weights[kind] = [round(float(v), 5) for v in w]
    return weights


def rows_of(examples: list[Example], voted: dict[str, list[Voted]]) -> dict:
    """Training rows of fit_weights; briefs, which are what real articles are like, count BRIEF_WEIGHT times."""
    rows = defaultdict(list)
    for example in examples:
        for one in voted[example.id]:
            weight = 1.0 if example.invented else BRIEF_WEIGHT
            rows[one.fact.kind].append((one.votes, is_right(example, one.fact), weight))
    return rows


def cross_judged(
    examples: list[Example], voted: dict[str, list[Voted]], folds: dict[str, int]
) -> dict[str, list[Fact]]:
    """Facts with confidences from weights that were not fitted on their own article."""
    facts = {}
    for number in sorted(set(folds.values())):
        weights = fit_weights(rows_of([e for e in examples if folds[e.id] != number], voted))
        facts |= {e.id: merge(judged(voted[e.id], weights)) for e in examples if folds[e.id] == number}
    return facts


def score_at(examples: list[Example], facts: dict[str, list[Fact]], threshold: float) -> Score:
    """Score of the facts at or above a threshold."""
    shown = {e.id: [f.model_dump() for f in facts[e.id] if f.confidence >= threshold] for e in examples}
    return score(gold_of(examples), shown)


def gold_of(examples: list[Example]) -> list[GoldArticle]:
    """The examples as the scorer wants them."""
    return [GoldArticle(e.id, e.facts, Article(text=e.context.text)) for e in examples]


def best_threshold(examples: list[Example], facts: dict[str, list[Fact]]) -> float:
    """The threshold of the best F1 among those with a precision of at least LEAST_PRECISION; the most precise one where none has."""
    rates = {t: score_at(examples, facts, t).rates()["all"] for t in THRESHOLDS}
    precise = [t for t in THRESHOLDS if rates[t]["precision"] >= LEAST_PRECISION]
    if not precise:
        return max(THRESHOLDS, key=lambda t: rates[t]["precision"])
    return max(precise, key=lambda t: rates[t]["f1"])


def reliability(examples: list[Example], facts: dict[str, list[Fact]]) -> tuple[list[dict], float]:
    """A row for each tenth of confidence (0-1): facts, mean confidence, share right; and the expected calibration error."""
    told = [(fact.confidence, is_right(example, fact)) for example in examples for fact in facts[example.id]]
    table, error = [], 0.0
    for n in range(BINS):
        inside = [(c, r) for c, r in told if n / BINS <= c < (n + 1) / BINS or (n == BINS - 1 and c == 1)]
        if inside:
            mean, right = np.mean([c for c, _ in inside]), np.mean([r for _, r in inside])
            error += abs(mean - right) * len(inside) / len(told)
            table.append(
                {
                    "from": n / BINS,
                    "facts": len(inside),
                    "confidence": round(float(mean), 3),
                    "right": round(float(right), 3),
                }
            )
    return table, round(float(error), 4)


def about_votes(examples: list[Example], voted: dict[str, list[Voted]], folds: dict[str, int]) -> dict:
    """What is stored beside the model: weights, threshold, and the scores and reliability of facts out of fold."""
    facts = cross_judged(examples, voted, folds)
    briefs = [e for e in examples if not e.invented]
    threshold = best_threshold(briefs, facts)
    told = {"weights": fit_weights(rows_of(examples, voted)), "threshold": threshold, "scores": {}}
    for name, some in (("briefs", briefs), ("briefs and passages", examples)):
        outcome = score_at(some, facts, threshold)
        table, error = reliability(some, facts)
        fields = {kind: {field: [c["right"], c["n"]] for field, c in of.items()} for kind, of in outcome.fields.items()}
        told["scores"][name] = {
            "articles": len(some),
            "rates": outcome.rates(),
            "fields": fields,
            "reliability": table,
            "calibration_error": error,
        }
    return told


def write_about(folder: Path, about: dict) -> None:
    """Write reader.json; its version names network and weights, so that documents are read again when they change."""
    hasher = hashlib.sha256()
    for name in ("reader.npz", "network.onnx"):
        hasher.update((folder / name).read_bytes())
    hasher.update(json.dumps(about["weights"], sort_keys=True).encode())
    told = {"version": f"network, weights and rules {hasher.hexdigest()[:8]}", **about}
    (folder / "reader.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

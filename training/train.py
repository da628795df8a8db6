"""Weights out of questions: one logistic regression over hashed features for each task."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from etl.extract.linear import BUCKETS, Linear, Task

# How far weights may go from nothing: chosen once by cross-validation over all articles.
STRENGTH = {"selection tied": 3.0}
USUAL_STRENGTH = 8.0


def train(asked: Iterable[tuple[str, np.ndarray, str]]) -> Linear:
    """Weights of every task, from (task, buckets of the features, right label). The same questions give the same weights."""
    by_task: dict[str, list[tuple[np.ndarray, str]]] = defaultdict(list)
    for task, rows, label in asked:
        by_task[task].append((rows, label))
    return Linear({task: _fit(by_task[task], STRENGTH.get(task, USUAL_STRENGTH)) for task in sorted(by_task)})


def _fit(examples: list[tuple[np.ndarray, str]], strength: float) -> Task:
    indices = np.concatenate([rows for rows, _ in examples])
    sizes = np.array([len(rows) for rows, _ in examples])
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes)
    table = csr_matrix((values, indices, np.concatenate([[0], np.cumsum(sizes)])), shape=(len(examples), BUCKETS))
    labels = [label for _, label in examples]
    if len(set(labels)) == 1:
        return Task((labels[0],), np.zeros((BUCKETS, 1), np.float32), np.zeros(1, np.float32))
    fitted = LogisticRegression(C=strength, max_iter=300, tol=1e-4).fit(table, labels)
    weights, bias = fitted.coef_, fitted.intercept_
    if len(weights) == 1:  # two labels: one row that speaks for the second
        weights, bias = np.vstack([0 * weights, weights]), np.array([0.0, bias[0]])
    return Task(tuple(fitted.classes_), weights.T.astype(np.float32), bias.astype(np.float32))

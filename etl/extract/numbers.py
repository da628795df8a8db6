"""Figures by the trained weights: which quantity is a figure, of what, of whom, and in which state; its attributes by the words around it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from etl.extract import attributes
from etl.extract.context import Context
from etl.extract.features import Features
from etl.extract.figures import credited_to, market_and_region, nearest_period
from etl.extract.linear import Linear, buckets
from etl.extract.pairs import company_spans, quantity_spans
from etl.extract.wording import evidence
from etl.facts import Figure

LEAST = 0.03
FARTHEST_OWNER = 3  # sentences
SHARED = 0.3  # least chance of each owner of a number that belongs to several
METRICS = {
    "percent": ("market_share",),
    "money": ("revenue",),
    "count": ("contracts", "networks", "shipments"),
    "bare": ("market_share", "contracts", "networks", "shipments"),
}
# Hard limits of range: no share over 100, no 14,000,000 contracts.
LEAST_VALUE = {"shipments": 20, "revenue": 100_000}
MOST_VALUE = {"market_share": 100, "contracts": 5_000, "networks": 3_000, "shipments": 50_000_000, "revenue": 1e15}


def read_numbers(context: Context, features: Features, linear: Linear) -> Iterator[Figure]:
    """Every quantity in prose that is a figure with at least a little likelihood."""
    companies = company_spans(features.found)
    for n in quantity_spans(context, features.found):
        seen = buckets(features.quantity(n))
        chances = linear.chances("figure metric", seen)
        metric = max(
            (m for m in METRICS[features.found[n].type] if _sane(m, features.found[n].source)),
            key=lambda m: chances.get(m, 0),
            default=None,
        )
        if metric is None or chances.get(metric, 0) < LEAST:
            continue
        owned = _owner(features, linear, n, companies, seen)
        if owned is not None:
            yield _figure(context, features, linear, n, seen, metric, chances[metric], *owned)


def _sane(metric: str, quantity) -> bool:
    if quantity.value % 1 and metric in ("contracts", "networks"):
        return False
    return LEAST_VALUE.get(metric, 0) < quantity.value <= MOST_VALUE[metric]


def _owner(features: Features, linear: Linear, n: int, companies: list[int], seen: np.ndarray):
    """(names, chance, the mention that shows it best) of whose number it is; None where nobody stands near."""
    found = features.found
    best: dict[tuple[str, ...], tuple[float, int]] = {}
    for c in companies:
        if abs(found[c].sentence - found[n].sentence) <= FARTHEST_OWNER:
            chance = linear.chances("figure owner", buckets(features.pair(n, c, ""))).get("yes", 0.0)
            best[found[c].names] = max(best.get(found[c].names, (0.0, c)), (chance, c))
    if not best:
        return None
    names = max(best, key=lambda k: best[k][0])
    chance, mention = best[names]
    if len(names) == 1 and linear.chances("figure together", seen).get("yes", 0.0) > 0.5:
        others = [k for k in best if len(k) == 1 and best[k][0] >= SHARED]
        if len(others) > 1:
            return tuple(k[0] for k in others), min(best[k][0] for k in others), mention
    return names, chance, mention


def _figure(
    context: Context,
    features: Features,
    linear: Linear,
    n: int,
    seen: np.ndarray,
    metric: str,
    chance: float,
    names,
    owned: float,
    mention: int,
):
    quantity, number = features.found[n].source, features.found[n].sentence
    statuses = linear.chances("figure status", seen)
    status = max(statuses, key=lambda s: statuses[s])
    period = nearest_period(context, number, quantity)
    market, region = market_and_region(context, number)
    owner = features.found[mention]
    return Figure(
        **evidence(context, chance * owned * statuses[status], owner, features.found[n]),
        said={"companies": context.text[owner.start : owner.end], "value": context.text[quantity.start : quantity.end]},
        companies=list(names),
        metric=metric,
        status=status,
        value=quantity.value,
        value_high=quantity.value_high,
        unit="percent" if metric == "market_share" else "count" if metric != "revenue" else quantity.unit,
        qualifier=quantity.qualifier,
        market=market,
        generation=attributes.generation(context.words(number)) or _generation(context, linear, seen),
        region=region,
        period=period.period if period else (context.published or "")[:7] or None,
        attributed_to=credited_to(context, number, status, list(names), metric),
    )


def _generation(context: Context, linear: Linear, seen: np.ndarray) -> str | None:
    chances = linear.chances("figure generation", seen)
    named = {g for g in chances if not g or g in context.generations}
    return max(named, key=lambda g: chances[g], default="") or None

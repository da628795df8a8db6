"""Figures by a trained judge: which quantity is a figure, of what, of whom, and in which state; its attributes by the words around it."""

from __future__ import annotations

from collections.abc import Iterator

from etl.extract import attributes
from etl.extract.context import Context
from etl.extract.figures import credited_to, market_and_region, nearest_period, of_phones
from etl.extract.judges import FARTHEST_OWNER, Judge
from etl.extract.pairs import company_spans, quantity_spans
from etl.extract.spans import Candidate
from etl.extract.wording import evidence, likeliest_generation
from etl.facts import Figure

LEAST = 0.03
SHARED = 0.3  # least chance of each of several owners
METRICS = {
    "percent": ("market_share",),
    "money": ("revenue",),
    "count": ("contracts", "networks", "shipments"),
    "bare": ("market_share", "contracts", "networks", "shipments"),
}
# Hard limits of range: no share over 100, no 14,000,000 contracts.
LEAST_VALUE = {"shipments": 20, "revenue": 100_000}
MOST_VALUE = {"market_share": 100, "contracts": 5_000, "networks": 3_000, "shipments": 50_000_000, "revenue": 1e15}


def read_numbers(context: Context, found: list[Candidate], judge: Judge) -> Iterator[Figure]:
    """Every quantity in prose that is a figure with at least a little likelihood."""
    companies = company_spans(found)
    for n in quantity_spans(context, found):
        for names, owned, mention in _owners(found, judge, n, companies):
            chances = judge.labels("figure", "metric", n, mention)
            sane = (m for m in METRICS[found[n].type] if _sane(m, found[n].source))
            metric = max(sane, key=lambda m: chances.get(m, 0), default=None)
            likely = metric and chances.get(metric, 0) * owned >= LEAST
            if likely and not (metric in ("market_share", "shipments") and of_phones(context, found[n].sentence)):
                yield _figure(context, found, judge, n, metric, chances[metric] * owned, names, mention)


def _sane(metric: str, quantity) -> bool:
    if quantity.value % 1 and metric in ("contracts", "networks"):
        return False
    return LEAST_VALUE.get(metric, 0) < quantity.value <= MOST_VALUE[metric]


def _owners(found: list[Candidate], judge: Judge, n: int, companies: list[int]) -> Iterator[tuple]:
    """(names, chance, the mention that shows it best) of whose number it may be: of one, of several each, or their sum."""
    best: dict[tuple[str, ...], tuple[float, int]] = {}
    near = [c for c in companies if abs(found[c].sentence - found[n].sentence) <= FARTHEST_OWNER]
    for c, tied in zip(near, judge.tied("figure", [(n, c) for c in near]), strict=True):
        best[found[c].names] = max(best.get(found[c].names, (0.0, c)), (tied, c))
    if not best:
        return
    likely = sorted(best, key=lambda k: -best[k][0])
    first = best[likely[0]][1]
    several = [k for k in likely if len(k) == 1 and best[k][0] >= SHARED]
    together = judge.labels("figure", "together", n, first).get("yes", 0.0) if len(several) > 1 else 0.0
    for names in dict.fromkeys([likely[0], *several]):
        yield names, best[names][0] * (1 - together), best[names][1]
    if together:
        yield tuple(k[0] for k in several), min(best[k][0] for k in several) * together, first


def _figure(
    context: Context, found: list[Candidate], judge: Judge, n: int, metric: str, chance: float, names, mention: int
):
    quantity, number = found[n].source, found[n].sentence
    statuses = judge.labels("figure", "status", n, mention)
    status = max(statuses, key=lambda s: statuses[s])
    period = nearest_period(context, number, quantity)
    market, region = market_and_region(context, number)
    owner = found[mention]
    return Figure(
        **evidence(context, chance * statuses[status], owner, found[n]),
        said={"companies": context.text[owner.start : owner.end], "value": context.text[quantity.start : quantity.end]},
        companies=list(names),
        metric=metric,
        status=status,
        value=quantity.value,
        value_high=quantity.value_high,
        unit="percent" if metric == "market_share" else "count" if metric != "revenue" else quantity.unit,
        qualifier=quantity.qualifier,
        market=market,
        generation=attributes.generation(context.words(number))
        or likeliest_generation(context, judge.labels("figure", "generation", n, mention)),
        region=region,
        period=period.period if period else (context.published or "")[:7] or None,
        attributed_to=credited_to(context, number, status, list(names), metric),
    )

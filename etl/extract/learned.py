"""The trained reader: candidates of an article in, facts with confidence out, as the network judges them."""

from __future__ import annotations

import re

import numpy as np
from tokenizers import Tokenizer

from etl.extract import attributes
from etl.extract.context import Context
from etl.extract.network import Network, sigmoid, softmax
from etl.extract.pairs import PairSet, company_spans, deal_pairs, quantity_spans, restriction_pairs, selection_pairs
from etl.extract.space import Space
from etl.extract.spans import Candidate, windows
from etl.facts import Deal, Fact, Figure, Restriction, Selection

DECISIONS = ("selected", "trial", "shortlisted", "incumbent", "excluded", "removed")
ACTIONS = ("ban", "phase_out", "limit", "designate", "allow", "consider")
DEALS = ("investment", "acquisition", "divestment", "joint_venture", "partnership")
METRICS = ("market_share", "contracts", "networks", "shipments", "revenue")
STATUSES = ("actual", "target", "forecast")
MARKETS = ("telecom_equipment", "ran", "open_ran", "core", "transport", "small_cells", "private_networks")
GENERATIONS = (None, "2G", "3G", "4G", "5G", "6G")
REGIONS = (
    "global",
    "global_ex_china",
    "europe",
    "asia_pacific",
    "north_america",
    "latin_america",
    "middle_east_africa",
)
ALLOWED = {"percent": ("market_share",), "money": ("revenue",), "count": METRICS[1:4], "bare": METRICS[:4]}
LEAST = 0.03


def read_with_network(context: Context, found: list[Candidate], network: Network, tokenizer: Tokenizer) -> list[Fact]:
    """Every fact that the network holds for at least a little likely."""
    made = windows(context, found, tokenizer)
    space = Space(np, made, network.encode(made))
    if not len(space):
        return []
    return [
        *_selections(context, found, network, space),
        *_restrictions(context, found, network, space),
        *_deals(context, found, network, space),
        *_figures(context, found, network, space),
    ]


def _judge(network: Network, space: Space, found: list[Candidate], pairs: PairSet, head: str, labels: tuple[str, ...]):
    """Yield (names, label, probability, the pair that shows it best, its rows and distance) for each group and label."""
    which, a, b, far = space.pairs(found, pairs.a, pairs.b)
    if not len(which):
        return
    logits = network.pair(head, space.together(a, b), far)
    groups = np.array(pairs.group)[which]
    for group in np.unique(groups):
        rows = np.nonzero(groups == group)[0]
        top = logits[rows].max(0)
        pooled = top + np.log(np.exp(logits[rows] - top).sum(0))
        for label, probability in zip(labels, sigmoid(pooled), strict=True):
            if probability >= LEAST:
                best = rows[int(logits[rows, labels.index(label)].argmax())]
                n = which[best]
                yield (
                    pairs.groups[group],
                    label,
                    float(probability),
                    (pairs.a[n], pairs.b[n]),
                    (a[best], b[best], far[best]),
                )


def _quote(context: Context, *spans: Candidate) -> tuple[int, int]:
    """The evidence: the last span's sentence, cut to what covers the spans in it; whole where that leaves too little."""
    number = spans[-1].sentence
    start, end = context.evidence(number, *((c.start, c.end) for c in spans))
    sentence = context.sentences[number]
    if sentence.end - sentence.start <= 220 or end - start < 40:
        return sentence.start, sentence.end
    return start, end


def _common(context: Context, confidence: float, *spans: Candidate) -> dict:
    start, end = _quote(context, *spans)
    return {
        "quote": context.text[start:end],
        "start": start,
        "end": end,
        "confidence": round(min(max(confidence, 0.0), 1.0), 4),
    }


def _selections(context: Context, found: list[Candidate], network: Network, space: Space) -> list[Selection]:
    made = []
    for (operator, vendor), decision, probability, (i, j), (a, b, far) in _judge(
        network, space, found, selection_pairs(context, found), "selection", DECISIONS
    ):
        together = space.together([a], [b])
        scope = sigmoid(network.pair("scope", together, [far])[0])
        generation = GENERATIONS[int(network.pair("selection_generation", together, [far])[0].argmax())]
        buyer, seller = found[i], found[j]
        money, share = _worth(context, found, seller, decision)
        made.append(
            Selection(
                **_common(context, probability, buyer, seller),
                said={
                    "operator": context.text[buyer.start : buyer.end],
                    "vendor": context.text[seller.start : seller.end],
                },
                operator=operator or None,
                operator_text=None if operator else re.sub(r"\s+", " ", context.text[buyer.start : buyer.end]),
                vendor=vendor,
                decision=decision,
                scope=[m for m, p in zip(MARKETS[1:], scope, strict=True) if p >= 0.5],
                generation=generation,
                country=country_of(context, found, buyer, operator),
                value=money.value if money else None,
                unit=money.unit if money else None,
                share_percent=share.value if share else None,
            )
        )
    return made


def _worth(context: Context, found: list[Candidate], seller: Candidate, decision: str):
    """(money, share) told in the vendor's sentence: the contract's worth and the vendor's part of it."""
    here = [c for c in found if c.sentence == seller.sentence]
    money = next((c.source for c in here if c.type == "money"), None) if decision == "selected" else None
    shares = [c for c in here if c.type == "percent" and c.source.value <= 100]
    near = min(shares, key=lambda c: abs(c.start - seller.end), default=None)
    if near is not None and abs(near.start - seller.end) > 70:
        near = None
    return money, near.source if near else None


def country_of(context: Context, found: list[Candidate], buyer: Candidate, operator: str) -> str | None:
    """Where the network is: told by the name itself, the operator's one home, or a group's place named beside it."""
    if buyer.source.country:
        return buyer.source.country
    entity = context.registry.entity(operator) if operator else None
    if entity and entity.country:
        return entity.country
    told = [
        c.source.country
        for c in found
        if c.names == (operator,) and c.type != "place" and getattr(c.source, "country", None)
    ]
    if told:
        return told[0]
    if entity is None or entity.countries:
        near = [
            c
            for c in found
            if c.type == "place"
            and abs(c.sentence - buyer.sentence) <= 1
            and c.source.form in ("name", "adjective", "place")
        ]
        fits = [c for c in near if entity is None or c.names[0] in entity.countries]
        if fits:
            return min(fits, key=lambda c: abs(c.start - buyer.start)).names[0]
    return None


def _restrictions(context: Context, found: list[Candidate], network: Network, space: Space) -> list[Restriction]:
    made = []
    for (authority, vendor), action, probability, (i, j), _ in _judge(
        network, space, found, restriction_pairs(context, found), "restriction", ACTIONS
    ):
        state, seller = found[i], found[j]
        here = [c for c in found if c.sentence in (state.sentence, seller.sentence)]
        cap = next((c.source.value for c in here if c.type == "percent"), None) if action == "limit" else None
        deadline = next((c.names[0] for c in here if c.type == "period" and c.source.kind == "deadline"), None)
        words = context.words(seller.sentence)
        made.append(
            Restriction(
                **_common(context, probability, state, seller),
                said={
                    "authority": context.text[state.start : state.end],
                    "vendor": context.text[seller.start : seller.end],
                },
                authority=authority,
                vendor=vendor,
                action=action,
                scope=[m for m in attributes.markets(words) if m != "telecom_equipment"],
                limit_percent=cap,
                deadline=deadline if action in ("phase_out", "ban", "limit") else None,
            )
        )
    return made


def _deals(context: Context, found: list[Candidate], network: Network, space: Space) -> list[Deal]:
    made, symmetric = [], {}
    for (first, second), deal, probability, (i, j), _ in _judge(
        network, space, found, deal_pairs(context, found), "deal", DEALS
    ):
        if deal in ("joint_venture", "partnership"):
            key = (deal, frozenset((first, second)))
            if key in symmetric:
                symmetric[key] = max(symmetric[key], probability)
                continue
            symmetric[key] = probability
        one, two = found[i], found[j]
        here = [c for c in found if c.sentence in (one.sentence, two.sentence)]
        money = next((c.source for c in here if c.type == "money"), None)
        stake = next((c.source for c in here if c.type == "percent"), None)
        made.append(
            Deal(
                **_common(context, probability, one, two),
                said={"parties": [context.text[c.start : c.end] for c in (one, two)]},
                deal=deal,
                parties=[first, second],
                value=money.value if money else None,
                unit=money.unit if money else None,
                stake_percent=stake.value if stake and deal in ("investment", "divestment", "acquisition") else None,
                state=_state(context, one, two),
            )
        )
    return made


def _state(context: Context, one: Candidate, two: Candidate) -> str:
    words = context.words(one.sentence) + " " + context.words(two.sentence)
    if re.search(
        r"\b(?:called off|abandon\w+|scrapped|collapsed|withdr\w+|terminated|fell through|walked away)\b", words, re.I
    ):
        return "cancelled"
    if re.search(
        r"\b(?:in talks|considering|weighing|exploring|could|may|might|mulling|proposed|offer(?:ed)?|bid|approach\w*|reported(?:ly)?)\b",
        words,
        re.I,
    ):
        return "proposed"
    return "done"


def _figures(context: Context, found: list[Candidate], network: Network, space: Space) -> list[Figure]:
    companies = company_spans(found)
    made = []
    for n in quantity_spans(context, found):
        row = space.row(n)
        if row is None:
            continue
        vector = space.alone([row])
        chances = softmax(network.span("metric", vector)[0])
        allowed = [k for k, m in enumerate(METRICS, 1) if m in ALLOWED[found[n].type] and _sane(m, found[n].source)]
        best = max(allowed, key=lambda k: chances[k], default=None)
        if best is None or chances[best] < LEAST:
            continue
        figure = _figure(context, found, network, space, n, vector, companies, METRICS[best - 1], float(chances[best]))
        if figure is not None:
            made.append(figure)
    return made


def _sane(metric: str, quantity) -> bool:
    """Hard limits of type and range: no share over 100, no 14,000,000 contracts."""
    limits = {"market_share": 100, "contracts": 5_000, "networks": 3_000, "shipments": 50_000_000, "revenue": 1e15}
    least = {"shipments": 20, "revenue": 100_000}
    return least.get(metric, 0) < quantity.value <= limits[metric] and not (
        quantity.value % 1 and metric in ("contracts", "networks")
    )


def _choose(network: Network, space: Space, found, head: str, n: int, choices: list[int], none: float | None):
    """(probabilities of the choices that share a window, those choices, probability of none)."""
    which, a, b, far = space.pairs(found, [n] * len(choices), choices)
    logits = network.pair(head, space.together(a, b), far)[:, 0] if which else np.zeros(0)
    if none is not None:
        logits = np.append(logits, none)
    if not len(logits):
        return np.zeros(0), [], 1.0
    chances = softmax(logits)
    shown = [choices[k] for k in which]
    return chances[: len(shown)], shown, float(chances[-1]) if none is not None else 0.0


def _figure(context, found, network, space, n, vector, companies, metric: str, chance: float) -> Figure | None:
    owners, shown, _ = _choose(network, space, found, "owner", n, companies, None)
    if not shown:
        return None
    by_names: dict[tuple[str, ...], float] = {}
    for p, c in zip(owners, shown, strict=True):
        by_names[found[c].names] = by_names.get(found[c].names, 0) + float(p)
    names = max(by_names, key=lambda k: by_names[k])
    owner_chance = by_names[names]
    owner = max((c for c in shown if found[c].names == names), key=lambda c: owners[shown.index(c)])
    if len(names) == 1 and sigmoid(network.span("together", vector))[0, 0] > 0.5:
        others = [k for k in by_names if len(k) == 1 and by_names[k] >= 0.15]
        names = tuple(k[0] for k in others) if len(others) > 1 else names
        owner_chance = sum(by_names[k] for k in others) if len(others) > 1 else owner_chance
    statuses = softmax(network.span("status", vector)[0])
    status = STATUSES[int(statuses.argmax())]
    quantity = found[n].source
    period = _period(context, found, network, space, n, vector)
    unit = "percent" if metric == "market_share" else "count" if metric != "revenue" else quantity.unit
    return Figure(
        **_common(context, chance * owner_chance * float(statuses.max()), found[owner], found[n]),
        said={
            "companies": context.text[found[owner].start : found[owner].end],
            "value": context.text[quantity.start : quantity.end],
        },
        companies=list(names),
        metric=metric,
        status=status,
        value=quantity.value,
        value_high=quantity.value_high,
        unit=unit,
        qualifier=quantity.qualifier,
        market=MARKETS[int(network.span("market", vector)[0].argmax())],
        generation=GENERATIONS[int(network.span("generation", vector)[0].argmax())],
        region=_region(found, network, space, n, vector),
        period=period,
        attributed_to=_credit(found, network, space, n, vector, companies),
    )


def _period(context: Context, found, network, space, n: int, vector) -> str | None:
    periods = [c for c, one in enumerate(found) if one.type == "period"]
    chances, shown, none = _choose(
        network, space, found, "period", n, periods, float(network.span("no_period", vector)[0, 0])
    )
    by_period: dict[str, float] = {}
    for p, c in zip(chances, shown, strict=True):
        by_period[found[c].names[0]] = by_period.get(found[c].names[0], 0) + float(p)
    best = max(by_period, key=lambda k: by_period[k], default=None)
    if best is None or by_period[best] < none:
        return (context.published or "")[:7] or None
    return best


def _credit(found, network, space, n: int, vector, companies: list[int]) -> str | None:
    chances, shown, none = _choose(
        network, space, found, "credit", n, companies, float(network.span("no_credit", vector)[0, 0])
    )
    by_name: dict[str, float] = {}
    for p, c in zip(chances, shown, strict=True):
        by_name[found[c].names[0]] = by_name.get(found[c].names[0], 0) + float(p)
    best = max(by_name, key=lambda k: by_name[k], default=None)
    return best if best is not None and by_name[best] > none else None


def _region(found, network, space, n: int, vector) -> str:
    label = int(network.span("region", vector)[0].argmax())
    if label < len(REGIONS):
        return REGIONS[label]
    places = [c for c, one in enumerate(found) if one.type == "place" and one.names[0] != "EU"]
    chances, shown, _ = _choose(network, space, found, "place", n, places, None)
    return found[shown[int(chances.argmax())]].names[0] if shown else "global"

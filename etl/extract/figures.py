"""Figures by rules: market shares, contracts, networks, shipments and network revenue of a vendor, with what they hold for.

Numbers are taken from prose here; rows of tables are in tables.py. A number is a figure only with the words of its metric near it.
"""

from __future__ import annotations

import re

from etl.extract import attributes
from etl.extract.context import Context
from etl.extract.cues import distance
from etl.extract.mentions import Mention
from etl.extract.periods import PeriodMention
from etl.extract.quantities import Quantity
from etl.facts import Figure

_SHARE = re.compile(
    r"\bshares?\b(?! (?:price|fell|rose|closed|in the company))|\bmarket\b|\bslices?\b|\bpie\b|\branking\b|\btable\b|"
    r"\bof (?:all |the |global |worldwide |world )?(?:\w+ )?(?:revenues?|sales|shipments?|spending|equipment|gear|base stations?|radios?|RAN|kit)\b",
    re.I,
)
_NOT_SHARE = re.compile(
    r"\b(?:subscribers?|smartphones?|handsets?|phones|stake|stock|shareholding|margin|profit|workforce|staff|population|chips?|"
    r"tablets?|users|customers|speed|faster|cheaper|spectrum|tax|tariffs?|cloud|wages|owns?|owned|shareholder|EBIT\w*|dividend)\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:grew|grow|growth|rose|rise|increase[ds]?|increasing|declin\w+|dropped|drop|fell|fall|shrank|slump\w*|down|up|jumped|surged|"
    r"slid|lower|higher|contract(?:ed|ing|ion)|plunged|less|more|decrease[ds]?|slipped|widened)\s+(?:\w+ ){0,2}(?:by\s+)?(?:\w+\s+)?$",
    re.I,
)
_GROWTH_AFTER = re.compile(
    r"^\s*(?:\w+ ){0,1}(?:growth|increase|rise|decline|drop|fall|lower|higher|slump|year[- ]on[- ]year|jump|less|more|points?|below|above)\b",
    re.I,
)
_TARGET = re.compile(
    r"\b(?:aim\w*|targets?|targeting|wants?|wanted|hopes?|hoping|goals?|ambitions?|plans?|seeks?|seeking|intends?|aspir\w+|eyes|eyeing|"
    r"vow\w*|pledg\w+|shooting for|is supposed to|ought to|would like|set (?:the|its) (?:bar|sights))\b",
    re.I,
)
_FORECAST = re.compile(
    r"\b(?:forecasts?|predict\w*|projects?|projected|projection|expects?|expected|foresees?|"
    r"will (?:have|hold|reach|fall|rise|slip|drop|account|take|own|control|still)|"
    r"is (?:likely|set) to|pencils?|pencilled|outlook|pro[- ]forma|combined|would (?:have|hold|own))\b",
    re.I,
)
_TOGETHER = re.compile(r"\b(?:together|combined|between them|jointly|in total|the pair|the two|both)\b", re.I)
_COUNTED = {
    "contracts": re.compile(
        r"^(?:[2-6]G |commercial |signed |public |live |firm )*(?:contracts?|deals?|agreements?|wins?|orders?|customers?|accords?)",
        re.I,
    ),
    "networks": re.compile(
        r"^(?:live |commercial |[2-6]G |public |launched |operating |running )*(?:networks?|launches)", re.I
    ),
    "shipments": re.compile(
        r"^(?:[2-6]G |commercial |new |Massive MIMO |active )*(?:base[- ]stations?|radios?|radio units?|antennas?|sites|AAUs?|small cells?)",
        re.I,
    ),
}
_MADE = re.compile(r"\b(?:shipped|delivered|installed|deployed|supplied|sold|produced|built|ships?|shipments?)\b", re.I)
_NETWORK_SALES = re.compile(r"\b(?:sales|revenues?|turnover|took in|takings|orders)\b", re.I)
_NETWORK_UNIT = re.compile(
    r"\bnetworks?\b(?: (?:unit|arm|business|division|segment|group))?|\bradio\b|\bRAN\b|\binfrastructure\b|"
    r"\btelecoms? equipment\b|\bcarrier\b|\bunit\b|\bSymphony\b",
    re.I,
)


def read_figures(context: Context) -> list[Figure]:
    """Every figure that the rules find in prose."""
    found = []
    for number, sentence in enumerate(context.sentences):
        if sentence.kind in ("chrome", "row"):
            continue
        vendors = [m for m in context.mentions.get(number, []) if m.names and m.is_a("vendor")]
        for quantity in context.quantities.get(number, []):
            metric = _metric(context, number, quantity)
            if metric is None:
                continue
            owner, carried = _owner(context, number, quantity, vendors)
            if owner is not None:
                found.append(_figure(context, number, quantity, metric, owner, carried))
    return found


def _metric(context: Context, number: int, quantity: Quantity) -> str | None:
    words = context.words(number)
    sentence = context.sentences[number]
    before, after = context.text[sentence.start : quantity.start], context.text[quantity.end : sentence.end]
    if quantity.points or quantity.change:
        return None
    if quantity.unit == "percent" or (quantity.bare and _listed_beside(context, number, quantity)):
        if of_phones(context, number):
            return None
        return _share_metric(context, number, words, before, after)
    if quantity.unit == "count":
        noun = (quantity.noun or "") + " " + after[:40]
        for metric, pattern in _COUNTED.items():
            if pattern.match(noun.strip()) or (quantity.noun and pattern.match(quantity.noun)):
                if metric == "shipments" and not (_MADE.search(words) and quantity.value >= 100):
                    return None
                return metric if quantity.value < (100_000_000 if metric == "shipments" else 5_000) else None
        return None
    if quantity.unit and len(quantity.unit) == 3:
        near = words + " " + context.before(number, 1)
        if (
            _NETWORK_SALES.search(words)
            and _NETWORK_UNIT.search(near)
            and not re.search(r"\bprofit|loss|deal|contract\b", before[-60:], re.I)
        ):
            return "revenue"
    return None


def _share_metric(context: Context, number: int, words: str, before: str, after: str) -> str | None:
    if not len(before) >= 0 or _CHANGE.search(before[-40:]) or _GROWTH_AFTER.match(after):
        return None
    near = before[-80:] + " " + after[:60]
    if _NOT_SHARE.search(near):
        return None
    if _SHARE.search(words) or _SHARE.search(context.before(number, 2)) or _SHARE.search(context.title or ""):
        return "market_share"
    return None


def _listed_beside(context: Context, number: int, quantity: Quantity) -> bool:
    """A bare number in brackets or after "to" beside real percentages: "Huawei (28 percent), Ericsson (27)"."""
    others = [q for n in (number, number - 1) for q in context.quantities.get(n, []) if q.unit == "percent"]
    brackets = context.text[quantity.start - 1 : quantity.start] == "(" or re.search(
        r"\b(?:to|at|on|with|from|and|,)\s$", context.text[: quantity.start][-8:]
    )
    return bool(others) and bool(brackets) and quantity.value < 100


def _owner(context: Context, number: int, quantity: Quantity, vendors: list[Mention]) -> tuple[Mention | None, bool]:
    """Whose number it is: the company just before or behind it, by the parse; else the subject carried over."""
    sentence = context.sentences[number]
    token = next((t for t in sentence.span if sentence.offset + t.idx >= quantity.start), None)
    if vendors and token is not None:

        def rank(m: Mention) -> float:
            gap = quantity.start - m.end if m.end <= quantity.start else (m.start - quantity.end) * 1.6 + 8
            commas = context.text[min(m.end, quantity.end) : max(m.start, quantity.start)].count(";") * 40
            return 4 * distance(m.token, token) + 0.15 * gap + commas + (10 if m.how == "pronoun" else 0)

        return min(vendors, key=rank), False
    for back in (number - 1, number - 2):
        earlier = [m for m in context.mentions.get(back, []) if m.is_a("vendor") and m.names]
        if earlier:
            return earlier[0], True
    return None, True


def _figure(context: Context, number: int, quantity: Quantity, metric: str, owner: Mention, carried: bool) -> Figure:
    words = context.words(number)
    period = nearest_period(context, number, quantity)
    status = _status(words, period, context.published)
    companies = list(owner.names)
    if _TOGETHER.search(words) and len(companies) == 1:
        together = [m.names[0] for m in context.mentions.get(number, []) if m.is_a("vendor") and m.how == "name"]
        companies = list(dict.fromkeys(together)) if len(set(together)) == 2 else companies
    start, end = context.evidence(
        number,
        (owner.start, owner.end),
        (quantity.start, quantity.end),
        *([(period.start, period.end)] if period else []),
    )
    market, region = market_and_region(context, number)
    unit = "percent" if metric == "market_share" else "count" if metric != "revenue" else quantity.unit
    return Figure(
        quote=context.text[start:end],
        start=start,
        end=end,
        confidence=0.75 - (0.25 if carried else 0) - (0.1 if owner.how != "name" else 0),
        said={"companies": owner.text, "value": quantity.text},
        companies=companies,
        metric=metric,
        status=status,
        value=quantity.value,
        value_high=quantity.value_high,
        unit=unit,
        qualifier=quantity.qualifier,
        market=market,
        generation=attributes.generation(words),
        region=region,
        period=period.period if period else (context.published or "")[:7] or None,
        attributed_to=credited_to(context, number, status, companies, metric),
    )


def nearest_period(context: Context, number: int, quantity: Quantity) -> PeriodMention | None:
    here = context.periods.get(number, [])
    if here:
        return min(here, key=lambda p: min(abs(p.start - quantity.end), abs(quantity.start - p.end)))
    for back in (number - 1, number - 2, number - 3):
        if context.periods.get(back):
            return context.periods[back][-1]
    return None


def _status(words: str, period: PeriodMention | None, published: str | None) -> str:
    future = bool(period and (period.period[:4] > published[:4] if published else period.kind == "deadline"))
    if _TARGET.search(words) and (future or not period):
        return "target"
    if _FORECAST.search(words) and (future or not period):
        return "forecast"
    return "forecast" if future else "actual"


def market_and_region(context: Context, number: int) -> tuple[str, str]:
    """The denominator of a figure: told in its sentence, else in the two before, else in the title."""
    market = region = None
    for words, numbers in (
        (context.words(number), [number]),
        (context.before(number, 2), [number - 1, number - 2]),
        (context.title or "", []),
    ):
        countries = [c.code for n in numbers for c in context.places.get(n, []) if c.form == "name"]
        market = market or next(iter(attributes.markets(words)), None)
        region = region or attributes.region(words, countries if numbers == [number] else [])
    return market or "telecom_equipment", region or "global"


_PHONES = re.compile(r"\b(?:(?:smart|hand|mobile |cell)?phones?|handsets?|tablets?|wearables|modems?)\b", re.I)
_NETWORKS = re.compile(
    r"\b(?:networks?|RAN|base[- ]stations?|radio|infrastructure|antennas?|core|masts?|small[- ]cells?|vendors?|suppliers?|5G gear)\b",
    re.I,
)


def of_phones(context: Context, number: int) -> bool:
    """Is a number of this sentence about phones, by its own words, else by those before it, else by the title?"""
    for words in (context.words(number), context.before(number, 2), context.title or ""):
        if _NETWORKS.search(words):
            return False
        if _PHONES.search(words):
            return True
    return False


def credited_to(context: Context, number: int, status: str, companies: list[str], metric: str) -> str | None:
    """The research firm nearest above the figure; a target, and a count of one's own contracts, is its company's."""
    if status == "target":
        return companies[0]
    for back in range(number, max(-1, number - 6), -1):
        firms = [m for m in context.mentions.get(back, []) if "research" in m.roles and m.names]
        if firms:
            return firms[-1].names[0]
    return companies[0] if metric in ("contracts", "networks", "revenue") else None

"""The four kinds of fact, the evidence each stands on, their keys and their ids.

Fields and allowed values are those of the annotation guide (docs/GUIDELINES.md). Nothing here reads text or touches a disk.
"""

from __future__ import annotations

import calendar
import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

Market = Literal["telecom_equipment", "ran", "open_ran", "core", "transport", "small_cells", "private_networks"]
Generation = Literal["2G", "3G", "4G", "5G", "6G"]
Metric = Literal["market_share", "contracts", "networks", "shipments", "revenue"]
Status = Literal["actual", "target", "forecast"]
Qualifier = Literal["exact", "about", "over", "under"]
Decision = Literal["selected", "trial", "shortlisted", "incumbent", "excluded", "removed"]
DealKind = Literal["investment", "acquisition", "divestment", "joint_venture", "partnership"]
DealState = Literal["done", "proposed", "cancelled"]
Action = Literal["ban", "phase_out", "limit", "designate", "allow", "consider"]

KINDS = ("figure", "selection", "deal", "restriction")
REGIONS = (
    "global",
    "global_ex_china",
    "europe",
    "asia_pacific",
    "north_america",
    "latin_america",
    "middle_east_africa",
)
ORDERED_DEALS = frozenset({"investment", "acquisition", "divestment"})
PERIOD = r"^\d{4}(-(\d{2}(-\d{2})?|Q[1-4]|H[12]))?$"


def _of_the_calendar(period: str) -> str:
    period_span(period)
    return period


Period = Annotated[str, Field(pattern=PERIOD), AfterValidator(_of_the_calendar)]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Evidence(BaseModel):
    """What every fact carries: where the article says it, and how sure the reader is.

    start, end: offsets (code points) into the article's text; text[start:end] == quote.
    confidence: 0-1.
    said: for an argument, the words that stand for it in the text ("the Finnish vendor").
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    quote: str = Field(min_length=1)
    start: int = Field(ge=0)
    end: int = Field(gt=0)
    confidence: float = Field(ge=0, le=1)
    said: dict[str, str | list[str]] = Field(default_factory=dict)


class Figure(Evidence):
    """A level of a metric for one company, or for several together."""

    kind: Literal["figure"] = "figure"
    companies: list[str] = Field(min_length=1)
    metric: Metric
    status: Status
    value: float
    value_high: float | None = None
    unit: Annotated[str, Field(pattern=r"^(percent|count|[A-Z]{3})$")]
    qualifier: Qualifier = "exact"
    market: Market = "telecom_equipment"
    generation: Generation | None = None
    region: str = "global"
    period: Period | None = None
    attributed_to: str | None = None


class Selection(Evidence):
    """What one operator decided about, or does with, one vendor."""

    kind: Literal["selection"] = "selection"
    operator: str | None = None
    operator_text: str | None = None
    vendor: str
    decision: Decision
    scope: list[Market] = Field(default_factory=list)
    generation: Generation | None = None
    country: CountryCode | None = None
    value: float | None = None
    unit: str | None = None
    share_percent: float | None = None
    period: Period | None = None


class Deal(Evidence):
    """Ownership or working together, between companies."""

    kind: Literal["deal"] = "deal"
    deal: DealKind
    parties: list[str] = Field(min_length=2)
    value: float | None = None
    unit: str | None = None
    stake_percent: float | None = None
    state: DealState = "done"
    period: Period | None = None


class Restriction(Evidence):
    """What a government or regulator does about a vendor."""

    kind: Literal["restriction"] = "restriction"
    authority: CountryCode
    vendor: str | None = None
    vendor_text: str | None = None
    action: Action
    scope: list[Market] = Field(default_factory=list)
    limit_percent: float | None = None
    deadline: Period | None = None
    period: Period | None = None


Fact = Annotated[Figure | Selection | Deal | Restriction, Field(discriminator="kind")]
MODELS = dict(zip(KINDS, (Figure, Selection, Deal, Restriction), strict=True))
FACT: TypeAdapter[Figure | Selection | Deal | Restriction] = TypeAdapter(Fact)


def with_defaults(kind: str, fields: Mapping[str, object]) -> dict[str, object]:
    """These fields of a fact, with its default in the place of one that was emptied.

    It is what the guide reads where a text does not tell: no region is `global`, no market `telecom_equipment`, no qualifier `exact`,
    no state of a deal `done`. Fields that may be empty, and those that a fact cannot do without, stay as they are.
    """
    model = MODELS[kind].model_fields
    return {
        name: model[name].get_default(call_default_factory=True)
        if value is None and name in model and not model[name].is_required()
        else value
        for name, value in fields.items()
    }


def key_fields(fact: Fact) -> dict[str, object]:
    """The fields that make two facts of one article the same fact, as the guide scores a match."""
    if isinstance(fact, Figure):
        high = fact.value if fact.value_high is None else fact.value_high
        return {
            "companies": sorted(fact.companies),
            "metric": fact.metric,
            "status": fact.status,
            "value": fact.value,
            "value_high": high,
            "unit": fact.unit,
        }
    if isinstance(fact, Selection):
        operator = fact.operator or fact.operator_text
        return {"operator": operator, "vendor": fact.vendor, "decision": fact.decision}
    if isinstance(fact, Deal):
        parties = fact.parties if fact.deal in ORDERED_DEALS else sorted(fact.parties)
        return {"deal": fact.deal, "parties": parties}
    return {"authority": fact.authority, "vendor": fact.vendor or fact.vendor_text, "action": fact.action}


def fact_ids(article_id: str, facts: list[Fact]) -> list[str]:
    """Give each fact of an article an id that a re-run gives again: 16 hexadecimal digits.

    The id hashes the article, the kind, the key fields, the quote, and the fact's number among facts that are equal in
    all of these, ordered by period, market, region and country.
    """
    bases = [json.dumps([article_id, f.kind, key_fields(f), f.quote], sort_keys=True) for f in facts]
    ids = [""] * len(facts)
    seen: Counter[str] = Counter()
    for n in sorted(range(len(facts)), key=lambda n: (bases[n], _rank(facts[n]))):
        seen[bases[n]] += 1
        ids[n] = hashlib.sha256(f"{bases[n]}#{seen[bases[n]]}".encode()).hexdigest()[:16]
    return ids


def _rank(fact: Fact) -> tuple[str, ...]:
    return tuple(str(getattr(fact, name, None) or "") for name in ("period", "market", "region", "country"))


def period_span(period: str | None) -> tuple[date, date] | None:
    """First and last day of a period in the guide's forms ("2030", "2019-Q4", "2020-H1", "2020-06", "2020-06-25").

    None for None. Raises ValueError for text that is no period.
    """
    if period is None:
        return None
    if not re.match(PERIOD, period):
        raise ValueError(f"{period!r} is no period (want 2030, 2019-Q4, 2020-H1, 2020-06 or 2020-06-25)")
    year, _, part = period.partition("-")
    y = int(year)
    if not part:
        first, last = 1, 12
    elif part[0] == "Q":
        first, last = 3 * int(part[1]) - 2, 3 * int(part[1])
    elif part[0] == "H":
        first, last = 6 * int(part[1]) - 5, 6 * int(part[1])
    elif len(part) == 5:
        day = date.fromisoformat(period)
        return day, day
    else:
        first = last = int(part)
    return date(y, first, 1), date(y, last, calendar.monthrange(y, last)[1])

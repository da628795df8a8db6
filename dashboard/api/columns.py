"""The columns of each kind of row, in their order. The list only grows: what stands here once keeps name, type and meaning."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

TYPES = {
    "string": pa.string(),
    "list": pa.list_(pa.string()),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


@dataclass(frozen=True)
class Column:
    """A column: its name, its type (one of TYPES), what it means. A list is joined with " + " in CSV and Excel."""

    name: str
    type: str
    told: str


_FACT = (Column("fact_id", "string", "the fact's id, the same after every reading that finds it"),)
_PERIOD = (
    Column("period", "string", "YYYY, YYYY-Qn, YYYY-Hn, YYYY-MM or YYYY-MM-DD, as far as the article tells"),
    Column("period_start", "date", "the period's first day"),
    Column("period_end", "date", "the period's last day"),
)
_HAPPENED = (
    Column("happened", "date", "the period's first day, else the day of the report"),
    Column("only_reported", "boolean", "whether `happened` is only the day of the report"),
)
_SAID_BY = (Column("said_by", "integer", "how many articles state the same; copies of one text count as one"),)
_ARTICLE = (
    Column("title", "string", "the article's title"),
    Column("published", "string", "when it was published: YYYY, YYYY-MM or YYYY-MM-DD"),
    Column("published_on", "date", "the first day of `published`"),
    Column("publisher", "string", "who published it"),
    Column("source_url", "string", "where it was published"),
    Column("is_brief", "boolean", "whether the text is our own brief, after the publisher"),
    Column("language", "string", "ISO 639-1"),
    Column("source", "string", "publisher and date in words; our briefs say that they are ours"),
    Column("article_id", "string", "the article's id"),
    Column("link", "string", "the page that shows this row with its evidence"),
)
_PUBLISHERS = (Column("publishers", "list", "all publishers that carry the same text with the same fact, by name"),)
_EVIDENCE = (
    Column("quote", "string", "the article's words that state it"),
    Column("confidence", "number", "how sure the reader is, 0 to 1"),
    Column("reader", "string", "name and version of what read it"),
    *_ARTICLE,
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    "figures": (
        *_FACT,
        Column("companies", "list", "whom the figure is about; several: together"),
        Column("metric", "string", "what is counted: market_share, revenue, …"),
        Column("status", "string", "actual, target or forecast"),
        Column("value", "number", "the value; the lower end of a range"),
        Column("value_high", "number", "the upper end of a range"),
        Column("unit", "string", "percent, or what the value counts"),
        Column("qualifier", "string", "exact, about, over or under"),
        Column("market", "string", "what it is a share or count of"),
        Column("generation", "string", "5G, 4G, …"),
        Column("region", "string", "a region, or a country's two letters"),
        *_PERIOD,
        Column("attributed_to", "string", "who measured or said it, as the article tells"),
        *_SAID_BY,
        *_EVIDENCE,
        *_PUBLISHERS,
    ),
    "selections": (
        *_FACT,
        Column("operator", "string", "the operator's name"),
        Column("operator_text", "string", "the article's words for an operator that it does not name"),
        Column("vendor", "string", "the vendor's name"),
        Column("decision", "string", "selected, incumbent, trial, shortlisted, removed or excluded"),
        Column("scope", "list", "the parts of the network"),
        Column("generation", "string", "5G, 4G, …"),
        Column("country", "string", "ISO 3166-1 alpha-2"),
        Column("value", "number", "what it is worth"),
        Column("unit", "string", "the unit of `value`"),
        Column("share_percent", "number", "the vendor's share of the network, percent, 0-100"),
        *_PERIOD,
        *_HAPPENED,
        *_SAID_BY,
        *_EVIDENCE,
        *_PUBLISHERS,
    ),
    "deals": (
        *_FACT,
        Column("deal", "string", "investment, acquisition, divestment, joint_venture or partnership"),
        Column("parties", "list", "who takes part"),
        Column("value", "number", "what it is worth"),
        Column("unit", "string", "the unit of `value`"),
        Column("stake_percent", "number", "the stake, percent, 0-100"),
        Column("state", "string", "done, proposed or cancelled"),
        *_PERIOD,
        *_HAPPENED,
        *_EVIDENCE,
        *_PUBLISHERS,
        *_SAID_BY,
    ),
    "restrictions": (
        *_FACT,
        Column("authority", "string", "ISO 3166-1 alpha-2 of the country that decided, or EU"),
        Column("vendor", "string", "the vendor's name"),
        Column("vendor_text", "string", "the article's words for vendors that it does not name"),
        Column("action", "string", "ban, phase_out, limit, designate, allow or consider"),
        Column("scope", "list", "the parts of the network"),
        Column("limit_percent", "number", "the highest share allowed, percent, 0-100"),
        Column("deadline", "string", "until when, in a period's forms"),
        Column("deadline_end", "date", "the deadline's last day"),
        *_PERIOD,
        *_HAPPENED,
        *_EVIDENCE,
        *_PUBLISHERS,
        *_SAID_BY,
    ),
    "articles": (
        *_ARTICLE,
        Column("state", "string", "read; skipped, with why; or missing: gone from its folder"),
        Column("why", "string", "why it was skipped"),
        Column("figures", "integer", "how many figures it states"),
        Column("selections", "integer", "how many selections it states"),
        Column("deals", "integer", "how many deals it states"),
        Column("restrictions", "integer", "how many restrictions it states"),
        Column(
            "story",
            "string",
            "the same for all articles that are copies of one text: the id of the one that was loaded first",
        ),
        Column("publishers", "list", "all publishers that carry the text, by name"),
    ),
}


def schema(table: str) -> pa.Schema:
    """The columns of a table as Arrow has them."""
    return pa.schema([(column.name, TYPES[column.type]) for column in COLUMNS[table]])

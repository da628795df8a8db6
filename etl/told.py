"""Facts as they are told to readers: each with its article's words, its story and the copies of it, as known at a load.

The store keeps facts, articles, stories and copies apart, each known from a load until a load. Readers ask for all of them
together and far more often than anything is loaded, so they are joined once, when they are published.
"""

from __future__ import annotations

from etl.facts import ORDERED_DEALS

# What makes two facts one claim. Where nobody is credited, nobody knows whether two articles mean the same research, so each
# stands alone, apart from copies.
CLAIMS = {
    "figures": """companies, metric, status, value, value_high, unit, market, generation, region, period,
                  coalesce(attributed_to, story)""",
    "selections": """coalesce(operator, story || coalesce(operator_text, '')), vendor, decision, scope, generation, country,
                     coalesce(period, published)""",
    # What several articles tell of one step or deal within a year is one, unless they tell it differently.
    "deals": f"""deal, if(deal in {tuple(sorted(ORDERED_DEALS))}, parties, list_sort(parties)), value, unit, stake_percent, state,
                 coalesce(year(happened), hash(fact_id))""",
    "restrictions": """authority, coalesce(vendor, vendor_text), action, scope, limit_percent, deadline,
                       coalesce(year(happened), hash(fact_id))""",
}
# What rows have in common beside a claim, reckoned once: to compare these lists and words for each question takes most of its time.
KEYS = {
    "figures": {
        "thing": "list_sort(companies), metric, market, region, unit, generation",
        # A share of the same thing, measured by the same body; where nobody is credited, by the same article.
        "denominator": "market, region, coalesce(generation, ''), coalesce(attributed_to, story)",
    },
}


def told(table: str, database: str) -> str:
    """SQL: the rows of a table of facts with all that is told beside them, each as long as nothing of it changed.

    confidence: as sure as the surest of its copies. stands: whether it is the one that stands for its copies. story: the id of
    the article's story, its own where it stands alone. publishers: of all articles of the story that state it; carriers: how
    many these are. happened: when what it tells of was, else (only_reported) when it was reported. claim: the same for rows
    that claim the same. Figures have more such keys: thing, what is measured of whom; denominator, what a share is a part of.
    """
    beside = (("articles", "article_id"), ("stories", "article_id"), ("copies", "fact_id"))
    edges = " union ".join(
        f"""select number, edge from (
                select f.number, f.known_from, f.known_to, unnest([x.known_from, x.known_to]) as edge
                from f join {database}.{other} x using ({key}) where x.known_from > f.known_from or x.known_to is not null)
            where edge > known_from and (known_to is null or edge < known_to)"""
        for other, key in beside
    )
    keys = ", ".join(f"hash({of}) as {key}" for key, of in {"claim": CLAIMS[table], **KEYS.get(table, {})}.items())
    return f"""
        with f as materialized (select row_number() over () as number, * from {database}.{table}),
        edges as (select number, known_from as edge from f union {edges}),
        spans as (select number, edge as known_from, lead(edge) over (partition by number order by edge) as known_to from edges),
        whole as (
            select f.* exclude (number) replace (
                       if(c.copy_of = f.fact_id, c.confidence, f.confidence) as confidence,
                       spans.known_from as known_from, coalesce(spans.known_to, f.known_to) as known_to),
                   a.title, a.name as article_name, a.published, a.published_on, a.publisher, a.source_url, a.is_brief, a.language,
                   coalesce(f.period_start, a.published_on) as happened, f.period_start is null as only_reported,
                   coalesce(s.story_id, f.article_id) as story, coalesce(c.carriers, 1) as carriers,
                   coalesce(c.publishers, list_filter([a.publisher], lambda name: name is not null)) as publishers,
                   c.copy_of is null or c.copy_of = f.fact_id as stands
            from f join spans using (number)
            join {database}.articles a on a.article_id = f.article_id and {_known("a")}
            left join {database}.stories s on s.article_id = f.article_id and {_known("s")}
            left join {database}.copies c on c.fact_id = f.fact_id and {_known("c")})
        select *, {keys} from whole"""


def _known(table: str) -> str:
    return (
        f"{table}.known_from <= spans.known_from and ({table}.known_to is null or {table}.known_to > spans.known_from)"
    )

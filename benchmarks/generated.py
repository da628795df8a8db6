"""A published database of any size, of invented facts: `python -m benchmarks.generated FOLDER`. The same numbers give the same rows.

It goes through the tables and the writer of the real one, so that pages, addresses and search find what they would find. Never
make one in the repository. All rows come from hashes of their numbers; no row is made in Python.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import closing
from pathlib import Path

import duckdb

from etl.paths import REFERENCE
from etl.published import write_both
from etl.store_file import SCHEMA_VERSION, create_tables

STORE = "5eed5eed"
FACTS, ARTICLES = 1_000_000, 200_000
# Of twenty articles one is a copy of the one before it, as agencies' reports are.
NAMES = f"""
create macro dice(n, salt) as (hash(n, salt) % 1000003) / 1000003.0;
-- A few names are told of very often, most rarely.
create macro zipf(n, salt, many) as least(many, cast(floor(pow(many + 1, dice(n, salt))) as integer));
create macro one(listed, n, salt) as listed[1 + cast(floor(dice(n, salt) * len(listed)) as integer)];
create temp table vendors as select row_number() over () as place, name from
    (select name from read_csv('{REFERENCE / "companies.csv"}', all_varchar = true) where roles like '%vendor%');
create temp table operators as select row_number() over () as place, name, split_part(coalesce(nullif(country, ''), countries), ' ', 1) as country
    from read_csv('{REFERENCE / "operators.csv"}', all_varchar = true) where coalesce(nullif(country, ''), countries) <> '';
create temp table words as select unnest(['The weather stayed fine over the weekend and the fair in the capital drew a crowd.',
    'Analysts met the news with little surprise.', 'A spokesman would not say more.', 'The regulator publishes its report in spring.',
    'Prices of fibre and steel have risen since.', 'Shares of the group closed higher.', 'The minister spoke of sovereignty and jobs.',
    'Rural masts are to follow in a second phase.', 'The contract runs for five years with an option of two more.',
    'Engineers had tested the radios in the harbour.', 'Rivals had offered lower prices.', 'Nobody expects the auction before autumn.',
    'Energy is now the largest cost of a network.', 'Software moves to general servers.', 'The board meets again in November.',
    'A second supplier would cost more, the study says.']) as sentence;
create temp table sentences as select row_number() over () as place, sentence from words;
set variable vendors = (select count(*) from vendors);
set variable operators = (select count(*) from operators);
"""
# copied: an article whose facts are those of the one before it.
SEEDS = """
create temp table seeds as
    select n, n // $each as article, n % $each as place, article % 20 = 1 as copied,
           (if(copied, article - 1, article)) * $each + place as seed, dice(seed, 'kind') as kind,
           date '2010-01-01' + cast(floor(dice(if(copied, article - 1, article), 'day') * 5400) as integer) as day,
           substr(md5(concat('article', article)), 1, 16) as article_id, substr(md5(concat('fact', n)), 1, 16) as fact_id
    from range($facts) as numbers(n);
-- Places are reckoned before they are joined on: reckoned in the join, each would be for every name.
create temp table placed as
    select *, zipf(seed, 'vendor', getvariable('vendors')) as vendor_at, zipf(seed, 'other', getvariable('vendors')) as other_at,
           1 + cast(floor(pow(dice(seed, 'operator'), 1.5) * getvariable('operators')) as integer) as operator_at from seeds;
create temp table told as
    select s.* exclude (vendor_at, other_at, operator_at), v.name as vendor, w.name as other, o.name as operator, o.country,
           cast(round(1 + 39 * dice(seed, 'value'), 1) as double) as value,
           year(day) - cast(floor(dice(seed, 'year') * 3) as integer) as said_year, 1 + cast(floor(dice(seed, 'quarter') * 4) as integer) as quarter,
           one(['selected', 'selected', 'selected', 'incumbent', 'trial', 'shortlisted', 'removed', 'excluded'], seed, 'decision') as decision,
           one(['consider', 'designate', 'limit', 'ban', 'phase_out', 'allow'], seed, 'action') as action,
           case when kind < 0.6 then concat(v.name, ' held ', value, ' percent of the market in quarter ', quarter, ' of ', said_year, '.')
                when kind < 0.9 then concat(o.name, ' told of ', v.name, ' (', decision, ', number ', seed % 997, ').')
                when kind < 0.95 then concat(v.name, ' and ', w.name, ' joined forces on matter ', seed % 9973, '.')
                else concat('The government acted on ', v.name, ': ', action, ', paper ', seed % 997, '.') end as quote
    from placed s join vendors v on v.place = vendor_at join vendors w on w.place = other_at join operators o on o.place = operator_at;
create temp table texts as
    select article, any_value(article_id) as article_id, any_value(day) as day, any_value(copied) as copied,
           string_agg(concat(s.sentence, ' ', t.sentence, ' ', quote, ' ', u.sentence), chr(10) order by told.place) as text
    from told join sentences s on s.place = 1 + seed % 16 join sentences t on t.place = 1 + (seed // 16) % 16
    join sentences u on u.place = 1 + (seed // 256) % 16 group by article;
"""
TABLES = """
insert into articles by name
    select article_id, 'generated' as source, concat(article, '.txt') as path, concat('a', article) as name, article_id as content_hash,
           concat('Report ', article, ' on networks') as title, text, strftime(day, '%Y-%m-%d') as published, day as published_on,
           'metadata' as published_from, concat('Publisher ', zipf(article, 'publisher', 400)) as publisher,
           concat('https://news.example/', article) as source_url, false as is_brief, 'en' as language, 'read' as state, 1 as known_from from texts;
create temp table common as
    select told.*, strpos(text, quote) - 1 as "start", strpos(text, quote) - 1 + length(quote) as "end",
           0.3 + 0.7 * dice(seed, 'sure') as confidence, 'generated' as reader,
           if(n % 20 = 7, 2, 1) as known_from, if(n % 100 = 3, 2, null) as known_to
    from told join texts using (article);
insert into figures by name
    select * exclude (aim, quarter, said_year), make_date(said_year, if(aim, 1, 3 * quarter - 2), 1) as period_start,
           last_day(make_date(said_year, if(aim, 12, 3 * quarter), 1)) as period_end from (
    select fact_id, article_id, quote, "start", "end", confidence, reader, known_from, known_to, [vendor] as companies,
           one(['market_share', 'market_share', 'market_share', 'contracts', 'networks', 'shipments'], seed, 'metric') as metric,
           dice(seed, 'status') < 0.03 as aim, if(aim, 'target', 'actual') as status, value, if(metric = 'market_share', 'percent', 'count') as unit,
           'exact' as qualifier, one(['ran', 'ran', 'telecom_equipment', 'core', 'open_ran', 'transport'], seed, 'market') as market,
           one(['5G', '5G', '4G', null], seed, 'generation') as generation,
           one(['global', 'global', 'global', 'europe', 'asia_pacific', 'north_america', 'GB', 'DE', 'JP', 'IN'], seed, 'region') as region,
           if(aim, said_year + 5, said_year) as said_year, quarter,
           if(aim, cast(said_year + 5 as varchar), concat(said_year, '-Q', quarter)) as period,
           one(['Dell''Oro', 'Omdia', 'IDC', 'Gartner', 'TrendForce', null], seed, 'by') as attributed_to
    from common where kind < 0.6);
insert into selections by name
    select fact_id, article_id, quote, "start", "end", confidence, reader, known_from, known_to, operator, vendor, decision,
           one([['ran'], ['core'], ['ran', 'core'], []], seed, 'scope') as scope, one(['5G', '4G', null], seed, 'generation') as generation, country,
           if(seed % 2 = 0, cast(said_year as varchar), null) as period, if(seed % 2 = 0, make_date(said_year, 1, 1), null) as period_start,
           if(seed % 2 = 0, make_date(said_year, 12, 31), null) as period_end
    from common where kind >= 0.6 and kind < 0.9;
insert into deals by name
    select fact_id, article_id, quote, "start", "end", confidence, reader, known_from, known_to, 'done' as state, [vendor, other] as parties,
           one(['partnership', 'investment', 'acquisition', 'joint_venture'], seed, 'deal') as deal
    from common where kind >= 0.9 and kind < 0.95;
insert into restrictions by name
    select fact_id, article_id, quote, "start", "end", confidence, reader, known_from, known_to, country as authority, vendor, action,
           ['ran'] as scope, cast(said_year + 4 as varchar) as deadline, make_date(said_year + 4, 12, 31) as deadline_end
    from common where kind >= 0.95;
insert into stories select article_id, substr(md5(concat('article', article - article % 20)), 1, 16), 1, null from texts where article % 20 < 2;
insert into copies
    select fact_id, article_id, substr(md5(concat('fact', seed)), 1, 16), ['Publisher 1', 'Publisher 2'], 2, 0.3 + 0.7 * dice(seed, 'sure'), 1, null
    from told where article % 20 < 2;
insert into loads values (1, timestamp '2025-01-01 08:00', 'generated', 'g', 'g'), (2, timestamp '2025-06-01 08:00', 'generated', 'g', 'g');
"""


def generate(home: Path, facts: int = FACTS, articles: int = ARTICLES) -> Path:
    """Write published.duckdb and search.sqlite into a folder; the path of the first."""
    home.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=home) as shelf,
        closing(duckdb.connect(Path(shelf) / "store.duckdb")) as connection,
    ):
        create_tables(connection, "schema.sql", "stories.sql")
        connection.execute(NAMES)
        for step in (SEEDS, TABLES):
            for asked in duckdb.extract_statements(step):
                needs = {"facts": facts, "each": max(1, facts // articles)}
                connection.execute(asked, {name: value for name, value in needs.items() if f"${name}" in asked.query})
        meta = {"schema_version": SCHEMA_VERSION, "store_id": STORE, "published_load": 2, "default_min_confidence": 0.5}
        connection.executemany("insert into meta values (?, ?)", [(name, str(value)) for name, value in meta.items()])
        write_both(connection, home / "published.duckdb", f"{STORE}.2")
    return home / "published.duckdb"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, help="where the database goes, outside the repository")
    options.add_argument("--facts", type=int, default=FACTS)
    options.add_argument("--articles", type=int, default=ARTICLES)
    args = options.parse_args()
    began = time.perf_counter()
    path = generate(args.folder, args.facts, args.articles)
    print(f"{args.facts:,} facts of {args.articles:,} articles in {time.perf_counter() - began:.0f} s: {path}")


if __name__ == "__main__":
    main()

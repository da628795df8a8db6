"""Published facts with all that is told beside them say, at every load, what the store's tables say joined at that load."""

from __future__ import annotations

import random
from itertools import pairwise

import duckdb
import pytest

from etl.store_file import create_tables
from etl.told import told

LOADS = 8
AT = "{0}.known_from <= $load and ({0}.known_to is null or {0}.known_to > $load)"
TOLD = "fact_id, quote, confidence, title, publisher, published, story, carriers, publishers, stands, happened, only_reported"
JOINED = f"""
    select f.fact_id, f.quote, if(c.copy_of = f.fact_id, c.confidence, f.confidence) as confidence, a.title, a.publisher, a.published,
           coalesce(s.story_id, f.article_id) as story, coalesce(c.carriers, 1) as carriers,
           coalesce(c.publishers, [a.publisher]) as publishers, c.copy_of is null or c.copy_of = f.fact_id as stands,
           coalesce(f.period_start, a.published_on) as happened, f.period_start is null as only_reported
    from deals f join articles a on a.article_id = f.article_id and {AT.format("a")}
    left join (select * from stories s where {AT.format("s")}) s on s.article_id = f.article_id
    left join (select * from copies c where {AT.format("c")}) c on c.fact_id = f.fact_id
    where {AT.format("f")}"""


def spans(dice: random.Random, often: float = 0.5) -> list[tuple[int, int | None]]:
    """Some of the loads from 1 on, cut into pieces that do not overlap; the last may be open."""
    cuts = sorted(dice.sample(range(1, LOADS + 1), dice.randint(1, 4)))
    pieces = [*pairwise(cuts), (cuts[-1], None)]
    return [piece for piece in pieces if dice.random() < often] or pieces[:1]


@pytest.fixture
def store():
    dice = random.Random(5)
    with duckdb.connect() as connection:
        create_tables(connection, "schema.sql", "stories.sql")
        for article in "abcdefgh":
            for n, span in enumerate(spans(dice, 0.9)):
                connection.execute(
                    """insert into articles by name select ? as article_id, 's' as source, 'p' as path, 'n' as name, 'h' as content_hash,
                       ? as title, 'text' as text, '2020' as published, date '2020-01-01' as published_on, ? as publisher,
                       false as is_brief, 'read' as state, ? as known_from, ? as known_to""",
                    [article, f"title {n}", f"publisher {dice.randint(1, 3)}", *span],
                )
            for span in spans(dice, 0.4):
                connection.execute("insert into stories values (?, ?, ?, ?)", [article, dice.choice("abc"), *span])
            for number in range(3):
                fact = f"{article}{number}"
                for n, span in enumerate(spans(dice)):
                    connection.execute(
                        """insert into deals by name select ? as fact_id, ? as article_id, ? as quote, 0 as "start", 1 as "end",
                           0.5 as confidence, 'r' as reader, 'merger' as deal, ['A', 'B'] as parties, 'done' as state,
                           ? as known_from, ? as known_to""",
                        [fact, article, f"quote {n}", *span],
                    )
                for span in spans(dice, 0.4):
                    row = [fact, article, dice.choice([fact, "a0"]), ["P", "Q"], 2, 0.9, *span]
                    connection.execute(f"insert into copies values ({', '.join('?' * len(row))})", row)
        yield connection


def test_every_load_tells_what_the_tables_joined_at_it_tell(store):
    store.execute(f"create table published as {told('deals', 'memory')}")
    seen = 0
    for load in range(1, LOADS + 2):
        at = {"load": load}
        now = store.execute(f"select {TOLD} from published p where {AT.format('p')} order by all", at).fetchall()
        assert now == store.execute(f"select {TOLD} from ({JOINED}) order by all", at).fetchall()
        seen += len(now)
    assert seen > 40
    versions = store.execute("select count(*), count(distinct fact_id) from published").fetchall()
    assert versions[0][0] > versions[0][1], "no fact changed: the dice were bad"

"""The stories of a store: kept up to date at each load, from the signatures of all articles and the texts of likely copies only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import duckdb
import pyarrow

from etl.facts import period_span
from etl.stories import BANDS, DAYS, VERSION, Groups, are_copies, bands, shingles

AT_ONCE = 1000  # articles, or pairs of them, whose texts are in memory at one time
BANDS_AT_ONCE = 16
# Facts of one story are one when they agree in all of these: an edited copy with another number is a rival.
SAME = {
    "figures": "list_sort(companies), metric, status, value, value_high, unit, qualifier, market, generation, region, period, attributed_to",
    "selections": "operator, operator_text, vendor, decision, list_sort(scope), generation, country, value, unit, share_percent, period",
    "deals": "deal, list_sort(parties), value, unit, stake_percent, state, period",
    "restrictions": "authority, vendor, vendor_text, action, list_sort(scope), limit_percent, deadline, period",
}


def group(connection: duckdb.DuckDBPyConnection, open_load: int | None, begin_load: Callable[[], int]) -> bool:
    """Group the articles that are known now; whether there was a need to. Inside a transaction.

    open_load: the load that changes have gone into and nobody has seen; None: nothing has changed. begin_load: the number
    of the load that changes go into.
    """
    fresh, gone = _stale(connection, open_load)
    if fresh or gone:
        connection.execute("delete from signatures where article_id in (select unnest(?))", [[*fresh, *gone]])
        _sign(connection, fresh)
        stories = _regrouped(connection, _story_of(connection), fresh, gone)
        _make_equal(connection, "stories", pyarrow.table(stories, _STORIES), begin_load)
    return bool(fresh or gone)


def note_copies(connection: duckdb.DuckDBPyConnection, begin_load: Callable[[], int]) -> None:
    """Note which facts of the stories are copies, when groups and facts are what they will be. Inside a transaction."""
    _make_equal(connection, "copies", connection.sql(_copies()).to_arrow_table(), begin_load)


_STORIES = pyarrow.schema([("article_id", pyarrow.string()), ("story_id", pyarrow.string())])
_SIGNATURES = pyarrow.schema(
    [
        ("article_id", pyarrow.string()),
        ("version", pyarrow.int32()),
        ("reckoned", pyarrow.string()),
        ("language", pyarrow.string()),
        ("first_day", pyarrow.date32()),
        ("last_day", pyarrow.date32()),
        ("text_hash", pyarrow.string()),
        ("bands", pyarrow.list_(pyarrow.uint32())),
    ]
)


def _stale(connection: duckdb.DuckDBPyConnection, open_load: int | None) -> tuple[list[str], list[str]]:
    """Ids of articles that must be compared anew, and of those that are there no more."""
    # A load that was cut off may have changed an article twice under one number.
    fresh = connection.execute(
        """select article_id from articles a left join signatures s using (article_id)
           where a.known_to is null and (s.version is distinct from a.known_from or a.known_from = ? or s.reckoned <> ?)
           order by article_id""",
        [open_load, VERSION],
    ).fetchall()
    gone = connection.execute(
        "select article_id from signatures where article_id not in (select article_id from articles where known_to is null)"
    ).fetchall()
    return [row[0] for row in fresh], [row[0] for row in gone]


def _sign(connection: duckdb.DuckDBPyConnection, article_ids: list[str]) -> None:
    for some in _parts(article_ids):
        rows = connection.execute(
            """select article_id, known_from, coalesce(language, ''), published, text from articles
               where known_to is null and article_id in (select unnest(?))""",
            [some],
        ).fetchall()
        signed = []
        for article_id, version, language, published, text in rows:
            first, last = (period_span(published) if published else None) or (None, None)
            digest = hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
            signed.append((article_id, version, VERSION, language, first, last, digest, bands(text)))
        columns = dict(zip(_SIGNATURES.names, map(list, zip(*signed, strict=True)), strict=True))
        connection.register("signed", pyarrow.table(columns, _SIGNATURES))
        connection.execute("insert into signatures by name from signed")
        connection.unregister("signed")


def _story_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """article_id -> story_id, as it stood until now."""
    return dict(connection.execute("select article_id, story_id from stories where known_to is null").fetchall())


def _regrouped(
    connection: duckdb.DuckDBPyConnection, before: dict[str, str], fresh: list[str], gone: list[str]
) -> dict[str, list[str]]:
    """The rows of table stories as they must be. Stories of which no member changed stay together unseen."""
    changed = {*fresh, *gone}
    broken = {before[one] for one in changed if one in before}
    loose = {*fresh, *(one for one, story in before.items() if story in broken)} - set(gone)
    whole = {one: story for one, story in before.items() if story not in broken}
    groups, members = Groups(), {*whole, *loose}
    for one, story in whole.items():
        groups.join(one, story)
    for one, twin in _twins(connection, loose):
        groups.join(one, twin)
        members |= {one, twin}
    for pairs in _parts(_candidates(connection, loose)):
        apart = [pair for pair in pairs if groups.of(pair[0]) != groups.of(pair[1])]
        for one, other in _copies_among(connection, apart, groups):
            groups.join(one, other)
            members |= {one, other}
    told = [group for group in groups.all(sorted(members)) if len(group) > 1]
    order = _order_of(connection, [one for group in told for one in group])
    rows = [(one, min(group, key=order.__getitem__)) for group in told for one in group]
    return {"article_id": [row[0] for row in rows], "story_id": [row[1] for row in rows]}


# Articles of one text, language and time are compared with others once.
_TWINS = """(select *, min(article_id) over (partition by text_hash, language, first_day, last_day) as twin
             from signatures where len(bands) > 0)"""


def _twins(connection: duckdb.DuckDBPyConnection, loose: set[str]) -> list[tuple[str, str]]:
    asked = f"""with loose as (select unnest($1) as article_id)
                select article_id, twin from {_TWINS} where article_id <> twin
                and twin in (select twin from {_TWINS} semi join loose using (article_id)) order by all"""
    return connection.execute(asked, [sorted(loose)]).fetchall()


def _candidates(connection: duckdb.DuckDBPyConnection, loose: set[str]) -> list[tuple[str, str]]:
    """Pairs of articles, one of them loose, that may be copies, each once and in a fixed order."""
    connection.execute("create or replace temp table compared (one varchar, other varchar)")
    connection.execute(
        f"""create or replace temp table one_each as
            select article_id, language, first_day, last_day, bands, twin in
                   (select twin from {_TWINS} semi join (select unnest($1) as article_id) using (article_id)) as is_loose
            from {_TWINS} where article_id = twin""",
        [sorted(loose)],
    )
    for first in range(1, BANDS + 1, BANDS_AT_ONCE):
        some = f"unnest(bands[{first}:{first + BANDS_AT_ONCE - 1}]) as band"
        connection.execute(
            f"""insert into compared
                select distinct least(a.article_id, b.article_id), greatest(a.article_id, b.article_id)
                from (select *, {some} from one_each where is_loose) a join (select *, {some} from one_each) b using (band, language)
                where a.article_id <> b.article_id
                and coalesce(b.first_day - a.last_day <= {DAYS} and a.first_day - b.last_day <= {DAYS}, true)"""
        )
    found = connection.execute("select distinct one, other from compared order by all").fetchall()
    connection.execute("drop table compared")
    connection.execute("drop table one_each")
    return found


def _copies_among(
    connection: duckdb.DuckDBPyConnection, pairs: list[tuple[str, str]], groups: Groups
) -> Iterator[tuple[str, str]]:
    """Those of these pairs that are copies by their texts; pairs that have been joined meanwhile are passed over."""
    asked = "select article_id, text from articles where known_to is null and article_id in (select unnest(?))"
    texts = dict(connection.execute(asked, [sorted({one for pair in pairs for one in pair})]).fetchall())
    runs: dict[str, frozenset[str]] = {}
    for one, other in pairs:
        if groups.of(one) != groups.of(other):
            for article_id in {one, other} - set(runs):
                runs[article_id] = shingles(texts[article_id])
            if are_copies(runs[one], runs[other]):
                yield one, other


def _order_of(connection: duckdb.DuckDBPyConnection, article_ids: list[str]) -> dict[str, tuple[int, str]]:
    """In which order these articles were first loaded; those of one load by their ids."""
    asked = "select article_id, min(known_from) from articles semi join (select unnest(?) as article_id) using (article_id) group by 1"
    return {one: (load, one) for one, load in connection.execute(asked, [article_ids]).fetchall()}


def _copies() -> str:
    """SQL: the rows of table copies as they must be."""
    return " union all ".join(f"({_copies_of(table, same)})" for table, same in SAME.items())


def _copies_of(table: str, same: str) -> str:
    return f"""
        with first as (select article_id, min(known_from) as loaded from articles semi join stories using (article_id) group by 1),
             told as (select f.*, s.story_id, a.publisher, loaded
                      from {table} f join stories s using (article_id) join articles a using (article_id) join first using (article_id)
                      where f.known_to is null and s.known_to is null and a.known_to is null),
             alike as (select list({{'fact_id': fact_id, 'article_id': article_id}}) as held,
                              arg_min(fact_id, (loaded, article_id, "start", fact_id)) as copy_of,
                              list_sort(list_distinct(list(publisher))) as publishers,
                              count(distinct article_id)::integer as carriers, max(confidence) as confidence
                       from told group by story_id, {same} having carriers > 1)
        select one.fact_id, one.article_id, copy_of, publishers, carriers, confidence
        from (select * exclude (held), unnest(held) as one from alike)"""


def _parts(items: list) -> Iterator[list]:
    return (items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE))


def _make_equal(
    connection: duckdb.DuckDBPyConnection, table: str, wanted: pyarrow.Table, begin_load: Callable[[], int]
) -> None:
    """Make these rows what a table says now: others are closed, new ones added, equal ones kept."""
    columns = ", ".join(wanted.schema.names)
    connection.register("wanted", wanted)
    now = f"select {columns} from {table} where known_to is null"
    new = connection.execute(f"select count(*) from (select {columns} from wanted except {now})").fetchall()[0][0]
    old = connection.execute(f"select count(*) from ({now} except select {columns} from wanted)").fetchall()[0][0]
    if new or old:
        load = begin_load()
        closed = f"known_to is null and ({columns}) not in (select ({columns}) from wanted)"
        connection.execute(f"create or replace temp table added as select {columns} from wanted except {now}")
        # Rows of a load that nobody has seen are taken back, not closed.
        connection.execute(f"delete from {table} where known_from = ? and {closed}", [load])
        connection.execute(f"update {table} set known_to = ? where {closed}", [load])
        connection.execute(f"insert into {table} ({columns}, known_from) select {columns}, ? from added", [load])
        connection.execute("drop table added")
    connection.unregister("wanted")

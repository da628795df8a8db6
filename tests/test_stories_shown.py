"""What the copies of one story state alike counts once on every page and in every file, and all who carry it are named."""

from __future__ import annotations

import pytest
from views import view_of
from wire import BOILERPLATE, OWN_WORDS, WIRE, article, cut, edited, figure, load, opened, published, withdraw

from dashboard import article_queries, changes, documents, evidence, queries, tables, theme
from dashboard.sql import facts_in

SHARED, LATER = 27.0, 31.0


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    """Load 1: the agency's text. Load 2: two copies, one of which has another number too, and another report of the same."""
    warehouse = tmp_path_factory.mktemp("news")
    firm = {"attributed_to": "Borealis", "period": "2023"}
    load(warehouse, [article("agency", WIRE)], [figure("agency", SHARED, 0.55, **firm)])
    load(
        warehouse,
        [
            article("gazette", edited(WIRE) + BOILERPLATE, "2024-02-07"),
            article("courier", cut(WIRE), "2024-02-05"),
            article("reporter", OWN_WORDS, "2024-02-06"),
        ],
        [
            figure("gazette", SHARED, 0.95, **firm),
            figure("gazette", LATER, **firm),
            figure("courier", SHARED, 0.7, **firm),
            figure("reporter", SHARED, **firm),
        ],
    )
    return warehouse


def shown(warehouse, **filters):
    return view_of(warehouse / "published.duckdb", **filters)


def test_an_equal_fact_counts_once_a_rival_value_and_what_one_copy_alone_states_stay(news):
    view = shown(news)
    told = view.ask(
        f"select value, article_id, publishers, carriers from {facts_in('figures')} order by value, article_id"
    )
    assert [(row["value"], row["article_id"], list(row["publishers"])) for _, row in told.iterrows()] == [
        (SHARED, "agency", ["Agency", "Courier", "Gazette"]),
        (SHARED, "reporter", ["Reporter"]),
        (LATER, "gazette", ["Gazette"]),
    ]
    assert queries.totals(view) == {"articles": 4, "figures": 2, "selections": 0, "deals": 0, "restrictions": 0}
    with opened(news) as store:
        assert store.counts()["figure"] == 3


def test_how_many_say_so_counts_stories_not_copies(news):
    rows = queries.figures(shown(news))
    assert dict(zip(rows["value"], rows["said_by"], strict=True)) == {SHARED: 2, LATER: 1}


def test_a_shared_fact_is_as_sure_as_the_surest_copy(news):
    assert list(queries.figures(shown(news, min_confidence=0.92))["value"]) == [SHARED]
    assert len(queries.figures(shown(news, min_confidence=0.96))) == 0


def test_looking_for_any_of_its_publishers_finds_a_shared_fact_once(news):
    for publisher in ("Agency", "Courier", "Gazette"):
        rows = queries.figures(shown(news, publisher=(publisher,)))
        assert SHARED in rows["value"].tolist() and len(rows) == (2 if publisher == "Gazette" else 1)


def test_a_frozen_link_shows_what_was_known_before_the_copies_came(news):
    store = shown(news).snapshot.store
    then = shown(news, v=f"{store}.1")
    assert [list(row["publishers"]) for _, row in queries.figures(then).iterrows()] == [["Agency"]]
    assert article_queries.carriers_of_article(then, "agency").empty


def test_copies_that_come_are_no_news_but_what_they_alone_state_is(news):
    store = shown(news).snapshot.store
    found = changes.changes(shown(news, v=f"{store}.1")).latest(9)
    assert sorted((change.how, change.row["article_id"], change.row["value"]) for change in found) == [
        ("added", "gazette", LATER),
        ("added", "reporter", SHARED),
    ]


def test_every_copy_of_a_fact_keeps_its_page_which_names_the_others(news):
    view = shown(news)
    for own in ("agency", "gazette", "courier"):
        row = queries.fact(view, f"{own}-27")
        assert row["article_id"] == own
        assert "3 publishers carry it: Agency, Courier, Gazette" in evidence.card(row, view.filters)
        others = {"agency", "gazette", "courier"} - {own}
        assert set(article_queries.carriers_of_fact(view, f"{own}-27")["article_id"]) == others
        assert queries.also_stated(view, row)["article_id"].tolist() == ["reporter"]
    assert article_queries.carriers_of_fact(view, "reporter-27").empty
    assert queries.also_stated(view, queries.fact(view, "reporter-27"))["article_id"].tolist() == ["agency"]


def test_a_table_says_who_else_carries_the_words(news):
    rows = queries.figures(shown(news, publisher=("Courier",)))
    assert "also in Courier, Gazette" in tables.quote_cell(rows.iloc[0])


def test_articles_are_listed_story_by_story_with_facts_counted_once(news):
    rows, in_all = article_queries.stories(shown(news))
    assert in_all == 2
    told = {row["article_id"]: row for _, row in rows.iterrows()}
    assert set(told) == {"courier", "reporter"}  # the first published stands for its story
    assert (told["courier"]["copies"], told["courier"]["figures"]) == (3, 2)
    assert told["courier"]["publishers"] == ["Agency", "Courier", "Gazette"]
    cell = documents.article_columns(shown(news), {})[2].cell(told["courier"])
    assert theme.day(told["courier"]["published"]) not in cell  # the first column tells it
    assert "3 publishers" in cell and "also in Agency, Gazette" in cell
    assert article_queries.stories(shown(news, publisher=("Gazette",)))[0]["article_id"].tolist() == ["gazette"]
    counts = article_queries.by_year(shown(news))
    assert counts.loc["2024", ["articles", "figures"]].tolist() == [2, 2]


def test_an_articles_own_page_has_all_its_facts_and_names_the_other_publishers(news):
    view = shown(news)
    assert [row["value"] for row in queries.facts_of(view, "gazette")] == [SHARED, LATER]
    told = documents.carried_by(article_queries.carriers_of_article(view, "gazette"), view)
    assert told.index("article=courier") < told.index("article=agency") and "article=reporter" not in told
    assert documents.carried_by(article_queries.carriers_of_article(view, "reporter"), view) == ""


def test_downloads_of_articles_have_each_with_its_story_and_its_own_facts(news):
    sql, parameters = article_queries.every_article(shown(news))
    rows = shown(news).ask(f"select * from ({sql}) order by article_id", **parameters)
    assert dict(zip(rows["article_id"], rows["story"], strict=True)) == {
        "agency": "agency", "courier": "agency", "gazette": "agency", "reporter": "reporter",
    }  # fmt: skip
    assert rows["figures"].tolist() == [1, 1, 2, 1]
    assert list(rows["publishers"].iloc[3]) == ["Reporter"]


def test_when_the_article_that_stands_for_a_fact_goes_a_copy_takes_its_place(tmp_path):
    load(tmp_path, [article("agency", WIRE)], [figure("agency", SHARED)])
    load(tmp_path, [article("gazette", edited(WIRE))], [figure("gazette", SHARED)])
    load(tmp_path, [article("courier", cut(WIRE))], [figure("courier", SHARED)])
    withdraw(tmp_path, "agency")
    rows = queries.figures(shown(tmp_path))
    assert rows["article_id"].tolist() == ["courier"] or rows["article_id"].tolist() == ["gazette"]
    assert list(rows["publishers"].iloc[0]) == ["Courier", "Gazette"] and rows["said_by"].tolist() == [1]
    withdraw(tmp_path, "courier")
    assert list(queries.figures(shown(tmp_path))["publishers"].iloc[0]) == ["Gazette"]
    assert published(tmp_path, "select count(*) from copies where known_to is null") == [(0,)]


@pytest.mark.parametrize("copies", [False, True])
def test_a_limit_holds_where_no_story_has_copies(tmp_path, copies):
    # DuckDB 2.0.0 drops a limit after a left join whose "on" asks something of an empty right side.
    rows = [figure("agency", value, market=market) for value, market in ((1, "ran"), (2, "core"), (3, "transport"))]
    load(tmp_path, [article("agency", WIRE)], rows)
    told = shown(tmp_path).ask(
        f"select market from {facts_in('figures', copies=copies)} group by market order by count(*) desc, market limit 1"
    )
    assert told["market"].tolist() == ["core"]

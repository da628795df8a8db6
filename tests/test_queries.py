"""Questions are answered from the viewed load, through the filters, each claim once, with its evidence."""

from __future__ import annotations

import threading

import duckdb
import pytest

from dashboard import article_queries, evidence, queries
from dashboard.data import SCHEMA_VERSION, Database, NoData
from dashboard.view import viewed_load
from tests.small_market import BRIEF, STORE, Market, build
from tests.views import view_of


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    home = tmp_path_factory.mktemp("market")
    return home / "published.duckdb", build(home)


def values(rows, company):
    return [row["value"] for _, row in rows.iterrows() if list(row["companies"]) == [company]]


def test_a_frozen_view_shows_what_was_known_then(market):
    path, _ = market
    assert sorted(values(queries.figures(view_of(path)), "Huawei")) == [28, 29, 31]
    assert sorted(values(queries.figures(view_of(path, v=f"{STORE}.1")), "Huawei")) == [28, 29, 30]


def test_rival_values_stay_apart(market):
    rows = queries.figures(view_of(market[0], company=("huawei",), since="2019", until="2019"))
    assert {(row["attributed_to"], row["value"]) for _, row in rows.iterrows()} == {("Dell'Oro", 31), ("Omdia", 29)}


def test_unsure_facts_come_only_when_asked_for(market):
    assert values(queries.figures(view_of(market[0])), "Ericsson") == [27]
    assert sorted(values(queries.figures(view_of(market[0], min_confidence=0.0)), "Ericsson")) == [12, 27]


def test_filters_narrow_and_an_odd_value_is_a_value(market):
    assert len(queries.figures(view_of(market[0], company=("nec",)))) == 2
    assert queries.figures(view_of(market[0], company=("'; drop table figures; --",))).empty
    assert queries.figures(view_of(market[0], market=("core",))).empty


def test_a_region_narrows_selections_by_its_countries(market):
    assert queries.selections(view_of(market[0], region=("europe",)))[1] == 1
    assert queries.selections(view_of(market[0], region=("GB",)))[1] == 1
    assert queries.selections(view_of(market[0], region=("asia_pacific",)))[1] == 0


def test_every_row_brings_its_evidence(market):
    path, ids = market
    row = queries.fact(view_of(path), ids["target"])
    assert row["kind"] == "figure" and row["text"][row["start"] : row["end"]] == "By 2030 it wants 20%"
    assert row["is_brief"] and row["publisher"] == "Nikkei Asian Review" and row["text"] == BRIEF


def test_a_fact_that_was_closed_is_found_only_in_its_own_time(market):
    path, ids = market
    assert queries.fact(view_of(path), ids["misread"]) is None
    assert queries.fact(view_of(path, v=f"{STORE}.1"), ids["misread"])["value"] == 30


def test_the_same_claim_in_two_articles_is_one_row(tmp_path):
    market = Market(tmp_path)
    market.load("2024-01-01")
    for name in ("one", "two"):
        article = market.article(name, "NEC holds 1%.", "2023-05-01", name)
        fact = market.fact(
            "figures", article, "NEC holds 1%", companies=["NEC"], value=1, period="2023", attributed_to="Omdia"
        )
    view = view_of(market.publish())
    rows = queries.figures(view)
    assert len(rows) == 1 and rows["said_by"].iloc[0] == 2
    assert len(queries.also_stated(view, queries.fact(view, fact))) == 1


def test_who_else_says_so_is_as_many_as_the_claim_is_said_by(tmp_path):
    """Another country, scope, generation or time is another selection."""
    market = Market(tmp_path)
    market.load("2024-01-01")
    chose = {
        "operator": "Vodafone",
        "vendor": "Nokia",
        "country": "GB",
        "period": "2023",
        "scope": ["ran"],
        "generation": "5G",
    }
    others = ({}, {"country": "DE"}, {"scope": ["core"]}, {"generation": "4G"}, {"period": "2019"}, {"confidence": 0.2})
    facts = []
    for number, other in enumerate(({}, *others)):
        article = market.article(f"article {number}", "Vodafone picked Nokia.", "2023-05-01", "Wire")
        facts.append(market.fact("selections", article, "picked Nokia", **{**chose, **other}))
    view = view_of(market.publish())
    row = queries.fact(view, facts[0])
    assert row["said_by"] == 2 and queries.also_stated(view, row)["fact_id"].tolist() == [facts[1]]
    assert [queries.fact(view, one)["said_by"] for one in facts[1:]] == [2, 1, 1, 1, 1, 3]
    assert sorted(queries.selections(view)[0]["said_by"]) == [1, 1, 1, 1, 2]
    assert "2 articles say so" in evidence.card(row, view.filters)
    assert "one article says so" in evidence.card(queries.fact(view, facts[2]), view.filters)


def test_a_step_and_a_deal_that_two_articles_of_a_year_tell_alike_are_one_row_each(tmp_path):
    market = Market(tmp_path)
    market.load("2024-01-01")
    ban, deal = {"authority": "SE", "vendor": "ZTE", "action": "ban"}, {"deal": "partnership", "state": "done"}
    told = [
        ("2023-05-01", ban, ["NEC", "Nokia"]),
        ("2023-06-09", ban, ["Nokia", "NEC"]),
        ("2021-05-01", ban, ["NEC", "Nokia"]),
        ("2023-05-02", {**ban, "deadline": "2025"}, ["NEC", "Cisco"]),
    ]
    for number, (day, step, parties) in enumerate(told):
        article = market.article(f"article {number}", "Sweden barred ZTE. NEC and Nokia join.", day, "Wire")
        market.fact("restrictions", article, "barred ZTE", **step)
        market.fact("deals", article, "NEC and Nokia join", **deal, parties=parties)
    view = view_of(market.publish())
    for kind, page in (("restriction", queries.restrictions), ("deal", queries.deals)):
        rows = page(view)
        assert (
            sorted(rows["said_by"]) == [1, 1, 2] and queries.count(view, kind) == queries.facts_page(view, kind)[1] == 3
        )
        twice = queries.fact(view, rows[rows["said_by"] == 2]["fact_id"].iloc[0])
        assert twice["said_by"] == 2 and len(queries.also_stated(view, twice)) == 1


def test_figures_nobody_is_credited_with_are_not_taken_for_one_claim(tmp_path):
    market = Market(tmp_path)
    market.load("2024-01-01")
    for name in ("one", "two"):
        article = market.article(name, "NEC holds 1%.", "2023-05-01", name)
        market.fact("figures", article, "NEC holds 1%", companies=["NEC"], value=1, period="2023")
    assert len(queries.figures(view_of(market.publish()))) == 2


def test_forecasts_are_among_the_other_figures_and_targets_are_not(tmp_path):
    market = Market(tmp_path)
    market.load("2024-01-01")
    article = market.article("one", "NEC will have 5 contracts.", "2023-05-01", "Wire")
    for status in ("actual", "forecast", "target"):
        counted = {"metric": "contracts", "unit": "count", "value": 5, "status": status}
        market.fact("figures", article, "5 contracts", companies=["NEC"], **counted)
    rows, in_all = queries.other_levels(view_of(market.publish()), limit=1)
    assert (len(rows), in_all) == (1, 2)


def test_as_many_denominators_are_told_as_charts_could_be(market):
    assert queries.count_denominators(view_of(market[0])) == 4


def test_a_table_comes_a_page_at_a_time(market):
    rows, in_all = queries.figures_page(view_of(market[0]), "market_share", limit=2)
    later, _ = queries.figures_page(view_of(market[0], offset=2), "market_share", limit=2)
    assert len(rows) == len(later) == 2 and in_all == 7
    assert not set(rows["fact_id"]) & set(later["fact_id"])


def test_articles_are_found_by_their_words_and_counted(market):
    rows, in_all = article_queries.stories(view_of(market[0], q="partner firms"))
    assert in_all == 1 and rows["figures"].iloc[0] == 2
    assert article_queries.stories(view_of(market[0], company=("ericsson",)))[0]["selections"].tolist() == [1]


def test_a_link_of_another_store_or_load_shows_no_rows(market):
    snapshot = view_of(market[0]).snapshot
    for v in ("ffff0000.1", f"{STORE}.3", f"{STORE}.0"):
        with pytest.raises(NoData, match=r"remove “v”"):
            viewed_load(snapshot, v)


def test_a_replaced_file_is_seen_and_the_old_view_is_still_answered(tmp_path):
    build(tmp_path)
    view = view_of(tmp_path / "published.duckdb")
    fresh = Market(tmp_path / "next")
    fresh.load("2025-01-01")
    fresh.publish().replace(tmp_path / "published.duckdb")
    newer = view.database.snapshot()
    assert newer.newest.on.isoformat() == "2025-01-01" and newer.version != view.snapshot.version
    assert len(view.database.ask(view.snapshot, "from {db}.articles", {})) == 3
    assert len(view.database.ask(newer, "from {db}.articles", {})) == 0


def test_many_threads_get_the_rows_they_asked_for(market):
    database = Database(market[0])
    snapshot, wrong = database.snapshot(), []

    def ask(number: int) -> None:
        for _ in range(20):
            got = database.ask(snapshot, "select $n as n from {db}.figures", {"n": number})["n"].unique().tolist()
            if got != [number]:
                wrong.append(got)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_is_no_database_of_ours_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "published.duckdb"
    with pytest.raises(NoData, match=r"No data yet: run `make etl`"):
        Database(path).snapshot()
    path.write_text("not a database")
    with pytest.raises(NoData, match="is not a database"):
        Database(path).snapshot()
    path.unlink()
    duckdb.connect(path).close()
    with pytest.raises(NoData, match="not this program's"):
        Database(path).snapshot()


def test_a_newer_schema_is_refused(tmp_path):
    market = Market(tmp_path, schema_version=SCHEMA_VERSION + 1)
    market.load("2024-01-01")
    with pytest.raises(NoData, match="update the program"):
        Database(market.publish()).snapshot()


def test_many_companies_together_give_what_each_gives(market):
    many = ("huawei", "ericsson", "nokia", "zte", "nec", "samsung", "cisco", "mavenir")
    each = {fact for key in many for fact in queries.figures(view_of(market[0], company=(key,)))["fact_id"]}
    assert each and set(queries.figures(view_of(market[0], company=many))["fact_id"]) == each
    assert set(queries.figures(view_of(market[0], company=many[:3]))["fact_id"]) < each

"""Every file that a page offers opens in the programs that people have, and holds the rows of the page."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import date

import duckdb
import feedparser
import openpyxl
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import (
    decisions,
    files,
    goal_tables,
    goals,
    policy_queries,
    policy_tables,
    presence,
    presence_tables,
    share,
    target_queries,
)
from dashboard.api import routes
from dashboard.site import ROOMS
from tests.small_market import STORE, Market
from tests.test_pages import market, opened, words
from tests.test_policy_pages import home, ids
from tests.views import view_of

assert market and home and ids  # the fixtures
PAGES = {
    "overview": "figures",
    "market_share": "figures",
    "targets": "figures",
    "selections": "selections",
    "articles": "articles",
    "company": "figures",
}


def offered(said: str) -> list[str]:
    """The addresses of the files that a page links to."""
    return [html.unescape(address)[1:] for address in re.findall(r'<a download href="(\./api/[^"]+)"', said)]


def read(address: str, content: bytes, folder) -> int:
    """How many rows a file has, opened as its ending says."""
    ending = address.partition("?")[0].rpartition(".")[2]
    if ending == "csv":
        return len(pd.read_csv(io.BytesIO(content)))
    if ending == "xlsx":
        return openpyxl.load_workbook(io.BytesIO(content)).active.max_row - 1
    if ending == "json":
        return len(json.loads(content))
    (folder / "file.parquet").write_bytes(content)
    return duckdb.execute("select count(*) from read_parquet(?)", [str(folder / "file.parquet")]).fetchone()[0]


def assert_all_open(said: str, folder) -> dict[str, int]:
    """Open every file that a page offers; rows by table."""
    client = TestClient(Starlette(routes=[routes.mount()]))
    rows: dict[str, set[int]] = {}
    for address in offered(said):
        answer = client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.text[:200]}"
        table = re.match(r"/api/(\w+)\.", address)[1]
        rows.setdefault(table, set()).add(read(address, answer.content, folder))
    assert all(len(counts) == 1 for counts in rows.values()), rows
    return {table: counts.pop() for table, counts in rows.items()}


@pytest.mark.parametrize("page, table", PAGES.items())
def test_each_file_of_a_page_is_opened_and_has_as_many_rows_as_the_page_says(market, tmp_path, page, table):
    address = {"company": "huawei"} if page == "company" else {}
    said = words(opened(page, **address))
    rows = assert_all_open(said, tmp_path)
    told = re.search(r"Download ([\d,]+) ", said)
    assert rows[table] == int(told[1].replace(",", "")) > 0


@pytest.mark.parametrize("page, table", [("deals", "deals"), ("restrictions", "restrictions")])
def test_files_of_deals_and_restrictions_are_opened(ids, tmp_path, page, table):
    assert assert_all_open(words(opened(page)), tmp_path)[table] > 0


def test_files_of_the_overview_and_of_a_country_have_every_kind_that_the_page_tells_of(ids, tmp_path):
    assert set(assert_all_open(words(opened()), tmp_path)) == {"figures", "selections", "deals", "restrictions"}
    assert set(assert_all_open(words(opened("company", company="nec")), tmp_path)) == {"deals"}
    britain = assert_all_open(words(opened("country", country="GB")), tmp_path)
    assert britain == {"figures": 1, "selections": 2, "restrictions": 2}
    said = words(opened("country", country="JP"))
    assert "Download 2 deals of these companies" in said and assert_all_open(said, tmp_path) == {"deals": 2}


def test_rows_without_an_address_come_in_the_same_three_kinds_of_file(market):
    for page, address in (("company", {}), ("country", {}), ("quality", {}), ("changes", {"v": f"{STORE}.1"})):
        app = opened(page, **address)
        offers = [button.proto.label for button in app.get("download_button")]
        assert offers and offers == ["CSV", "Excel", "Parquet"] * (len(offers) // 3)
        assert len(re.findall("<span>Download [1-9]", words(app))) == len(offers) // 3


def opened_rows(rows: pd.DataFrame, folder) -> pd.DataFrame:
    """Rows as somebody reads them who opens the CSV; the other files have as many."""
    told = files.sheet(rows, "https://tracker.example")
    rows_of = {read(f"file.{ending}", write(told), folder) for ending, (_, _, write) in files.FORMATS.items()}
    assert rows_of == {len(rows)}
    return pd.read_csv(io.BytesIO(files.csv(told)))


def test_targets_are_a_file_of_what_is_known_and_reckoned_of_each(market, tmp_path):
    assert "Download 1 target</span>" in words(opened("targets"))
    view = view_of(tmp_path / "published.duckdb")
    found = goals.goals(target_queries.targets(view), target_queries.levels_beside(view), view.today)
    (row,) = opened_rows(goal_tables.for_file(found), tmp_path).to_dict("records")
    assert (row["companies"], row["value"], row["unit"], row["deadline"]) == ("NEC", 20, "percent", 2030)
    assert (row["state"], row["newest_step"], row["newest_step_on"]) == ("open", "announced", "2020-06-26")
    assert (row["last_known_value"], row["last_known_period"]) == (0.7, "2020-06")
    assert row["needed_a_year"] == pytest.approx(1.8, abs=0.05) and pd.isna(row["so_far_a_year"])
    assert (
        row["quote"] == "By 2030 it wants 20%" and row["source"] == "our brief, after Nikkei Asian Review, 26 Jun 2020"
    )
    assert row["link"].endswith(market["target"]) and row["last_known_link"].endswith(market["nec"])
    later = goals.goals(target_queries.targets(view), target_queries.levels_beside(view), date(2031, 1, 1))
    (row,) = goal_tables.for_file(later).to_dict("records")
    assert row["state"] == row["newest_step"] == "missed" and row["needed_a_year"] is None


def test_operators_met_and_a_vendors_presence_are_files_with_both_facts(ids, home, tmp_path):
    assert "Download 1 choice of operators</span>" in words(opened("restrictions"))
    assert "Download 1 choice of operators</span>" in words(opened("country", country="GB"))
    assert "Download 2 decisions by country</span>" in words(opened("selections"))
    view = view_of(home[0] / "published.duckdb")
    (row,) = opened_rows(policy_tables.met_for_file(policy_queries.operators_met(view)[0]), tmp_path).to_dict("records")
    assert (row["operator"], row["country"], row["vendor"], row["decision"]) == ("BT", "GB", "Huawei", "incumbent")
    assert row["link"].endswith(ids["uses"]) and row["restriction_link"][-16:] in (ids["ban"], ids["gone"])
    _, rows = decisions.of_vendor(view)
    told = opened_rows(presence_tables.for_file(presence.presence(rows)), tmp_path)
    assert told[["country", "state", "operator", "decision"]].values.tolist() == [
        ["GB", "Chosen and shut out", "BT", "incumbent"],
        ["GB", "Chosen and shut out", "Vodafone", "removed"],
    ]
    assert {link[-16:] for link in told["link"]} == {ids["uses"], ids["removed"]}


def test_more_rows_than_excel_holds_are_told_where_the_file_would_be(market, monkeypatch):
    told = "Excel holds 3 rows: take CSV or Parquet"
    assert "Excel holds" not in words(opened("selections")) + words(opened("company"))
    monkeypatch.setattr(share, "EXCEL_ROWS", 3)
    said = words(opened("market_share"))  # links
    assert told in said and "figures.csv" in said and "figures.parquet" in said and ".xlsx" not in said
    assert "Excel holds" not in words(opened("selections"))  # one row
    app = opened("company")  # buttons
    assert told in words(app)
    assert [button.proto.label for button in app.get("download_button")] == ["CSV", "Parquet"]


ROWS = pd.DataFrame(
    {
        "fact_id": ["ab", "cd"],
        "selected_fact_id": ["ef", None],
        "parties": [["NEC", "NTT"], ["=1+1"]],
        "title": ["=HYPERLINK(1)", "plain\x07"],
        "happened": [date(2024, 5, 1), None],
        "claim": [1, 2],
        "v": [None, f"{STORE}.1"],
    }
)


def test_each_fact_of_such_a_row_has_a_link_in_the_load_that_has_it():
    told = files.sheet(ROWS, "https://tracker.example")
    assert told["link"].tolist() == [
        "https://tracker.example/fact?fact=ab",
        f"https://tracker.example/fact?fact=cd&v={STORE}.1",
    ]
    assert told["selected_link"].tolist() == ["https://tracker.example/fact?fact=ef", None]
    assert "claim" not in told and "v" not in told
    frozen = files.sheet(ROWS.drop(columns="v"), "https://tracker.example", f"{STORE}.2")
    assert frozen["selected_link"].tolist() == [f"https://tracker.example/fact?fact=ef&v={STORE}.2", None]


def test_such_files_are_opened_and_nothing_in_them_runs(tmp_path):
    told = files.sheet(ROWS, "https://tracker.example")
    for ending, (_, _, write) in files.FORMATS.items():
        assert read(f"file.{ending}", write(told), tmp_path) == 2
    book = openpyxl.load_workbook(io.BytesIO(files.excel(told))).active
    cells = [cell for row in book.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or str(cell.value).startswith("=")]
    assert "NEC + NTT" in [cell.value for cell in cells]
    lists = duckdb.execute("select parties from read_parquet(?)", [str(tmp_path / "file.parquet")]).fetchall()
    assert lists == [(["NEC", "NTT"],), (["=1+1"],)]


def test_the_page_of_articles_says_how_many_stories_its_file_of_articles_has(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    own = Market(tmp_path)
    own.load("2024-06-01")
    told = [own.article(name, "NEC holds 1%.", "2024-01-15", name) for name in ("Wire", "Gazette", "Courier")]
    for one in told[:2]:
        own.connection.execute(
            "insert into stories (article_id, story_id, known_from) values (?, ?, 1)", [one, told[0]]
        )
    own.publish()
    said = words(opened("articles"))
    assert "Download 3 articles, 2 without copies" in said and assert_all_open(said, tmp_path) == {"articles": 3}


def test_every_page_with_filters_offers_files():
    without = {"country", "quality", "data"}  # a country's own tables, scores, and the guide to all addresses
    assert {room.file for room in ROOMS if room.in_menu} == {*PAGES, "deals", "restrictions", *without}


@pytest.mark.parametrize(
    ("page", "asked", "feed", "told"),
    [
        (
            "articles",
            {"q": 'NEC "network equipment"', "company": "nec"},
            "company=nec&q=NEC+%22network+equipment%22",
            2,
        ),
        ("selections", {"v": f"{STORE}.2"}, "kind=selection", 1),
    ],
)
def test_a_page_offers_the_feed_of_what_it_lists(market, page, asked, feed, told):
    offered = re.findall(
        r'<a href="(\./api/feed[^"]+)" target="_blank">Feed of changes</a>', words(opened(page, **asked))
    )
    assert [html.unescape(address) for address in offered] == [f"./api/feed.xml?{feed}"]
    answer = TestClient(Starlette(routes=[routes.mount()])).get(html.unescape(offered[0])[1:])
    assert len(feedparser.parse(answer.content).entries) == told

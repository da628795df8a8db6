"""Every file that a page offers opens in the programs that people have, and holds the rows of the page."""

from __future__ import annotations

import html
import io
import json
import re

import duckdb
import openpyxl
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.api import routes
from dashboard.site import ROOMS
from tests.test_pages import market, opened, words
from tests.test_policy_pages import home, ids

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


def test_every_page_with_filters_offers_files():
    without = {"country", "quality", "data"}  # a country's own tables, scores, and the guide to all addresses
    assert {room.file for room in ROOMS if room.in_menu} == {*PAGES, "deals", "restrictions", *without}

"""The benchmarks do what they say: a crowd sets filters of every kind, and a figure is held against its bar."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import websockets

from benchmarks import crowd, pages
from benchmarks.homes import judged
from benchmarks.server import Served
from dashboard.filters import Filters
from dashboard.site import room_at
from tests.e2e.servers import ROOT
from tests.small_market import build


def test_a_figure_at_its_bar_is_ok_and_one_above_it_is_over():
    assert judged(0.3, 0.3) == "ok"
    assert judged(0.31, 0.3) == "over"


def test_a_person_of_a_crowd_sets_one_filter_at_a_time_and_others_than_the_company(small):
    async def stay() -> list[str]:
        seen, queries = crowd.Seen(), []
        address = f"{small.replace('http', 'ws', 1)}/_stcore/stream"
        async with websockets.connect(address, max_size=None, subprotocols=["streamlit"]) as socket:
            person = crowd.Person(socket, small, seen)
            await person.open(room_at(""))
            await person.open(room_at("market-share"), "company=huawei")
            for label, words in (("Market", "Telecom equipment"), ("Company", "NEC"), ("Decision", "selected")):
                await person.choose(label, [words])
                queries.append(person.query)
        assert seen.errors == []
        return queries

    # The page of shares has no filter of decisions: nothing is asked. The browser of other tests has this thread's event loop.
    with ThreadPoolExecutor(1) as aside:
        assert aside.submit(asyncio.run, stay()).result() == ["market=telecom_equipment", "company=nec", "company=nec"]


def test_the_pages_that_are_asked_for_are_measured_one_a_row_and_so_are_files(tmp_path):
    build(tmp_path)
    command = [sys.executable, "-m", "benchmarks.pages", "--home", str(tmp_path), "--rounds", "1"]
    command += ["--pages", "market-share", "data"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=True)
    _, _, shares, files, *companies = (line.strip() for line in ran.stdout.splitlines())
    bar = r" +[\d,]+ ms (ok|over)"
    assert re.fullmatch(rf"market-share{bar} +[\d,]+ ms{bar} +[\d,]+ ms{bar} +[\d,]+ ms", shares)
    assert re.fullmatch(rf"data{bar} +[\d,]+ ms( +–){{4}}", files)  # it has no chart
    huawei = rf"figures\.csv of Huawei: 3 rows, \d\.\d\d MB,{bar}"
    assert re.fullmatch(huawei, companies[0])
    assert len(companies) == 4


def test_a_page_that_cannot_be_painted_is_told_and_does_not_end_the_run(chromium, tmp_path, capsys):
    gone = Served("http://127.0.0.1:9", None, tmp_path, tmp_path / "times")  # nobody answers there
    visit = pages.Visit(room_at("targets"), Filters(), ["NEC"])
    took = pages.measured(chromium, gone, visit, 1, count(0.5))
    assert "targets: " in capsys.readouterr().out
    assert pages.line("targets", took, 0.3).split() == ["targets", *"––––––"]

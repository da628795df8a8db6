"""The benchmarks do what they say: a crowd sets filters of every kind, and a figure is held against its bar."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import websockets

from benchmarks import crowd
from benchmarks.homes import judged
from dashboard.site import room_at


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

"""Many people at once: `python -m benchmarks.crowd`. Each has a websocket, opens pages and sets filters, as a browser would.

Measured with the app's memory frozen after its start, as it is, and without: errors, time of a rerun (from a click until the
script has ended), memory for each session. Bars: no error, p95 under 1 s with 30 people on two cores, under 5 MB a session.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.pages import companies, p95
from benchmarks.server import Served, bundled, served
from dashboard.names import registered_names
from dashboard.site import ROOMS

PATIENCE = 60  # seconds for a rerun before it counts as an error
TROUBLE = ("could not be drawn", "Nothing to show")


@dataclass
class Seen:
    """What the people saw: seconds of each rerun, and what went wrong."""

    reruns: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Person:
    """One browser: its socket, the pages it knows, the filter of companies on the page that it looks at."""

    def __init__(self, socket: websockets.ClientConnection, address: str, seen: Seen) -> None:
        self.socket, self.address, self.seen = socket, address, seen
        self.pages: dict[str, str] = {}
        self.page, self.query = "", ""
        self.filter_id, self.options, self.chosen = "", [], []

    async def open(self, path: str, query: str = "") -> None:
        """Go to a page through its link."""
        self.page, self.query, self.chosen = self.pages.get(path, ""), query, []
        await self._rerun()

    async def choose(self, names: list[str]) -> None:
        """Set the filter of companies."""
        self.chosen = [name for name in names if name in self.options]
        await self._rerun()

    async def _rerun(self) -> None:
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_script_hash = self.page
        asked.rerun_script.context_info.url = self.address
        if self.filter_id and self.chosen:
            state = asked.rerun_script.widget_states.widgets.add(id=self.filter_id)
            state.string_array_value.data.extend(self.chosen)
        begun = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        while True:
            told = ForwardMsg()
            told.ParseFromString(await asyncio.wait_for(self.socket.recv(), PATIENCE))
            what = told.WhichOneof("type")
            if what == "navigation":
                self.pages = {page.url_pathname: page.page_script_hash for page in told.navigation.app_pages}
            elif what == "page_info_changed":
                self.query = told.page_info_changed.query_string
            elif what == "delta":
                self._look(told.delta.new_element)
            elif what == "script_finished":
                break
        if told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self.seen.reruns.append(time.perf_counter() - begun)

    def _look(self, element: object) -> None:
        what = element.WhichOneof("type")
        if what == "multiselect" and element.multiselect.label == "Company":
            self.filter_id, self.options = element.multiselect.id, list(element.multiselect.options)
        elif what == "exception":
            self.seen.errors.append(element.exception.message)
        elif what == "html" and any(words in element.html.body for words in TROUBLE):
            self.seen.errors.append(element.html.body[:200])


async def visit(app: Served, seen: Seen, until: float, dice: random.Random, names: list[str], pause: float) -> None:
    """One person's stay: pages and filters at random, with a pause to look at each."""
    keys = registered_names()
    rooms = [room.path for room in ROOMS if room.in_menu]
    try:
        async with websockets.connect(_stream(app), max_size=None, subprotocols=["streamlit"]) as socket:
            person = Person(socket, app.address, seen)
            await person.open("")
            while time.monotonic() < until:
                await asyncio.sleep(dice.uniform(0.5, 1.5) * pause)
                if dice.random() < 0.5:
                    narrowed = urlencode({"company": keys.key(dice.choice(names))}) if dice.random() < 0.5 else ""
                    await person.open(dice.choice(rooms) or "overview", narrowed)
                else:
                    await person.choose([dice.choice(names)])
    except (OSError, TimeoutError, websockets.WebSocketException) as reason:
        seen.errors.append(f"{type(reason).__name__}: {reason}")


def _stream(app: Served) -> str:
    return f"{app.address.replace('http', 'ws', 1)}/_stcore/stream"


async def look_through(app: Served, names: list[str]) -> Seen:
    """One person sees every page through every filter once, so that answers are kept before others come."""
    seen, keys = Seen(), registered_names()
    async with websockets.connect(_stream(app), max_size=None, subprotocols=["streamlit"]) as socket:
        person = Person(socket, app.address, seen)
        await person.open("")
        for room in (room for room in ROOMS if room.in_menu):
            await person.open(room.path or "overview")
            for name in names:
                await person.open(room.path or "overview", urlencode({"company": keys.key(name)}))
    return seen


async def gather(app: Served, people: int, seconds: float, names: list[str], pause: float) -> tuple[Seen, float]:
    """Let people click at once; what they saw, and the memory in MB while all are still there."""
    seen, until = Seen(), time.monotonic() + seconds
    visits = [visit(app, seen, until, random.Random(one), names, pause) for one in range(people)]
    crowd = asyncio.gather(*visits)
    await asyncio.sleep(seconds * 0.95)
    held = app.memory()
    await crowd
    return seen, held


def measure(home: Path, people: int, seconds: float, pause: float) -> None:
    """Print what a crowd saw, with the freeze and without."""
    names = [name for name, _ in companies(home, 8)]
    for freeze in (True, False):
        with served(home, freeze) as app:
            first = asyncio.run(look_through(app, names))
            alone = app.memory()
            seen, held = asyncio.run(gather(app, people, seconds, names, pause))
        errors = first.errors + seen.errors
        print(
            f"{'frozen' if freeze else 'not frozen'}: {len(seen.reruns):,} reruns of {people} people in {seconds:.0f} s, "
            f"{len(errors)} errors, median {median(seen.reruns) * 1000:.0f} ms, p95 {p95(seen.reruns) * 1000:.0f} ms "
            f"(one person alone: {median(first.reruns) * 1000:.0f} and {p95(first.reruns) * 1000:.0f} ms); "
            f"{(held - alone) / people:.1f} MB a session ({alone:.0f} MB before)"
        )
        for words, count in {words: errors.count(words) for words in errors}.items():
            print(f"  {count} times: {words}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=30)
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--pause", type=float, default=3, help="seconds that a person looks at a page, on average")
    options.add_argument("--home", type=Path, help="databases in the place of the bundled articles")
    args = options.parse_args()
    with nullcontext(args.home) if args.home else bundled() as home:
        measure(home, args.people, args.seconds, args.pause)


if __name__ == "__main__":
    main()

"""Many people at once: `python -m benchmarks.crowd`. Each has a websocket, opens pages and sets filters, as a browser would.

Measured with the bundled articles and with a million generated facts, with the app's memory frozen after its start, as it is,
and without: errors, time of a rerun (from a click until the script has ended), memory for each session. Most filters that are
set are companies, one in four is another of the page's. Bars: no error, p95 of 1 s with 30 people on two cores, 5 MB a session;
"ok" or "over" beside a figure of the app as it is tells whether it keeps to its bar.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.homes import Home, add_options, homes, judged
from benchmarks.pages import companies, p95
from benchmarks.server import Served, served
from dashboard.filters import LABELS, MANY
from dashboard.names import registered_names
from dashboard.site import ROOMS, Room

PATIENCE = 60  # seconds for a rerun before it counts as an error
RERUN_BAR, SESSION_BAR = 1.0, 5.0  # seconds of p95; MB
OTHER = 0.25  # of the filters that are set: another one than the company
MENU = tuple(room for room in ROOMS if room.in_menu)
TROUBLE = ("could not be drawn", "Nothing to show")


@dataclass
class Seen:
    """What the people saw: seconds of each rerun, and what went wrong."""

    reruns: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Box:
    """A filter as the app has drawn it: its id and the words that can be chosen in it."""

    id: str
    options: tuple[str, ...]


class Person:
    """One browser: its socket, the pages it knows, the page that it looks at and the filters that it has seen."""

    def __init__(self, socket: websockets.ClientConnection, address: str, seen: Seen) -> None:
        self.socket, self.address, self.seen = socket, address, seen
        self.pages: dict[str, str] = {}
        self.room, self.query = MENU[0], ""
        self.boxes: dict[str, Box] = {}

    async def open(self, room: Room, query: str = "") -> None:
        """Go to a page through its link."""
        self.room, self.query = room, query
        await self._rerun({})

    def filters(self) -> dict[str, Box]:
        """The filters of the page with something to choose, by label."""
        labels = (LABELS[name] for name in self.room.filters if name in MANY)
        return {label: box for label in labels if (box := self.boxes.get(label)) and box.options}

    async def choose(self, label: str, wanted: list[str]) -> None:
        """Set one filter of the page, and none beside it."""
        boxes = self.filters()
        if label in boxes:
            chosen = {box.id: [] for box in boxes.values()}
            box = boxes[label]
            await self._rerun(chosen | {box.id: [words for words in wanted if words in box.options]})

    async def _rerun(self, chosen: dict[str, list[str]]) -> None:
        """Ask for the page and wait until it is drawn. chosen: what stands in filters, by their ids."""
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_script_hash = self.pages.get(self.room.path or "overview", "")
        asked.rerun_script.context_info.url = self.address
        for box, words in chosen.items():
            value = asked.rerun_script.widget_states.widgets.add(id=box).string_array_value
            value.SetInParent()  # an empty list, too: else a filter keeps what was chosen before
            value.data.extend(words)
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
        if what == "multiselect":
            self.boxes[element.multiselect.label] = Box(element.multiselect.id, tuple(element.multiselect.options))
        elif what == "exception":
            self.seen.errors.append(element.exception.message)
        elif what == "html" and any(words in element.html.body for words in TROUBLE):
            self.seen.errors.append(element.html.body[:200])


async def visit(app: Served, seen: Seen, until: float, dice: random.Random, names: list[str], pause: float) -> None:
    """One person's stay: pages and filters at random, with a pause to look at each."""
    keys = registered_names()
    try:
        async with websockets.connect(_stream(app), max_size=None, subprotocols=["streamlit"]) as socket:
            person = Person(socket, app.address, seen)
            await person.open(MENU[0])
            while time.monotonic() < until:
                await asyncio.sleep(dice.uniform(0.5, 1.5) * pause)
                if dice.random() < 0.5:
                    narrowed = urlencode({"company": keys.key(dice.choice(names))}) if dice.random() < 0.5 else ""
                    await person.open(dice.choice(MENU), narrowed)
                else:
                    await person.choose(*one_filter(person, dice, names))
    except (OSError, TimeoutError, websockets.WebSocketException) as reason:
        seen.errors.append(f"{type(reason).__name__}: {reason}")


def one_filter(person: Person, dice: random.Random, names: list[str]) -> tuple[str, list[str]]:
    """A filter of the page and what to choose in it: a company, now and then something else."""
    others = [label for label in person.filters() if label != LABELS["company"]]
    if others and dice.random() < OTHER:
        label = dice.choice(others)
        return label, [dice.choice(person.filters()[label].options)]
    return LABELS["company"], [dice.choice(names)]


def _stream(app: Served) -> str:
    return f"{app.address.replace('http', 'ws', 1)}/_stcore/stream"


async def look_through(app: Served, names: list[str]) -> Seen:
    """One person sees every page through every company once, so that answers are kept before others come."""
    seen, keys = Seen(), registered_names()
    async with websockets.connect(_stream(app), max_size=None, subprotocols=["streamlit"]) as socket:
        person = Person(socket, app.address, seen)
        await person.open(MENU[0])
        for room in MENU:
            await person.open(room)
            for name in names:
                await person.open(room, urlencode({"company": keys.key(name)}))
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


def measure(home: Home, people: int, seconds: float, pause: float) -> None:
    """Print what a crowd saw, with the freeze and without."""
    names = [name for name, _ in companies(home.folder, 8)]
    for freeze in (True, False):
        with served(home.folder, freeze) as app:
            first = asyncio.run(look_through(app, names))
            alone = app.memory()
            seen, held = asyncio.run(gather(app, people, seconds, names, pause))
        bar = _against if freeze else _unjudged
        errors, slow, each = first.errors + seen.errors, p95(seen.reruns), (held - alone) / people
        print(
            f"{home.what}, {'frozen' if freeze else 'not frozen'}: {len(seen.reruns):,} reruns of {people} people in "
            f"{seconds:.0f} s, {len(errors)} errors{bar(len(errors), 0)}, median {median(seen.reruns) * 1000:.0f} ms, "
            f"p95 {slow * 1000:.0f} ms{bar(slow, RERUN_BAR)} "
            f"(one person alone: {median(first.reruns) * 1000:.0f} and {p95(first.reruns) * 1000:.0f} ms); "
            f"{each:.1f} MB a session{bar(each, SESSION_BAR)} ({alone:.0f} MB before)"
        )
        for words, count in {words: errors.count(words) for words in errors}.items():
            print(f"  {count} times: {words}")


def _against(value: float, bar: float) -> str:
    return f" {judged(value, bar)}"


def _unjudged(_value: float, _bar: float) -> str:
    return ""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=30)
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--pause", type=float, default=3, help="seconds that a person looks at a page, on average")
    add_options(options)
    args = options.parse_args()
    for home in homes(args):
        measure(home, args.people, args.seconds, args.pause)


if __name__ == "__main__":
    main()

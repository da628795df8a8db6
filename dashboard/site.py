"""The site: which pages there are, at which addresses, and which filters each has beside the shared ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from dashboard.escape import for_html
from dashboard.filters import FOCUS, SHARED, Filters, to_query
from dashboard.sql import KINDS, has


@dataclass(frozen=True)
class Room:
    """A page. path: its address without the slash; own: its filters beside the shared ones. writes: a page for work on the data.

    icon: its name among the symbols that Streamlit brings. kinds: of which kinds the facts are that it is drawn from;
    shows: which of them, as filters.
    """

    path: str
    file: str
    title: str
    question: str
    icon: str = ""
    own: tuple[str, ...] = ()
    in_menu: bool = True
    writes: bool = False
    kinds: tuple[str, ...] = tuple(KINDS)
    shows: Filters = Filters()  # noqa: RUF009

    @property
    def filters(self) -> tuple[str, ...]:
        """Every filter of the page's address: the shared ones that some of its facts have, and its own.

        They are drawn on the page, unless it is drawn from no fact: then the least confidence is only taken along.
        """
        shared = (name for name in SHARED if name == "min_confidence" or any(has(kind, name) for kind in self.kinds))
        return (*shared, *self.own)


BRAND = '<div class="vt-brand">5G Vendor Tracker<small>Every figure one click from its sentence</small></div>'
ROOMS = (
    Room(
        "",
        "overview",
        "Overview",
        "Who holds the market, who aims where, and who chose whom lately.",
        "dashboard",
    ),
    Room(
        "market-share",
        "market_share",
        "Market share",
        "Who holds how much, one chart for each thing that a share can be a share of.",
        "show_chart",
        ("generation",),
        kinds=("figure",),
        shows=Filters(metric=("market_share",)),
    ),
    Room(
        "targets",
        "targets",
        "Targets",
        "Who aims where, and how far each still is from it.",
        "flag",
        ("generation", "metric"),
        kinds=("figure",),
        shows=Filters(status=("actual", "target")),
    ),
    Room(
        "selections",
        "selections",
        "Vendor selections",
        "Which operators chose, tried, passed over or removed which vendors.",
        "handshake",
        ("operator", "country", "generation", "decision"),
        kinds=("selection",),
    ),
    Room(
        "deals",
        "deals",
        "Deals",
        "Who invested in, bought, sold or joined with whom.",
        "hub",
        kinds=("deal",),
    ),
    Room(
        "restrictions",
        "restrictions",
        "Restrictions",
        "What governments decide about vendors, by when, and which operators it meets.",
        "gavel",
        ("country",),
        kinds=("restriction",),
    ),
    Room(
        "company",
        "company",
        "Company",
        "Everything that the articles say about one company.",
        "domain",
        ("generation",),
    ),
    Room(
        "country",
        "country",
        "Country",
        "Everything that the articles say about one country.",
        "public",
        ("country", "generation"),
        # Beside them, the deals of companies at home there: no deal tells a country.
        kinds=("figure", "selection", "restriction"),
    ),
    Room("articles", "articles", "Articles", "Where every figure comes from.", "article", ("operator", "q")),
    Room(
        "quality",
        "quality",
        "Quality",
        "How much the reader finds and misses, how far it can be believed, how fresh the articles are.",
        "rule",
        kinds=(),
    ),
    Room(
        "data",
        "data",
        "Data",
        "Every row behind the charts, as files, as a feed, and at addresses that programs can ask.",
        "database",
        ("operator", "country", "generation", "metric", "decision"),
    ),
    Room(
        "changes",
        "changes",
        "What has changed",
        "The facts added, changed and withdrawn since a frozen link was made.",
        own=tuple(name for name in Filters.__dataclass_fields__ if name not in (*SHARED, *FOCUS)),
        in_menu=False,
    ),
    Room(
        "add",
        "add",
        "Add articles",
        "Paste a text, give an address or drop files; see what is read in them, then save.",
        "note_add",
        in_menu=False,
        writes=True,
    ),
    Room(
        "review",
        "review",
        "Review",
        "What the reader is not sure of, missed or cannot know: accept, correct, reject or write it.",
        "fact_check",
        in_menu=False,
        writes=True,
    ),
    Room("fact", "fact", "Fact", "One fact, the sentence that states it, and who says so.", in_menu=False),
)


def heading(room: Room) -> str:
    """HTML: a page's title and the question that it answers."""
    return f'<div class="vt-head"><h1>{for_html(room.title)}</h1><p>{for_html(room.question)}</p></div>'


def room_at(path: str) -> Room:
    """The page at an address."""
    return next(room for room in ROOMS if room.path == path.strip("/"))


def href(path: str, filters: Filters = Filters(), extra: Iterable[tuple[str, str]] = ()) -> str:  # noqa: B008
    """A link from any page to another, or to itself, through these filters; relative, for any base address."""
    query = urlencode([*to_query(filters), *extra])
    return f"./{path}{'?' if query else ''}{query}"


def carried(filters: Filters, *, to: Room) -> Filters:
    """What a link to another page takes along: every filter that it has, as it is set or not, and the version."""
    return filters.only((*to.filters, "v"))


def compared(filters: Filters, room: Room) -> Filters:
    """The address, on the page of changes, of what has changed of the facts that a page shows through these filters."""
    if filters.fact and room.path == "fact":
        return Filters(fact=filters.fact, v=filters.v, min_confidence=0.0)
    if filters.article and room.path == "articles":
        return Filters(article=filters.article, v=filters.v, min_confidence=filters.min_confidence)
    own = filters.only((*room_at("changes").filters, "v"))
    shown = {name: getattr(room.shows, name) for name in room.shows.narrowing() if not getattr(own, name)}
    return replace(own, **shown, kind=() if room.kinds == tuple(KINDS) else room.kinds)


def evidence_link(view_filters: Filters, fact_id: str) -> str:
    """The address of a fact's own page, in the same version of the data."""
    return href("fact", Filters(fact=fact_id, v=view_filters.v))

"""Names that the app asks for: kept with one's own, then the articles that have them are read again, at once.

A writer does it in two steps, so that nobody waits for the reading: with the store open it keeps the name and looks which articles have
it; with the store closed it reads them. Whoever comes next loads them. A run that is going on keeps the name only, and the next run reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from etl import paths
from etl.article import UnreadableDocument
from etl.errors import EtlError
from etl.loading import Due, Ids, Reader, Summary, load
from etl.names import Registry
from etl.own_names import Adder, add_own_name
from etl.reading import Outcome, Readable
from etl.requests import Answer, Naming, Request
from etl.rows import content_hash
from etl.sources.files import list_folder
from etl.sources.gathering import listings
from etl.sources.raw import Raw
from etl.sources.settings import read_settings
from etl.store import Store, Stored

MOST = 200  # articles that are read again at once; the next run reads the rest
LATER = "the next run reads the articles again with it"


class NamingError(EtlError):
    """A name that cannot be taken in: one line for the person."""


@dataclass(frozen=True)
class Named:
    """What became of a name: a line that says what it is now, and the words by which articles have it that must be read again."""

    line: str
    words: tuple[str, ...]


def take_name(names: Path, asks: Naming, by: Adder) -> Named:
    """Add a name to one's own, with who did. Raises NamingError and OwnNamesError."""
    if any(sign in asks.name + asks.canonical for sign in ";\n\r\0"):
        raise NamingError("a name cannot have a semicolon or a line's end in it")
    known = Registry.load(own=names)
    entity, holder = known.entity(asks.canonical), known.resolve(asks.name)
    if holder and holder.name == asks.canonical:
        return Named(f"{asks.name} is known as {holder.name}", (asks.name,))
    if holder:
        raise NamingError(f"{asks.name} is a name of {holder.name} already; nothing was changed")
    if entity and asks.role not in entity.roles:
        raise NamingError(f"{entity.name} is known as {' and '.join(sorted(entity.roles))}, not as {asks.role}")
    if entity is None and known.resolve(asks.canonical):
        raise NamingError(f"{asks.canonical} is a name of {known.resolve(asks.canonical).name}; give that one")
    canonical = entity.name if entity else asks.canonical
    add_own_name(names, asks.name, asks.role, canonical, asks.country, new=not entity, by=by)
    if entity:
        return Named(f"{asks.name} is a name of {entity.name} now", (asks.name,))
    return Named(f"{asks.name} is {asks.role} {asks.canonical} now", (asks.name, asks.canonical))


@dataclass
class _Begun:
    """A name that was kept: the documents to read again, how many are left to the next run, and what was read."""

    line: str
    due: list[Due]
    left: int
    read: list[tuple[Due, Outcome]] | None = None


@dataclass
class Namer:
    """Takes names in and has their articles read again. reader: made anew for each name, so that it knows it."""

    reader: Callable[[], Reader]
    raw: Raw
    now: Reader | None = None
    _begun: dict[str, _Begun] = field(default_factory=dict)

    def begin(self, store: Store, request: Request) -> None:
        """Keep the name and look which articles have it. Raises NamingError, OwnNamesError and EtlError."""
        if request.id not in self._begun:
            named = take_name(paths.names(), request.asks, request.adder)
            ids = store.articles_with(named.words)
            due = list(_documents(store, ids[:MOST], self.raw)) if ids else []
            self._begun[request.id] = _Begun(named.line, due, len(ids) - len(due))

    def read(self) -> bool:
        """Read the articles of the names that were kept; whether there were any. The store need not be open."""
        waiting = [one for one in self._begun.values() if one.read is None]
        if waiting:
            self.now = self.reader()
        for one in waiting:
            outcomes = self.now.read([due.document for due in one.due], 2)  # 2: not in this process
            one.read = list(zip(one.due, outcomes, strict=True))
        return bool(waiting)

    def answer(self, store: Store, request: Request) -> Answer | None:
        """Load what was read with a name and answer; None while it is not read. Raises StoreError."""
        begun = self._begun.get(request.id)
        if begun is None or begun.read is None:
            return None
        good = [(due, outcome) for due, outcome in begun.read if not outcome.failure]
        load(store, good, Ids(store.documents().values()), Summary())
        left = begun.left + len(begun.read) - len(good)
        told = [begun.line]
        told += [f"{_articles(len(good))} read again with it"] if good else []
        told += [f"the next run reads {_articles(left)} again with it"] if left else []
        told += [] if good or left else ["no article has it"]
        return Answer(id=request.id, state="done", line="; ".join(told))


def _articles(count: int) -> str:
    return f"{count} article{'s' * (count != 1)}"


def _documents(store: Store, article_ids: list[str], raw: Raw) -> Iterator[Due]:
    """The documents of these articles that are still where they were. Those that are not wait for the next run."""
    asked = set(article_ids)
    wanted = {
        (one.source, one.path): one
        for one in store.documents().values()
        if one.article_id in asked and one.state != "withdrawn" and not one.missing
    }
    for source in sorted({source for source, _ in wanted}):
        for document in _listed(store, source, raw):
            stored: Stored | None = wanted.get((source, document.path))
            if stored:
                try:
                    yield Due(document, content_hash(document.read(), document.known), stored)
                except UnreadableDocument:
                    continue


def _listed(store: Store, source: str, raw: Raw) -> list[Readable]:
    """The documents of a source, wherever they lie; none when its folder is not there now."""
    try:
        if source in raw.sources():
            return raw.listing(source).documents
        if source in ("bundled", "inbox"):
            return list_folder(
                paths.BUNDLED if source == "bundled" else paths.INBOX, source, briefs=source == "bundled"
            ).documents
        if place := store.folders().get(source):
            return [replace(one, source=source) for one in list_folder(Path(place), source).documents]
        kept = listings(read_settings(paths.sources_file()), raw, source)
        return [document for _, listing in kept for document in listing.documents]
    except OSError:
        return []

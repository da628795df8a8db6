"""The whole ETL on one page: which documents are there, which must be read, what was read, and its publication."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, count, islice
from pathlib import Path

from etl.article import UnreadableDocument
from etl.paths import BUNDLED, INBOX
from etl.reading import Outcome, read_all
from etl.rows import article_row, content_hash, path_id, reading_rows, url_id
from etl.sources.files import Document, Listing, list_folder
from etl.store import Store, Stored, StoreError, Versions, open_store
from etl.store_file import only_writer
from etl.writer import drain

BATCH = 64  # documents of one transaction
Progress = Callable[[Iterable[Outcome], int], Iterable[Outcome]]


@dataclass(frozen=True)
class Reader:
    """What reads documents, and what its facts depend on: the versions of reader and registry, and the default threshold (0-1)."""

    version: str
    registry: str
    default_min_confidence: float
    read: Callable[[list[Document], int], Iterator[Outcome]]


@dataclass
class Summary:
    """What a run did. Documents: new, changed, reread (same document, other reader or registry), unchanged, missing, withdrawn.

    failed: (source, path, reason). skipped: (source, path, why) of documents kept but not read. facts: number known now, by kind,
    "unsure" (below the default threshold) and "unread" (sentences). load: the newest load. published: whether readers see
    something new. notes: a line each.
    """

    new: int = 0
    changed: int = 0
    reread: int = 0
    unchanged: int = 0
    missing: int = 0
    withdrawn: int = 0
    skipped: list[tuple[str, str, str]] = field(default_factory=list)
    failed: list[tuple[str, str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str, str]] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=dict)
    load: int = 0
    published: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Removal:
    """An article that was withdrawn: its id, the place of its document, and a line for each thing a person should know."""

    article_id: str
    place: str
    notes: list[str]


@dataclass(frozen=True)
class Due:
    """A document that must be read: its fingerprint, and what the store knows of it."""

    document: Document
    fingerprint: str
    stored: Stored | None


def the_reader() -> Reader:
    """The project's own reader."""
    from etl.extract import default_threshold, reader_version
    from etl.extract.reader import registry

    return Reader(reader_version(), registry().version, default_threshold(), read_all)


def run(
    warehouse: Path,
    folders: Iterable[Path] = (),
    *,
    kept: Iterable[tuple[str, Listing]] = (),
    usual: bool = True,
    bundled: bool = True,
    workers: int = 1,
    reader: Reader | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Read what is new or changed in the folders (none given, and usual: our briefs and the inbox) and in `kept`, and publish it.

    kept: (source, its documents) of what was fetched or added. bundled=False leaves our briefs out, also those of an earlier run.
    Raises StoreError, and OSError for a folder that is not there.
    """
    reader = reader or the_reader()
    versions = Versions(reader.version, reader.registry, reader.default_min_confidence)
    with open_store(warehouse, _now(), versions) as store:
        summary = Summary(notes=list(store.notes))
        listings = [*_listings(store, list(folders), bundled, usual), *_named(kept, store)]
        documents = [document for _, found in listings for document in found.documents]
        for source, found in listings:
            summary.failed += [(source, path, reason) for path, reason in found.faults]
            summary.notes += [f"{source}: {found.skipped} other files skipped"] if found.skipped else []
        known = _follow_moves(store, documents, store.documents(), {source for source, _ in listings}, summary)
        due = list(_due(store, documents, known, summary))
        outcomes = reader.read([one.document for one in due], workers)
        by_place = {(one.document.source, one.document.path): one for one in due}
        held = _Ids(known.values())
        shown = iter(progress(outcomes, len(due)) if progress else outcomes)
        while batch := list(islice(shown, BATCH)):
            with store.transaction():
                _load(store, [(by_place[o.document.source, o.document.path], o) for o in batch], held, summary)
            drain(store, warehouse)
        sources = {source for source, _ in listings}
        with store.transaction():
            _mark_missing(store, documents, known, sources, summary)
            if not bundled:
                _leave_out(store, known.values(), "bundled")
                sources.add("bundled")
            store.set_failures(summary.failed, sources)
        drain(store, warehouse)
        summary.published = store.publish(_told(summary))
        summary.load, summary.facts = store.published_load(), store.counts()
    return summary


def remove(warehouse: Path, asked: str) -> Removal:
    """Withdraw an article and its facts, by id, unique beginning of it, or name; its document is not read again until it changes.

    Raises StoreError.
    """
    if not (warehouse / "store.duckdb").exists():
        raise StoreError(f"no database in {warehouse} yet; read articles first (python -m etl run)")
    with open_store(warehouse, _now()) as store:
        article_id = store.find_article(asked)
        documents = [known for known in store.documents().values() if known.article_id == article_id]
        with store.transaction():
            store.withdraw([article_id])
            store.remember([replace(known, state="withdrawn", why="removed") for known in documents])
        names = [f"{known.source}/{known.path}" for known in documents] or [article_id]
        store.publish(f"removed {names[0]}")
        return Removal(article_id, names[0], store.notes)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def plan(warehouse: Path, *, reader: Reader | None = None, **settings) -> Summary:
    """What a run with these settings would read; nothing is changed. Raises as run does."""
    reader = reader or the_reader()
    blind = Reader(reader.version, reader.registry, reader.default_min_confidence, lambda documents, workers: iter(()))
    with tempfile.TemporaryDirectory() as folder:
        if (warehouse / "store.duckdb").exists():
            with only_writer(warehouse):
                for file in warehouse.glob("store.duckdb*"):  # what a killed run left in its log, too
                    shutil.copy2(file, folder)
        return run(Path(folder), reader=blind, **settings)


def _named(kept: Iterable[tuple[str, Listing]], store: Store) -> Iterator[tuple[str, Listing]]:
    """What is kept, when no folder that was given to a run goes by the same name."""
    folders = store.folders()
    for source, listing in kept:
        if source in folders:
            raise StoreError(
                f'source "{source}" has the name of a folder that was read before ({folders[source]}); '
                "give it another name in sources.toml"
            )
        yield source, listing


def _listings(store: Store, folders: list[Path], bundled: bool, usual: bool):
    """(source, what its folder holds) of every folder that this run looks at."""
    if folders:
        for folder in {folder.resolve(): folder for folder in folders}.values():
            briefs = folder.resolve() == BUNDLED
            source = "bundled" if briefs else "inbox" if folder.resolve() == INBOX else None
            listing = list_folder(folder, source or folder.name, briefs=briefs)
            if source is None:
                source = store.source_of(folder)
                listing.documents = [replace(document, source=source) for document in listing.documents]
            yield source, listing
    if folders or not usual:
        return
    INBOX.mkdir(parents=True, exist_ok=True)
    if bundled:
        yield "bundled", list_folder(BUNDLED, "bundled", briefs=True)
    yield "inbox", list_folder(INBOX, "inbox")


def _follow_moves(
    store: Store, documents: list[Document], known: dict[tuple[str, str], Stored], sources: set[str], summary: Summary
) -> dict[tuple[str, str], Stored]:
    """What the store knows, with files that were renamed or moved inside their source under the path where they are now.

    Such a document keeps its article's id, its facts, and that it was removed: else each renamed file would count twice.
    """
    there = {(document.source, document.path): document for document in documents}
    gone = {
        (one.source, one.content_hash): one
        for place, one in known.items()
        if place[0] in sources and place not in there
    }
    known = dict(known)
    for place in [place for place in there if gone and place not in known]:
        try:
            fingerprint = content_hash(there[place].read(), there[place].known)
        except UnreadableDocument:
            continue
        moved = gone.pop((place[0], fingerprint), None)
        if moved:
            del known[moved.source, moved.path]
            with store.transaction():
                known[place] = store.move(moved, place[1])
            summary.notes.append(f"{moved.source}/{moved.path} is now {place[1]}; it keeps its facts and its links")
    return known


def _due(
    store: Store, documents: list[Document], known: dict[tuple[str, str], Stored], summary: Summary
) -> Iterator[Due]:
    """The documents that must be read; the others are counted, and those that had been missing are there again."""
    back = []
    for document in documents:
        stored = known.get((document.source, document.path))
        try:
            fingerprint = content_hash(document.read(), document.known)
        except UnreadableDocument as error:
            summary.failed.append((document.source, document.path, str(error)))
            continue
        if stored is None:
            summary.new += 1
        elif stored.content_hash != fingerprint:
            summary.changed += 1
        elif stored.state == "withdrawn":
            if stored.why == "removed":
                summary.withdrawn += 1
                continue
            summary.new += 1
        elif (stored.reader, stored.registry) != (store.reader, store.registry):
            summary.reread += 1
        else:
            summary.unchanged += 1
            if stored.missing:
                back.append(stored.article_id)
            if stored.state == "skipped":
                summary.skipped.append((document.source, document.path, stored.why or ""))
            continue
        yield Due(document, fingerprint, stored)
    if back:
        with store.transaction():
            store.set_article_state(back, None)


class _Ids:
    """Which document holds which article id, so that two articles of one address keep both."""

    def __init__(self, known: Iterable[Stored]) -> None:
        self.holder = {one.article_id: (one.source, one.path) for one in known if one.state != "withdrawn"}

    def give(self, due: Due, source_url: str | None) -> str:
        document = due.document
        place = (document.source, document.path)
        wanted = [*([url_id(source_url)] if source_url else []), path_id(*place)]
        if due.stored and (due.stored.article_id in wanted or not source_url):
            wanted.insert(0, due.stored.article_id)
        # A path of its own, too, can be the id of a document that was moved away from there.
        further = (path_id(document.source, f"{document.path}#{n}") for n in count(2))
        given = next(one for one in chain(wanted, further) if self.holder.get(one, place) == place)
        self.holder[given] = place
        return given


def _load(store: Store, batch: list[tuple[Due, Outcome]], held: _Ids, summary: Summary) -> None:
    """Put what was read of some documents into the store. A document that failed keeps what it had."""
    rows: dict[str, dict[str, list[dict]]] = {}
    gone, notes = [], []
    for due, outcome in batch:
        document = due.document
        if outcome.failure:
            _uncount(due, summary)
            summary.failed.append((document.source, document.path, outcome.failure))
            continue
        summary.warnings += [(document.source, document.path, warning) for warning in outcome.article.warnings]
        if outcome.reading.skipped:
            summary.skipped.append((document.source, document.path, outcome.reading.skipped))
        article_id = held.give(due, outcome.article.source_url)
        if due.stored and due.stored.article_id != article_id:
            gone.append(due.stored.article_id)
        article = article_row(
            article_id, document.source, document.path, due.fingerprint, outcome.article, outcome.reading
        )
        rows[article_id] = {"articles": [article], **reading_rows(article_id, store.reader, outcome.reading)}
        notes.append(
            Stored(
                document.source,
                document.path,
                article_id,
                due.fingerprint,
                store.reader,
                store.registry,
                article["state"],
                article["why"],
                False,
            )
        )
    store.withdraw([one for one in gone if one not in rows])
    store.load_rows({one: of["articles"][0]["text"] for one, of in rows.items()}, rows)
    store.remember(notes)


def _uncount(due: Due, summary: Summary) -> None:
    """A document that failed is counted as failed alone."""
    if due.stored is None or due.stored.state == "withdrawn":
        summary.new -= 1
    elif due.stored.content_hash != due.fingerprint:
        summary.changed -= 1
    else:
        summary.reread -= 1


def _mark_missing(store: Store, documents: list[Document], known: dict, sources: set[str], summary: Summary) -> None:
    """Documents gone from folders that were looked at are marked and keep their facts."""
    there = {(document.source, document.path) for document in documents}
    gone = [
        one for place, one in known.items() if place[0] in sources and place not in there and one.state != "withdrawn"
    ]
    summary.missing = len(gone)
    store.set_article_state([one.article_id for one in gone if not one.missing], "missing")


def _leave_out(store: Store, known: Iterable[Stored], source: str) -> None:
    """Withdraw all articles of a source until a run takes it in again."""
    held = [one for one in known if one.source == source and one.state != "withdrawn"]
    if held:
        store.withdraw([one.article_id for one in held])
        store.remember([replace(one, state="withdrawn", why="left out") for one in held])


def _told(summary: Summary) -> str:
    parts = [
        (summary.new, "new"),
        (summary.changed, "changed"),
        (summary.reread, "read again"),
        (summary.missing, "missing"),
    ]
    return ", ".join(f"{count} {what}" for count, what in parts if count) or "nothing new"

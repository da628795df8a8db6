"""The whole ETL on one page: which documents are there, which must be read, what was read, and its publication."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from etl.article import UnreadableDocument
from etl.loading import Due, Ids, Reader, Summary, load, the_reader
from etl.paths import BUNDLED, INBOX
from etl.reading import Outcome
from etl.rows import content_hash
from etl.sources.files import Document, Listing, list_folder
from etl.store import Store, Stored, StoreError, open_store
from etl.store_file import only_writer
from etl.writer import drain, taker_of_run

BATCH, LONGEST = 64, 3.0  # documents of one transaction, and seconds after which it ends with fewer
Progress = Callable[[Iterable[Outcome], int], Iterable[Outcome]]


@dataclass(frozen=True)
class Removal:
    """An article that was withdrawn: its id, the place of its document, and a line for each thing a person should know."""

    article_id: str
    place: str
    notes: list[str]


def run(
    warehouse: Path,
    folders: Iterable[Path] = (),
    *,
    kept: Iterable[tuple[str, Listing]] = (),
    usual: bool = True,
    given: bool = False,
    bundled: bool = True,
    workers: int = 1,
    reader: Reader | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Read what is new or changed in the folders (none given, and usual: our briefs and the inbox) and in `kept`, and publish it.

    kept: (source, its documents) of what was fetched or added. given: the folders that earlier runs were given, too. bundled=False leaves
    our briefs out, also those of an earlier run.
    Raises StoreError, and OSError for a folder that is not there.
    """
    reader = reader or the_reader()
    with open_store(warehouse, _now(), reader.versions) as store:
        summary = Summary(notes=[*store.notes, *reader.notes])
        listings = [*_listings(store, list(folders), bundled, usual), *_named(kept, store)]
        listings += _given(store, summary) if given else []
        documents = [document for _, found in listings for document in found.documents]
        for source, found in listings:
            summary.failed += [(source, path, reason) for path, reason in found.faults]
            summary.notes += [f"{source}: {found.skipped} other files skipped"] if found.skipped else []
        known = _follow_moves(store, documents, store.documents(), {source for source, _ in listings}, summary)
        held = Ids(known.values())
        taker = taker_of_run(warehouse, reader, held)
        attend = _now_and_then(lambda: drain(store, warehouse, taker))
        due = list(_due(store, documents, known, summary, attend))
        outcomes = reader.read([one.document for one in due], workers)
        by_place = {(one.document.source, one.document.path): one for one in due}
        for batch in _batches(progress(outcomes, len(due)) if progress else outcomes):
            with store.transaction():
                load(store, [(by_place[o.document.source, o.document.path], o) for o in batch], held, summary)
            drain(store, warehouse, taker)
        sources = {source for source, _ in listings}
        with store.transaction():
            _mark_missing(store, documents, known, sources, summary)
            if not bundled:
                _leave_out(store, known.values(), "bundled")
                sources.add("bundled")
            store.set_failures(summary.failed, sources)
        drain(store, warehouse, taker)
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


def _given(store: Store, summary: Summary) -> Iterator[tuple[str, Listing]]:
    """(source, what it holds) of each folder that an earlier run was given and that is still there."""
    for source, place in store.folders().items():
        try:
            yield source, list_folder(Path(place), source)
        except OSError:
            summary.notes.append(f"{source}: its folder {place} is not there now; its facts stay as they are")


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
    store: Store,
    documents: list[Document],
    known: dict[tuple[str, str], Stored],
    summary: Summary,
    attend: Callable[[], None],
) -> Iterator[Due]:
    """The documents that must be read; the others are counted, and those that had been missing are there again.

    attend: called before each document is looked at, which takes long where there are many.
    """
    back = []
    for document in documents:
        attend()
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


def _now_and_then(does: Callable[[], object]) -> Callable[[], None]:
    """Does something, at once and then not more often than every few seconds, whenever it is called."""
    due = 0.0

    def call() -> None:
        nonlocal due
        if time.monotonic() >= due:
            does()
            due = time.monotonic() + LONGEST

    return call


def _batches(outcomes: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    """What was read, in pieces of BATCH, and smaller ones where that many take long: people's requests are done in between."""
    batch, due = [], time.monotonic() + LONGEST
    for outcome in outcomes:
        batch.append(outcome)
        if len(batch) >= BATCH or time.monotonic() >= due:
            yield batch
            batch, due = [], time.monotonic() + LONGEST
    if batch:
        yield batch


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

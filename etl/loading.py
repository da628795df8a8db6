"""What was read of documents, put into the store: which ids their articles get, their rows, and what the store notes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from etl.reading import Outcome, Readable, read_all
from etl.rows import article_row, path_id, reading_rows, url_id
from etl.store import Store, Stored, Versions


@dataclass(frozen=True)
class Reader:
    """What reads documents, and what its facts depend on: the versions of reader and registry, and the default threshold (0-1).

    notes: a line for each thing that a person should know of it.
    """

    version: str
    registry: str
    default_min_confidence: float
    read: Callable[[Sequence[Readable], int], Iterator[Outcome]]
    notes: tuple[str, ...] = ()

    @property
    def versions(self) -> Versions:
        """What the store notes of a reader."""
        return Versions(self.version, self.registry, self.default_min_confidence)


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
class Due:
    """A document that must be read: its fingerprint, and what the store knows of it."""

    document: Readable
    fingerprint: str
    stored: Stored | None


def the_reader() -> Reader:
    """The project's own reader, with the names that there are now."""
    from etl.extract import default_threshold, reader_version
    from etl.extract.reader import forget_names, registry

    forget_names()
    known = registry()
    return Reader(reader_version(), known.version, default_threshold(), read_all, known.faults)


class Ids:
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


def load(store: Store, batch: list[tuple[Due, Outcome]], held: Ids, summary: Summary) -> None:
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

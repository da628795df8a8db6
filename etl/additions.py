"""What the app asks the writer to take in: documents that a person added, with the reviews of their facts.

A document is read before the store is locked, in a process of its own, so that a hard one keeps nobody waiting and ends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from etl.article import MAX_BYTES, UnreadableDocument
from etl.dates import parse_published
from etl.errors import EtlError
from etl.facts import fact_ids, with_defaults
from etl.loading import Due, Ids, Reader, Summary, load
from etl.reading import Outcome, StandardInput
from etl.requests import PREVIEW, Addition, Answer, Request, Review, kept_file
from etl.reviews import Made, told_fields, written_id
from etl.rows import content_hash
from etl.sources.adding import SOURCE, record_of_bytes
from etl.sources.asking import FetchError
from etl.sources.keeping import record_of_fetched
from etl.sources.raw import Raw, RawError, Record, in_utf8
from etl.sources.web import Fetched
from etl.store import Store


class AdditionError(EtlError):
    """A document that cannot be taken in: one line for the person."""


@dataclass
class Taker:
    """Takes documents in. ids: those that a run gives at the same time."""

    warehouse: Path
    raw: Raw
    reader: Reader
    ids: Ids | None = None
    _read: dict[str, tuple[Record, bytes, Outcome] | AdditionError] = field(default_factory=dict)

    def read(self, request: Request) -> None:
        """Read an added document, once. What is wrong with it is told when it is taken."""
        if request.id not in self._read:
            try:
                self._read[request.id] = self._outcome(request)
            except (AdditionError, FetchError, UnreadableDocument, ValueError) as error:
                self._read[request.id] = AdditionError(" ".join(str(error).split()))

    def take(self, store: Store, request: Request) -> Answer:
        """Keep the document, load it, and apply the reviews of its facts. Raises AdditionError, RawError and StoreError."""
        self.read(request)
        read = self._read[request.id]
        if isinstance(read, AdditionError):
            raise read
        record, content, outcome = read
        kept = _keep(self.raw, record, content)
        document = _document(kept, content)
        known = store.documents()
        due = Due(document, content_hash(document.read(), document.known), known.get((SOURCE, kept.path)))
        load(store, [(due, outcome)], self.ids or Ids(known.values()), Summary())
        article_id = store.documents()[SOURCE, kept.path].article_id
        lost = _review(store, request, article_id, outcome)
        return Answer(id=request.id, state="done", line=_told(outcome, lost), article_id=article_id)

    def _outcome(self, request: Request) -> tuple[Record, bytes, Outcome]:
        asks: Addition = request.asks
        place = kept_file(self.warehouse, asks.file)
        try:
            with place.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError:
            raise AdditionError("the document is not there any more; add it again") from None
        record = _record(asks, content)
        outcome = next(iter(self.reader.read([_document(record, content)], 2)))  # 2: not in this process
        if outcome.failure:
            raise AdditionError(f"{outcome.failure}; nothing was kept of it")
        return record.model_copy(update={"adders": [request.adder]}), content, outcome


def _record(asks: Addition, content: bytes) -> Record:
    """What is to be kept of a document: a fetched one is known by its address, another by its bytes; a person's word wins."""
    if asks.origin:
        fetched = Fetched(content=content, **asks.origin.model_dump(exclude={"asked"}))
        record = record_of_fetched(SOURCE, asks.origin.asked, fetched)
    else:
        record = record_of_bytes(content, asks.name)
    return record.model_copy(update={name: told for name, told in _told_of(asks).items() if told})


def _document(record: Record, content: bytes) -> StandardInput:
    """A kept document as a later run reads it."""
    path = Path(record.path)
    return StandardInput(in_utf8(content, path.suffix, record.charset), SOURCE, record.path, path.stem, record.known())


def _told_of(asks: Addition) -> dict[str, str | None]:
    from etl.metadata import web_address  # which takes a third of a second to load

    source_url = web_address(asks.source_url)
    if asks.source_url and not source_url:
        raise AdditionError(f'"{asks.source_url[:80]}" is no web address (want https://...)')
    published = parse_published(asks.published) if asks.published else None
    return {"title": asks.title, "published": published, "publisher": asks.publisher, "source_url": source_url}


def _keep(raw: Raw, record: Record, content: bytes) -> Record:
    before = raw.record(record.source, record.key)
    if before:
        record = record.model_copy(update={"path": before.path})
    try:
        return raw.keep(record, content)
    except RawError:
        # A run that begins to fetch sweeps half-written files away, ours too.
        return raw.keep(record, content)


def _review(store: Store, request: Request, article_id: str, outcome: Outcome) -> int:
    """Apply the reviews that came with a document; how many do not fit what the reader says now."""
    facts = outcome.reading.facts
    now = dict(zip(fact_ids(PREVIEW, facts), fact_ids(article_id, facts), strict=True))
    lost = 0
    for number, asks in enumerate(request.asks.reviews):
        review_id = f"{request.id}.{number:03}"
        if store.reviews.knows(review_id):
            continue
        try:
            made = _made(store, request, asks, article_id, now, review_id)
        except (ValidationError, ValueError):
            made = None
        if made is None:
            lost += 1
            continue
        store.review(made)
    return lost


def _made(
    store: Store, request: Request, asks: Review, article_id: str, now: dict[str, str], review_id: str
) -> Made | None:
    known = asks.fact_id and now.get(asks.fact_id, asks.fact_id)
    fact_id = known or written_id(article_id, asks.kind, asks.after)
    before = store.fact(asks.kind, fact_id) or {}
    if not before and asks.action != "write":
        return None
    after = with_defaults(asks.kind, asks.after)
    written_id(article_id, asks.kind, {**told_fields(asks.kind, before), **after})  # or it is no fact
    at = request.at.replace(tzinfo=None, microsecond=0)
    return Made(review_id, at, request.who, asks.action, fact_id, article_id, asks.kind, before, after, asks.why)


def _told(outcome: Outcome, lost: int) -> str:
    if outcome.reading.skipped:
        return f"kept, but not read: {outcome.reading.skipped}"
    found = len(outcome.reading.facts)
    line = f"{found} fact{'s' * (found != 1)} found"
    return line + (f"; {lost} of your changes did not fit what was read, look at them again" if lost else "")


def waiting_additions(requests: Iterable[Request]) -> list[Request]:
    """Those that add a document."""
    return [one for one in requests if isinstance(one.asks, Addition)]

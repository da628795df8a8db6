"""What the app asks the one writer to do, as files in the queue beside the store, and what became of it.

The app never opens the store: it leaves a request and looks for the answer. A request is one JSON file in queue/waiting, whose name
puts it in its order; the answer takes its name in queue/done. Both are whole or not there.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from etl.disk import write_whole
from etl.errors import EtlError
from etl.own_names import Adder

ID = re.compile(r"\d{20}-[0-9a-f]{8}")
FILE_ID = r"^[0-9a-f]{32}$"
PREVIEW = "preview"  # the article id by which facts have their ids (etl.facts.fact_ids) before their document is saved
WAITING = frozenset({"sentence", "name"})  # what can be dismissed from a queue
UNCLAIMED, ANSWERED = 86_400, 30 * 86_400  # seconds that a file without a request, and an answer, are kept


class RequestError(EtlError):
    """A request that cannot be left or found."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Review(_Strict):
    """What a person says of a fact.

    fact_id: None for one that was missed ("write"). after: the fields that are right, for "correct" and "write" (then all of the kind's
    fields, with quote, start and end). seen: the newest review of this fact that the person had before them; None: there was none.
    A sentence that states no fact, and a name that is none, are dismissed: fact_id is then dismissed_id, after has the words as quote.
    """

    what: Literal["review"] = "review"
    action: Literal["accept", "correct", "reject", "write", "abandon", "revise", "undo", "dismiss"]
    article_id: str
    kind: Literal["figure", "selection", "deal", "restriction", "sentence", "name"]
    fact_id: str | None = None
    after: dict = Field(default_factory=dict)
    why: str = Field(default="", max_length=2000)
    seen: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> Review:
        waits = self.kind in WAITING
        if self.action != "undo" and (self.action == "dismiss") != waits:
            raise ValueError(f"a {self.kind} cannot have the review {self.action}")
        if self.action == "dismiss" and self.fact_id != dismissed_id(
            self.kind, self.article_id, self.after.get("quote")
        ):
            raise ValueError("the id is not that of these words")
        return self


class Origin(_Strict):
    """Where a document of the web was found, and what its host said of it, as in etl.sources.web.Fetched.

    asked: the address that the person gave, by which the document is known. at: UTC, ISO 8601.
    """

    asked: str = Field(max_length=2000)
    url: str
    content_type: str
    charset: str | None
    etag: str | None
    last_modified: str | None
    at: str


class Addition(_Strict):
    """A document to take in: kept by keep_file, with what the person tells of it.

    origin: of a document that was fetched; its file holds the bytes as they came. reviews: of the facts that were shown before saving,
    by their ids as of an article PREVIEW.
    """

    what: Literal["add"] = "add"
    file: str = Field(pattern=FILE_ID)
    name: str = Field(min_length=1, max_length=200)
    title: str | None = Field(default=None, max_length=500)
    published: str | None = None
    publisher: str | None = Field(default=None, max_length=200)
    source_url: str | None = Field(default=None, max_length=2000)
    origin: Origin | None = None
    reviews: tuple[Review, ...] = ()


class Naming(_Strict):
    """A name that the registry does not know: one more for an entry that it has (canonical), or an entry of its own."""

    what: Literal["name"] = "name"
    name: str = Field(min_length=2, max_length=100)
    role: Literal["vendor", "operator", "research"]
    canonical: str = Field(min_length=2, max_length=100)
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None


class Request(_Strict):
    """One request, and who left it when (UTC). who: an e-mail address, or "local"."""

    id: str
    at: datetime
    who: str = Field(min_length=1, max_length=320)
    asks: Annotated[Review | Addition | Naming, Field(discriminator="what")]

    @property
    def adder(self) -> Adder:
        """Who left it, to be kept with what comes of it."""
        return Adder(who=self.who, at=self.at.isoformat(timespec="seconds"))


class Answer(_Strict):
    """What became of a request. state "conflict": somebody reviewed the fact since; line: one line for the person; load: where it shows."""

    id: str
    state: Literal["waiting", "done", "refused", "conflict"]
    line: str = ""
    load: int | None = None
    article_id: str | None = None
    fact_id: str | None = None


def dismissed_id(kind: str, article_id: str, words: str | None) -> str:
    """What stands for a fact's id in reviews of a sentence of an article, or of a name, which is the same in all articles."""
    return hashlib.sha256(repr((kind, article_id if kind == "sentence" else "", words)).encode()).hexdigest()[:16]


def ask(warehouse: Path, who: str, asks: Review | Addition | Naming) -> str:
    """Leave a request; its id. Raises RequestError when it cannot be written."""
    number = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    request = Request(id=number, at=datetime.now(UTC), who=who, asks=asks)
    try:
        write_whole(_waiting(warehouse) / f"{number}.json", request.model_dump_json().encode())
    except OSError as error:
        raise RequestError(f"the request could not be kept ({error.strerror or error}); nothing was changed") from error
    return number


def keep_file(warehouse: Path, content: bytes) -> str:
    """Keep a document for an Addition; its id. Raises RequestError when it cannot be written."""
    name = secrets.token_hex(16)
    try:
        write_whole(warehouse / "queue/files" / name, content)
    except OSError as error:
        raise RequestError(f"the document could not be kept ({error.strerror or error}); add it again") from error
    return name


def answer_of(warehouse: Path, number: str) -> Answer:
    """What became of the request of this id. Raises RequestError when there is none of it."""
    if not ID.fullmatch(number):
        raise RequestError("there is no such request")
    done = warehouse / f"queue/done/{number}.json"
    try:
        return Answer.model_validate_json(done.read_bytes())
    except (FileNotFoundError, ValidationError):
        pass
    if (_waiting(warehouse) / f"{number}.json").exists():
        return Answer(id=number, state="waiting", line="waiting to be written")
    raise RequestError("there is no such request; answers are kept for 30 days")


def waiting(warehouse: Path) -> Iterator[Request]:
    """The requests that nobody has answered, the oldest first. One that cannot be read is answered so."""
    folder = _waiting(warehouse)
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        if (warehouse / "queue/done" / path.name).exists():  # answered by a writer that was cut off right then
            path.unlink(missing_ok=True)
            continue
        try:
            yield Request.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            continue
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"])) or "the file"
            answer(warehouse, Answer(id=path.stem, state="refused", line=f"cannot be read: {where}: {fault['msg']}"))


def answer(warehouse: Path, told: Answer) -> None:
    """Answer a request, which then waits no more."""
    write_whole(warehouse / f"queue/done/{told.id}.json", told.model_dump_json().encode())
    (_waiting(warehouse) / f"{told.id}.json").unlink(missing_ok=True)


def kept_file(warehouse: Path, file: str) -> Path:
    """Where keep_file keeps a document. Raises RequestError for an id that it never gives."""
    if not re.fullmatch(FILE_ID, file):
        raise RequestError("there is no such document")
    return warehouse / "queue/files" / file


def sweep(warehouse: Path) -> None:
    """Remove documents that no request came for within a day, and old answers."""
    claimed = {one.asks.file for one in waiting(warehouse) if isinstance(one.asks, Addition)}
    for folder, age in (("files", UNCLAIMED), ("done", ANSWERED)):
        for path in (warehouse / "queue" / folder).glob("*"):
            try:
                if path.name not in claimed and time.time() - path.stat().st_mtime > age:
                    path.unlink()
            except FileNotFoundError:
                continue


def _waiting(warehouse: Path) -> Path:
    return warehouse / "queue/waiting"

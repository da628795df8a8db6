"""Documents -> what the reader made of them, one at a time or in several processes. A document's fault never stops the rest."""

from __future__ import annotations

import json
import multiprocessing
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from etl.article import Article, Known, UnreadableDocument, read_document
from etl.errors import EtlError
from etl.extract import Reading, read_article
from etl.facts import Fact
from etl.paths import BUNDLED
from etl.patience import TookTooLong, at_most
from etl.sources.files import list_folder, one_file

LONGEST = 20  # seconds that one article may be read
AT_A_TIME = 4  # documents that are worth a process of their own, which takes seconds to begin
MANY = 32  # documents from which on they are handed over, and told, so many at a time


class SameName(EtlError):
    """Two documents whose facts could not be told apart."""


class Readable(Protocol):
    """What a document must be able to say, wherever it comes from."""

    source: str
    path: str
    known: Known

    @property
    def name(self) -> str: ...

    def read(self) -> bytes: ...


@dataclass(frozen=True)
class StandardInput:
    """A document from standard input."""

    raw: bytes
    source: str = "stdin"
    path: str = "stdin"
    name: str = "stdin"
    known: Known = field(default_factory=Known)

    def read(self) -> bytes:
        return self.raw


@dataclass(frozen=True)
class Outcome:
    """A document read: either an article and its reading, or why there is none (`failure`, one line)."""

    document: Readable
    article: Article | None = None
    reading: Reading | None = None
    failure: str | None = None


def read_one(document: Readable, reader: Callable[[Article], Reading] = read_article) -> Outcome:
    """Read a document and its article. Never raises for what is in the document."""
    try:
        raw = document.read()
        with at_most(LONGEST):
            article = read_document(document.path, raw, known=document.known)
    except UnreadableDocument as error:
        return Outcome(document, failure=str(error))
    except TookTooLong:
        why = f"taking it apart took more than {LONGEST} s; save the article's own page, or its text as .txt"
        return Outcome(document, failure=why)
    except Exception as error:  # a library's fault in one document must not end a run of thousands
        return Outcome(document, failure=f"cannot be made an article ({type(error).__name__}: {_line(error)})")
    try:
        with at_most(LONGEST):
            reading = reader(article)
        _check_spans(reading.facts, article.text)
    except TookTooLong:
        return Outcome(document, failure=f"reading it took more than {LONGEST} s; shorten it, or cut what is no prose")
    except EtlError:
        raise  # the reader itself is not whole: no document's fault
    except Exception as error:
        return Outcome(document, failure=f"the reader failed on it ({type(error).__name__}: {_line(error)}); report it")
    return Outcome(document, article, reading)


def read_all(
    documents: Sequence[Readable], workers: int = 1, reader: Callable[[Article], Reading] = read_article
) -> Iterator[Outcome]:
    """Read documents in their order, in `workers` processes. A process that dies costs the one document it died on."""
    read = partial(read_one, reader=reader)
    done = 0
    if workers > 1:
        try:
            with _pool(min(workers, -(-len(documents) // AT_A_TIME) or 1)) as pool:
                for outcome in pool.map(read, documents, chunksize=AT_A_TIME if len(documents) >= MANY else 1):
                    done += 1
                    yield outcome
        except BrokenProcessPool:
            yield from _read_carefully(documents[done:], read)
        return
    yield from map(read, documents)


def _read_carefully(documents: Iterable[Readable], read: Callable[[Readable], Outcome]) -> Iterator[Outcome]:
    """One document at a time in a process of its own kind, to learn which one kills it."""
    pool = _pool(1)
    try:
        for document in documents:
            try:
                yield pool.submit(read, document).result()
            except BrokenProcessPool:
                pool = _pool(1)
                why = "the reader's process died on it (out of memory?); leave it out or shorten it"
                yield Outcome(document, failure=why)
    finally:
        pool.shutdown()


def _pool(workers: int) -> ProcessPoolExecutor:
    # Never fork: the database's threads are alive in this process.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def documents_of(paths: Iterable[str], stdin: BinaryIO) -> tuple[list[Readable], list[str]]:
    """The documents of files and folders ("-": standard input), and a note for each thing that was left out.

    Raises OSError for a path that is not there, SameName when two documents have one.
    """
    documents: list[Readable] = []
    notes: list[str] = []
    for path in paths:
        if path == "-":
            documents.append(StandardInput(stdin.read()))
            continue
        place = Path(path)
        briefs = place.resolve().is_relative_to(BUNDLED)
        if place.is_dir():
            listing = list_folder(place, place.name, briefs=briefs)
            documents += listing.documents
            notes += [f"{path}: {reason}" for _, reason in listing.faults]
            notes += [f"{path}: {listing.skipped} other files skipped"] if listing.skipped else []
        elif place.exists():
            documents.append(one_file(place, briefs=briefs))
        else:
            raise FileNotFoundError(f"no file or folder {path}; check the path")
    places = defaultdict(list)
    for document in documents:
        places[document.name].append(str(getattr(document, "location", document.path)))
    for name, same in places.items():
        if len(same) > 1:
            raise SameName(f'{" and ".join(same[:2])} are both "{name}" in the facts; rename one or give them apart')
    return documents, notes


def fact_line(fact: Fact, article: str) -> str:
    """A fact as one line of JSON, with the name of its article."""
    return json.dumps({"article": article, **fact.model_dump(mode="json")}, ensure_ascii=False)


def _check_spans(facts: Iterable[Fact], text: str) -> None:
    for fact in facts:
        if text[fact.start : fact.end] != fact.quote:
            raise ValueError(f"quote and span differ at {fact.start}: {fact.quote[:60]!r}")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]

"""Documents as they were fetched, kept for good: a better reader reads them again without the network, a cut-off run loses none.

    content/ab/abcd….zst       the bytes, named by their SHA-256, packed with zstd
    records/SOURCE/ab/abc….json  what is known of a document: where it came from, when, and which content it has
    records/SOURCE/faults.json   what could not be fetched when the source was asked last

The content is on the disk before the record that names it, and each file is whole or not there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import zstandard
from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from etl.article import MAX_BYTES, Known, UnreadableDocument
from etl.disk import HALF, write_whole
from etl.errors import EtlError
from etl.own_names import Adder
from etl.sources.files import Listing

_TEXTUAL = (".html", ".txt", ".md")


class RawError(EtlError):
    """The folder of raw documents cannot be written or read."""


class Earlier(BaseModel):
    """A content that a document had before."""

    sha256: str
    at: str


class Record(BaseModel):
    """What is known of a document, or of a feed or sitemap ("listing"), which is only asked again when it changed.

    key: what it is found again by: its address, or where its file lay. path: its place inside its source, for ever the same.
    marker: what the feed or sitemap said of its last change. partial: only the feed's own short text is kept. at: UTC, ISO 8601.
    adders: each person who added it, in their order.
    """

    model_config = ConfigDict(extra="forbid")

    source: str
    key: str
    role: Literal["document", "listing"] = "document"
    path: str = ""
    sha256: str = ""
    size: int = 0
    at: str = ""
    url: str | None = None
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    title: str | None = None
    published: str | None = None
    published_from: str = "index"
    publisher: str | None = None
    source_url: str | None = None
    marker: str | None = None
    partial: bool = False
    earlier: list[Earlier] = []
    adders: list[Adder] = []

    def known(self) -> Known:
        """What the record says of its article."""
        return Known(self.title, self.published, self.publisher, self.source_url, published_from=self.published_from)


@dataclass(frozen=True)
class KeptDocument:
    """A document of the raw folder, as the pipeline takes it."""

    source: str
    path: str
    location: Path
    sha256: str
    size: int
    charset: str | None = None
    known: Known = field(default_factory=Known)

    @property
    def name(self) -> str:
        """The last part of the path without its ending."""
        return Path(self.path).stem

    def read(self) -> bytes:
        """The bytes, in UTF-8 when the host said which other characters they are. Raises UnreadableDocument."""
        return in_utf8(unpack(self.location, self.sha256, self.size), Path(self.path).suffix, self.charset)


class Raw:
    """The folder of raw documents."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one process that keeps documents. What a killed one left half written is swept away. Raises RawError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "fetch.lock", timeout=0)
            lock.acquire()
        except Timeout:
            raise RawError(
                f"another ETL is fetching into {self.folder}; wait until it ends and run this again"
            ) from None
        except OSError as error:
            raise RawError(
                f"cannot write to {self.folder} ({error.strerror or error}); check its permissions"
            ) from error
        try:
            for left in self.folder.rglob(f".*{HALF}"):
                left.unlink(missing_ok=True)
            yield
        finally:
            lock.release()

    def record(self, source: str, key: str) -> Record | None:
        """What is known of a document; None when it was never kept, or its record is damaged."""
        try:
            return Record.model_validate_json(self._place(source, key).read_bytes())
        except (OSError, ValidationError):
            return None

    def whole(self, source: str, key: str) -> Record | None:
        """What is known of a document whose content is there; None when it is to be fetched anew, damaged content too."""
        record = self.record(source, key)
        return record if record and self._is_whole(record) else None

    def keep(self, record: Record, content: bytes) -> Record:
        """Keep a document's content and what is known of it; the content and adders that it had before stay too. Raises RawError."""
        digest = hashlib.sha256(content).hexdigest()
        kept = record.model_copy(update={"sha256": digest, "size": len(content)})
        if not self._is_whole(kept):
            _put(self._content(digest), zstandard.ZstdCompressor(level=10).compress(content))
        before = self.record(record.source, record.key)
        earlier = before.earlier if before else []
        if before and before.sha256 not in ("", digest):
            earlier = [*earlier, Earlier(sha256=before.sha256, at=before.at)]
        adders = before.adders if before else []
        kept.earlier, kept.adders = earlier, [*adders, *(one for one in record.adders if one not in adders)]
        self.note(kept)
        return kept

    def note(self, record: Record) -> None:
        """Keep what is known of a document whose content is kept already. Raises RawError."""
        _put(self._place(record.source, record.key), record.model_dump_json(exclude_defaults=True).encode())

    def content(self, record: Record) -> bytes:
        """The bytes of a record. Raises UnreadableDocument."""
        return unpack(self._content(record.sha256), record.sha256, record.size)

    def set_faults(self, source: str, faults: list[tuple[str, str]]) -> None:
        """Note what could not be fetched, (address, reason), in the place of what was noted before. Raises RawError."""
        place = self.folder / "records" / source / "faults.json"
        if faults or place.exists():
            _put(place, json.dumps(faults, ensure_ascii=False).encode())

    def faults(self, source: str) -> list[tuple[str, str]]:
        """(address, reason) of what could not be fetched when the source was asked last."""
        try:
            told = json.loads((self.folder / "records" / source / "faults.json").read_bytes())
            return [(str(address), str(reason)) for address, reason in told]
        except (OSError, ValueError, TypeError):
            return []

    def sources(self) -> list[str]:
        """The names of all sources of which something is kept."""
        folder = self.folder / "records"
        return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []

    def listing(self, source: str) -> Listing:
        """The documents of a source, sorted by path; a fault for each that could not be fetched or is damaged."""
        listing = Listing(faults=self.faults(source))
        taken: set[str] = set()
        for path in sorted((self.folder / "records" / source).glob("??/*.json")):
            try:
                record = Record.model_validate_json(path.read_bytes())
            except (OSError, ValidationError):
                listing.faults.append((path.name, "what was noted of it is damaged; add or fetch the document again"))
                continue
            if record.role == "listing" or record.path in taken:
                continue
            taken.add(record.path)
            place = self._content(record.sha256)
            listing.documents.append(
                KeptDocument(source, record.path, place, record.sha256, record.size, record.charset, record.known())
            )
        listing.documents.sort(key=lambda document: document.path)
        return listing

    def _is_whole(self, record: Record) -> bool:
        try:
            self.content(record)
        except UnreadableDocument:
            return False
        return True

    def _content(self, digest: str) -> Path:
        return self.folder / "content" / digest[:2] / f"{digest}.zst"

    def _place(self, source: str, key: str) -> Path:
        number = hashlib.sha256(key.encode()).hexdigest()[:32]
        return self.folder / "records" / source / number[:2] / f"{number}.json"


def path_of(url: str, ending: str) -> str:
    """The place of a document inside its source: host, the last words of its address, and a number of the whole of it."""
    host = re.sub(r"[^a-z0-9.-]+", "-", url.partition("://")[2].partition("/")[0].lower())
    words = re.sub(r"\.\w{2,5}$", "", re.split(r"[?#]", url)[0].rstrip("/").rpartition("/")[2])
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60] or "page"
    return f"{host}/{slug}-{hashlib.sha256(url.encode()).hexdigest()[:8]}{ending}"


def _put(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise RawError(
            f"cannot keep a document in {path.parent} ({error.strerror or error}); make room there and run again: "
            "what was kept before is safe"
        ) from error


def unpack(path: Path, digest: str, size: int) -> bytes:
    """Kept bytes, checked against their SHA-256. Raises UnreadableDocument."""
    try:
        if size > MAX_BYTES:
            raise ValueError("too large")
        with path.open("rb") as packed:
            # No more than was kept, whatever a damaged or foreign file would unpack to.
            content = zstandard.ZstdDecompressor().stream_reader(packed).read(size + 1)
        if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            raise ValueError("other bytes than were kept")
    except (OSError, ValueError, zstandard.ZstdError) as error:
        raise UnreadableDocument(
            f"the kept copy is damaged or gone ({' '.join(str(error).split())[:120]}); add or fetch it again"
        ) from error
    return content


def in_utf8(content: bytes, ending: str, charset: str | None) -> bytes:
    """A document's bytes, in UTF-8 when it is of a kind that is text and the host said which other characters they are."""
    if not charset or ending not in _TEXTUAL:
        return content
    try:
        content.decode("utf-8")
        return content
    except UnicodeDecodeError:
        pass
    try:
        # The mark says to the reader that these are UTF-8, whatever the page itself declares.
        return b"\xef\xbb\xbf" + content.decode(charset, errors="replace").encode()
    except (LookupError, ValueError):  # Python knows no such characters, or only parts of names by them
        return content

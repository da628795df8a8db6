"""Documents out of folders of files, with what an index.csv beside them says of each."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from etl.article import ENDINGS, MAX_BYTES, Known, UnreadableDocument
from etl.dates import parse_published
from etl.documents.kinds import ending_of
from etl.documents.page import too_large

INDEX = "index.csv"
LONGEST_FIELD = 100_000  # characters
COLUMNS = ("file", "title", "published", "publisher", "source_url")


@dataclass(frozen=True)
class Document:
    """A file that can hold an article. `path` is its place inside the source, with forward slashes, never absolute."""

    source: str
    path: str
    location: Path
    known: Known = field(default_factory=Known)

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return Path(self.path).stem

    def read(self) -> bytes:
        """The document's bytes. Raises UnreadableDocument when the file cannot be read or is far too large."""
        try:
            size = self.location.stat().st_size
            # A larger file is not even loaded: read_document would refuse it after reading all of it.
            if size > MAX_BYTES:
                raise too_large(size)
            return self.location.read_bytes()
        except OSError as error:
            raise UnreadableDocument(f"cannot be read ({error.strerror or error}); check its permissions") from error


@dataclass
class Listing:
    """What a folder holds. faults: (path, reason) of folders and index rows that could not be read; skipped: other files."""

    documents: list[Document] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    skipped: int = 0


def list_folder(folder: Path, source: str, *, briefs: bool = False) -> Listing:
    """All documents below a folder whose endings are of a kind that is read, sorted by path; hidden files and folders are left alone.

    briefs: whether the documents are our own briefs. Raises FileNotFoundError or NotADirectoryError.
    """
    if not folder.is_dir():
        if folder.exists():
            raise NotADirectoryError(f"{folder} is a file, not a folder; give the folder that holds it")
        raise FileNotFoundError(f"no folder {folder}; check the path")
    listing, index = Listing(), _Index(folder, briefs)

    def unreadable(error: OSError) -> None:
        reason = f"cannot be read ({error.strerror}); check its permissions"
        listing.faults.append((_inside(Path(error.filename), folder), reason))

    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if INDEX in files:
            index.read(Path(parent) / INDEX)
        for path in (Path(parent) / name for name in sorted(files)):
            if path.name.startswith(".") or path.name == INDEX:
                continue
            if ending_of(path.name) in ENDINGS and path.is_symlink() and not path.exists():
                listing.faults.append((_inside(path, folder), "a link to a file that is not there; mend or remove it"))
                continue
            if ending_of(path.name) not in ENDINGS or not path.is_file():
                listing.skipped += 1
                continue
            inside = _inside(path, folder)
            listing.documents.append(Document(source, inside, path, index.known(inside)))
    listing.faults += index.faults + index.unused({document.path for document in listing.documents})
    listing.documents.sort(key=lambda document: document.path)
    return listing


def one_file(path: Path, *, briefs: bool = False) -> Document:
    """A document of a single file, with what the index.csv beside it says; faults of other rows do not matter here."""
    index = _Index(path.parent, briefs)
    if (path.parent / INDEX).is_file():
        index.read(path.parent / INDEX)
    return Document("file", path.name, path, index.known(path.name))


class _Index:
    """What the index.csv files of a folder say, by path inside it. faults: (path, reason), one for each bad row."""

    def __init__(self, root: Path, briefs: bool) -> None:
        self.root, self.briefs = root, briefs
        self.rows: dict[str, tuple[Known, str]] = {}  # and where the row stands
        self.faults: list[tuple[str, str]] = []

    def known(self, path: str) -> Known:
        return self.rows[path][0] if path in self.rows else Known(is_brief=self.briefs)

    def unused(self, paths: set[str]) -> list[tuple[str, str]]:
        """A fault for each row that names no document."""
        return [
            (where.partition(" line")[0], f"{where}: there is no document {path}")
            for path, (_, where) in self.rows.items()
            if path not in paths
        ]

    def read(self, index: Path) -> None:
        inside = _inside(index, self.root)
        try:
            with index.open(encoding="utf-8-sig", newline="") as lines:
                reader = csv.DictReader(lines)
                if "file" not in (reader.fieldnames or ()):
                    self.faults.append((inside, f'{inside} line 1: no column "file" (want {",".join(COLUMNS)})'))
                    return
                for row in reader:
                    # Said here as well: csv's own limit is the whole process's, and libraries raise it.
                    if any(len(told or "") > LONGEST_FIELD for told in row.values()):
                        raise csv.Error(f"field larger than {LONGEST_FIELD}")
                    where = f"{inside} line {reader.line_num}"
                    told = {column: (row.get(column) or "").strip() or None for column in COLUMNS}
                    self.faults += [(inside, f"{where}: {fault}") for fault in self._take(told, index, where)]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self.faults.append((inside, f"{inside} cannot be read ({error}); save it as CSV in UTF-8"))

    def _take(self, told: dict[str, str | None], index: Path, where: str) -> Iterator[str]:
        from etl.metadata import web_address  # which takes a third of a second to load

        if not told["file"]:
            yield 'no file named in column "file"'
            return
        path = _inside(index.parent / told["file"], self.root)
        if path in self.rows:
            yield f"{told['file']} is listed a second time; the first row counts"
            return
        published = None
        try:
            published = told["published"] and parse_published(told["published"])
        except ValueError as error:
            yield str(error)
        source_url = web_address(told["source_url"])
        if told["source_url"] and not source_url:
            yield f'source_url "{told["source_url"][:80]}" is no web address (want https://...)'
        self.rows[path] = (Known(told["title"], published, told["publisher"], source_url, is_brief=self.briefs), where)


def _inside(path: Path, root: Path) -> str:
    """A path below the root, with forward slashes, in characters that every table can hold."""
    inside = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    return os.fsencode(inside).decode("utf-8", errors="replace")

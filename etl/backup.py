"""One archive of all that a person would miss: the store with its reviews and loads, documents as fetched and of the inbox, names, sources.

A tar packed with zstd. Its last member, manifest.json, tells the size and SHA-256 of every other one, so that an archive that was cut
off or changed is known as such.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import zstandard

from etl import paths
from etl.disk import HALF, put, scratch
from etl.errors import EtlError
from etl.store_file import only_writer, opened, prepare

MANIFEST, FORMAT = "manifest.json", 1
STORE = "store.duckdb"


class BackupError(EtlError):
    """An archive cannot be written, or is not one that can be put back."""


@dataclass(frozen=True)
class Places:
    """Where everything lies."""

    warehouse: Path
    raw: Path
    inbox: Path
    names: Path
    sources: Path

    @classmethod
    def usual(cls) -> Places:
        """Those of this machine's settings."""
        return cls(paths.warehouse(), paths.raw(), paths.INBOX, paths.names(), paths.sources_file())

    def by_name(self) -> dict[str, Path]:
        """Where each first part of an archive's paths lies; the store comes last, as it is what all else belongs to."""
        queue = {f"queue/{name}": self.warehouse / "queue" / name for name in ("waiting", "files")}
        told = {"raw": self.raw, "inbox": self.inbox, "names": self.names, "sources.toml": self.sources}
        return {**told, **queue, STORE: self.warehouse / STORE}


class _Hashed:
    """A file that is read once, of which the hash is known afterwards."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._file.read(size)
        self.hash.update(piece)
        return piece


def backup(places: Places, target: Path) -> str:
    """Write the archive, which is there when all of it is; a line that says what is in it. Raises BackupError and StoreError."""
    if not (places.warehouse / STORE).exists():
        raise BackupError(f"no database in {places.warehouse} yet; read articles first (python -m etl run)")
    if target.exists():
        raise BackupError(f"{target} is there already; give another name, or move it away")
    try:
        with scratch(target.resolve().parent, ".backup-") as folder:
            about = _copy_store(places.warehouse, folder / STORE)
            count = _write(folder / "archive", places, folder / STORE, about)
            put(folder / "archive", target)
    except OSError as error:
        raise BackupError(
            f"cannot write {target} ({error.strerror or error}); make room or check permissions, and run this again"
        ) from error
    return f"{count} files of load {about['load']}, {target.stat().st_size / 1e6:.1f} MB in {target}"


def _copy_store(warehouse: Path, copy: Path) -> dict:
    """Copy the store, whole in its one file; what it tells of itself."""
    with only_writer(warehouse, brief=True):
        prepare(warehouse / STORE)
        shutil.copyfile(warehouse / STORE, copy)
    with opened(copy) as connection:
        meta = dict(connection.execute("select key, value from meta").fetchall())
    return {"store_id": meta["store_id"], "load": int(meta.get("published_load", 0))}


def _write(fresh: Path, places: Places, store: Path, about: dict) -> int:
    manifest: dict[str, dict] = {}
    packer = zstandard.ZstdCompressor(level=6, write_checksum=True)
    with fresh.open("wb") as file:
        with packer.stream_writer(file, closefd=False) as packed, tarfile.open(fileobj=packed, mode="w|") as archive:
            for name, path in _files(places, store):
                try:
                    opened_file = path.open("rb")
                except FileNotFoundError:
                    continue  # answered or fetched anew since it was listed
                with opened_file as content:
                    member = _member(name, path.stat().st_size)
                    hashed = _Hashed(content)
                    archive.addfile(member, hashed)
                    manifest[name] = {"size": member.size, "sha256": hashed.hash.hexdigest()}
            made = datetime.now(UTC).isoformat(timespec="seconds")
            told = json.dumps({"format": FORMAT, "made": made, **about, "files": manifest}).encode()
            archive.addfile(_member(MANIFEST, len(told)), io.BytesIO(told))
        file.flush()
    return len(manifest)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    return member


def _files(places: Places, store: Path) -> Iterator[tuple[str, Path]]:
    for name, place in places.by_name().items():
        if name == STORE:
            yield name, store
        elif place.is_file():
            yield name, place
        elif place.is_dir():
            for path in sorted(place.rglob("*")):
                if path.is_file() and not path.name.endswith((".lock", HALF)):
                    yield f"{name}/{path.relative_to(place).as_posix()}", path

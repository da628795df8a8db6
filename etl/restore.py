"""An archive of `backup`, put back: unpacked aside and checked whole before anything that is there is touched."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import zstandard

from etl.backup import FORMAT, MANIFEST, STORE, BackupError, Places
from etl.disk import scratch
from etl.sources.settings import Settings, SettingsError, read_settings
from etl.store import open_store
from etl.store_file import StoreError, only_writer, opened, prepare

RATIO, ALWAYS = 100, 64 << 20  # an archive unpacks to so many times its size, or bytes, at the most
LARGEST_MANIFEST = 256 << 20
PIECE = 1 << 20


class _Limited:
    """A stream that ends with an error, which says why, when more comes out of it than there may."""

    def __init__(self, stream: BinaryIO, most: int, why: str) -> None:
        self._stream, self._left, self._why = stream, most, why

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises BackupError."""
        piece = self._stream.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise BackupError(f"{self._why}; nothing was changed")
        return piece


def restore(places: Places, archive: Path, *, force: bool = False) -> Iterator[str]:
    """Put an archive back; lines that say what was done. force: what is there is moved aside, and told where.

    Raises BackupError: no such archive, not whole, or something is there already; StoreError: another ETL runs.
    """
    if not archive.is_file():
        raise BackupError(f"no file {archive}; check the path")
    _refuse(places, force)
    places.warehouse.mkdir(parents=True, exist_ok=True)
    with scratch(places.warehouse, ".restore-") as fresh:
        try:
            about = _unpack(archive, fresh)
        except BackupError as error:
            raise BackupError(f"{archive}: {error}") from error
        except OSError as error:
            told = error.strerror or error
            raise BackupError(
                f"{archive} cannot be unpacked ({told}); make room and run this again; nothing was changed"
            ) from error
        except (EOFError, ValueError, KeyError, TypeError, tarfile.TarError, zstandard.ZstdError) as error:
            told = " ".join(str(error).split())[:160]
            raise BackupError(f"{archive} is no whole archive of this program ({told}); nothing was changed") from error
        _check_store(fresh / STORE, about, archive)
        with only_writer(places.warehouse):
            _refuse(places, force)
            aside = _put(places, fresh)
    if aside:
        yield f"what was there before is in {aside}"
    load = _publish(places.warehouse)
    yield f"{len(about['files'])} files of {about['made']} are back; load {load} is published"


def _publish(warehouse: Path) -> int:
    """Show readers what is back; its load."""
    try:
        with open_store(warehouse, datetime.now(UTC).replace(tzinfo=None, microsecond=0)) as store:
            store.publish("restored")
            return store.published_load()
    except StoreError as error:
        raise BackupError(f"all is back, and the next run (python -m etl run) shows it, as now {error}") from error


def _refuse(places: Places, force: bool) -> None:
    there = [
        place for place in places.by_name().values() if _is_something(place) and not _is_as_delivered(place, places)
    ]
    if there and not force:
        raise BackupError(f"{there[-1]} is there already; --force moves it aside. Nothing was changed")


def _is_as_delivered(place: Path, places: Places) -> bool:
    """Is this the file of sources, and none is switched on in it? Every fresh copy of the program has one."""
    try:
        return place == places.sources and read_settings(place) == Settings(home=place.parent)
    except SettingsError:
        return False


def _is_something(place: Path) -> bool:
    return any(place.iterdir()) if place.is_dir() else place.exists()


def _unpack(archive: Path, fresh: Path) -> dict:
    """Unpack into an empty folder and compare with the manifest, which is returned."""
    size = archive.stat().st_size
    large = "it unpacks to far more than an archive of its size holds"
    full = f"it needs more room than there is in {fresh.parent}; make room and run this again"
    most, why = min((size * RATIO + ALWAYS, large), (shutil.disk_usage(fresh).free, full))
    found: dict[str, dict] = {}
    with archive.open("rb") as file:
        stream = _Limited(zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(file), most, why)
        with tarfile.open(fileobj=stream, mode="r|") as members:
            for member in members:
                if MANIFEST in found:
                    raise BackupError("something comes after its end; nothing was changed")
                _check_path(member, fresh, found)
                found[member.name] = _write(members.extractfile(member), fresh / member.name, member.size)
    if MANIFEST not in found:
        raise BackupError("its end is missing: it was cut off; nothing was changed")
    del found[MANIFEST]
    if (fresh / MANIFEST).stat().st_size > LARGEST_MANIFEST:
        raise BackupError("its table of contents is too large; nothing was changed")
    about = json.loads((fresh / MANIFEST).read_bytes())
    if about["format"] != FORMAT:
        raise BackupError(f"it has form {about['format']}, and this program knows {FORMAT}; update the program")
    if about["files"] != found:
        wrong = sorted(name for name in {*about["files"], *found} if about["files"].get(name) != found.get(name))
        raise BackupError(f"{wrong[0]} is not what was backed up; nothing was changed")
    if STORE not in found:
        raise BackupError("it holds no database; nothing was changed")
    return about


def _check_path(member: tarfile.TarInfo, fresh: Path, found: dict) -> None:
    """Only plain files at places that a backup has. Raises BackupError."""
    parts = PurePosixPath(member.name).parts
    known = parts and (
        (parts[0] in ("raw", "inbox", "names") and len(parts) > 1)
        or parts[:-1] in (("queue", "waiting"), ("queue", "files"))
    )
    plain = member.name in (STORE, "sources.toml", MANIFEST) or known
    safe = member.isreg() and ".." not in parts and "/".join(parts) == member.name
    if not (plain and safe) or "\\" in member.name or "\0" in member.name or member.name in found:
        raise BackupError(f'"{member.name[:80]}" has no place in an archive of this program; nothing was changed')
    try:
        tarfile.data_filter(member, str(fresh))
    except tarfile.FilterError as error:
        raise BackupError(f'"{member.name[:80]}" leaves its folder; nothing was changed') from error


def _write(content: BinaryIO, path: Path, size: int) -> dict:
    path.parent.mkdir(parents=True, exist_ok=True)
    number, left = hashlib.sha256(), size
    with path.open("xb") as file:
        while piece := content.read(min(PIECE, left) or 1):
            number.update(piece)
            file.write(piece)
            left -= len(piece)
    return {"size": size - left, "sha256": number.hexdigest()}


def _check_store(store: Path, about: dict, archive: Path) -> None:
    """The database opens, is of a schema that this program knows, and is the one that the manifest tells of."""
    try:
        prepare(store)
        with opened(store) as connection:
            held = connection.execute("select value from meta where key = 'store_id'").fetchall()
    except StoreError as error:
        raise BackupError(f"{archive}: its database cannot be used ({error}); nothing was changed") from error
    if held != [(about.get("store_id"),)]:
        raise BackupError(f"{archive}: its database is not the one it tells of; nothing was changed")


def _put(places: Places, fresh: Path) -> Path | None:
    """Put all in its place, the store last; the folder of what was there. What fails in between is undone."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    aside = places.warehouse / f"before-restore-{stamp}-{os.getpid()}"
    done: list[tuple[Path, Path]] = []
    try:
        for name, place in places.by_name().items():
            # A log of the database before must never be taken for one of this.
            for old in (place, *([place.with_name(f"{STORE}.wal")] if name == STORE else [])):
                if old.is_file() or _is_something(old):
                    _move(old, aside / (name if old == place else f"{STORE}.wal"), done)
            if (fresh / name).exists():
                if place.is_dir():
                    place.rmdir()
                _move(fresh / name, place, done)
    except OSError as error:
        for source, target in reversed(done):
            shutil.move(target, source)
        raise BackupError(f"cannot put it in place ({error.strerror or error}); nothing was changed") from error
    return aside if aside.exists() else None


def _move(source: Path, target: Path, done: list[tuple[Path, Path]]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
    done.append((source, target))

"""What must not be lost or half written when the machine stops or the program is ended."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

LIVING = "in use.lock"  # in a folder that a process works in, and held by it
HALF = ".part"  # the ending of a file that is being written


def sync(path: Path) -> None:
    """Have the machine write a file, or a folder's list of files, to its disk now. Raises OSError."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def put(fresh: Path, place: Path) -> None:
    """Put a file in the place of the one before, in one step and for good. Raises OSError."""
    sync(fresh)
    fresh.replace(place)
    sync(place.parent)


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes its place, on the disk, when all went well, and else is not there. Raises OSError.

    What was there before stays until then. Two who write one file at once do not disturb each other: the later one's stays.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}{HALF}")
    try:
        with aside.open("wb") as file:
            yield file
        put(aside, path)
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is whole or not there; its folders are made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        file.write(content)


@contextmanager
def scratch(place: Path, prefix: str) -> Iterator[Path]:
    """A folder of this process to work in, beside what comes of it; gone afterwards. What killed ones left is removed. Raises OSError."""
    for left in place.glob(f"{prefix}*"):
        with suppress(Timeout, OSError), FileLock(left / LIVING, timeout=0):
            shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place) as folder, FileLock(Path(folder) / LIVING):
        yield Path(folder)

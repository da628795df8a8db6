"""Starting a writer that does what people asked for. The app takes this room alone: the writer's own loads the whole reader.

One such writer is at work at a time, and holds queue/work.lock as long as it sees what is asked: whoever finds it held starts no other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from etl import paths, requests
from etl.requests import RequestError

# Seconds that a writer whom the app started waits for a run, which does what waits between its documents.
PATIENCE = 900
LARGEST_LOG = 1_000_000  # bytes


def spawn(warehouse: Path) -> None:
    """Have a writer at work that does what waits, and come back at once. Raises RequestError when none can be started; what waits stays."""
    if _at_work(warehouse):
        return
    environment = dict(os.environ)
    if warehouse.resolve() != paths.warehouse().resolve():
        environment["VENDOR_TRACKER_HOME"] = str(warehouse.resolve())
    log = warehouse / "queue/work.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        fresh = not log.exists() or log.stat().st_size > LARGEST_LOG
        with log.open("wb" if fresh else "ab") as told:
            process = subprocess.Popen(
                [sys.executable, "-m", "etl", "work", "--patience", str(PATIENCE)],
                cwd=paths.ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                start_new_session=True,
            )
    except OSError as error:
        why = error.strerror or error
        raise RequestError(f"the writer cannot be started ({why}); what was asked is kept for the next run") from error
    # Somebody must take note that it ended, or the system keeps its entry for as long as the app lives.
    threading.Thread(target=process.wait, daemon=True).start()


def stopped(warehouse: Path) -> str | None:
    """The last line that writers left here, "" for none; None while one is at work. Raises RequestError."""
    if _at_work(warehouse):
        return None
    try:
        said = (warehouse / "queue/work.log").read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise RequestError(f"the writer's log cannot be read ({error.strerror or error})") from error
    return next((line.strip() for line in reversed(said) if line.strip()), "")


def work_alone(warehouse: Path, patience: float, does: Callable[[], int]) -> int | None:
    """Have what waits done as the one writer at work; how many requests were answered. None: another is at work, and does what waits.

    patience: how long to wait for another, seconds. does: all that waits, and tells how many requests that was.
    """
    lock = _lock(warehouse)
    done, left = 0, None
    while True:
        try:
            with lock.acquire(timeout=patience):
                done += does()
        except Timeout:
            return done or None
        # Who asked just before we let go started no other writer.
        before, left = left, {one.id for one in requests.waiting(warehouse)}
        if not left or left == before:
            return done


def _at_work(warehouse: Path) -> bool:
    try:
        with _lock(warehouse).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def _lock(warehouse: Path) -> FileLock:
    place = warehouse / "queue/work.lock"
    place.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(place)

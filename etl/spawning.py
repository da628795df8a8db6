"""Starting a writer that does what people asked for. The app takes this room alone: the writer's own loads the whole reader."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from etl import paths
from etl.requests import RequestError

PATIENCE = 900  # seconds that a writer whom the app started waits for a run, which does what waits between its batches
LARGEST_LOG = 1_000_000  # bytes


def spawn(warehouse: Path) -> None:
    """Start a writer that does what waits, and come back at once. Raises RequestError when none can be started; what waits stays."""
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

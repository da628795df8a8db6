"""The app as a real server for the tests in a browser: started on a free port of this machine alone, stopped by its process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.start import server_command

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # seconds until a server that does not answer is given up


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """Variables for a process of ours: this home for the databases, nothing set from outside that changes links."""
    kept = {name: value for name, value in os.environ.items() if name not in ("BASE_URL", "HOST", "PORT")}
    return {**kept, "VENDOR_TRACKER_HOME": str(home), **more}


def read_articles(home: Path, *folders: Path) -> subprocess.CompletedProcess[str]:
    """One run of the ETL, as a person starts it."""
    command = [sys.executable, "-m", "etl", "run", *map(str, folders)]
    return subprocess.run(command, cwd=ROOT, env=surroundings(home), capture_output=True, text=True, check=False)


@contextmanager
def serving(home: Path, log: Path, path: str = "", **more: str) -> Iterator[str]:
    """The app over the databases in a home, started as `make run` starts it; its address without a slash at the end.

    path: where it stands below another site's address; more: variables.
    """
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    if path:
        more["BASE_URL"] = address = f"{address}/{path}"
    command = server_command({**more, "HOST": "127.0.0.1", "PORT": str(port)})
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=surroundings(home, **more), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            wait_for(address, server, log)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server says that it is well. Raises RuntimeError with its own words when it ends or stays silent."""
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")

"""The app as a server for the benchmarks: with or without the freeze of its memory, telling how long each question took.

Run by the other benchmarks, in a process of its own: `python -m benchmarks.server TIMES FREEZE run app.py ...`.
"""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.servers import ROOT, read_articles, surroundings, wait_for
from tools.start import server_command


@dataclass(frozen=True)
class Served:
    """A running app. times: a file with a line for each question to the database, its end (epoch) and length in seconds."""

    address: str
    process: subprocess.Popen[bytes]
    home: Path
    times: Path

    def asked(self, begin: float, end: float) -> float:
        """Seconds that the database was asked between two moments (epoch seconds)."""
        lines = [line.split() for line in self.times.read_text(encoding="ascii").splitlines()]
        return sum(float(took) for at, took in lines if begin <= float(at) <= end)

    def memory(self) -> float:
        """The server's resident memory in MB."""
        said = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in said.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


@contextmanager
def served(home: Path, freeze: bool = True) -> Iterator[Served]:
    """The app over the databases in a folder, on a free port of this machine alone."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    command = server_command({"HOST": "127.0.0.1", "PORT": str(port)})
    with tempfile.TemporaryDirectory() as shelf:
        times, log = Path(shelf) / "times", Path(shelf) / "log"
        times.touch()
        command[1:3] = ["-m", "benchmarks.server", str(times), str(int(freeze))]
        with log.open("wb") as output:
            server = subprocess.Popen(command, cwd=ROOT, env=surroundings(home), stdout=output, stderr=output)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, server, log)
            yield Served(address, server, home, times)
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def bundled() -> Iterator[Path]:
    """A folder with databases of the bundled articles alone."""
    with tempfile.TemporaryDirectory() as home:
        ran = read_articles(Path(home), ROOT / "data" / "articles")
        if ran.returncode:
            sys.exit(ran.stderr)
        yield Path(home)


def main() -> None:
    """Become the server."""
    times, freeze, *rest = sys.argv[1:]
    if freeze == "0":
        gc.freeze = lambda: None
    _tell_times(Path(times))
    from streamlit.web import cli

    sys.argv = ["streamlit", *rest]
    cli.main()


def _tell_times(path: Path) -> None:
    from dashboard.data import Database

    ask = Database.ask

    def timed(self: Database, *asked: object) -> object:
        begun = time.time()
        try:
            return ask(self, *asked)
        finally:
            end = time.time()
            with path.open("a", encoding="ascii") as file:
                file.write(f"{end:.6f} {end - begun:.6f}\n")

    Database.ask = timed


if __name__ == "__main__":
    main()

"""`make run`: check where to listen, read the articles once, then become the server. HOST, PORT and BASE_URL are variables."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dashboard import roles, signing  # noqa: E402
from dashboard.permissions import PermissionsError, permissions  # noqa: E402
from etl.paths import roles_file, warehouse  # noqa: E402


def main() -> None:
    """Start, or end with one line that says why not."""
    os.chdir(ROOT)
    try:
        command = server_command(os.environ)
        told = who_may(os.environ)
    except (ValueError, PermissionsError) as error:
        sys.exit(f"{error}")
    if told:
        print(told, file=sys.stderr)
    read = subprocess.run([sys.executable, "-m", "etl", "run"], cwd=ROOT, check=False).returncode
    if read not in (0, 3):
        if read == 130 or not (warehouse() / "published.duckdb").exists():
            sys.exit(read)
        print("The articles could not be read again (see above); showing what was read before.", file=sys.stderr)
    sys.stdout.flush()
    os.execv(command[0], command)


def server_command(settings: os._Environ[str] | dict[str, str]) -> list[str]:
    """The server's command line. Raises ValueError, one line: a bad or taken HOST, PORT or BASE_URL."""
    host, port = settings.get("HOST") or "127.0.0.1", settings.get("PORT") or "8501"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f'PORT="{port}" is no port: give a number from 1 to 65535, like `make run PORT=8600`.')
    check_free(host, int(port))
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.address={host}", f"--server.port={port}"]
    # Its warnings are for its own developers, and come by the dozen before the first visitor.
    command.append("--logger.level=error")
    base = settings.get("BASE_URL", "").strip()
    if not base:
        return command
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f'BASE_URL="{base}" is no address: give one like https://vendors.example.com or …/tracker.')
    command.append(f"--server.corsAllowedOrigins={parts.scheme}://{parts.netloc}")
    if parts.path.strip("/"):
        command.append(f"--server.baseUrlPath={parts.path.strip('/')}")
    return command


def who_may(settings: os._Environ[str] | dict[str, str]) -> str | None:
    """A line for whoever starts an app that others can reach and that knows nobody; None: nothing to tell.

    Raises ValueError or PermissionsError when sign-in or roles are told wrong.
    """
    if signing.configured():
        if fault := signing.fault():
            raise ValueError(f"{fault}; see docs/sharing.md.")
        permissions(roles_file())
        return None
    public = urlsplit(settings.get("BASE_URL", "").strip()).hostname
    if roles.is_loopback(settings.get("HOST") or "127.0.0.1") and (not public or roles.is_loopback(public)):
        return None
    return "Whoever can reach this app may read, and nobody may write in it: docs/sharing.md tells how people sign in."


def check_free(host: str, port: int) -> None:
    """Raise ValueError when nobody could listen there."""
    other = f"HOST={host} " if host != "127.0.0.1" else ""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except socket.gaierror:
        raise ValueError(f'HOST="{host}" is no address of this machine: give one like 127.0.0.1 or 0.0.0.0.') from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            free = f"`make run {other}PORT={port + 1 if port < 65535 else 8501}`"
            raise ValueError(f"Port {port} is taken by another program: stop it, or run {free}.") from None
        if error.errno == errno.EACCES:
            raise ValueError(f"Port {port} needs root: run `make run {other}PORT=8501` behind a proxy.") from None
        raise ValueError(f"Cannot listen on {host}:{port} ({error.strerror}): give another HOST or PORT.") from None


if __name__ == "__main__":
    main()

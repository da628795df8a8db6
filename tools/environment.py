"""Makes an environment of the project's own: a folder of Python packages, each exactly as a requirements file pins it by hash.

Runs on the machine's Python, before anything is installed: standard library only. `environment.py app`, `dev` or `train`.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
# What `make` looks for to know that nothing is left to do, by what was asked for: folder, requirements.
KINDS = {
    "app": (".venv", "requirements.txt"),
    "dev": (".venv", "requirements-dev.txt"),
    "train": (".venv-train", "requirements-train.txt"),
}
EXACTLY = ["--require-hashes", "--only-binary", ":all:"]
NETWORK = re.compile(
    r"Failed to establish a new connection|name resolution|Connection(?: refused|Error|Timeout| reset)|timed out"
    r"|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED|Network is unreachable|error sending request",
)


def main() -> None:
    """Set up what the first argument names, and leave a stamp beside it."""
    kind = sys.argv[1]
    folder, requirements = ROOT / KINDS[kind][0], ROOT / KINDS[kind][1]
    started = time.monotonic()
    python = folder / "bin" / "python"
    pins = requirements.read_text(encoding="utf-8")
    count = len(re.findall(r"^[a-z0-9][^\s=]*==", pins, flags=re.MULTILINE))
    try:
        make_folder(folder, python)
        say(f"Setting up {folder.name} with Python {version_of(python)}: {count} packages from {requirements.name} …")
        install(python, requirements, folder / "setup.log")
        (folder / f".{kind}").touch()
        if kind == "dev":  # the app's packages are among the developers'
            (folder / ".app").touch()
    except OSError as error:
        stop(f"Cannot set up {folder.name} ({error.strerror}: {error.filename}): mend that, then run the same again.")
    say(f"{folder.name} is ready after {time.monotonic() - started:.0f} s.")


def make_folder(folder: Path, python: Path) -> None:
    """An environment of this Python, unless there is one that works (and is of this version, when PYTHON asks for it)."""
    there = version_of(python)
    wanted = platform.python_version()
    if there and (there == wanted or not os.environ.get("PYTHON")):
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        package = f"python3.{sys.version_info.minor}-venv"
        stop(
            f"{sys.executable} cannot make environments (no venv): run `apt install {package}` as root, then the same again."
        )
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], capture_output=True, text=True)
    if made.returncode:
        stop(f"Cannot make {folder.name}: {last_line(made.stdout + made.stderr)}")


def version_of(python: Path) -> str | None:
    """A Python's version; None when it does not run (or has no pip, as after an interrupted set-up)."""
    try:
        asked = [python, "-c", "import platform, pip; print(platform.python_version())"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def install(python: Path, requirements: Path, log: Path) -> None:
    """Install the pinned packages: by uv, itself pinned, which takes a fifth of pip's time; by pip where uv cannot."""
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *EXACTLY]
    settings = pip_settings(python)
    if "no-index" not in settings:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as uv_alone:
            uv_alone.write(pin_of("uv"))
            uv_alone.flush()
            told = logged([*pip, "--retries", "1", "--no-deps", "-r", uv_alone.name], log)
        if told and NETWORK.search(told):
            stop(why(told, log))
        uv = [
            python.with_name("uv"),
            "pip",
            "install",
            "--python",
            python,
            "--system-certs",
            *EXACTLY,
            "-r",
            requirements,
        ]
        if not told and not logged(uv, log, env=uv_environment(settings)):
            return
    told = logged([*pip, "-r", requirements], log)
    if told:
        stop(why(told, log))


def pin_of(package: str) -> str:
    """The lines that pin a package, out of the developers' requirements."""
    pins = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    return re.search(rf"^{package}==(?:.*\\\n)*.*\n", pins, flags=re.MULTILINE)[0]


def pip_settings(python: Path) -> dict[str, str]:
    """What this machine has set for pip, from its files and variables, by option."""
    listed = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    return dict(re.findall(r"^[^.\n]*\.([\w-]+)='(.*)'$", listed, flags=re.MULTILINE))


def uv_environment(settings: dict[str, str]) -> dict[str, str]:
    """Variables by which uv uses the index, the certificate and the proxy that are set for pip, beneath its own settings."""
    said = {
        "UV_DEFAULT_INDEX": settings.get("index-url"),
        "SSL_CERT_FILE": settings.get("cert"),
        "ALL_PROXY": settings.get("proxy"),
    }
    return {**{name: value for name, value in said.items() if value}, **os.environ}


def logged(command: list[str | Path], log: Path, env: dict[str, str] | None = None) -> str:
    """Run a command; all that it said when it failed, else nothing."""
    ran = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        text=True, errors="replace", env=env,
    )  # fmt: skip
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{ran.stdout}\nexit code {ran.returncode}\n")
    return (ran.stdout or "failed without a word") if ran.returncode else ""


def why(told: str, log: Path) -> str:
    """One line on why the packages could not be had, and what to do."""
    again = "then run the same again"
    if "DO NOT MATCH THE HASHES" in told or "Hash mismatch" in told:
        return f"A downloaded package is not the one that is pinned, so nothing was installed: see {log}, ask where it came from."
    if NETWORK.search(told):
        return (
            "No connection to the package index: connect this machine, or set HTTPS_PROXY=http://PROXY:PORT or "
            f"PIP_INDEX_URL=https://YOUR-INDEX/simple, {again}."
        )
    if "No space left" in told:
        return f"The disk is full: free 2 GB, {again}."
    if missing := re.search(r"No matching distribution found for (\S+)", told):
        here = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
        return (
            f"The package index has no {missing[1]} for {here}: try another Python with `make run PYTHON=…`; see {log}."
        )
    return f"Installing failed ({last_line(told)}): see {log}, {again}."


def last_line(words: str) -> str:
    """The last line that says something, an error's if there is one."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"error", line, flags=re.IGNORECASE)]
    return (errors or lines or ["no reason given"])[-1][:300]


def say(line: str) -> None:
    """One line of progress."""
    print(line, file=sys.stderr, flush=True)


def stop(line: str) -> NoReturn:
    """End with one line that says what is wrong and what to do."""
    say(line)
    sys.exit(1)


if __name__ == "__main__":
    main()

"""The browser of the tests: where a Chromium is, or how one comes here. `python tools/browser.py` finds or installs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
USUAL = ("/usr/bin", "/usr/local/bin", "/snap/bin", "/Applications/Google Chrome.app/Contents/MacOS")


def find() -> str | None:
    """The path of a Chromium that runs: CHROMIUM's, else one on this machine, else playwright's own."""
    told = os.environ.get("CHROMIUM")
    return next(filter(runs, [told] if told else candidates()), None)


def candidates() -> Iterator[str]:
    """Where a Chromium may be, the likeliest first."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *USUAL])
    yield from filter(None, (shutil.which(name, path=path) for name in NAMES))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        usual = playwright.chromium.executable_path
    yield usual
    # What playwright's installer fetched when it was asked for the part without windows.
    yield from (str(p) for p in Path(usual).parents[2].glob("chromium_headless_shell-*/*/*headless*shell"))


def runs(path: str) -> bool:
    """Whether it is a browser, and no stub that says how to get one."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install() -> None:
    """Bring a Chromium: by apt as root, else by playwright's installer into the home folder."""
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        say("No Chromium found for the browser tests: installing it with apt (the whole machine will have it) …")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["update", "-qq"],
            ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"],
        ):
            subprocess.run(["apt-get", *command], env=quiet, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if find():
            return
    say("Fetching Chromium with playwright's installer, into your home folder …")
    fetch = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    subprocess.run(fetch, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def say(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    """Find or install; 1 with one line when there is no way."""
    if not find() and not os.environ.get("CHROMIUM"):
        install()
    found = find()
    if found:
        return 0
    if told := os.environ.get("CHROMIUM"):
        say(f"CHROMIUM={told} does not run: give the path of a Chromium or Chrome, or unset it.")
    else:
        say(
            "No Chromium could be had for the browser tests: run `apt install chromium` as root, or leave those tests "
            "out with `make test ARGS=\"-m 'not e2e'\"`."
        )
    return 1


if __name__ == "__main__":
    sys.exit(main())

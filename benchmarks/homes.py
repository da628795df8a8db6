"""The databases that are measured: one of the bundled articles, and beside it one of generated facts, or another in their place."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import generated
from benchmarks.server import bundled

FILTER_BARS = {False: 0.3, True: 0.8}  # seconds until a changed filter is seen, by whether the database is large


@dataclass(frozen=True)
class Home:
    """A folder with databases. what: its name in what is printed; large: whether the bars of generated facts are its own."""

    folder: Path
    what: str
    large: bool


def add_options(options: argparse.ArgumentParser) -> None:
    """The options that `homes` goes by."""
    options.add_argument("--facts", type=int, default=generated.FACTS, help="of the generated database; 0: none")
    options.add_argument("--articles", type=int, default=generated.ARTICLES)
    options.add_argument("--home", type=Path, help="databases to measure in the place of both")


def homes(args: argparse.Namespace) -> Iterator[Home]:
    """Each database in turn; it is gone when the next one is asked for."""
    if args.home:
        yield Home(args.home, args.home.name, large=True)
        return
    with bundled() as home:
        yield Home(home, "bundled articles", large=False)
    if args.facts:
        with tempfile.TemporaryDirectory() as made:
            generated.generate(Path(made), args.facts, args.articles)
            yield Home(Path(made), f"{args.facts:,} generated facts", large=True)


def judged(value: float, bar: float) -> str:
    """Whether a figure keeps to its bar, both in one unit: "ok" or "over"."""
    return "ok" if value <= bar else "over"

"""Commands that take documents in: run, add, reread."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.cli.terminal import PARTLY, progress, say, told

if TYPE_CHECKING:
    from etl.sources.gathering import Gathered
    from etl.sources.raw import Raw
    from etl.sources.settings import Settings

USUAL = ("bundled", "inbox")
Bundled = Annotated[
    bool, typer.Option("--bundled/--no-bundled", help="Take in the project's own briefs, or leave them out.")
]
Workers = Annotated[int, typer.Option(min=1, max=64, help="Processes that read.")]


def run(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FOLDER...]", help="Folders of articles; unless given, all sources, data/articles and data/inbox."
        ),
    ] = None,
    bundled: Bundled = True,
    workers: Workers = 1,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Take this source of data/sources.toml alone.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Fetch no article that its feed dates before this day (YYYY-MM-DD)."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be fetched and read; change nothing.")
    ] = False,
) -> None:
    """Fetch what is new from the sources, read new and changed documents, and publish their facts to the app."""
    from etl import pipeline
    from etl.paths import BUNDLED, INBOX, warehouse

    if folders and (source or since):
        raise typer.BadParameter("folders are read as they lie: give them without --source and --since")
    kept: list = []
    wanted = list(folders or [])
    if source in USUAL:
        wanted = [BUNDLED if source == "bundled" else INBOX]
    elif not folders:
        kept = _gathered(source, _day(since), dry_run)
    takes = {"folders": wanted, "kept": kept, "usual": source is None, "bundled": bundled}
    if dry_run:
        summary = pipeline.plan(warehouse(), **takes)
        say(
            f"would read: {summary.new} new, {summary.changed} changed, {summary.reread} with another reader than before; "
            f"{summary.unchanged} unchanged, {summary.missing} missing"
        )
        return
    summary = pipeline.run(warehouse(), **takes, workers=workers, progress=progress)
    for line in told(summary):
        say(line)
    if summary.failed:
        raise typer.Exit(PARTLY)


def add(
    asked: Annotated[
        list[str],
        typer.Argument(metavar="URL|FILE|FOLDER|-...", help="Addresses, files, folders; - is standard input."),
    ],
) -> None:
    """Keep copies of documents and read them: pages, feeds or PDFs of the web, files, folders."""
    from etl import pipeline
    from etl.paths import warehouse
    from etl.sources import adding
    from etl.store import StoreError

    settings, raw = _places()
    failed = kept = 0
    with raw.writing():
        for one in adding.add(asked, raw, lambda: _fetcher(settings), sys.stdin.buffer):
            kept += one.change is not None
            failed += one.change is None
            say(f"{one.change or 'failed'}: {one.asked}" + (f": {one.failure}" if one.failure else ""))
    if kept:
        try:
            summary = pipeline.run(
                warehouse(), kept=[(adding.SOURCE, raw.listing(adding.SOURCE))], usual=False, progress=progress
            )
        except StoreError:
            say(f"{kept} documents are kept; the next run reads them")
            raise
        for line in told(summary):
            say(line)
        failed += len(summary.failed)
    if failed:
        raise typer.Exit(PARTLY)


def reread(bundled: Bundled = True, workers: Workers = 1) -> None:
    """Read all that is kept again when reader or names changed since; no network. Stopped, it goes on where it was."""
    from etl import pipeline
    from etl.paths import warehouse
    from etl.sources.gathering import listings

    settings, raw = _places()
    summary = pipeline.run(
        warehouse(), kept=listings(settings, raw), given=True, bundled=bundled, workers=workers, progress=progress
    )
    for line in told(summary):
        say(line)
    if not summary.reread:
        say(f"nothing to read again: all {summary.unchanged} documents were read by this reader with these names")
    if summary.failed:
        raise typer.Exit(PARTLY)


def _places() -> tuple[Settings, Raw]:
    from etl import paths
    from etl.sources.raw import Raw
    from etl.sources.settings import read_settings

    return read_settings(paths.sources_file()), Raw(paths.raw())


def _fetcher(settings: Settings):
    from etl.sources.web import Fetcher

    return Fetcher(settings.web)


def _gathered(only: str | None, since: str | None, dry: bool) -> list:
    """Ask the sources of the web, say how it went, and list what is kept of all that this run takes."""
    from etl.sources.adding import SOURCE
    from etl.sources.gathering import Errand, gather_all, listings
    from etl.sources.settings import FolderSource

    settings, raw = _places()
    if only and only not in (SOURCE, *raw.sources()):
        settings.named(only)
    asked = [one for one in settings.source if only in (None, one.name) and not isinstance(one, FolderSource)]
    if asked:
        with nullcontext() if dry else raw.writing(), _fetcher(settings) as fetcher:
            errand = Errand(raw, fetcher, since, dry, progress)
            with closing(gather_all(asked, errand)) as answers:
                for gathered in answers:
                    for line in _told_of(gathered, dry):
                        say(line)
    return listings(settings, raw, only)


def _told_of(gathered: Gathered, dry: bool) -> Iterator[str]:
    yield from (f"would fetch: {address}" for address in gathered.would)
    # In a run these stand with the failures of all documents.
    yield from (f"failed: {gathered.source}/{address}: {reason}" for address, reason in gathered.faults if dry)
    yield from gathered.notes
    yield gathered.line()


def _day(written: str | None) -> str | None:
    if written and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", written):
        raise typer.BadParameter(f'--since "{written}" is no date (want YYYY-MM-DD)')
    return written

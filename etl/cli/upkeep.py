"""Commands that keep a warehouse: work, export-gold, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.cli.terminal import say


def work(
    patience: Annotated[float, typer.Option(min=0, help="Seconds to wait for a run that is going on.")] = 0,
) -> None:
    """Do what people asked for in the app: reviews, added documents, new names."""
    from etl.paths import warehouse
    from etl.spawning import work_alone

    def does() -> int:
        from etl import writer  # which takes a moment to load: not while another is at work

        return writer.work(warehouse(), patience)

    done = work_alone(warehouse(), patience, does)
    if done is None:
        say("another writer is at work, and does what waits")
    else:
        say(f"{done} request{'s' * (done != 1)} answered" if done else "nothing waits")


def export_gold(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write; made when it is not there.")],
    partly: Annotated[
        bool, typer.Option("--partly", help="Articles too of which only some of the facts were reviewed.")
    ] = False,
) -> None:
    """Write reviewed articles and their facts in gold form, to train and score the reader with."""
    from etl.gold_export import export_gold as export
    from etl.paths import warehouse

    for line in export(warehouse(), folder, partly=partly):
        say(line)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write, such as x.tar.zst.")],
) -> None:
    """Write databases, reviews, documents, names and sources to one archive."""
    from etl.backup import Places
    from etl.backup import backup as write

    say(write(Places.usual(), file))


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive that backup wrote.")],
    force: Annotated[
        bool, typer.Option("--force", help="Move what is there aside, and put this in its place.")
    ] = False,
) -> None:
    """Put back what an archive holds; links to its loads are valid again."""
    from etl.backup import Places
    from etl.restore import restore as put_back

    for line in put_back(Places.usual(), file, force=force):
        say(line)

"""The command line: one command a function, here or in etl/cli. Only arguments, progress and messages; the work is in the rooms below.

Exit codes: 0 done, 1 the command failed, 2 wrong usage, 3 done but some documents failed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from etl.cli import sources, upkeep
from etl.cli.terminal import FAILED, PARTLY, progress, say
from etl.disk import whole
from etl.errors import EtlError

app = typer.Typer(
    name="etl",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
MinConfidence = Annotated[
    float | None, typer.Option("--min-confidence", min=0, max=1, help="Least confidence of a fact (0-1).")
]


@app.callback()
def etl() -> None:
    """Reads articles about network vendors and publishes the facts that they state."""


app.command()(sources.run)
app.command()(sources.add)
app.command()(sources.reread)
app.command()(upkeep.work)
app.command()(upkeep.export_gold)
app.command()(upkeep.backup)
app.command()(upkeep.restore)


@app.command()
def remove(
    article: Annotated[
        str,
        typer.Argument(metavar="ARTICLE", help="The article's id, its beginning, or its file's name without ending."),
    ],
) -> None:
    """Withdraw an article and its facts; links to an earlier load still show them."""
    from etl import pipeline
    from etl.paths import warehouse

    removal = pipeline.remove(warehouse(), article)
    for note in removal.notes:
        say(note)
    say(f"removed {removal.place} (article {removal.article_id}); it stays away until its document changes")


@app.command()
def extract(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files or folders; - is standard input.")],
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
    min_confidence: MinConfidence = None,
    text: Annotated[bool, typer.Option("--text", help="Print the text of one document instead of its facts.")] = False,
) -> None:
    """Read documents and print their facts, one JSON object a line; nothing is stored."""
    from etl.article import UnreadableDocument, read_document
    from etl.extract import default_threshold
    from etl.reading import documents_of, fact_line, read_all

    documents, notes = documents_of(paths, sys.stdin.buffer)
    for note in notes:
        say(note)
    if text:
        if len(documents) != 1:
            raise typer.BadParameter(f"--text prints one document, and {len(documents)} were given")
        document = documents[0]
        try:
            article = read_document(document.path, document.read(), known=document.known)
        except UnreadableDocument as error:
            raise UnreadableDocument(f"{document.path}: {error}") from error
        write(output, [article.text])
        return
    threshold = default_threshold() if min_confidence is None else min_confidence
    failed = 0

    def lines() -> Iterator[str]:
        nonlocal failed
        for outcome in progress(read_all(documents), len(documents)):
            if outcome.failure:
                failed += 1
                say(f"{outcome.document.path}: {outcome.failure}")
                continue
            for warning in outcome.article.warnings:
                say(f"{outcome.document.path}: {warning}")
            if outcome.reading.skipped:
                say(f"{outcome.document.path}: skipped, {outcome.reading.skipped}")
            for fact in outcome.reading.facts:
                if fact.confidence >= threshold:
                    yield fact_line(fact, outcome.document.name) + "\n"

    write(output, lines())
    if failed:
        raise typer.Exit(PARTLY)


@app.command()
def evaluate(
    gold_dir: Annotated[
        Path | None, typer.Argument(help="Folder of gold files; the bundled answers unless given.")
    ] = None,
    predicted: Annotated[
        Path | None, typer.Option(help="Score these facts (as extract writes them), read nothing.")
    ] = None,
    errors: Annotated[Path | None, typer.Option(help="Write every mistake with its sentence to this file.")] = None,
    misses: Annotated[bool, typer.Option("--misses", help="Print every mistake with its sentence too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
) -> None:
    """Score the reader against gold: precision, recall and F1 by kind and over all."""
    from etl.evaluate import load_gold, load_predicted, predict, score
    from etl.evaluation_report import mistakes, table
    from etl.paths import GOLD

    gold = load_gold(gold_dir or GOLD)
    facts = load_predicted(predicted) if predicted else predict(progress(gold, len(gold)))
    outcome = score(gold, facts)
    if not gold_dir and not predicted:
        say(f"The reader was trained on these articles too. {unseen()}")
    if as_json:
        write(None, [json.dumps(outcome.rates()) + "\n"])
    else:
        write(None, (line + "\n" for line in table(outcome)))
    if errors:
        write(errors, (line + "\n" for line in mistakes(outcome, gold)))
    if misses:
        write(None, (line + "\n" for line in mistakes(outcome, gold)))


def unseen() -> str:
    """The score that counts: every brief read by weights that had not seen it."""
    from etl.extract.reader import about_model

    rates = about_model()["scores"]["briefs"]["rates"]["all"]
    return (
        f"Each read by weights that had not seen it, they give precision {rates['precision']:.2f}, "
        f"recall {rates['recall']:.2f}, F1 {rates['f1']:.2f}."
    )


def write(output: Path | None, pieces: Iterable[str]) -> None:
    """Write pieces to a file, which is only there when all are written, or to standard output as they come."""
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode())
        sys.stdout.buffer.flush()
        return
    if not output.parent.is_dir():
        raise NotADirectoryError(f"no folder {output.parent}; make it first, or give another --output")
    if output.is_dir():
        raise IsADirectoryError(f"{output} is a folder; give --output a file's name")
    with whole(output) as file:
        for piece in pieces:
            file.write(piece.encode())


def main() -> int:
    """Run the command line; every foreseen failure is one line on standard error."""
    try:
        app(prog_name="python -m etl", standalone_mode=True)
    except KeyboardInterrupt:
        say("stopped")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (OSError, EtlError) as error:
        say(f"error: {error}")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())

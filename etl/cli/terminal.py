"""What every command says to the person at the terminal, and how."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tqdm import tqdm

from etl.facts import KINDS

if TYPE_CHECKING:
    from etl.pipeline import Summary

FAILED, PARTLY = 1, 3


def told(summary: Summary) -> Iterator[str]:
    """A run's summary: each document that failed or warns, then the counts."""
    for source, path, reason in summary.failed:
        yield f"failed: {source}/{path}: {reason}"
    for source, path, warning in summary.warnings:
        yield f"warning: {source}/{path}: {warning}"
    for source, path, why in summary.skipped:
        yield f"not read: {source}/{path}: {why}"
    yield from summary.notes
    withdrawn = f", {summary.withdrawn} removed before" if summary.withdrawn else ""
    yield (
        f"documents: {summary.new} new, {summary.changed} changed, {summary.reread} read again, {summary.unchanged} unchanged, "
        f"{summary.missing} missing, {len(summary.skipped)} not read, {len(summary.failed)} failed{withdrawn}"
    )
    by_kind = ", ".join(f"{summary.facts[kind]} {kind}s" for kind in KINDS)
    yield f"facts: {by_kind}; {summary.facts['unsure']} less sure ones; {summary.facts['unread']} sentences left unread"
    yield f"load {summary.load} published" if summary.published else f"nothing changed since load {summary.load}"


def progress(outcomes: Iterable, total: int) -> Iterable:
    """A progress bar with counts and rate on a terminal, nothing elsewhere."""
    return tqdm(outcomes, total=total, unit=" documents", file=sys.stderr, disable=None, leave=False)


def say(line: str) -> None:
    """One line to the person at the terminal; standard output is for what was asked for."""
    tqdm.write(line, file=sys.stderr)

"""What reading one article gives: its facts, what was left unread, and names the registry does not know."""

from __future__ import annotations

from dataclasses import dataclass, field

from etl.facts import Fact


@dataclass(frozen=True)
class Unread:
    """A sentence that looks like it states a fact, yields none, and is kept with its reason."""

    quote: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class NewName:
    """A company or operator that the registry does not know, taken from a clear pattern."""

    name: str
    role: str  # "vendor" or "operator"


@dataclass(frozen=True)
class Reading:
    """What the reader made of one article. `skipped` says why an article was not read at all."""

    facts: list[Fact] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    new_names: list[NewName] = field(default_factory=list)
    language: str | None = None
    skipped: str | None = None

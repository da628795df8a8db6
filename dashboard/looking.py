"""Reading what a person brought while they look at other pages: what is read stands there when they come back.

A session has one job, and nobody else knows of it. A job whose session has ended, or began another, is not gone on with.
"""

from __future__ import annotations

import logging
import secrets
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from dashboard import blocks, roles
from dashboard.escape import for_markdown
from etl.article import MAX_BYTES, Known
from etl.errors import EtlError
from etl.requests import Origin
from etl.sources.raw import in_utf8

if TYPE_CHECKING:
    from etl.reading import Outcome

AT_ONCE = 2  # jobs of all sessions; the others wait
_JOB, _LOOKED = "_job", "_looked"


class NotTaken(EtlError):
    """What was brought cannot be taken; the message says what to do."""


class Given(NamedTuple):
    """A document as it was brought, and what the person says of it. origin: of one that was fetched."""

    name: str
    content: bytes
    known: Known
    origin: Origin | None = None

    def readable(self) -> bytes:
        """Its bytes, in the characters that its host told of."""
        return in_utf8(self.content, PurePath(self.name).suffix, self.origin and self.origin.charset)


@dataclass(frozen=True)
class Brought:
    """A document, and what was read in it. token: tells it from all others of this session."""

    token: str
    given: Given
    outcome: Outcome


@dataclass(eq=False)
class Job:
    """How far it is. in_all: documents, None until they are there; fault: why nothing more is read, one line."""

    in_all: int | None = None
    read: list[Brought] = field(default_factory=list)
    fault: str | None = None
    begun: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def line(self) -> str:
        """What to tell of it while it goes on."""
        if not self.begun:
            return "Waiting until others' documents are read"
        if self.in_all is None:
            return "Fetching the document"
        return f"{len(self.read)} of {self.in_all} read" + (f": {self.read[-1].given.name}" if self.read else "")


def start(bring: Callable[[], Sequence[Given]]) -> None:
    """Have documents brought and read for this session, beside those that are not saved yet. Raises NotAllowed.

    bring: called in another thread, where nothing of Streamlit's is; it may raise EtlError.
    """
    roles.need("analyst")
    st.session_state[_JOB] = job = Job()
    _pool().submit(_work, weakref.ref(job), bring)


def underway() -> None:
    """How far the session's job is, followed until it has ended."""
    job = st.session_state.get(_JOB)
    with st.container(key="underway"):
        if job is None:
            return
        if not job.ended.is_set():
            _watched()
            return
        # What was looked at before and is not saved yet stays, and what was read before a fault, too.
        st.session_state[_LOOKED] = [*brought(), *job.read]
        job.read = []
        if job.fault:
            blocks.note(job.fault, "alert")
        else:
            del st.session_state[_JOB]


def brought() -> list[Brought]:
    """The documents that were read for this session and are neither saved nor discarded yet."""
    return st.session_state.get(_LOOKED, [])


def drop(one: Brought) -> None:
    """Show a document no more."""
    st.session_state[_LOOKED] = [other for other in brought() if other.token != one.token]


@st.fragment(run_every=0.5)
def _watched() -> None:
    job = st.session_state.get(_JOB)
    if job is None or job.ended.is_set():
        st.rerun()
    st.progress(len(job.read) / (job.in_all or 1), text=for_markdown(job.line()))
    blocks.foot("You may leave this page: what is read stands here when you come back.")


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, "looking")


def _work(held: weakref.ref[Job], bring: Callable[[], Sequence[Given]]) -> None:
    fault = None
    try:
        for in_all, one in _steps(bring):
            if (job := held()) is None:
                return
            job.begun, job.in_all = True, in_all
            job.read += [one] if one else []
            del job  # or it would be held from here
    except EtlError as error:
        fault = str(error)
    except Exception:
        logging.getLogger("dashboard").exception("reading what a person brought")
        fault = "It could not be read; the reason stands in the server's log."
    if job := held():
        job.fault = fault
        job.ended.set()


def _steps(bring: Callable[[], Sequence[Given]]) -> Iterator[tuple[int | None, Brought | None]]:
    """The number of documents as soon as it is known, and each one when it is read, in a process of its own."""
    yield None, None
    documents = bring()
    if big := [one.name for one in documents if len(one.content) > MAX_BYTES]:
        raise NotTaken(f"{big[0]} is larger than the {MAX_BYTES / 1e6:.0f} MB that an article can need.")
    yield len(documents), None
    from etl.reading import StandardInput, read_all  # with which the whole reader is loaded

    inputs = [StandardInput(one.readable(), path=one.name, name=one.name, known=one.known) for one in documents]
    for one, outcome in zip(documents, read_all(inputs, 2), strict=True):
        yield len(documents), Brought(secrets.token_hex(4), one, outcome)

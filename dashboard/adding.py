"""Documents that a person brings: taken from the page, read without saving anything, shown, and then left for the writer."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from dashboard import asking, blocks, evidence, fact_table, looking, roles, theme
from dashboard.looking import Brought, Given, NotTaken
from dashboard.view import View
from etl import paths, requests
from etl.article import Known
from etl.dates import parse_published
from etl.errors import EtlError
from etl.facts import KINDS, fact_ids
from etl.requests import PREVIEW, Addition, Origin, Review
from etl.sources.addresses import AddressRefused, shown
from etl.sources.asking import FetchError
from etl.sources.keeping import DOCUMENT_TYPES, article_ending
from etl.sources.settings import Web, read_settings
from etl.sources.web import Fetcher

if TYPE_CHECKING:
    from etl.reading import Outcome

LONG, TALL = 3000, 420  # characters from which a text scrolls, and the height that it has then, pixels


def pasted(text: str, known: Known) -> Given:
    """A text from the page. Raises NotTaken for an empty one."""
    if not text.strip():
        raise NotTaken("There is no text yet: paste the article's text first.")
    return Given("pasted.txt", text.encode(), known)


def fetched(url: str) -> Given:
    """A page of the web, under the same rules as all that is fetched. Raises NotTaken, SettingsError."""
    web = read_settings(paths.sources_file()).web
    try:
        got = _fetcher(web).fetch(url.strip(), DOCUMENT_TYPES)
        ending = article_ending(got)
    except (FetchError, AddressRefused) as error:
        raise NotTaken(f"{shown(url)}: {error}") from error
    name = f"{PurePosixPath(urlsplit(got.url).path).stem or 'page'}{ending}"
    about = {name: getattr(got, name) for name in Origin.model_fields if name != "asked"}
    return Given(name, got.content, Known(source_url=got.url), Origin(asked=url.strip(), **about))


@st.cache_resource(show_spinner=False, hash_funcs={Web: Web.model_dump_json})
def _fetcher(web: Web) -> Fetcher:
    """One for all sessions, so that a host has its pauses whoever asks for its pages."""
    return Fetcher(web)


def known_of(title: str, published: str, publisher: str, source_url: str) -> Known:
    """What a person says of a text. Raises NotTaken for a date that is none."""
    try:
        day = parse_published(published) if published.strip() else None
    except ValueError as error:
        raise NotTaken(str(error)) from None
    return Known(title.strip() or None, day, publisher.strip() or None, source_url.strip() or None)


def preview(view: View) -> None:
    """What was read of each document, in tables to correct, and the button that saves it."""
    for one in looking.brought():
        with st.container(key=f"brought_{one.token}", border=True):
            _one(view, one)


def _one(view: View, one: Brought) -> None:
    outcome = one.outcome
    if outcome.failure or outcome.reading.skipped:
        blocks.title(one.given.name, outcome.failure or f"Not read: {outcome.reading.skipped}.", level=3)
        _discard(one)
        return
    rows = rows_of(outcome)
    shown = [row for row in rows if row["confidence"] >= view.min_confidence]
    blocks.title(
        outcome.article.title or one.given.name,
        f"{theme.counted(len(shown), 'facts')} above your least confidence, {len(rows) - len(shown)} less sure. "
        "Nothing is saved yet; every field can be corrected first.",
        level=3,
    )
    with st.container(height=TALL if len(outcome.article.text) > LONG else "content"):
        st.html(evidence.highlighted(outcome.article.text, shown, view.filters, saved=False))
    reviews, faults = _tables(one, shown)
    blocks.foot(
        "What you change or leave out is kept as your review; the fact’s page tells both what was read and what you said."
    )
    for line in faults:
        blocks.note(line, "alert")
    with st.container(horizontal=True):
        st.button("Save", key=f"save_{one.token}", type="primary", on_click=_save, args=(one, reviews, faults))
        _discard(one)


def _discard(one: Brought) -> None:
    st.button("Discard", key=f"discard_{one.token}", on_click=looking.drop, args=(one,))


def _tables(one: Brought, shown: list[pd.Series]) -> tuple[list[Review], list[str]]:
    """The facts of a document, a table for each kind; what the person says of them, and what is wrong with that."""
    reviews, faults = [], []
    for kind in KINDS:
        if rows := [row for row in shown if row["kind"] == kind]:
            blocks.title(f"{kind.capitalize()}s", level=4)
            # A table's changes are kept by the row's number: other rows are another table.
            same = hashlib.sha256("".join(row["fact_id"] for row in rows).encode()).hexdigest()[:8]
            made, wrong = fact_table.reviews(
                kind, rows, fact_table.edit(kind, rows, f"facts_{one.token}_{kind}_{same}")
            )
            reviews += made
            faults += wrong
    return reviews, faults


def rows_of(outcome: Outcome) -> list[pd.Series]:
    """The facts of a reading as rows, with the ids by which an Addition names them."""
    facts = outcome.reading.facts
    return [
        pd.Series({**fact.model_dump(), "fact_id": fact_id})
        for fact_id, fact in zip(fact_ids(PREVIEW, facts), facts, strict=True)
    ]


def _save(one: Brought, reviews: list[Review], faults: list[str]) -> None:
    if faults:
        asking.fault(f"Not saved: {faults[0]}")
        return
    given, known = one.given, one.given.known
    try:
        roles.need("analyst")  # before anything is written, the file of the request too
        file = requests.keep_file(paths.warehouse(), given.content)
    except EtlError as error:
        asking.fault(str(error))
        return
    told = {"title": known.title, "published": known.published, "publisher": known.publisher}
    told |= {"source_url": known.source_url, "origin": given.origin}
    asks = Addition(file=file, name=given.name[-200:], reviews=tuple(reviews), **told)
    if asking.ask(asks, one.outcome.article.title or given.name):
        looking.drop(one)

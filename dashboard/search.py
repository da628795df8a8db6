"""Full-text search: what a person typed, the articles that have all of it, and the words around each hit.

What is typed is words, "phrases in quotes" and beginnings*; whatever else it looks like (operators, SQL) is only words.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import streamlit as st

from dashboard.data import Load
from dashboard.view import View
from etl.search_index import NAME, TOKENIZER, opened

_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_AROUND = 28  # words of a snippet
_OPEN, _CLOSE = "\x02", "\x03"  # which no page shows, so a text that holds them loses nothing
Snippet = list[tuple[str, bool]]


def terms(typed: str) -> tuple[str, ...]:
    """What was typed as terms of an FTS5 query: strings in quotes, so that nothing in them is an operator."""
    plain = typed.encode("utf-8", "replace").decode().replace("\0", " ")
    plain = re.sub("[“”„«»]", '"', plain)
    found = []
    for phrase, word in _TERM.findall(plain):
        if any(character.isalnum() for character in phrase or word):
            found.append(f'"{phrase}"' if phrase else f'"{word.rstrip("*")}"{" *" * word.endswith("*")}')
    return tuple(dict.fromkeys(found))


def condition(view: View, load: Load | None = None, name: str = "found") -> tuple[str, dict[str, object]]:
    """SQL condition and parameters: whether an article (a) has all that the view's q asks for.

    load: as of which load, the view's when it is None. name: the parameter that gives what was found.
    """
    asked = terms(view.filters.q or "")
    if not asked:
        return "false", {}
    found = _by_index(view, asked, load)
    if found is not None:
        # One long text is handed over a hundred times as fast as a list of as many ids.
        return f"a.article_id in (select unnest(string_split(${name}, ',')))", {name: found}
    words = [term.strip(' *"').lower() for term in asked]
    held = "contains(lower(concat_ws(' ', a.title, a.text)), word)"
    return f"len(list_filter($words, lambda word: not {held})) = 0", {"words": words}


def note(view: View) -> str:
    """What a person should know of how words were looked for; nothing when all is well."""
    if not view.filters.q or not terms(view.filters.q) or _by_index(view, terms(view.filters.q)) is not None:
        return ""
    return (
        "The search index is missing or of another version than this data, so words were looked for letter by letter: "
        "slower, and only in the form that was typed. Run make etl and reload this page."
    )


def snippets(texts: Mapping[str, str], typed: str) -> dict[str, Snippet]:
    """For each text, by id, that has any of what was typed: the words around the hits as (words, is a hit)."""
    asked = terms(typed)
    if not asked or not texts:
        return {}
    with closing(sqlite3.connect(":memory:")) as shelf:
        shelf.execute(f"create virtual table words using fts5(article_id unindexed, text, tokenize='{TOKENIZER}')")
        plain = str.maketrans("", "", f"{_OPEN}{_CLOSE}")
        shelf.executemany("insert into words values (?, ?)", [(key, t.translate(plain)) for key, t in texts.items()])
        rows = shelf.execute(
            "select article_id, snippet(words, 1, ?, ?, ' … ', ?) from words where words match ?",
            [_OPEN, _CLOSE, _AROUND, " OR ".join(asked)],
        ).fetchall()
    return {key: _split(words) for key, words in rows}


def _split(words: str) -> Snippet:
    parts: Snippet = []
    for number, part in enumerate(words.split(_OPEN)):
        hit, closed, rest = part.partition(_CLOSE)
        parts += [(hit, number > 0 and bool(closed)), (rest, False)]
    return [(" ".join(part.split("\n")), hit) for part, hit in parts if part]


def _by_index(view: View, asked: tuple[str, ...], load: Load | None = None) -> str | None:
    """Ids of the articles known at a load (None: the viewed one) that have all terms, with commas between.

    None: there is no index of this data.
    """
    path = view.database.path.with_name(NAME)
    try:
        found = path.stat()
    except OSError:
        return None
    version = (found.st_ino, found.st_mtime_ns)
    return _looked_up(path, version, view.snapshot.stamp, asked, (load or view.load).number)


@st.cache_data(max_entries=60, show_spinner=False)
def _looked_up(path: Path, file_version: tuple[int, int], stamp: str, asked: tuple[str, ...], load: int) -> str | None:
    try:
        with closing(opened(path)) as index:
            if index.execute("select version from stamp").fetchone() != (stamp,):
                return None
            return (
                index.execute(
                    """select group_concat(article_id) from words join versions on version = words.rowid
                       where words match ? and known_from <= ? and (known_to is null or known_to > ?)""",
                    [" AND ".join(asked), load, load],
                ).fetchone()[0]
                or ""
            )
    except sqlite3.Error:
        return None

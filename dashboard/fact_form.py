"""A fact's fields as widgets, and back: allowed values to choose from, words checked to stand in the text."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import streamlit as st
from pydantic import ValidationError

from dashboard.evidence import told
from etl.facts import FACT, KINDS, Deal, Evidence, Figure, Restriction, Selection

MODELS = dict(zip(KINDS, (Figure, Selection, Deal, Restriction), strict=True))


class BadWords(ValueError):
    """Fields that are no fact: one line for the person."""


def fields(kind: str) -> list[str]:
    """The fields of a kind of fact that a person may change."""
    return [name for name in MODELS[kind].model_fields if name not in Evidence.model_fields and name != "kind"]


def allowed(kind: str, name: str) -> tuple[tuple[str, ...], bool, bool]:
    """The values that a field may have (none: any), whether it is a list, whether it may be empty."""
    annotation, empty = MODELS[kind].model_fields[name].annotation, False
    if get_origin(annotation) in (UnionType, Union):
        kinds = get_args(annotation)
        empty, annotation = type(None) in kinds, next(one for one in kinds if one is not type(None))
    many = get_origin(annotation) is list
    annotation = get_args(annotation)[0] if many else annotation
    annotation = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return (get_args(annotation) if get_origin(annotation) is Literal else ()), many, empty


def draw(kind: str, row: Mapping, prefix: str) -> None:
    """Widgets for a fact's fields, filled with what the row says."""
    columns = st.columns(3)
    for n, name in enumerate(fields(kind)):
        values, many, empty = allowed(kind, name)
        now, key, label = row.get(name), f"{prefix}{name}", name.replace("_", " ").capitalize()
        with columns[n % 3]:
            if values and many:
                st.multiselect(label, values, default=list(now) if told(now) else [], key=key)
            elif values:
                options = [None, *values] if empty or not told(now) else list(values)
                chosen = options.index(now) if now in options else 0
                st.selectbox(label, options, chosen, key=key, format_func=lambda one: one or "not told")
            else:
                st.text_input(label, _written(now), key=key, help="Several: put ; between them" if many else None)


def read(kind: str, prefix: str) -> dict:
    """What the widgets say, empty fields as None. Raises BadWords."""
    said = {}
    for name in fields(kind):
        values, many, _ = allowed(kind, name)
        given = st.session_state.get(f"{prefix}{name}")
        if not values:
            given = (
                [part.strip() for part in (given or "").split(";") if part.strip()]
                if many
                else _value(kind, name, given)
            )
        said[name] = given
    return said


def checked(kind: str, said: Mapping, quote: str, text: str, near: int = 0) -> dict:
    """All fields of a fact on words of a text: with quote, start and end. Raises BadWords."""
    quote = quote.strip()
    places = [at for at in range(len(text)) if text.startswith(quote, at)] if quote else []
    if not places:
        raise BadWords("these words do not stand in the article: copy them from its text as they are")
    start = min(places, key=lambda place: abs(place - near))
    after = {name: value for name, value in said.items() if value is not None}
    after |= {"quote": quote, "start": start, "end": start + len(quote)}
    try:
        FACT.validate_python({"kind": kind, "confidence": 1.0, **after})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "the fact"
        raise BadWords(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None
    return after


def _value(kind: str, name: str, given: str | None) -> object:
    given = (given or "").strip()
    if not given:
        return None
    if float in (MODELS[kind].model_fields[name].annotation, *get_args(MODELS[kind].model_fields[name].annotation)):
        try:
            return float(given.replace(",", ""))
        except ValueError:
            raise BadWords(f"{name}: “{given[:40]}” is no number") from None
    return given


def _written(value: object) -> str:
    if not told(value):
        return ""
    if isinstance(value, float):
        return f"{value:.12g}"
    return value if isinstance(value, str) else "; ".join(map(str, value))

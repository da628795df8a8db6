"""A fact's fields as widgets, and back: allowed values to choose from, words checked to stand in the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import streamlit as st
from pydantic import ValidationError

from dashboard import theme
from dashboard.evidence import told
from etl.facts import FACT, MODELS, Evidence, with_defaults

_PERIOD = "write 2030, 2019-Q4, 2020-H1, 2020-06 or 2020-06-25"
WANTED = {  # what to write into a field whose form is fixed
    "unit": "write percent, count or a currency like USD",
    "country": "write two letters like GB",
    "authority": "write two letters like GB, or EU",
    "period": _PERIOD,
    "deadline": _PERIOD,
}


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


def is_number(kind: str, name: str) -> bool:
    """Whether a field is a number."""
    annotation = MODELS[kind].model_fields[name].annotation
    return float in (annotation, *get_args(annotation))


def hint(kind: str, name: str) -> str | None:
    """What a person should know of a field: its form, and how it is read when it is left empty."""
    default = with_defaults(kind, {name: None})[name]
    empty = f"where the article does not tell: {theme.word(name, default)}" if isinstance(default, str) else ""
    return "; ".join(part for part in (WANTED.get(name, ""), empty) if part) or None


def draw(kind: str, row: Mapping, prefix: str) -> None:
    """Widgets for a fact's fields, filled with what the row says."""
    for n, name in enumerate(fields(kind)):
        if n % 3 == 0:  # a row of its own for each three: on a phone, columns stand one below the other
            columns = st.columns(3)
        values, many, empty = allowed(kind, name)
        now, key, label = row.get(name), f"{prefix}{name}", name.replace("_", " ").capitalize()
        with columns[n % 3]:
            if values and many:
                chosen = list(now) if told(now) else []
                st.multiselect(label, values, default=chosen, key=key, format_func=called(name))
            elif values:
                options = [None, *values] if empty or not told(now) else list(values)
                chosen = options.index(now) if now in options else 0
                st.selectbox(label, options, chosen, key=key, format_func=called(name), help=hint(kind, name))
            else:
                more = "Several: put ; between them" if many else hint(kind, name)
                st.text_input(label, _written(now), key=key, help=more)


def called(name: str) -> Callable[[str | None], str]:
    """What a value of a field is called where it is chosen."""
    return lambda code: theme.word(name, code) if code else "not told"


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


def changes(kind: str, row: Mapping, said: Mapping) -> dict:
    """What a person changed of a row: the fields that say something else now. Emptied ones say their default, or None."""
    now = {name: plain(value) for name, value in with_defaults(kind, said).items()}
    before = {name: plain(row.get(name)) for name in now}
    return {name: value for name, value in now.items() if value != before[name] and (value or before[name]) != []}


def checked(kind: str, said: Mapping, quote: str, text: str, near: int = 0) -> dict:
    """All fields of a fact on words of a text: with quote, start and end. Raises BadWords."""
    quote = quote.strip()
    places = [at for at in range(len(text)) if text.startswith(quote, at)] if quote else []
    if not places:
        raise BadWords("these words do not stand in the article: copy them from its text as they are")
    start = min(places, key=lambda place: abs(place - near))
    after = {name: value for name, value in said.items() if value is not None}
    after |= {"quote": quote, "start": start, "end": start + len(quote)}
    check(kind, after)
    return after


def check(kind: str, after: Mapping) -> None:
    """Raises BadWords for fields that are no fact of this kind: which one, what is wrong, what to write."""
    try:
        FACT.validate_python({"confidence": 1.0, **after, "kind": kind})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][1]) if len(first["loc"]) > 1 else "the fact"
        wrong = first["msg"].removeprefix("Value error, ")
        if first["type"] == "missing" or after.get(name) in (None, []):
            wrong = "the fact needs it"
        elif name in WANTED:
            wrong = f"“{str(after[name])[:40]}” is none; {WANTED[name]}"
        raise BadWords(f"{name.replace('_', ' ')}: {wrong}") from None


def plain(value: object) -> object:
    """A cell as a fact's field: None for what is not told, lists as lists."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return value if told(value) or value == [] else None


def _value(kind: str, name: str, given: str | None) -> object:
    given = (given or "").strip()
    if not given:
        return None
    if is_number(kind, name):
        try:
            return float(given.replace(",", ""))
        except ValueError:
            raise BadWords(f"{name}: “{given[:40]}” is no number") from None
    return given


def _written(value: object) -> str:
    if not told(value):
        return ""
    if isinstance(value, float):
        return f"{value:,.12g}"
    return value if isinstance(value, str) else "; ".join(map(str, value))

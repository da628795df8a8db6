"""The widgets of the filters, and the rule by which widgets and address agree.

A run that a filter's change began takes what its widget holds, and of the others what the page showed before, and writes it
into the address. Every other run (a link opened, a page switched, back, forward, a click into a chart) takes what the address
says and puts it into the widgets. For whoever is quick, what the browser sends of widgets that were not touched can be of before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import streamlit as st

from dashboard import theme
from dashboard.filters import FOCUS, LABELS, MANY, Filters, from_query, in_words, to_query
from dashboard.known import Held
from dashboard.names import Names
from dashboard.site import Room
from dashboard.view import View
from etl import facts


def read(room: Room, names: Names, allowed: Held, threshold: float) -> tuple[Filters, list[str]]:
    """The filters of this run, and a note for each part of the address that means nothing. allowed: as in dashboard/known.py."""
    address = {name: st.query_params.get_all(name) for name in st.query_params}
    asked, notes = from_query(address, names, allowed)
    filters = asked.only((*room.filters, *FOCUS))
    notes += [
        f"{name} is no filter of this page and was ignored" for name in asked.narrowing() if name not in room.filters
    ]
    touched = st.session_state.pop("_touched", {}).get(room.path, ())
    if touched:
        path, before = st.session_state.get("_shown", ("", filters))
        known = {name: getattr(before if path == room.path else filters, name) for name in room.filters}
        chosen = {name: _chosen(name, threshold) for name in touched if _widget(name) in st.session_state}
        filters, notes = replace(filters, **{**known, **chosen}, offset=0), []
        st.query_params.from_dict(_lists(filters))
    st.session_state["_shown"] = room.path, filters
    _keep(room, filters, chosen_here=bool(touched))
    return filters, notes


def _lists(filters: Filters) -> dict[str, list[str]]:
    query: dict[str, list[str]] = {}
    for name, value in to_query(filters):
        query.setdefault(name, []).append(value)
    return query


def _widget(name: str) -> str:
    return f"filter_{name}"


def _chosen(name: str, threshold: float) -> object:
    value = st.session_state[_widget(name)]
    if name in MANY:
        return tuple(value)
    if name == "min_confidence":
        return None if abs(value - threshold) < 1e-9 else round(value, 4)
    return value or None


def _keep(room: Room, filters: Filters, *, chosen_here: bool) -> None:
    # A link to one fact or article names no filters, and whoever reads it has not cleared any.
    narrows = (room.in_menu and not filters.article) or chosen_here
    names = room.filters if narrows else filters.narrowing()
    st.session_state["_along"] = replace(along(), **{name: getattr(filters, name) for name in (*names, "v")})


def along() -> Filters:
    """What links of the menu take along: the page's filters, set or not, and others as the last page that has them left them."""
    return st.session_state.get("_along", Filters())


def draw(view: View, room: Room, held: Held) -> None:
    """The widgets of a page's filters, shared ones first."""
    for name in room.filters:
        value = getattr(view.filters, name)
        if name in MANY:
            _many(view, room, name, held, list(value))
        elif name in ("since", "until"):
            _year(room, name, held, value)
        elif name == "min_confidence":
            _confidence(room, view.min_confidence)
        else:
            st.session_state[_widget(name)] = value or ""
            st.text_input(LABELS[name], key=_widget(name), placeholder="Any", on_change=_touch, args=(room.path, name))


def _touch(path: str, name: str) -> None:
    st.session_state.setdefault("_touched", {}).setdefault(path, []).append(name)


def _many(view: View, room: Room, name: str, held: Held, chosen: list[str]) -> None:
    st.session_state[_widget(name)] = chosen
    options = [*_options(name, view.names, held)]
    options += [value for value in chosen if value not in options]
    st.multiselect(
        LABELS[name],
        options,
        key=_widget(name),
        format_func=lambda value: in_words(name, value, view.names),
        placeholder="All",
        on_change=_touch,
        args=(room.path, name),
    )


def _options(name: str, names: Names, held: Held) -> list[str]:
    if name in ("company", "operator"):
        return [names.key(one) for one in held[name]]
    if name == "market":
        return list(get_args(facts.Market))
    if name == "region":
        return [*facts.REGIONS, *(code for code in held["region"] if code not in facts.REGIONS)]
    if name == "country":
        return sorted(held["country"], key=lambda code: in_words("country", code, names))
    if name == "decision":
        return list(theme.DECISION)
    if name == "generation":
        return sorted(held["generation"], reverse=True)
    if name == "metric":
        return list(theme.METRIC)
    return list(held.get(name, ()))


def _year(room: Room, name: str, held: Held, chosen: str | None) -> None:
    options = sorted({*held["year"], *([chosen] if chosen else [])}, reverse=True)
    st.session_state[_widget(name)] = chosen
    st.selectbox(
        LABELS[name],
        options,
        index=None,
        placeholder="Any time",
        key=_widget(name),
        format_func=theme.day,
        on_change=_touch,
        args=(room.path, name),
    )


def _confidence(room: Room, chosen: float) -> None:
    st.session_state[_widget("min_confidence")] = chosen
    st.slider(
        LABELS["min_confidence"],
        0.0,
        1.0,
        step=0.05,
        format="percent",
        key=_widget("min_confidence"),
        on_change=_touch,
        args=(room.path, "min_confidence"),
    )

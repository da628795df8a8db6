"""Reviewing one fact or sentence: what stands there, what people said of it, and the form in which a person decides."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from dashboard import asking, blocks, evidence, fact_form, review_queries
from dashboard.escape import for_html
from dashboard.theme import day
from dashboard.view import View
from etl.requests import Naming, Review

_SAID = {
    "accept": "accepted it",
    "correct": "corrected it",
    "reject": "rejected it",
    "write": "wrote it",
    "abandon": "marked the target as abandoned",
    "revise": "marked the target as revised",
    "undo": "took back the review before",
}


def history(view: View, fact_id: str) -> str | None:
    """Draw what people said of a fact and of its copies; the id of the newest review of this one, None when there is none."""
    rows = review_queries.history(view, fact_id)
    if rows.empty:
        return None
    lines = []
    for _, row in rows.iterrows():
        later = " <b>after this frozen view was made</b>" if row["later"] else ""
        why = f" — {for_html(row['why'])}" if row["why"] else ""
        lines.append(
            f"<li>{for_html(row['who'])} {_SAID[row['action']]} on {day(str(row['at'])[:10])}{_where(row)}{later}{_changes(row)}{why}</li>"
        )
    with st.container(key="history"):
        if rows["later"].any():
            blocks.note("This was corrected or reviewed since this frozen view was made.")
        st.html(f'<ul class="vt-facts">{"".join(lines)}</ul>')
    own = rows[~rows["of_copy"]]
    return None if own.empty else own["review_id"].iloc[-1]


def _where(row: pd.Series) -> str:
    """Where a review stands that was said of the same fact in a copy of the article."""
    if not row["of_copy"]:
        return ""
    carrier = f"in the copy of {row['publisher']}" if evidence.told(row["publisher"]) else "in a copy"
    return f' (said of <a href="./fact?fact={for_html(row["fact_id"])}">the same fact {for_html(carrier)}</a>)'


def _changes(row: pd.Series) -> str:
    before, after = json.loads(row["before"] or "{}"), json.loads(row["after"] or "{}")
    changed = [
        f"{name.replace('_', ' ')} {before.get(name, 'not told')} → {value}"
        for name, value in after.items()
        if name not in ("start", "end") and before.get(name) != value
    ]
    return f": {for_html('; '.join(changed))}" if row["action"] == "correct" and changed else ""


def fact(view: View, row: pd.Series) -> None:
    """The form for a fact that was read: its evidence, its history, and what to do with it."""
    fact_id, kind = row["fact_id"], row["kind"]
    st.html(evidence.card(row, view.filters))
    newest = history(view, fact_id)
    prefix = f"review_{fact_id}_{newest}_"
    # A button's arguments are those of the run that drew it: what the person had before them, not what is there now.
    bound = {"fact_id": fact_id, "article_id": row["article_id"], "kind": kind, "seen": newest}
    with st.form(f"form_{fact_id}"):
        fact_form.draw(kind, row, prefix)
        st.text_area("The article's words", row["quote"], key=f"{prefix}quote", height=90)
        st.text_input("Why (a note or a quote)", key=f"{prefix}why", max_chars=2000)
        buttons = [
            ("accept", "Accept", "alt+a"),
            ("correct", "Save the correction", "alt+s"),
            ("reject", "Reject", "alt+x"),
        ]
        if kind == "figure" and row["status"] == "target":
            buttons += [("abandon", "Target abandoned", None), ("revise", "Target revised", None)]
        if newest:
            buttons.append(("undo", "Undo the last review", "alt+u"))
        with st.container(horizontal=True):
            for action, label, shortcut in buttons:
                st.form_submit_button(
                    label,
                    key=f"{action}_{fact_id}",
                    type="primary" if action == "accept" else "secondary",
                    shortcut=shortcut,
                    on_click=_decide,
                    args=(action, bound, row.to_dict(), prefix),
                )


def _decide(action: str, bound: dict, row: dict, prefix: str) -> None:
    why, after = st.session_state.get(f"{prefix}why") or "", {}
    try:
        if action == "correct":
            said = fact_form.read(bound["kind"], prefix)
            quote = st.session_state[f"{prefix}quote"]
            whole = fact_form.checked(bound["kind"], said, quote, row["text"], int(row["start"]))
            place = {name: whole[name] for name in ("quote", "start", "end") if whole[name] != row[name]}
            after = fact_form.changes(bound["kind"], row, said) | place
            if not after:
                raise fact_form.BadWords("nothing is changed: accept it instead, or change a field")
    except fact_form.BadWords as error:
        asking.fault(str(error))
        return
    asking.ask(Review(action=action, after=after, why=why, **bound), f"{action} of fact {bound['fact_id']}")


def missed(article: pd.Series, quote: str, start: int, key: str) -> None:
    """The form for a fact that the reader missed: its kind, its words, its fields."""
    before, words, after = evidence.context(article["text"], start, start + len(quote))
    st.html(
        f'<div class="vt-evidence"><blockquote>{for_html(before)}<mark class="vt-mark">{for_html(words)}</mark>'
        f"{for_html(after)}</blockquote><p>{for_html(evidence.source_line(article))}</p></div>"
    )
    kind = st.selectbox("Kind of fact", list(fact_form.MODELS), key=f"kind_{key}")
    prefix = f"write_{key}_{kind}_"
    with st.form(f"write_{key}"):
        fact_form.draw(kind, {}, prefix)
        st.text_area("The words that state it, from the article", quote, key=f"{prefix}quote", height=90)
        st.text_input("Why (a note)", key=f"{prefix}why", max_chars=2000)
        bound = (article["article_id"], article["text"], kind, start, prefix)
        st.form_submit_button("Save the fact", type="primary", shortcut="alt+s", on_click=_write, args=bound)


def _write(article_id: str, text: str, kind: str, start: int, prefix: str) -> None:
    try:
        said = fact_form.read(kind, prefix)
        after = fact_form.checked(kind, said, st.session_state[f"{prefix}quote"], text, start)
    except fact_form.BadWords as error:
        asking.fault(str(error))
        return
    why = st.session_state.get(f"{prefix}why") or ""
    asking.ask(Review(action="write", article_id=article_id, kind=kind, after=after, why=why), f"a new {kind}")


def name(row: pd.Series) -> None:
    """The form for a name that the registry does not know."""
    with st.form("name"):
        role = row["role"] if row["role"] in ("vendor", "operator", "research") else "vendor"
        roles = ("vendor", "operator", "research")
        st.text_input("Name in the article", row["name"], disabled=True, key=f"name_{row['name']}")
        st.selectbox("Role", roles, roles.index(role), key="name_role")
        st.text_input("Name of the registry (the same: a new entry)", row["name"], key="name_canonical")
        st.text_input("Country, two letters (of a new entry)", key="name_country", max_chars=2)
        st.form_submit_button("Save the name", type="primary", shortcut="alt+s", on_click=_name, args=(row["name"],))


def _name(written: str) -> None:
    state = st.session_state
    try:
        asks = Naming(
            name=written,
            role=state["name_role"],
            canonical=state["name_canonical"].strip(),
            country=state["name_country"].strip().upper() or None,
        )
    except ValueError:
        asking.fault("a name has 2 to 100 letters, a country two")
        return
    asking.ask(asks, f"the name {written}")


def gone(view: View, fact_id: str) -> bool:
    """A fact that is shown no more, as rejected or stale: what was said of it, and the way to take that back."""
    rows = review_queries.history(view, fact_id)
    if rows.empty:
        return False
    newest, last = history(view, fact_id), rows.iloc[-1]
    bound = {"fact_id": fact_id, "article_id": last["article_id"], "kind": last["kind"], "seen": newest}
    quote = json.loads(last["before"] or "{}").get("quote", "")
    st.html(f'<div class="vt-evidence"><blockquote>{for_html(quote)}</blockquote></div>')
    if last["of_copy"]:
        blocks.foot("It is taken back on the page of the fact that it was said of.")
    elif last["action"] != "undo":
        st.button(
            "Undo the last review",
            key=f"undo_{fact_id}",
            shortcut="alt+u",
            on_click=asking.ask,
            args=(Review(action="undo", **bound), f"undo of fact {fact_id}"),
        )
    return True

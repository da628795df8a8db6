"""Reviewing one fact or sentence: what stands there, what people said of it, and the form in which a person decides."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import asking, blocks, evidence, fact_form, past, queries, review_queries
from dashboard.escape import for_html
from dashboard.theme import day
from dashboard.view import View
from etl.requests import Naming, Review, dismissed_id
from etl.reviews import MARKS


@dataclass(frozen=True)
class Said:
    """What people said of a fact itself. newest: the id of the last review, None: there is none; holds: whether one is not undone."""

    newest: str | None = None
    holds: bool = False


def history(view: View, fact_id: str) -> Said:
    """Draw what people said of a fact and of its copies; what they said of this one."""
    rows = review_queries.history(view, fact_id)
    if rows.empty:
        return Said()
    lines = []
    for _, row in rows.iterrows():
        later = " <b>after this frozen view was made</b>" if row["later"] else ""
        why = f" — {for_html(row['why'])}" if row["why"] else ""
        lines.append(
            f"<li>{for_html(row['who'])} {past.SAID[row['action']]} on {day(str(row['at'])[:10])}{_where(row)}{later}{_changes(row)}{why}</li>"
        )
    with st.container(key="history"):
        if rows["later"].any():
            blocks.note("This was corrected or reviewed since this frozen view was made.")
        st.html(f'<ul class="vt-facts">{"".join(lines)}</ul>')
    own = rows[~rows["of_copy"]]
    left = 0
    for action in own["action"]:
        left = max(left - 1, 0) if action == "undo" else left + 1
    return Said(None if own.empty else own["review_id"].iloc[-1], left > 0)


def _where(row: pd.Series) -> str:
    """Where a review stands that was said of the same fact in a copy of the article."""
    if not row["of_copy"]:
        return ""
    carrier = f"in the copy of {row['publisher']}" if evidence.told(row["publisher"]) else "in a copy"
    return f' (said of <a href="./fact?fact={for_html(row["fact_id"])}">the same fact {for_html(carrier)}</a>)'


def _changes(row: pd.Series) -> str:
    changed = [f"{name} {before} → {after}" for name, before, after in past.changes(row)]
    return f": {for_html('; '.join(changed))}" if changed else ""


def _held(view: View, fact_id: str) -> None:
    """Draw what a stale review held for: its fields, its words, and the sentence that they were in."""
    for _, row in review_queries.stale_of(view, fact_id).iterrows():
        told = _told(row)
        fields = [(name, told[name]) for name in fact_form.fields(row["kind"]) if told.get(name) not in (None, [], "")]
        line = "; ".join(f"{name.replace('_', ' ')} {past.in_words(name, value)}" for name, value in fields)
        before, words, after = (told.get("sentence") or told.get("quote", "")).partition(told.get("quote") or "\n")
        st.html(
            f'<div class="vt-evidence"><h3>What {for_html(row["who"])} {past.SAID[row["action"]]} on</h3><p>{for_html(line)}</p>'
            f'<blockquote>{for_html(before)}<mark class="vt-mark">{for_html(words)}</mark>{for_html(after)}</blockquote>'
            "<p>The article does not say this in these words any more.</p></div>"
        )


def _told(row: pd.Series) -> dict:
    """The fields that a review holds for: what it says, and of the rest what the fact said before."""
    return {**json.loads(row["before"] or "{}"), **json.loads(row["after"] or "{}")}


def fact(view: View, row: pd.Series) -> None:
    """The form for a fact that was read: its evidence, its history, and what to do with it."""
    fact_id, kind = row["fact_id"], row["kind"]
    st.html(evidence.card(row, view.filters))
    said = history(view, fact_id)
    _held(view, fact_id)
    newest = said.newest
    prefix = f"review_{fact_id}_{newest}_"
    # A button's arguments are those of the run that drew it: what the person had before them, not what is there now.
    bound = {"fact_id": fact_id, "article_id": row["article_id"], "kind": kind, "seen": newest}
    first = [("accept", "Accept", "alt+a"), ("reject", "Reject", "alt+x")]
    then = [("correct", "Save the correction", "alt+s")]
    if said.holds:
        first.append(("undo", "Undo the last review", "alt+u"))
    if kind == "figure" and row["status"] == "target":
        then += [("abandon", "Target abandoned", None), ("revise", "Target revised", None)]
    with st.form(f"form_{fact_id}"):
        # What needs no field stands before them: on a phone they fill more than a screen.
        _buttons(first, bound, row, prefix)
        fact_form.draw(kind, row, prefix)
        st.text_area("The article's words", row["quote"], key=f"{prefix}quote", height=90)
        st.text_input("Why (a note or a quote)", key=f"{prefix}why", max_chars=2000)
        _buttons(then, bound, row, prefix)


def _buttons(buttons: list[tuple[str, str, str | None]], bound: dict, row: pd.Series, prefix: str) -> None:
    """A row of the form's buttons: what each does, its words, its key."""
    with st.container(horizontal=True):
        for action, label, shortcut in buttons:
            st.form_submit_button(
                label,
                key=f"{action}_{bound['fact_id']}",
                type="primary" if action == "accept" else "secondary",
                shortcut=shortcut,
                on_click=_decide,
                args=(action, bound, row.to_dict(), prefix),
            )


def _decide(action: str, bound: dict, row: dict, prefix: str) -> None:
    why, after = (st.session_state.get(f"{prefix}why") or "").strip(), {}
    try:
        if action in MARKS and not why:
            raise fact_form.BadWords("say why the target is given up or revised: a note, or a quote of who says so")
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
    if quote:
        st.html(
            f'<div class="vt-evidence"><blockquote>{for_html(before)}<mark class="vt-mark">{for_html(words)}</mark>'
            f"{for_html(after)}</blockquote><p>{for_html(evidence.source_line(article))}</p></div>"
        )
    kind = st.selectbox("Kind of fact", list(fact_form.MODELS), key=f"kind_{key}", format_func=str.capitalize)
    prefix = f"write_{key}_{kind}_"
    with st.form(f"write_{key}"):
        fact_form.draw(kind, {}, prefix)
        st.text_area("The words that state it, from the article", quote, key=f"{prefix}quote", height=90)
        st.text_input("Why (a note)", key=f"{prefix}why", max_chars=2000)
        bound = ({"article_id": article["article_id"], "kind": kind}, article["text"], start, prefix)
        st.form_submit_button("Save the fact", type="primary", shortcut="alt+s", on_click=_write, args=bound)


def _write(bound: dict, text: str, start: int, prefix: str) -> None:
    """Ask for a fact on words of a text: a new one, or in the place of the one that `bound` names."""
    kind, fact_id = bound["kind"], bound.get("fact_id")
    try:
        said = fact_form.read(kind, prefix)
        after = fact_form.checked(kind, said, st.session_state[f"{prefix}quote"], text, start)
    except fact_form.BadWords as error:
        asking.fault(str(error))
        return
    why = st.session_state.get(f"{prefix}why") or ""
    action, about = ("correct", f"correct of fact {fact_id}") if fact_id else ("write", f"a new {kind}")
    # What is emptied is emptied in what was said before, too.
    after = {**said, **after} if fact_id else after
    asking.ask(Review(action=action, after=after, why=why, **bound), about)


def name(row: pd.Series) -> None:
    """The form for a name that the registry does not know."""
    with st.form("name"):
        role = row["role"] if row["role"] in ("vendor", "operator", "research") else "vendor"
        roles = ("vendor", "operator", "research")
        st.text_input("Name in the article", row["name"], disabled=True, key=f"name_{row['name']}")
        st.selectbox("Role", roles, roles.index(role), key="name_role", format_func=str.capitalize)
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
    """A fact that is shown no more, as rejected or stale: what was said of it, the way to take that back, and to decide anew."""
    rows = review_queries.history(view, fact_id)
    if rows.empty:
        return False
    said, last = history(view, fact_id), rows.iloc[-1]
    bound = {"fact_id": fact_id, "article_id": last["article_id"], "kind": last["kind"], "seen": said.newest}
    stale = review_queries.stale_of(view, fact_id)
    told = _told(last)
    if len(stale):
        _held(view, fact_id)
    else:
        st.html(f'<div class="vt-evidence"><blockquote>{for_html(told.get("quote", ""))}</blockquote></div>')
    if said.newest is None:
        blocks.foot("It is taken back on the page of the fact that it was said of.")
    elif said.holds:
        st.button(
            "Undo the last review",
            key=f"undo_{fact_id}",
            shortcut="alt+u",
            on_click=asking.ask,
            args=(Review(action="undo", **bound), f"undo of fact {fact_id}"),
        )
    article = queries.article(view, last["article_id"])
    if len(stale) and said.holds and article is not None:
        _anew(stale.iloc[0], article, bound)
    return True


def _anew(row: pd.Series, article: pd.Series, bound: dict) -> None:
    """The form in which a stale review is decided again, on the words that the article has now."""
    told = _told(row)
    prefix = f"anew_{row['fact_id']}_{bound['seen']}_"
    blocks.title(
        "What the article says now", "Copy the words that state it into the form, or undo the review.", level=3
    )
    st.html(f'<div class="vt-text">{for_html(article["text"])}</div>')
    with st.form(f"anew_{row['fact_id']}"):
        fact_form.draw(row["kind"], told, prefix)
        st.text_area(
            "The words that state it, from the article", told.get("quote", ""), key=f"{prefix}quote", height=90
        )
        st.text_input("Why (a note)", key=f"{prefix}why", max_chars=2000)
        st.form_submit_button(
            "Save it on these words",
            key=f"anew_save_{row['fact_id']}",
            type="primary",
            shortcut="alt+s",
            on_click=_write,
            args=(bound, article["text"], int(told.get("start") or 0), prefix),
        )


def dismissal(view: View, kind: str, row: pd.Series, words: str) -> None:
    """The button that sets aside a sentence without a fact, or a name that is none."""
    fact_id = dismissed_id(kind, row["article_id"], words)
    rows = review_queries.history(view, fact_id)
    seen = None if rows.empty else rows["review_id"].iloc[-1]
    told = {"article_id": row["article_id"], "kind": kind, "fact_id": fact_id, "after": {"quote": words}, "seen": seen}
    label = "No fact here" if kind == "sentence" else "Not a name"
    st.button(
        label,
        key=f"dismiss_{fact_id}",
        shortcut="alt+x",
        on_click=asking.ask,
        args=(Review(action="dismiss", **told), f"{label.lower()}: {' '.join(words.split())[:60]}"),
    )

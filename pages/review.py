"""Review: what waits for a person's eye, each item in its context, to accept, correct, reject or write."""

from __future__ import annotations

import streamlit as st

from dashboard import asking, blocks, evidence, queries, review_queries, reviewing
from dashboard.escape import from_shown
from dashboard.site import room_at
from dashboard.view import current

view = current()


def queues() -> dict:
    """The queues by name, with their rows."""
    return {
        "Low confidence": review_queries.unsure(view),
        "Conflicts": review_queries.conflicts(view),
        "Unread sentences": review_queries.unread(view),
        "New names": review_queries.names(view),
        "Stale reviews": review_queries.stale(view),
        "Set aside": review_queries.aside(view),
    }


def item(queue: str, rows) -> None:
    """The chosen item of a queue."""
    blocks.title(queue)
    if rows.empty:
        blocks.foot("Nothing waits here.")
        return
    told = "name" if queue == "New names" else "quote" if "quote" in rows else "title"
    number = st.selectbox(
        "Item",
        range(len(rows)),
        key=f"item_{queue}",
        format_func=lambda n: f"{n + 1}. {' '.join(str(rows.iloc[n][told]).split())[:120]}",
    )
    row = rows.iloc[number]
    if queue == "New names":
        reviewing.name(row)
        reviewing.dismissal(view, "name", row, row["name"])
    elif queue == "Unread sentences":
        article = queries.article(view, row["article_id"])
        blocks.foot(f"Why it was left: {row['reason']}")
        reviewing.missed(article, row["quote"], int(row["start"]), f"{row['article_id']}_{row['start']}")
        reviewing.dismissal(view, "sentence", row, row["quote"])
    else:
        one(row["fact_id"])
        if queue == "Conflicts":
            blocks.title("Another article says otherwise", level=3)
            one(row["against"])


def written(article_id: str) -> None:
    """An article's text, and the form for a fact on the words of it that the link names."""
    article = queries.article(view, article_id)
    if article is None:
        blocks.not_found(view, "article", article_id, room_at("articles"))
        return
    start, end = from_shown(article["text"], view.filters.start, view.filters.end) or (0, 0)
    text, form = st.columns(2, gap="large")
    with text, st.container(key="article_text"):
        blocks.title(article["title"] or "Untitled", evidence.source_line(article))
        blocks.write_link(view, article_id, "Take these words")
        st.html(evidence.highlighted(article["text"], queries.facts_of(view, article_id), view.filters, saved=False))
    with form:
        blocks.title("Write a fact that was missed")
        reviewing.missed(article, article["text"][start:end], start, f"{article_id}_{start}_{end}")


def one(fact_id: str) -> None:
    """A fact by its id; of one that is shown no more, what was said of it, with the way to take that back."""
    row = queries.fact(view, fact_id)
    if row is not None:
        reviewing.fact(view, row)
    elif not reviewing.gone(view, fact_id):
        blocks.foot("This fact is not there any more.")


may = asking.told()
if view.is_frozen:
    blocks.foot("A frozen view cannot be reviewed: open today’s data.")
elif may and view.filters.fact:
    blocks.title("One fact")
    one(view.filters.fact)
elif may and view.filters.article:
    written(view.filters.article)
elif may:
    found = queues()
    counts = {
        name: int(rows["in_all"].iloc[0]) if len(rows) and "in_all" in rows else len(rows)
        for name, rows in found.items()
    }
    chosen = st.radio(
        "Queue", list(found), key="queue", horizontal=True, format_func=lambda name: f"{name} ({counts[name]})"
    )
    item(chosen, found[chosen])

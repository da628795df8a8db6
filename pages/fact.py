"""One fact: the sentence that states it, what was read in it, who else says so, and how to cite it."""

from __future__ import annotations

import streamlit as st

from dashboard import article_queries, blocks, documents, evidence, queries, reviewing, share
from dashboard.site import room_at
from dashboard.view import current

view, room = current(), room_at("fact")
row = queries.fact(view, view.filters.fact) if view.filters.fact else None

if row is None:
    if not (view.filters.fact and reviewing.gone(view, view.filters.fact)):
        blocks.not_found(view, "fact", view.filters.fact, room_at("market-share"))
else:
    with st.container(key="fact"):
        st.html(evidence.card(row, view.filters, on_own_page=True))
    reviewing.history(view, row["fact_id"])
    st.html(f'<p class="vt-foot"><a href="./review?fact={row["fact_id"]}">Review this fact</a></p>')
    read, cited = st.columns(2, gap="large")
    with read:
        blocks.title("What was read in it", level=3)
        st.html(documents.fields_of(row))
    with cited:
        blocks.title("Cite", "Click to select all of it.", level=3)
        st.html(evidence.cite_box(row, share.permalink(view, row["fact_id"])))
    carriers = article_queries.carriers_of_fact(view, row["fact_id"])
    if len(carriers):
        blocks.title("Who carries the same text", "Copies of one text count once, wherever facts are counted.", level=3)
        st.html(documents.carried_by(carriers, view))
    others = queries.also_stated(view, row)
    # Of a figure, whomever they credit with it; its claim is of one body.
    blocks.title("Who else gives this value" if row["kind"] == "figure" else "Who else says so", level=3)
    if others.empty:
        blocks.foot("No other article states the same.")
    else:
        st.html(
            documents.fact_list(
                [other for _, other in others.assign(kind=row["kind"]).iterrows()], view, with_source=True
            )
        )

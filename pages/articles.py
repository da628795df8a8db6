"""Articles: where every figure comes from; one article's text with the words of each fact marked."""

from __future__ import annotations

import streamlit as st

from dashboard import article_queries, blocks, documents, evidence, queries, search, share
from dashboard.charts import articles
from dashboard.site import room_at
from dashboard.view import current

view, room = current(), room_at("articles")


def shelf() -> None:
    """All articles, those that are copies of one text as one, the newest first."""
    rows, in_all = article_queries.stories(view)
    if note := search.note(view):
        blocks.foot(note)
    if not in_all:
        blocks.empty(view, room, "article")
        return
    counts = article_queries.by_year(view)
    if said := articles.message(counts, in_all):
        blocks.title(
            said,
            "Copies of one text are one article. What several articles state alike counts once, in the year of the first.",
        )
        blocks.chart(articles.by_year(counts), key="article_chart", alt=said, view=view)
    if rows["is_brief"].any():
        blocks.foot(documents.ABOUT_BRIEFS)
    words = view.filters.q
    found = search.snippets(queries.texts(view, rows["article_id"].tolist()), words) if words else {}
    columns = documents.article_columns(view, found)
    blocks.paged_table(view, room, rows, in_all, columns, "Articles and how many facts each states")
    files = article_queries.count_articles(view)
    share.files(view, "articles", files, "articles" if files == in_all else f"articles, {in_all:,} without copies")


def reader(article_id: str) -> None:
    """One article's text with its facts marked in their kind's colour and line, and the facts beside it."""
    article = queries.article(view, article_id)
    if article is None:
        blocks.not_found(view, "article", article_id, room)
        return
    facts = queries.facts_of(view, article_id)
    blocks.title(article["title"] or "Untitled", evidence.source_line(article))
    text, beside = st.columns([0.62, 0.38], gap="large")
    with text, st.container(key="article_text"):
        if note := documents.article_note(article, facts, view):
            st.html(note)
        blocks.write_link(view, article_id, "Write a fact")
        st.html(evidence.highlighted(article["text"], facts, view.filters, view.filters.fact))
    with beside, st.container(key="article_facts"):
        blocks.title("What was read in it", level=3)
        st.html(documents.fact_list(facts, view))
        if carried := documents.carried_by(article_queries.carriers_of_article(view, article_id), view):
            st.html(carried)


if view.filters.article:
    reader(view.filters.article)
else:
    shelf()

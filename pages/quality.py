"""Quality: how much of what articles state the reader finds, how far its confidence can be believed, how fresh the articles are."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, quality, quality_tables, queries, share, tables
from dashboard.charts import reliability
from dashboard.site import room_at
from dashboard.view import current

ABOUT_SCORES = (
    "Out of fold: each article was read by a model that had not learned from it. Right means that the key fields agree with our "
    "answers; recall is of all facts in them. The passages are invented for training, and the briefs are ours: other articles are "
    "harder. Rates of few facts are marked."
)
ABOUT_UNREAD = (
    "A vendor beside a number, a contract word or a measure, and no fact read: most likely a fact that was missed. Sentences that "
    "show none of these and state a fact all the same are not listed."
)

view, room = current(), room_at("quality")
about = quality.about_reader()
scores = quality.scores(about)


def rates() -> None:
    """Precision, recall and F1 by kind, on each set of articles."""
    if not scores:
        st.html(
            '<div class="vt-empty"><h2>No scores stand beside the model</h2><p>Get the repository whole, or run '
            "<code>make train</code>, then reload this page.</p></div>"
        )
        return
    blocks.title(
        f"{quality_tables.honest(scores[0])}.", f"Measured on {scores[0].on}. The reader: {about.get('version')}."
    )
    if view.is_frozen:
        blocks.foot(
            "The scores are today’s: they stand beside the model, not in the data, and a frozen link does not keep them."
        )
    for number, one in enumerate(scores):
        blocks.title(f"On {one.on}", f"{one.articles:,} articles.", level=3)
        with st.container(key=f"rates_{number}"):
            st.html(tables.table(one.rates, quality_tables.rate_columns(), f"Scores on {one.on}"))
    blocks.foot(ABOUT_SCORES)


def believed() -> None:
    """The reliability chart, and how often fields are right."""
    told = next((one for one in scores if len(one.reliability)), None)
    if told is None:
        return
    said = reliability.message(told.reliability, told.error)
    blocks.title(said, f"How often facts of each confidence were right, on {told.on}. Hollow: few facts.")
    figure = reliability.draw(told.reliability, about.get("threshold"))
    blocks.chart(figure, key="reliability", alt=f"Reliability chart. {said}", view=view)
    if len(told.fields):
        blocks.title(
            "Fields of the facts it found",
            "Most reliable first. A field that is wrong stands on a fact that is right.",
            level=3,
        )
        st.html(tables.table(told.fields, quality_tables.field_columns(), "Fields"))


def missed() -> None:
    """Sentences that were left unread."""
    rows, count = quality.unread(view)
    if not count and rows.empty:
        blocks.title(
            "No sentence is listed as unread",
            "Either all were read, or no article with such a sentence is in the data.",
        )
        return
    sentences = "One sentence looks" if count == 1 else f"{count:,} sentences look"
    reasons = quality.unread_reasons(view)
    why = "; ".join(f"{row.sentences:,}: {row.reason}" for row in reasons.head(4).itertuples())
    blocks.title(f"{sentences} as if a fact was missed", why)
    blocks.paged_table(
        view, room, rows, count, quality_tables.unread_columns(view), "Sentences left unread", size=quality.FEW
    )
    blocks.foot(ABOUT_UNREAD)


def fresh() -> None:
    """The newest article of each publisher."""
    publishers = quality.freshness(view)
    if publishers.empty:
        blocks.empty(view, room, "fact")
        return
    newest = publishers.iloc[0]
    said = f"The newest article is {quality_tables.age(newest['days'])} old"
    passed = quality_tables.passed_over(quality.not_read(view))
    blocks.title(said, f"By publisher, seen from the day of this data. {passed}".strip())
    in_all = queries.counted(publishers)
    st.html(tables.table(publishers, quality_tables.fresh_columns(view), "Freshness by publisher"))
    blocks.cut("The freshest", len(publishers), in_all, "the file has all")
    share.download(lambda: quality.freshness(view, limit=in_all), in_all, "freshness", "publishers")


def unknown() -> None:
    """Names that the registry does not know."""
    names = quality.new_names(view)
    if names.empty:
        blocks.title("No name is flagged as new", "Each company that was found is one that data/reference knows.")
        return
    in_all = queries.counted(names)
    count = "One name is" if in_all == 1 else f"{in_all:,} names are"
    blocks.title(
        f"{count} not in the registry",
        "Add them to data/reference, one line each, so that their facts are kept together.",
    )
    st.html(tables.table(names, quality_tables.name_columns(view), "Names that are new"))
    blocks.cut("Those in most articles:", len(names), in_all, "the file has all")
    share.download(lambda: quality.new_names(view, limit=in_all), in_all, "new_names", "names", view.filters.v)


rates()
believed()
missed()
fresh()
unknown()

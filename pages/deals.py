"""Deals: who invested in, bought, sold or joined with whom."""

from __future__ import annotations

from dashboard import blocks, deal_tables, queries, share
from dashboard.charts import ties
from dashboard.records import records
from dashboard.site import room_at
from dashboard.view import current

MOST = 200  # deals in the charts; the table has all
ABOUT_NETWORK = (
    "The companies with most deals; the place on the circle means nothing but that partners stand near each other. A mark on a "
    "line opens the deal’s sentences, a company’s mark all of its deals."
)

view, room = current(), room_at("deals")


def tied(count: int) -> None:
    """Who is tied to whom. count: deals in all."""
    deals = queries.deals(view, limit=MOST)
    said = ties.message(deals)
    blocks.title(said, "A line is a deal between two companies.")
    blocks.chart(
        ties.network(deals),
        key="deal_network",
        alt=f"Companies and their deals: {said}",
        view=view,
        legend=deal_tables.legend(),
    )
    blocks.cut("Drawn: the latest", len(deals), count, "the table has every deal")
    blocks.foot(ABOUT_NETWORK)
    deals = deals[deals["happened"].notna()]
    if len(deals):
        first, last = deals["happened"].min().year, deals["happened"].max().year
        years = f"in {first}" if first == last else f"from {first} to {last}"
        when = f"{len(deals)} {'deal' if len(deals) == 1 else 'deals'} {years}"
        blocks.title(when, "By when it was made, else reported. Hollow: proposed or cancelled.")
        blocks.chart(ties.timeline(deals), key="deal_timeline", alt=f"Timeline: {when}.", view=view)
        rows = len({ties.together(deal) for deal in records(deals)})
        blocks.cut("Partners of the latest deals:", min(rows, ties.ROWS), rows, "the table has every deal")


rows, count = queries.facts_page(view, "deal")
if not count:
    blocks.empty(view, room, "deal")
else:
    tied(count)
    blocks.title("Every deal", "The latest first, by the date of the deal, else of the report.")
    blocks.paged_table(view, room, rows, count, deal_tables.columns(view), "Deals with the words that state them")
    share.files(view, "deals", count, "deals")

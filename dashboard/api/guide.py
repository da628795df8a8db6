"""HTML that documents the data's addresses, with a view's filters filled in."""

from __future__ import annotations

import pandas as pd

from dashboard.api.addresses import address
from dashboard.api.columns import COLUMNS
from dashboard.api.formats import FORMATS
from dashboard.api.package import TOLD
from dashboard.api.parameters import filters_of
from dashboard.escape import for_html, with_code
from dashboard.filters import LABELS, Filters
from dashboard.tables import Column, table

DESCRIBED = (
    ("feed.xml", "Atom feed", "Facts added, told otherwise and withdrawn by each load: follow it in a feed reader."),
    (
        "datapackage.json",
        "Data package",
        "Frictionless: the tables as they are now, their columns, licence and sources.",
    ),
    ("dataset.jsonld", "Dataset", "schema.org: the same for search engines and catalogues."),
)
PARAMETERS = (
    ("limit", "At most so many rows; without it, all. The feed gives 100, at most 1,000."),
    ("offset", "The first row to give, from 0. The order never changes within a version."),
    ("v", "STORE.LOAD of a frozen link: the rows as they were known then, for good. Without it, the newest."),
    ("min_confidence", "0 to 1; without it, the reader's own threshold."),
)


def left_out(name: str, filters: Filters) -> str:
    """Which of the filters a table does not have, in words; nothing when it has all."""
    foreign = [LABELS[one] for one in filters.narrowing() if one not in filters_of(name)]
    return f"Has no filter by {', '.join(foreign).lower()}: not narrowed by it." if foreign else ""


def addresses(name: str, filters: Filters, base: str) -> str:
    """A table's addresses: a link for each format, and the address itself to copy. base: where the app stands."""
    links = "".join(
        f'<a download href="{for_html(address(f"{name}.{ending}", filters))}">.{ending}</a>' for ending in FORMATS
    )
    note = left_out(name, filters)
    more = f'<p class="vt-foot">{for_html(note)}</p>' if note else ""
    shown = for_html(address(f"{name}.csv", filters, base))
    return f'<div class="vt-files">{links}</div><p class="vt-cite vt-address">{shown}</p>{more}'


def described(filters: Filters, base: str) -> str:
    """The feed and the descriptions of the data."""
    parts = []
    for name, title, told in DESCRIBED:
        link = address(name, filters)
        parts.append(
            f'<div class="vt-files"><a href="{for_html(link)}" target="_blank">{title}</a><span>{for_html(told)}</span></div>'
            f'<p class="vt-cite vt-address">{for_html(address(name, filters, base))}</p>'
        )
    return "".join(parts)


def columns_of(name: str) -> str:
    """A table's documented columns."""
    rows = pd.DataFrame([vars(column) for column in COLUMNS[name]])
    return table(
        rows,
        [
            Column("Column", lambda row: f"<code>{for_html(row['name'])}</code>"),
            Column("Type", lambda row: for_html(row["type"])),
            Column("Meaning", lambda row: with_code(row["told"])),
        ],
        f"Columns of {name}: {TOLD[name]}",
    )


def parameters(name: str) -> str:
    """What a table's addresses take."""
    own = [(one, LABELS[one]) for one in filters_of(name) if one != "min_confidence"]
    items = "".join(f"<dt><code>{one}</code></dt><dd>{for_html(told)}</dd>" for one, told in (*own, *PARAMETERS))
    return f'<div class="vt-title"><h4>Parameters</h4></div><dl class="vt-defs">{items}</dl>'

"""The data's addresses as links, with a view's filters in them."""

from __future__ import annotations

from urllib.parse import urlencode

from dashboard.api.columns import COLUMNS
from dashboard.api.formats import FORMATS
from dashboard.api.parameters import filters_of
from dashboard.filters import Filters, to_query

DESCRIBED = {
    "feed.xml": "application/atom+xml; charset=utf-8",
    "datapackage.json": "application/json",
    "dataset.jsonld": "application/ld+json",
}
NAMES = (*(f"{table}.{ending}" for table in COLUMNS for ending in FORMATS), *DESCRIBED)


def address(name: str, filters: Filters, base: str = ".", **fixed: str) -> str:
    """The address of a table ("figures.csv") or description ("feed.xml"), through those of the filters that it takes.

    base: where the app stands; fixed: parameters in the place of the filters' own.
    """
    taken = (*filters_of(name.partition(".")[0]), "v")
    query = [pair for pair in to_query(filters) if pair[0] in taken and pair[0] not in fixed]
    asked = urlencode([*fixed.items(), *query])
    return f"{base}/api/{name}{'?' if asked else ''}{asked}"

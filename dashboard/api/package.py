"""What describes the data to machines: a Frictionless data package, and schema.org's Dataset."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import queries
from dashboard.api.addresses import address
from dashboard.api.columns import COLUMNS, Column
from dashboard.api.formats import FORMATS
from dashboard.api.parameters import TABLES, Asked, filters_of, tables_with
from dashboard.filters import Filters
from dashboard.view import View

NAME = "5g-vendor-tracker"
TITLE = "5G Vendor Tracker: what articles say about vendors of mobile networks"
ABOUT = (
    "Market shares, targets, vendor selections, deals and restrictions that a trained reader found in articles, each with the "
    "words that state it, its publisher and date, and how sure the reader is. The selection of facts is under the MIT licence; "
    "the quoted words remain their publishers'. Articles marked is_brief are this project's own short texts after the publisher "
    "named. No article's full text is in here."
)
LICENCE = {"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT License"}
TOLD = {
    "figures": "Market shares, targets, forecasts and other published figures, one row for each claim",
    "selections": "Which operators chose, tried, passed over or removed which vendors, one row for each claim",
    "deals": "Investments, acquisitions, joint ventures and partnerships of vendors",
    "restrictions": "What governments decided against vendors",
    "articles": "The articles that the facts are from, without their texts",
}
_FRICTIONLESS = {"list": "string"}
_REQUIRED = ("fact_id", "article_id", "quote", "confidence", "link")


def datapackage(asked: Asked, base: str) -> dict[str, object]:
    """The Frictionless descriptor of the tables through a view's filters, frozen at its load. base: where the app stands."""
    view = asked.view
    return {
        "profile": "data-package",
        "name": NAME,
        "id": f"{NAME}-{_version(view)}",
        "title": TITLE,
        "description": ABOUT,
        "homepage": f"{base}/",
        "version": _version(view),
        "created": f"{view.load.at.isoformat(timespec='seconds')}Z",
        "licenses": [LICENCE],
        "sources": [{"title": publisher} for publisher in _publishers(view)],
        "resources": [_resource(table, view, base) for table in _tables(view)],
    }


def dataset(asked: Asked, base: str) -> dict[str, object]:
    """schema.org's Dataset of the same tables."""
    view = asked.view
    return {
        **outline(base, _tables(view), _frozen(view)),
        "version": _version(view),
        "dateModified": view.load.on.isoformat(),
        "citation": _publishers(view),
    }


def outline(base: str, tables: Sequence[str] = tuple(COLUMNS), filters: Filters = Filters()) -> dict[str, object]:  # noqa: B008
    """What of a Dataset is true whatever is loaded: its name, licence, columns and files. base: where the app stands."""
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": TITLE,
        "description": ABOUT,
        "url": f"{base}/data",
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "The 5G Vendor Tracker authors"},
        "variableMeasured": sorted({column.name for columns in COLUMNS.values() for column in columns}),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": f"{table}.{ending}",
                "encodingFormat": media.partition(";")[0],
                "contentUrl": address(f"{table}.{ending}", filters, base),
            }
            for table in tables
            for ending, (media, _) in FORMATS.items()
        ],
    }


def _tables(view: View) -> list[str]:
    of_articles = set(view.filters.narrowing()) <= set(filters_of("articles"))
    return [*tables_with(view.filters), *(["articles"] if of_articles else [])]


def _version(view: View) -> str:
    return f"{view.snapshot.store}.{view.load.number}"


def _frozen(view: View) -> Filters:
    return Filters(**{**vars(view.filters), "v": _version(view), "min_confidence": view.min_confidence, "offset": 0})


def _publishers(view: View) -> list[str]:
    return list(queries.names_held(view)["publisher"])


def _resource(table: str, view: View, base: str) -> dict[str, object]:
    key = "fact_id" if table in TABLES else "article_id"
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "title": table.capitalize(),
        "description": TOLD[table],
        "path": address(f"{table}.csv", _frozen(view), base),
        "scheme": "https" if base.startswith("https") else "http",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_field(column) for column in COLUMNS[table]], "primaryKey": [key]},
    }


def _field(column: Column) -> dict[str, object]:
    field: dict[str, object] = {"name": column.name, "type": _FRICTIONLESS.get(column.type, column.type)}
    field["description"] = f"{column.told}; joined with “ + ”" if column.type == "list" else column.told
    return {**field, "constraints": {"required": True}} if column.name in _REQUIRED else field

"""One's own names: tables like those of data/reference in a folder that is not in git. Read row by row, so that a bad one costs itself alone.

A row whose name the registry knows gives that company more aliases; any other is a company of its own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from etl.disk import write_whole
from etl.errors import EtlError

COMPANIES = ("key", "name", "roles", "country", "aliases", "former", "sells", "needs_context")
OPERATORS = (
    "key",
    "name",
    "brand",
    "legal_names",
    "aliases",
    "former",
    "group",
    "country",
    "countries",
    "needs_context",
)
ADDED = ("added_by", "added_at")  # further columns, of a row that the app added
LARGEST = 5_000_000  # bytes of a table


class OwnNamesError(EtlError):
    """A name cannot be kept."""


def _list(cell: object) -> object:
    return [part.strip() for part in cell.split(";") if part.strip()] if isinstance(cell, str) else cell


def _words(cell: object) -> object:
    return cell.split() if isinstance(cell, str) else cell


_Name = Annotated[str, Field(min_length=2, max_length=100, pattern=r"^[^\x00-\x1f]*\w[^\x00-\x1f]*$")]
_Names = Annotated[list[_Name], BeforeValidator(_list)]
_Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class OwnName(BaseModel):
    """A row. where: its file and line."""

    where: str
    name: _Name
    key: Annotated[str, Field(pattern=r"^[a-z0-9-]*$")] = ""
    roles: Annotated[
        list[Literal["vendor", "operator", "research", "company"]], BeforeValidator(_words), Field(min_length=1)
    ]
    country: _Country | None = None
    countries: Annotated[list[_Country], BeforeValidator(_words)] = []
    group: str | None = None
    sells: Annotated[list[str], BeforeValidator(_words)] = []
    aliases: _Names = []
    legal_names: _Names = []
    former: _Names = []
    needs_context: _Names = []

    @property
    def stable_key(self) -> str:
        """The key that links carry."""
        return self.key or re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-") or "company"


@dataclass
class OwnNames:
    """What the tables hold. faults: one line for each row or table that cannot be used. content: all bytes, for a version."""

    rows: list[OwnName] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    content: bytes = b""


def read_own_names(folder: Path) -> OwnNames:
    """The rows of all tables in a folder; none when it is not there."""
    found = OwnNames()
    for path in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        try:
            if path.stat().st_size > LARGEST:
                raise ValueError(f"more than {LARGEST // 1_000_000} MB")
            raw = path.read_bytes()
            lines = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
            for row in _rows(path.name, lines):
                if isinstance(row, str):
                    found.faults.append(row)
                else:
                    found.rows.append(row)
            found.content += path.name.encode() + b"\0" + raw
        except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
            told = " ".join(str(error).split())[:160]
            found.faults.append(f"names/{path.name} cannot be read ({told}); save it as CSV in UTF-8")
    return found


def _rows(file: str, lines: csv.DictReader) -> Iterator[OwnName | str]:
    columns = set(lines.fieldnames or ())
    if "name" not in columns or not columns & {"roles", "countries", "brand"}:
        yield f"names/{file} line 1: want the columns of companies.csv or operators.csv in data/reference"
        return
    for row in lines:
        where = f"names/{file} line {lines.line_num}"
        told = {column: (cell or "").strip() for column, cell in row.items() if column in OwnName.model_fields}
        told = {column: cell for column, cell in told.items() if cell}
        try:
            yield (
                OwnName(**{"roles": "operator"} | told | {"where": where})
                if "roles" not in columns
                else OwnName(**told | {"where": where})
            )
        except ValidationError as error:
            fault = error.errors()[0]
            yield f"{where}: {fault['loc'][0]}: {fault['msg']}; the row is left out"


class Adder(BaseModel):
    """Who added a name or a document, an e-mail address or "local", and when (UTC, ISO 8601)."""

    who: str
    at: str


def add_own_name(
    folder: Path, name: str, role: str, canonical: str, country: str | None = None, *, new: bool = True, by: Adder
) -> None:
    """Add a row: a name of an entry (canonical) that is there (new=False), or an entry of its own. Raises OwnNamesError."""
    table, columns = ("operators.csv", OPERATORS) if role == "operator" else ("companies.csv", COMPANIES)
    row = {"name": canonical, "roles": role, "country": (country or "") if new else ""}
    row["aliases"] = name if name != canonical else ""
    row |= dict(zip(ADDED, (by.who, by.at), strict=True))
    path = folder / table
    try:
        before = path.read_bytes() if path.exists() else (",".join(columns) + "\n").encode()
        written = _with_columns(before.decode(), ADDED)
        header = _cells(written.partition("\n")[0])
        if not {"name", "aliases"} <= set(header):
            raise OwnNamesError(f"names/{table} has not the columns of data/reference/{table}; mend or move it")
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([row.get(column, "") for column in header])
        write_whole(path, (written + line.getvalue()).encode())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise OwnNamesError(f"cannot keep the name in {path} ({' '.join(str(error).split())[:160]})") from error


def _with_columns(written: str, columns: tuple[str, ...]) -> str:
    """A table with these columns after its own, which a table that a person made, or one of before, may lack."""
    header = written.partition("\n")[0].rstrip("\r")
    fuller = ",".join([header, *(column for column in columns if column not in _cells(header))])
    return written.replace(header, fuller, 1) + ("" if written.endswith("\n") else "\n")


def _cells(line: str) -> list[str]:
    return next(csv.reader([line.removeprefix("\ufeff").rstrip("\r")]), [])

"""How rows are written: CSV, JSON, Parquet and Excel, each a stream of bytes over batches of rows."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Generator, Iterable
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as parquet
import xlsxwriter
from pyarrow import compute
from pyarrow.csv import WriteOptions, write_csv

from dashboard.api.columns import COLUMNS, schema
from dashboard.escape import RUNS, for_cell

Batches = Iterable[pa.RecordBatch]
JOINED = " + "  # between several values of one cell
EXCEL_ROWS = 1_048_575  # that a sheet holds below its head
_EXCEL_WORDS = 32_767  # characters that a cell holds
_PART = 1 << 16
_SHORT = 1e9  # above it Arrow writes powers of ten


def as_csv(table: str, batches: Batches, _on: date) -> Generator[bytes]:
    """CSV with a head, in UTF-8 with the mark that Excel wants; no cell would run as a formula."""
    yield f"\ufeff{','.join(column.name for column in COLUMNS[table])}\r\n".encode()
    for rows in batches:
        text = io.BytesIO()
        write_csv(pa.table([_cells(one) for one in rows.columns], rows.schema.names), text, _LINES)
        yield text.getvalue()


_LINES = WriteOptions(include_header=False, eol="\r\n")


def _cells(column: pa.Array) -> pa.Array:
    """A column as a spreadsheet shows it: several values joined, nothing that runs, large numbers in full."""
    if pa.types.is_list(column.type):
        column = compute.binary_join(column, JOINED)
    if pa.types.is_string(column.type):
        runs = compute.match_substring_regex(column, RUNS)
        if not compute.any(runs).as_py():
            return column
        return compute.if_else(runs, compute.binary_join_element_wise("'", column, ""), column)
    if pa.types.is_floating(column.type) and compute.any(compute.greater(compute.abs(column), _SHORT)).as_py():
        whole = compute.and_(compute.equal(compute.floor(column), column), compute.less(compute.abs(column), 2.0**53))
        digits = compute.if_else(whole, column, None).cast(pa.int64()).cast(pa.string())
        return compute.coalesce(digits, column.cast(pa.string()))
    return column


def _rows(batch: pa.RecordBatch) -> Iterable[tuple]:
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _flat(value: object) -> object:
    return JOINED.join(value) if isinstance(value, list) else value


def as_json(_table: str, batches: Batches, _on: date) -> Generator[bytes]:
    """A JSON array of objects, one a line; lists are arrays, days are ISO 8601, what is not told is null."""
    before = "[\n"
    for rows in batches:
        for told in rows.to_pylist():
            yield f"{before}{json.dumps(told, ensure_ascii=False, default=date.isoformat)}".encode()
            before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def as_parquet(table: str, batches: Batches, _on: date) -> Generator[bytes]:
    """Parquet, a row group for each batch."""
    sink = _Sink()
    with parquet.ParquetWriter(pa.PythonFile(sink, mode="w"), schema(table), compression="zstd") as writer:
        for rows in batches:
            writer.write_batch(rows)
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """A file that gives away what was written to it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        self._at += len(part)
        return len(part)

    def tell(self) -> int:
        return self._at

    def taken(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def as_excel(table: str, batches: Batches, on: date) -> Generator[bytes]:
    """A workbook with one sheet. Every text is written as text, so none runs. on: the day that the file says it is of."""
    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            book.set_properties(
                {"title": f"5G Vendor Tracker: {table}", "created": datetime(on.year, on.month, on.day)}
            )
            _fill(book, table, batches)
        file.seek(0)
        while part := file.read(_PART):
            yield part


def _fill(book: xlsxwriter.Workbook, table: str, batches: Batches) -> None:
    sheet, columns = book.add_worksheet(table), COLUMNS[table]
    head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    # Else a text that looks like a formula would become one as soon as somebody edits its cell.
    quoted = book.add_format({"quote_prefix": True})
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, 40 if column.name in ("quote", "title") else 14)
        sheet.write_string(0, at, column.name, head)
    number = 0
    for rows in batches:
        for row in _rows(rows):
            number += 1
            for at, value in enumerate(map(_flat, row)):
                if isinstance(value, str):
                    runs = for_cell(value) != value
                    words = value if len(value) <= _EXCEL_WORDS else f"{value[: _EXCEL_WORDS - 1]}…"
                    sheet.write_string(number, at, words, quoted if runs else None)
                elif isinstance(value, date):
                    sheet.write_datetime(number, at, datetime(value.year, value.month, value.day), day)
                elif value is not None:
                    sheet.write(number, at, value)


Writer = Callable[[str, Batches, date], Generator[bytes]]
# By the ending of an address: media type, and who writes it.
FORMATS: dict[str, tuple[str, Writer]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "json": ("application/json", as_json),
    "parquet": ("application/vnd.apache.parquet", as_parquet),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_excel),
}
WORDY = ("csv", "json")  # that are packed on their way; the others are already

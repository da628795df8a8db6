"""A program of its own: a PDF on standard input -> its lines with their places, as JSON on standard output.

PDFium is neither safe to use from several threads nor sure to come back from a hostile file, and a fault in it ends its
process. So each PDF is read in a process that lives for it alone, with bounds on its time and memory. This file is run by
its path and imports nothing of the project, so that it starts fast.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Iterator

CPU_SECONDS = 20
MEMORY = 2_000_000_000  # bytes
CELL_GAP = 1.5  # of the height of the letters: the least blank between two cells of a table
LINE_END_HYPHENS = "\x02\xad\ufffe"  # how PDFium tells a hyphen at the end of a line


def bound() -> None:
    """Bound this process where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def told(raw: bytes, most_pages: int, most_characters: int) -> dict:
    """{"pages": number, "about": its metadata, "lines": a list for each page} or {"fault": "password", "broken"}.

    A line is [text, left, right, top, bottom] in points, the origin at the foot of the page. No lines are read of a PDF of
    more than `most_pages`, and none after `most_characters`.
    """
    import pypdfium2
    from pypdfium2 import raw as pdfium

    try:
        document = pypdfium2.PdfDocument(raw)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        return {"fault": "password" if error.err_code == pdfium.FPDF_ERR_PASSWORD else "broken"}
    found = {"pages": pages, "about": document.get_metadata_dict(skip_empty=True), "lines": []}
    characters = 0
    for number in range(pages if pages <= most_pages else 0):
        try:
            text_page = document[number].get_textpage()  # held while it is read
            lines = list(lines_of(text_page.raw, pdfium))
        except pypdfium2.PdfiumError:
            lines = []  # one spoiled page must not cost the others
        found["lines"].append(lines)
        characters += sum(len(line[0]) for line in lines)
        if characters > most_characters:
            break
    return found


def lines_of(text_page, pdfium) -> Iterator[list]:
    """The lines of a page in the order in which they are written; cells that stand apart on one have " | " between them."""
    box = [ctypes.c_double() for _ in range(4)]
    codes: list[int] = []
    edges: list[float] = []  # left, right, top, bottom of the line so far
    blank = False
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if code in (10, 13):
            if edges:
                yield [characters(codes), *edges]
            codes, edges, blank = [], [], False
            continue
        if code in (0, 9, 32, 160):
            blank = True
            continue
        pdfium.FPDFText_GetCharBox(text_page, index, *map(ctypes.byref, box))
        left, right, bottom, top = (round(edge.value, 1) for edge in box)
        height = pdfium.FPDFText_GetFontSize(text_page, index)
        if edges and right > left and left - edges[1] > CELL_GAP * max(height, 4):
            codes += b" | "
        elif blank and codes:
            codes.append(32)
        blank = False
        codes.append(code)
        if right > left or not edges:
            edges = [*_around(edges, left, right, top, bottom)]
    if edges:
        yield [characters(codes), *edges]


def _around(edges: list[float], left: float, right: float, top: float, bottom: float) -> list[float]:
    if not edges:
        return [left, right, top, bottom]
    return [min(edges[0], left), max(edges[1], right), max(edges[2], top), min(edges[3], bottom)]


def characters(codes: list[int]) -> str:
    """The characters of codes, in which one beyond the first 65,536 may be told as two halves."""
    written = "".join(chr(code) for code in codes if code <= 0x10FFFF)
    return written.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def main() -> None:
    bound()
    found = told(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.buffer.write(json.dumps(found).encode())


if __name__ == "__main__":
    main()

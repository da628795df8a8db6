"""Word documents (.docx): paragraphs and tables in their order, as the document reads with its tracked changes accepted.

Left out: headers, footers, footnotes and comments, which stand in parts of their own.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from etl.documents.characters import clean
from etl.documents.page import Page, UnreadableDocument, too_large
from etl.documents.written import headline
from etl.metadata import language_code

MAX_PARTS = 5_000
MAX_UNPACKED = 100_000_000  # bytes of all parts
MAX_XML = 30_000_000  # bytes of the parts that are parsed
# Documents that python-docx makes bear the day on which its empty document was made.
_TEMPLATE_MADE = datetime(2013, 12, 23, 23, 15)
_UNREAD = {qn(f"w:{name}") for name in ("del", "moveFrom", "pPr", "rPr", "txbxContent")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_BREAKS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_word(raw: bytes) -> Page:
    """Raises UnreadableDocument: no zip, another program's zip, one that swells, XML with entities, a broken document."""
    company = _check(raw)
    try:
        document = docx.Document(io.BytesIO(raw))
        text = clean("\n\n".join(block for block in _blocks(document.element.body) if block.strip())).strip()
        told = document.core_properties
        title, made, language = told.title, told.created, told.language
    except (
        OpcError,
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
    ) as error:
        raise UnreadableDocument("the Word document is broken; open it in Word and save it again") from error
    return Page(
        text=text,
        title=clean(title).strip() or _heading(document) or headline(text),
        publisher=company,
        language=language_code(language),
        made=_day(made),
    )


def _check(raw: bytes) -> str | None:
    """Whether the archive can be unpacked without harm; the company that the document names. Raises UnreadableDocument."""
    broken = "a damaged zip archive or Word document; save the article again as .docx or .txt"
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or not any(name.startswith("word/") for name in names):
                raise UnreadableDocument("a zip archive, not a Word document; unpack it, or save the article as .docx")
            if len(parts) > MAX_PARTS:
                raise UnreadableDocument(f"{len(parts):,} parts, more than any Word document has; save it again")
            if (declared := sum(part.file_size for part in parts)) > MAX_UNPACKED:
                raise too_large(declared, MAX_UNPACKED, "unpacked")
            _unpack(archive, parts)
            return _company(archive) if "docProps/app.xml" in names else None
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableDocument(broken) from error
    except Exception as error:  # zlib.error and those of other packings
        if isinstance(error, UnreadableDocument):
            raise
        raise UnreadableDocument(broken) from error


def _unpack(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Read every part, because what it declares of its size need not be true."""
    unpacked = parsed = 0
    for part in parts:
        is_xml, before, entities = part.filename.endswith((".xml", ".rels")), b"", False
        with archive.open(part) as stream:
            while piece := stream.read(1_000_000):
                unpacked += len(piece)
                parsed += len(piece) if is_xml else 0
                if unpacked > MAX_UNPACKED or parsed > MAX_XML:
                    most = MAX_XML if parsed > MAX_XML else MAX_UNPACKED
                    raise too_large(max(parsed, most + 1_000_000), most, "unpacked")
                # Without zeros, so that it is found in UTF-16 too.
                seen = before + piece.replace(b"\0", b"")
                entities = entities or (is_xml and bool(re.search(rb"<!(DOCTYPE|ENTITY)", seen)))
                before = seen[-20:]
        if entities:
            raise UnreadableDocument("it declares XML entities, which no Word document needs; save it from Word again")


def _company(archive: zipfile.ZipFile) -> str | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        told = etree.fromstring(archive.read("docProps/app.xml"), parser).findtext("{*}Company")
    except etree.XMLSyntaxError:
        return None
    return " ".join(clean(told or "").split()) or None


def _blocks(element: etree._Element) -> Iterator[str]:
    """Paragraphs and tables below an element, those of text boxes after the paragraph that holds them."""
    for child in element:
        if child.tag == qn("w:p"):
            words = _words(child).strip()
            is_point = child.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None or _style(child).startswith("List")
            yield f"- {words}" if is_point and words else words
            for box in child.iter(qn("w:txbxContent")):
                if not any(parent.tag in _UNREAD for parent in box.iterancestors()):
                    yield from _blocks(box)
        elif child.tag == qn("w:tbl"):
            yield "\n".join(_rows(child))
        elif isinstance(child.tag, str) and child.tag not in _UNREAD:
            yield from _blocks(child)


def _rows(table: etree._Element) -> Iterator[str]:
    """A table's rows, " | " between the cells."""
    for row in table.iter(qn("w:tr")):
        if next(row.iterancestors(qn("w:tbl"))) is not table:
            continue  # of a table inside a cell, whose words are the cell's
        cells = [" ".join(" ".join(_blocks(cell)).split()) for cell in row.iter(qn("w:tc")) if _is_of(cell, row)]
        if any(cells):
            yield " | ".join(cells).strip()


def _is_of(cell: etree._Element, row: etree._Element) -> bool:
    return next(cell.iterancestors(qn("w:tr"))) is row


def _words(element: etree._Element) -> str:
    """The words of a paragraph as they read: inserted ones in, deleted ones out, of a field its outcome."""
    found = []
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _UNREAD:
            continue
        if child.tag == qn("w:t"):
            found.append(child.text or "")
        elif child.tag in _BREAKS:
            found.append(_BREAKS[child.tag])
        else:
            found.append(_words(child))
    return "".join(found)


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return style.get(qn("w:val"), "") if style is not None else ""


def _heading(document: Document) -> str | None:
    """The first paragraph in the style of a title or first heading."""
    for paragraph in document.element.body.iter(qn("w:p")):
        if _style(paragraph) in {"Title", "Heading1"} and (words := " ".join(clean(_words(paragraph)).split())):
            return words
    return None


def _day(made: datetime | None) -> str | None:
    if made is None or made.replace(tzinfo=None) == _TEMPLATE_MADE or not 1990 <= made.year <= 2100:
        return None
    return date(made.year, made.month, made.day).isoformat()

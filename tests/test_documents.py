"""PDF, Word, mail, saved pages and web archives become articles; what cannot be one is told in one line and harms nothing."""

from __future__ import annotations

import gzip
import io
import zipfile
from email.message import EmailMessage

import docx
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from etl.article import Known, UnreadableDocument, read_document
from etl.documents import pdf, warc, word
from etl.documents.pdf import Line, running_text
from etl.extract import read_article
from etl.reading import StandardInput, read_one

SENTENCE = "Huawei held 28% of the global 5G RAN market in 2019, the research firm Dell'Oro Group said on Tuesday."
SECOND = "Nokia had 16% of it, and the operators expect the vendors to deliver equipment for many more networks."
PAGE = (
    '<html lang="en"><head><title>Vendors of 5G count their shares</title></head><body><article>'
    f"<h1>Vendors of 5G count their shares</h1>{f'<p>{SENTENCE}</p><p>{SECOND}</p>' * 2}</article></body></html>"
)
ADDRESS = "https://news.example/2020/01/07/shares.html"


def refused(name: str, raw: bytes) -> str:
    """Why a document is refused: one line that says what to do."""
    with pytest.raises(UnreadableDocument) as error:
        read_document(name, raw)
    why = str(error.value)
    assert "\n" not in why
    assert len(why) < 250
    return why


# ---- PDF


def pdf_of(pages: list[list[tuple[int, int, str]]], *, about: str = "", encrypt: str = "", size: int = 11) -> bytes:
    """A PDF of pages of (x, y, words); about: entries of its Info, encrypt: its Encrypt dictionary."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = "".join(f"BT /F1 {size} Tf {x} {y} Td ({_escaped(words)}) Tj ET\n" for x, y, words in lines)
        objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}endstream")
        page = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
        objects.append(f"<< {page} /Resources << /Font << /F1 3 0 R >> >> >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    objects.append(f"<< {about} >>")
    out, places = "%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{written}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{place:010} 00000 n \n" for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R {encrypt} >>\nstartxref\n{start}\n%%EOF"
    return out.encode("latin-1")


def _escaped(words: str) -> str:
    return words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


STORY = [
    (72, 800, "The Telecoms Letter 2020"),
    (72, 760, "Vendors of 5G count their shares of the market"),
    (72, 720, "Huawei held 28% of the global 5G RAN market in 2019, the research firm Dell'Oro"),
    (72, 706, "Group said on Tuesday. Nokia had 16% of it, and the opera-"),
    (72, 692, "tors expect the vendors to deliver equipment for many more networks in Europe."),
    (72, 660, "Ericsson held 14% of the global 5G RAN market in 2019, the same firm said."),
    (300, 40, "Page 1"),
]


def test_a_pdfs_lines_become_paragraphs_of_whole_words():
    raw = pdf_of([STORY], about="/Title (Vendors of 5G count) /CreationDate (D:20200107120000Z)")
    article = read_document("a.pdf", raw)
    assert SENTENCE.replace("'", "’") in article.text
    assert (
        "and the operators expect the vendors to deliver equipment for many more networks in Europe.\n\n"
        in article.text
    )
    assert "\n\nEricsson held 14% of the global" in article.text
    assert article.title == "Vendors of 5G count"
    assert (article.published, article.published_from) == ("2020-01-07", "metadata")


def test_the_columns_of_a_pdf_are_read_one_after_the_other_in_whole_paragraphs():
    left = ["Nokia held a fifth of the market, according to", "Omdia. It expects more of", "the same."]
    right = ["Ericsson has the contract of the operator from", "Vodafone Idea for its", "next network."]
    page = [(60, 700, "Who sells what to whom, and what it says of the market of networks, in the words of them all")]
    for x, words in ((60, left), (320, right)):
        page += [(x, 660 - 14 * n, line) for n, line in enumerate(words)]
    text = read_document("shares.pdf", pdf_of([page])).text
    assert text.split("\n\n")[-2:] == [" ".join(left), " ".join(right)]


def test_a_dateline_in_a_pdf_is_worth_more_than_the_day_on_which_the_file_was_made():
    dated = [*STORY[:2], (72, 740, "7 January 2019"), *STORY[2:]]
    article = read_document("a.pdf", pdf_of([dated], about="/CreationDate (D:20240601120000Z)"))
    assert (article.published, article.published_from) == ("2019-01-07", "text")


def test_running_titles_and_page_numbers_are_left_out_and_a_sentence_goes_on_over_pages():
    pages = [
        [(72, 800, "The Telecoms Letter"), (72, 700, words), (300, 40, f"Page {number} of 3")]
        for number, words in enumerate(
            (
                "Huawei held 28% of the global 5G RAN market in 2019, the research firm said, and",
                "Nokia had 16% of it, as the operators bought more of its radio equipment than in the",
                "year before, when it had 12% of the same market.",
            ),
            1,
        )
    ]
    text = read_document("a.pdf", pdf_of(pages)).text
    assert "Letter" not in text
    assert "Page" not in text
    assert text.count("\n\n") == 0
    assert "said, and Nokia had" in text


def test_cells_of_a_pdfs_table_stand_apart():
    rows = [(72, 700 - 16 * n, name) for n, name in enumerate(("Vendor", "Huawei", "Nokia"))]
    rows += [(300, 700 - 16 * n, share) for n, share in enumerate(("Share of 5G RAN in 2019", "28%", "16%"))]
    text = read_document("a.pdf", pdf_of([[*STORY, *sorted(rows, key=lambda row: (-row[1], row[0]))]])).text
    assert "Vendor | Share of 5G RAN in 2019\nHuawei | 28%\nNokia | 16%" in text


def test_a_hyphen_that_a_word_has_elsewhere_stays():
    texts = [
        "The low-cost radio is new; the low-",
        "cost one sells in the market-",
        "place, with 5G-",
        "Advanced in it.",
    ]
    lines = [Line(text, 72, 500, 700 - 14 * n, 690 - 14 * n) for n, text in enumerate(texts)]
    assert (
        running_text([lines])
        == "The low-cost radio is new; the low-cost one sells in the marketplace, with 5G-Advanced in it."
    )


def encrypted() -> bytes:
    about = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >> /ID [<{'00' * 16}> <{'00' * 16}>]"
    return pdf_of([STORY], encrypt=about)


def test_a_pdf_without_text_with_a_password_broken_or_endless_says_so(monkeypatch):
    assert refused("a.pdf", pdf_of([[], []])).startswith("no text in its 2 pages, only pictures (a scan?)")
    assert "asks for a password" in refused("a.pdf", encrypted())
    assert "broken" in refused("a.pdf", b"%PDF-1.7\n" + b"nothing of a PDF " * 50)
    assert "no PDF inside" in refused("a.pdf", b"nothing of a PDF " * 50)
    assert refused("a.pdf", pdf_of([[]] * 2_000)).startswith("2,000 pages, more than the 300")
    monkeypatch.setattr(pdf, "LONGEST_WAIT", 0.001)
    assert "takes too long" in refused("a.pdf", pdf_of([STORY]))


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.95])
def test_a_pdf_cut_off_is_read_or_refused_and_nothing_else(share):
    whole = pdf_of([STORY] * 3)
    outcome = read_one(StandardInput(whole[: int(len(whole) * share)], path="a.pdf"))
    assert outcome.article or "broken" in outcome.failure or "no text" in outcome.failure


# ---- Word


def word_of(*paragraphs: str, table: list[list[str]] | None = None, title: str = "") -> bytes:
    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    document.add_paragraph(SECOND, style="List Bullet")
    document.core_properties.title = title
    return saved(document)


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(raw: bytes, changed: dict[str, bytes]) -> bytes:
    """The archive with these parts in the place of its own, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changed}:
            new.writestr(name, changed[name] if name in changed else old.read(name))
    return out.getvalue()


def test_a_word_document_gives_paragraphs_tables_and_points_in_their_order():
    raw = word_of(SENTENCE, table=[["Vendor", "Share of 5G RAN in 2019"], ["Huawei", "28%"]], title="Vendors of 5G")
    article = read_document("a.docx", raw)
    assert (
        article.text == f"Vendors of 5G\n\n{SENTENCE}\n\nVendor | Share of 5G RAN in 2019\nHuawei | 28%\n\n- {SECOND}"
    )
    assert article.title == "Vendors of 5G"
    assert (article.published, article.published_from) == (None, None)  # python-docx's own day counts for nothing


def test_a_word_documents_company_and_day_are_its_publisher_and_date():
    import datetime

    document = docx.Document(io.BytesIO(word_of(SENTENCE)))
    document.core_properties.created = datetime.datetime(2020, 1, 7, 9)
    with zipfile.ZipFile(io.BytesIO(saved(document))) as archive:
        about = archive.read("docProps/app.xml")
    assert b"<Company/>" in about
    named = about.replace(b"<Company/>", b"<Company>Agency</Company>")
    article = read_document("a.docx", repacked(saved(document), {"docProps/app.xml": named}))
    assert (article.published, article.published_from, article.publisher) == ("2020-01-07", "metadata", "Agency")


def test_inserted_words_are_read_and_deleted_ones_are_not():
    raw = word_of(SENTENCE)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        body = archive.read("word/document.xml")
    tracked = (
        b'<w:body><w:p><w:r><w:t xml:space="preserve">Nokia </w:t></w:r><w:del w:id="1" w:author="a"><w:r><w:delText>lost'
        b'</w:delText></w:r></w:del><w:ins w:id="2" w:author="a"><w:r><w:t>won</w:t></w:r></w:ins></w:p>'
    )
    assert read_document(
        "a.docx", repacked(raw, {"word/document.xml": body.replace(b"<w:body>", tracked)})
    ).text.startswith("Nokia won\n\n")


def test_a_word_document_that_would_swell_is_refused_before_it_is_read(monkeypatch):
    bomb = repacked(word_of(SENTENCE), {"word/media/a.bin": bytes(word.MAX_UNPACKED)})
    assert len(bomb) < 1_000_000
    assert "MB unpacked, more than the 100 MB" in refused("a.docx", bomb)
    assert "unpacked, more than the 30 MB" in refused(
        "a.docx", repacked(word_of(SENTENCE), {"word/styles.xml": b" " * 31_000_000})
    )


def test_a_word_document_that_declares_less_than_it_holds_is_refused():
    raw = repacked(word_of(SENTENCE), {"word/media/a.bin": bytes(9_000_000)})
    # The sizes in the list at the archive's end; the packed bytes stay.
    lying = raw.replace((9_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != raw
    assert "damaged" in refused("a.docx", lying)


def test_a_word_document_with_entities_reads_no_files_and_is_refused():
    hostile = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document>&x;</w:document>'
    for encoding in ("utf-8", "utf-16"):
        raw = repacked(word_of(SENTENCE), {"word/document.xml": hostile.encode(encoding)})
        assert "declares XML entities" in refused("a.docx", raw)


def test_a_feed_is_no_article_whatever_its_name_and_an_article_about_feeds_is_one():
    rss = b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- news --><rss version='2.0'><channel><item><title>Nokia</title></item></channel></rss>"
    for name in ("a.xml", "a.html", "a.txt"):
        assert "a feed, no article; python -m etl add takes the articles" in refused(name, rss)
    assert "a feed, no article" in refused("a.txt", b'{"version": "https://jsonfeed.org/version/1.1", "items": []}')
    words = b"A feed begins with <rss version='2.0'>, says Nokia, which holds 15% of the market."
    assert "Nokia" in read_document("a.txt", words).text


def test_what_is_no_word_document_is_told():
    assert "no zip archive" in refused("a.docx", b"Nokia holds 15% of the market. " * 10)
    assert "an old Word file" in refused("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000))
    assert "damaged" in refused("a.docx", word_of(SENTENCE)[:5_000])
    assert "broken" in refused("a.docx", repacked(word_of(SENTENCE), {"word/document.xml": b"<w:document"}))
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a.txt", "Nokia")
    assert "not a Word document" in refused("a.docx", plain.getvalue())


# ---- mail


def mail_of(text: str | None = None, html: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"] = '"The Telecoms Letter" <news@letter.example>'
    message["Subject"] = "Fwd: Vendors of 5G count their shares"
    message["Date"] = "Tue, 07 Jan 2020 23:30:00 -0500"
    if text:
        message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html") if text else message.set_content(html, subtype="html")
    return message


def test_a_message_tells_its_day_subject_and_sender_and_its_html_is_read():
    article = read_document("a.eml", mail_of("see the HTML", PAGE).as_bytes())
    assert (article.published, article.published_from) == ("2020-01-07", "header")
    assert (article.title, article.publisher) == ("Vendors of 5G count their shares", "The Telecoms Letter")
    assert SENTENCE in article.text
    assert "see the HTML" not in article.text


def test_a_message_of_plain_text_is_read_whatever_it_says_of_its_encoding():
    raw = mail_of(f"{SENTENCE}\n\nZdeněk of Český Telecom said so.").as_bytes()
    assert "Zdeněk of Český Telecom" in read_document("a.eml", raw).text
    for wrong in (b"no-such-encoding", b"us-ascii", b'"'):
        assert "Zdeněk of Český Telecom" in read_document("a.eml", raw.replace(b"utf-8", wrong)).text


def test_attachments_are_told_and_a_message_that_was_sent_on_is_read():
    message = mail_of(SENTENCE)
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="shares.pdf")
    article = read_document("a.eml", message.as_bytes())
    assert article.warnings == ("not read: shares.pdf attached to it; save what is an article as a file of its own",)
    around = EmailMessage()
    around["From"] = "Somebody <a@b.example>"
    around.add_attachment(mail_of(SENTENCE))
    sent_on = read_document("a.eml", around.as_bytes())
    assert (sent_on.publisher, sent_on.published) == ("The Telecoms Letter", "2020-01-07")
    assert SENTENCE in sent_on.text


def test_a_message_without_text_or_nested_without_end_is_refused():
    only = mail_of()
    only.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="shares.pdf")
    assert "no text in the message, only shares.pdf" in refused("a.eml", only.as_bytes())
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    assert "message" in refused("a.eml", b"MIME-Version: 1.0\nFrom: a@b.example\n" + nested)


# ---- saved pages and web archives


def saved_page(kind: str = "text/html", body: str = PAGE) -> bytes:
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {ADDRESS}\r\nDate: Fri, 01 Mar 2024 10:00:00 -0000\r\n"
    )
    head += 'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="bound"\r\n\r\n'
    part = f"--bound\r\nContent-Type: {kind}\r\nContent-Location: {ADDRESS}\r\n\r\n{body}\r\n--bound--\r\n"
    return (head + part).encode()


def web_archive(
    status: str = "200 OK", kind: str = "text/html; charset=iso-8859-2", gz: bool = True, body: bytes = b""
) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gz)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "test"}))
    for code, address in (("301 Moved", "https://news.example/old"), (status, ADDRESS)):
        headers = StatusAndHeaders(code, [("Content-Type", kind)], protocol="HTTP/1.1")
        content = body or PAGE.replace("Tuesday", "středu").encode("iso-8859-2")
        writer.write_record(writer.create_warc_record(address, "response", io.BytesIO(content), http_headers=headers))
    return out.getvalue()


def test_a_saved_page_is_its_html_with_its_address_and_not_the_day_of_saving():
    article = read_document("a.mhtml", saved_page())
    assert SENTENCE in article.text
    assert article.source_url == ADDRESS
    assert (article.published, article.published_from) == ("2020-01-07", "url")
    assert "no HTML part" in refused("a.mht", saved_page("image/png", "iVBORw0KGgo="))


@pytest.mark.parametrize(("name", "gz"), [("a.warc", False), ("a.warc.gz", True)])
def test_a_web_archives_page_is_the_first_that_was_found(name, gz):
    article = read_document(name, web_archive(gz=gz))
    assert "Dell'Oro Group said on středu" in article.text
    assert article.source_url == ADDRESS
    assert article.title == "Vendors of 5G count their shares"


def test_a_web_archive_without_a_page_broken_or_swelling_says_so(monkeypatch):
    assert "no HTML page in it" in refused("a.warc.gz", web_archive(status="404 Not Found"))
    assert "no HTML page in it" in refused("a.warc", web_archive(kind="image/png", gz=False))
    assert "WARC" in refused("a.warc", b"no archive " * 100)
    assert "no HTML page in it" in refused("a.warc.gz", gzip.compress(b"no archive " * 100))
    assert "packed with gzip" in refused("a.html", gzip.compress(PAGE.encode()))
    monkeypatch.setattr(warc, "MAX_UNPACKED", 5_000_000)
    assert "and more unpacked, more than the 5 MB" in refused("a.warc.gz", gzip.compress(bytes(50_000_000)))


# ---- all kinds

EVERY_KIND = {
    "a.pdf": lambda: pdf_of([STORY]),
    "a.docx": lambda: word_of(SENTENCE, SECOND),
    "a.eml": lambda: mail_of("see the HTML", PAGE).as_bytes(),
    "a.mhtml": saved_page,
    "a.warc.gz": web_archive,
}


@pytest.mark.parametrize("name", EVERY_KIND)
def test_the_kind_is_told_by_the_bytes_when_the_name_says_another(name):
    raw = EVERY_KIND[name]()
    article = read_document(name, raw)
    wrong = "a.warc" if "warc" in name else "a.html"
    assert read_document(wrong, raw) == article
    assert read_document("shares.docx", PAGE.encode()).title == "Vendors of 5G count their shares"


@pytest.mark.parametrize("name", EVERY_KIND)
def test_a_facts_offsets_give_its_words_in_the_articles_text(name):
    article = read_document(name, EVERY_KIND[name]())
    facts = read_article(article).facts
    assert facts
    assert [article.text[fact.start : fact.end] for fact in facts] == [fact.quote for fact in facts]


def test_a_feed_that_told_the_date_is_named_as_its_origin():
    article = read_document("a.html", PAGE.encode(), known=Known(published="2020-01-06", published_from="feed"))
    assert (article.published, article.published_from) == ("2020-01-06", "feed")

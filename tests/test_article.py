"""A document becomes an article: its own words, title, date and publisher; what is no article is refused in one line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from etl.article import Article, Known, UnreadableDocument, read_document
from etl.paths import BUNDLED, GOLD
from etl.sources.files import Document, list_folder

SEED = Path(__file__).resolve().parent.parent.parent / "shared" / "gold" / "seed"
BRIEFS = list_folder(BUNDLED, "bundled", briefs=True).documents
SENTENCE = "Huawei holds 28% of the market, the research firm said on Tuesday, and Nokia has 16% of it this year."


def brief(name: str, *, known: bool = False) -> Article:
    """One of our briefs, as its page alone tells, or with what the index knows of it."""
    document = next(one for one in BRIEFS if one.path == name)
    return read_document(name, document.read(), known=document.known if known else None)


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html lang='en'><head>{head}</head><body><article>{body}</article></body></html>".encode()


def paragraphs(count: int = 4) -> str:
    return f"<p>{SENTENCE}</p>" * count


# ---- real pages


def test_a_news_page_gives_its_article_and_leaves_its_chrome():
    article = brief("t1-d01.html")
    assert article.title == "Telecoms kit suppliers count the cost of their worst year since 2002"
    assert (article.published, article.published_from) == ("2025-03-21", "json-ld")
    assert article.publisher == "Wireline Weekly"
    assert article.source_url == "https://wirelineweekly.example/news/2025/telecoms-kit-worst-year"
    assert article.language == "en"
    assert (
        "Turnover across the six product groups followed by Dell’Oro Group dropped 11 per cent in 2024" in article.text
    )
    for chrome in ("cookies", "Trending", "Mavenir says open RAN", "Accept all", "font-family", "NewsArticle"):
        assert chrome not in article.text


def test_a_tables_row_is_a_line_of_its_cells():
    text = brief("t5-d10.html").text
    table = "Share of 5G network sales, 2019\nSupplier | Share\nHuawei | 28%\nNokia | 16%\nEricsson | 14%\nZTE | 10%\nCisco | 7%\nSamsung | 3%"
    assert f"\n\n{table}\n\n" in text


def test_headlines_of_other_articles_are_not_the_articles():
    text = brief("t5-d10.html").text
    assert "Hot right now" not in text
    assert "Telstra sticks with Ericsson" not in text
    assert text.startswith("Samsung takes Verizon's 5G order from under Nokia's nose")


def test_markdown_gives_its_words_without_its_marks():
    article = brief("t1-d02.md")
    assert article.title == "New leader, smaller market: Huawei goes top in mobile infrastructure"
    assert (article.published, article.publisher) == ("2018-03-12", "TelecomLead")
    assert "puts Huawei on 28 percent of 2017 vendor revenue." in article.text
    assert "\n\nWhat they are fighting over\n\n" in article.text
    assert not re.search(r"[*#]|^---|source_url", article.text, re.MULTILINE)


def test_plain_text_keeps_every_character_and_finds_its_headline_and_dateline():
    article = brief("t1-d03.txt")
    assert article.text == (BUNDLED / "t1-d03.txt").read_text(encoding="utf-8")
    assert article.title == "Samsung's other business wants a fifth of the 5G pie"
    assert (article.published, article.published_from) == ("2018-10-15", "text")


def test_no_sentence_that_states_a_fact_is_lost_from_our_briefs():
    lost, looked_for = [], 0
    for document in BRIEFS:
        text = read_document(document.path, document.read(), known=document.known).text
        for fact in json.loads((GOLD / f"{document.name}.json").read_text(encoding="utf-8"))["facts"]:
            looked_for += 1
            words = map(re.escape, re.sub(r"[*_]+", "", fact["quote"]).split())
            if not re.search(r"[\s|]+".join(words), text):
                lost.append((document.path, fact["quote"]))
    assert looked_for > 300
    assert lost == []


def test_a_raw_pasted_page_keeps_its_date_out_of_the_chrome():
    if not SEED.is_dir():
        pytest.skip("the pasted page stands in no clone")
    [pasted] = SEED.glob("*.txt")
    told = json.loads(pasted.with_suffix(".json").read_text(encoding="utf-8"))
    article = read_document(pasted.name, pasted.read_bytes())
    assert article.title == told["title"]
    assert article.published == told["published"]


# ---- what the index knows wins


def test_of_our_briefs_the_index_tells_publisher_date_and_source():
    for document in BRIEFS:
        article = read_document(document.path, document.read(), known=document.known)
        told = json.loads((GOLD / f"{document.name}.json").read_text(encoding="utf-8"))
        assert article.is_brief
        for field in ("title", "published", "publisher", "source_url"):
            assert getattr(article, field) == told.get(field), (document.path, field)
        assert ".example" not in (article.source_url or "")


def test_a_briefs_invented_masthead_is_never_taken_for_its_publisher():
    article = read_document("t1-d01.html", (BUNDLED / "t1-d01.html").read_bytes(), known=Known(is_brief=True))
    assert (article.publisher, article.source_url) == (None, None)
    assert article.published == "2025-03-21"


def test_what_the_index_leaves_open_the_page_tells():
    raw = page(
        f"<h1>Shares</h1>{paragraphs()}",
        "<meta property='og:site_name' content='Agency'><meta name='date' content='2021-05-04'>",
    )
    article = read_document("a.html", raw, known=Known(published="2021-05-03"))
    assert (article.published, article.published_from, article.publisher) == ("2021-05-03", "index", "Agency")


# ---- dates


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.md", f"---\npublished: 31/06/2020\n---\n{SENTENCE}".encode()),
        ("a.html", page(paragraphs(), "<meta property='article:published_time' content='31/06/2020'>")),
        ("a.html", page(f"<h1>Nokia back</h1><p class='date'>31/06/2020</p>{paragraphs()}")),
        ("a.html", page(f"<h1>Nokia back</h1><time datetime='2020-06-31'>in June</time>{paragraphs()}")),
        ("a.txt", f"A headline of some length\n31/06/2020\n\n{SENTENCE}".encode()),
        ("a.md", f"---\npublished: 2020-06-31\n---\n{SENTENCE}".encode()),
    ],
    ids=["front-matter", "metadata", "byline", "time", "dateline", "iso"],
)
def test_an_impossible_date_is_told_and_the_article_stays_undated(name, raw):
    article = read_document(name, raw)
    assert article.published is None
    [warning] = article.warnings
    assert re.search(r'"(31/06/2020|2020-06-31)".* is no date', warning)
    assert SENTENCE in article.text


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.txt", f"A headline of some length\n05/06/2020\n\n{SENTENCE}".encode()),
        ("a.html", page(f"<h1>Nokia back</h1><p>Updated 05/06/2020</p>{paragraphs()}")),
    ],
    ids=["text", "page"],
)
def test_a_date_that_can_be_read_two_ways_gives_its_year_alone(name, raw):
    article = read_document(name, raw)
    assert article.published == "2020"
    assert "two ways" in article.warnings[0]


def test_an_article_without_a_date_has_none_and_no_warning():
    article = read_document(
        "a.txt", f"{SENTENCE} It was 12 May 2020 when the firm counted, and nobody objected.".encode()
    )
    assert (article.published, article.published_from, article.warnings) == (None, None, ())


@pytest.mark.parametrize("written", ["2020-06-25", "2020-06", "2020"])
def test_a_date_is_as_exact_as_it_was_told(written):
    assert read_document("a.md", f"---\ndate: {written}\n---\n{SENTENCE}".encode()).published == written


# ---- Markdown's front matter


def test_front_matter_with_an_unquoted_colon_is_read_line_by_line_and_told():
    article = read_document("a.md", f"---\ntitle: Nokia: back\npublished: 2020-06-25\n---\n{SENTENCE}".encode())
    assert (article.title, article.published) == ("Nokia: back", "2020-06-25")
    assert article.warnings == (
        "front matter line 2 is not YAML (quote values that hold a colon); read as plain lines",
    )


@pytest.mark.parametrize(
    "front",
    [
        "- a\n- b",
        "title: [a, b]\npublished: {a: b}",
        "[" * 200,
        "title: !!python/object/apply:os.getcwd []",
        "title: null",
        "",
    ],
)
def test_odd_front_matter_costs_no_more_than_its_fields(front):
    article = read_document("a.md", f"---\n{front}\n---\n{SENTENCE}".encode())
    assert (article.title, article.published) == (None, None)
    assert article.text == SENTENCE


def test_front_matter_that_never_ends_is_text():
    assert SENTENCE in read_document("a.md", f"---\ntitle: a: b\n{SENTENCE}".encode()).text


# ---- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-1"])
def test_whatever_its_encoding_a_text_reads_the_same(encoding):
    words = f"Telefónica wählt Ericsson – für Zürich. {SENTENCE}"
    words = words.replace("–", "-") if encoding == "iso-8859-1" else words
    assert read_document("a.txt", words.encode(encoding)).text == words


def test_a_page_that_declares_a_wrong_or_unknown_encoding_is_read_all_the_same():
    for declared in ("utf-8", "x-nonsense", "ascii"):
        raw = (
            page(f"<p>Telefónica chose Ericsson. {SENTENCE}</p>", f"<meta charset='{declared}'>")
            .decode()
            .encode("cp1252")
        )
        assert "Telefónica chose Ericsson." in read_document("a.html", raw).text


def test_a_page_in_shift_jis_is_read_as_it_declares():
    words = "富士通とNECは、第5世代移動通信システムの基地局で提携すると発表した。" * 5
    raw = page(f"<p>{words}</p>", "<meta charset='shift_jis'>").decode().encode("shift_jis")
    assert words in read_document("a.html", raw).text


def test_invisible_and_direction_marks_are_left_out_and_line_ends_are_plain():
    article = read_document("a.txt", "No\u00adkia\u200b holds\u00a015%\u202e of\r\nit\rall.\x00\x07".encode())
    assert article.text == "Nokia holds 15% of\nit\nall."


# ---- what is refused


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("a.html", b"", "the file is empty"),
        ("a.txt", b" \n\t\n ", "the file is empty"),
        ("a.txt", "\ufeff\u200b".encode(), "the file is empty"),
        ("a.txt", bytes(range(256)) * 64, "a binary file"),
        ("a.html", b"\x89PNG\r\n\x1a\n" + bytes(4000), "a binary file"),
        ("a.md", b"PK\x03\x04" + bytes(range(32)) * 90, "a damaged zip archive"),
        (
            "a.html",
            b"<html><head><title>Only a title</title></head><body><nav>Home</nav></body></html>",
            "no article text found",
        ),
        ("a.html", b"<html><frameset><frame src='a.html'></frameset></html>", "no article text found"),
        ("a.html", b"<p>" + b"x" * 50_000_000, "50 MB, more than the 20 MB"),
        ("a.html", b"<html><body>" + b"<i>a</i>" * 100_001, "more than 100,000 HTML elements"),
        ("a.txt", b"words " * 100_000, "600,000 characters, more than the 500,000"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_document_that_is_no_article_is_refused_in_one_line_that_says_what_to_do(name, raw, why):
    with pytest.raises(UnreadableDocument, match=why) as refused:
        read_document(name, raw)
    assert re.search(r"; (save|split)", str(refused.value))
    assert "\n" not in str(refused.value)


def test_a_50_mb_file_is_refused_without_being_loaded(tmp_path):
    path = tmp_path / "large.html"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(UnreadableDocument, match="50 MB, more than the 20 MB that an article can need"):
        Document("news", "large.html", path).read()


# ---- spoiled and hostile pages


@pytest.mark.parametrize("share", [0.5, 0.8, 0.99])
def test_a_truncated_page_gives_what_there_is_of_its_article(share):
    raw = (BUNDLED / "t3-d01.html").read_bytes()
    whole = read_document("a.html", raw)
    part = read_document("a.html", raw[: int(len(raw) * share)])
    assert part.title == whole.title
    assert part.published == whole.published
    assert len(part.text) > len(whole.text) * share * 0.5
    first = whole.text.split("\n\n")[1]
    assert first in part.text


def test_markup_written_as_text_stays_text_and_scripts_are_no_words():
    raw = page(
        f"<script>alert(1)</script><p>&lt;script&gt;alert(2)&lt;/script&gt; **Nokia** $x^2$ {SENTENCE}</p>{paragraphs(3)}"
    )
    text = read_document("a.html", raw).text
    assert text.startswith(f"<script>alert(2)</script> **Nokia** $x^2$ {SENTENCE}")
    assert "alert(1)" not in text


def test_a_page_reads_no_files_and_swells_no_entities():
    doctype = (
        "<!DOCTYPE html [<!ENTITY f SYSTEM 'file:///etc/passwd'><!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
    )
    text = read_document("a.html", doctype.encode() + f"<html><body><p>&f; &b;</p>{paragraphs()}".encode()).text
    assert "root:" not in text
    assert "aaaaaaaaaa" not in text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "http://[",
        "file:///etc/passwd",
        "//x",
        "http://a b/",
        "http://a:b/",
        "https://example.com@evil.example/",
        "https://example.com/" + "x" * 3000,
    ],
)
def test_only_a_web_address_is_a_source(url):
    raw = page(paragraphs(), f'<link rel="canonical" href="{url}"><meta property="og:url" content="{url}">')
    assert read_document("a.html", raw).source_url is None
    assert read_document("a.md", f"---\nurl: '{url}'\n---\n{SENTENCE}".encode()).source_url is None


def test_a_title_of_a_megabyte_is_no_title():
    raw = page(paragraphs(), f"<title>{'a ' * 500_000}</title>")
    article = read_document("a.html", raw)
    assert article.title is None
    assert len(article.text) < 1000


@pytest.mark.parametrize(
    "raw",
    [
        "<html><body>" + "<div>" * 20_000 + paragraphs(),
        "<html><body><article>" + "<ul><li>" * 2000 + paragraphs(),
        "<html><head><script type='application/ld+json'>" + "[" * 100_000 + "</script></head><body>" + paragraphs(),
        '<html><head><script type="application/ld+json">{"@graph": 1, "headline": [1], "publisher": [2], "datePublished": 3}</script>'
        "</head><body>" + paragraphs(),
        "<" * 100_000,
    ],
    ids=["deep", "deep-lists", "deep-json", "odd-json", "brackets"],
)
def test_a_hostile_page_is_an_article_or_is_refused_and_nothing_else(raw):
    try:
        assert read_document("a.html", raw.encode()).text
    except UnreadableDocument as refused:
        assert "; save" in str(refused)


def test_the_same_bytes_are_the_same_article_whenever_they_are_read():
    for document in BRIEFS[:20]:
        raw = document.read()
        assert read_document(document.path, raw) == read_document(document.path, raw)

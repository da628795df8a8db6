"""A person brings an article: they see what is read in it before anything is saved, and what they leave out stays out."""

import threading
import time
import weakref
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard import adding, asking, fact_form, fact_table, looking, roles
from dashboard.escape import for_markdown
from dashboard.roles import Person
from etl import paths, pipeline, reading, requests, spawning, writer
from etl.facts import KINDS
from etl.sources.raw import Raw
from tests.loopback import HTML, Loopback
from tests.plain_reader import plain_reader, read_shares
from tests.small_market import build
from tests.test_documents import pdf_of
from tests.test_pages import opened, words

TEXT = "OULU, 3 May 2021\n\nNokia holds 15% of the market, the research firm said. Ericsson holds 27% of the market."

DATE = "Published (2026-05-04, 2026-05 or 2026)"
VIEWER = Person("Bo", "bo@example.com", "viewer")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    monkeypatch.delenv("BASE_URL", raising=False)
    monkeypatch.setattr(roles, "person", lambda: Person("Ann", "ann@example.com", "analyst"))
    monkeypatch.setattr(spawning, "spawn", lambda _: None)
    reader = plain_reader()
    monkeypatch.setattr(reading, "read_all", lambda documents, _: reader.read(list(documents), 1))
    build(tmp_path)
    return tmp_path


def brought(**told: str):
    app = opened("add")
    for field in (*app.text_area, *app.text_input):
        if field.label in told:
            field.set_value(told[field.label])
    return looked(app)


def looked(app):
    """The app when what its form holds has been read."""
    next(b for b in app.button if b.label == "Look at it").click().run()
    if "_job" not in app.session_state:
        return app
    assert app.session_state["_job"].ended.wait(60)
    return app.run()


def test_what_is_read_is_shown_and_nothing_is_saved(home):
    app = brought(**{"The article's text": TEXT, "Title": "Shares"})
    said = words(app)
    assert "Nothing is saved yet" in said and "vt-mark" in said and 'class="vt-plain"' not in said
    assert not list(requests.waiting(home))


def test_what_is_saved_is_left_for_the_writer_under_the_persons_name(home):
    app = brought(**{"The article's text": TEXT, "Title": "Shares", "Publisher": "Example Wire"})
    next(b for b in app.button if b.label == "Save").click().run()
    assert not app.exception
    (request,) = requests.waiting(home)
    assert (request.who, request.asks.title, request.asks.publisher) == ("ann@example.com", "Shares", "Example Wire")
    assert (home / "queue/files" / request.asks.file).read_bytes().decode() == TEXT


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({}, "There is no text yet"),
        ({"The article's text": TEXT, DATE: "**soon** <b>"}, "**soon** &lt;b&gt;"),
    ],
)
def test_what_cannot_be_taken_says_why(home, told, line):
    app = brought(**told)
    assert line in words(app)
    assert not list(requests.waiting(home))


def test_hostile_text_is_shown_as_it_is(home):
    app = brought(**{"The article's text": f"<script>alert(1)</script> **bold** {TEXT}"})
    said = words(app)
    assert "<script>" not in said and "&lt;script&gt;" in said


def test_who_may_only_read_saves_nothing(home, monkeypatch):
    app = brought(**{"The article's text": TEXT})
    monkeypatch.setattr(roles, "person", lambda: VIEWER)
    next(b for b in app.button if b.label == "Save").click().run()
    assert not list(requests.waiting(home)) and not (home / "queue").exists()
    assert words(app).count("Reading only") == 1


def test_who_may_only_read_has_nothing_fetched_or_read_and_is_told_who_may(home, monkeypatch):
    app = opened("add")
    field = next(field for field in app.text_area if field.label == "The article's text").set_value(TEXT)
    assert field.value == TEXT
    read = []
    monkeypatch.setattr(roles, "person", lambda: VIEWER)
    monkeypatch.setattr(reading, "read_all", lambda *_: read.append(1) or [])
    monkeypatch.setattr(adding, "Fetcher", lambda *_: read.append(1))
    next(b for b in app.button if b.label == "Look at it").click().run()
    assert words(app).count("Reading only") == 1 and not app.text_area
    with pytest.raises(roles.NotAllowed):
        looking.start(lambda: [adding.fetched("https://a.example")])
    assert not read


def test_what_is_looked_at_next_stands_beside_what_is_not_saved_yet_until_it_is_discarded(home):
    app = brought(**{"The article's text": TEXT, "Title": "First"})
    next(field for field in app.text_area if field.label == "The article's text").set_value(f"{TEXT} Again.")
    app = looked(app)
    assert words(app).count("Nothing is saved yet") == 2
    next(b for b in app.button if b.label == "Discard").click().run()
    assert words(app).count("Nothing is saved yet") == 1 and not list(requests.waiting(home))


def test_a_writer_that_stopped_is_started_again_and_what_it_said_is_told(home, monkeypatch):
    app, started = brought(**{"The article's text": TEXT}), []

    def full(warehouse: Path) -> None:
        started.append(warehouse)
        (warehouse / "queue/work.log").write_text("error: no room <b>left</b>\n", encoding="utf-8")

    monkeypatch.setattr(spawning, "spawn", full)
    monkeypatch.setattr(asking, "AGAIN", -1)
    next(b for b in app.button if b.label == "Save").click().run()
    assert "It said: error: no room &lt;b&gt;left&lt;/b&gt;" in words(app.run())
    before = len(started)
    assert before > 1
    with spawning._lock(home):
        app.run()
    assert len(started) == before


# ---- reading goes on meanwhile


def reached(signpost: Path) -> Path:
    """Wait until the reader stands at a signpost; touch what is returned to let it go on."""
    for _ in range(6000):
        if Path(f"{signpost}.waiting").exists():
            return signpost
        time.sleep(0.01)
    raise AssertionError(f"nobody came to {signpost}")


def test_reading_goes_on_while_its_person_is_elsewhere_and_others_see_nothing_of_it(home):
    app = opened("add")
    next(radio for radio in app.radio if radio.label == "How").set_value("Drop files").run()
    later = f"{TEXT} They wait for {home / 'signpost'} now."
    files = [("*first*.txt", TEXT.encode(), "text/plain"), ("second.txt", later.encode(), "text/plain")]
    app.file_uploader[0].set_value(files)
    next(b for b in app.button if b.label == "Look at it").click().run()
    signpost = reached(home / "signpost")
    app.run()
    [progress] = app.get("progress")
    assert (progress.proto.value, progress.proto.text) == (50, for_markdown("1 of 2 read: *first*.txt"))
    assert "leave this page" in words(app) and "vt-mark" not in words(app)
    app.switch_page("../pages/overview.py").run()
    other = opened("add")
    assert not other.get("progress") and "leave this page" not in words(other)

    job = app.session_state["_job"]
    signpost.touch()
    assert job.ended.wait(60)
    app.switch_page("../pages/add.py").run()
    assert not app.get("progress") and words(app).count("Nothing is saved yet") == 2
    app.run()
    assert words(app).count("Nothing is saved yet") == 2
    assert "vt-mark" not in words(other.run())


def test_a_job_that_nobody_holds_any_more_is_not_gone_on_with(home):
    given = [
        looking.Given(f"{n}.txt", f"{TEXT} They wait for {home / str(n)} now.".encode(), adding.Known())
        for n in range(3)
    ]
    job = looking.Job()
    work = threading.Thread(target=looking._work, args=(weakref.ref(job), lambda: given), daemon=True)
    work.start()
    reached(home / "0").touch()
    signpost = reached(home / "1")
    assert len(job.read) == 1
    del job
    signpost.touch()
    work.join(60)
    assert not work.is_alive() and not (home / "2.waiting").exists()


def test_a_fault_of_the_reader_itself_is_told_and_what_was_read_before_stays(home, monkeypatch):
    app = brought(**{"The article's text": TEXT})

    def broken(*_):
        raise RuntimeError("of the inside")

    monkeypatch.setattr(reading, "read_all", broken)
    app = looked(app)
    assert "the reason stands in the server&#x27;s log" in words(app) and "of the inside" not in words(app)
    assert words(app).count("Nothing is saved yet") == 1


# ---- an address


@pytest.fixture
def web(home, monkeypatch):
    """A server that the app may ask."""
    with Loopback() as server:
        (home / "sources.toml").write_text(f'[web]\nallow = ["{server.place}"]\ndelay = 0\nattempts = 1\n')
        monkeypatch.setenv("VENDOR_TRACKER_SOURCES", str(home / "sources.toml"))
        yield server


def asked_for(url: str):
    app = opened("add")
    next(radio for radio in app.radio if radio.label == "How").set_value("Give an address").run()
    next(field for field in app.text_input if field.label.startswith("Address")).set_value(url)
    return looked(app)


PDF = pdf_of([[(72, 700, "Nokia holds 15% of the market, the firm said on Tuesday.")]])
HUNGARIAN = "<html><body><p>Nokia holds 15% of the market, said Győző Szűcs of the firm.</p></body></html>"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, HTML, TEXT.encode()), "<mark"),
        ((200, {"Content-Type": "application/pdf"}, PDF), "<mark"),
        ((200, {"Content-Type": "text/html; charset=iso-8859-2"}, HUNGARIAN.encode("iso-8859-2")), "Győző Szűcs"),
    ],
    ids=["page", "pdf", "other characters"],
)
def test_a_page_of_the_web_is_shown_as_it_reads_and_saved_with_its_address(home, web, answer, said):
    web.pages["/moved"] = (302, {"Location": "/a"}, b"")
    web.pages["/a"] = answer
    app = asked_for(web.url("/moved"))
    assert said in words(app) and "Nokia holds 15%" in words(app)
    next(b for b in app.button if b.label == "Save").click().run()
    (request,) = requests.waiting(home)
    assert request.asks.source_url == web.url("/a")


CONSENT = "<title>News</title><p>We value your privacy. We and our partners use cookies. Accept all</p>"


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ((200, HTML, CONSENT.encode()), "behind a consent wall"),
        ((200, HTML, f"<title>404 Page not found</title><p>{TEXT}</p>".encode()), "an error page though the host calls it fine"),
        ((404, HTML, TEXT.encode()), "nothing at this address (404)"),
        ((200, {"Content-Type": "image/png"}, b"PNG"), "which is not read"),
        ((302, {"Location": "http://127.0.0.1:{other}/secret"}, b""), "a loopback address, which is never asked"),
    ],
    ids=["consent", "error page", "nothing", "picture", "redirect inwards"],
)  # fmt: skip
def test_an_address_without_an_article_is_refused_in_a_line(home, web, answer, line):
    with Loopback() as other:
        other.page("/secret", TEXT)
        status, headers, body = answer
        web.pages["/a"] = (status, {k: v.format(other=other.place.partition(":")[2]) for k, v in headers.items()}, body)
        app = asked_for(web.url("/a"))
        assert other.asked == []
    assert line in words(app)
    assert "vt-mark" not in words(app) and "Save" not in [b.label for b in app.button]


def test_an_address_is_known_again_when_its_page_changed_with_all_that_its_host_said(home, web):
    url = web.url("/a")
    for share, etag in ((15, "v1"), (16, "v2")):
        page = HUNGARIAN.replace("15", str(share)).encode("iso-8859-2")
        web.pages["/a"] = (200, {"Content-Type": "text/html; charset=iso-8859-2", "ETag": f'"{etag}"'}, page)
        next(b for b in asked_for(url).button if b.label == "Save").click().run()
        assert writer.work(home, reader=plain_reader) == 1
    raw = Raw(paths.raw())
    [document] = raw.listing("added").documents
    kept = raw.record("added", url)
    assert (kept.url, kept.etag, kept.charset, len(kept.earlier)) == (url, '"v2"', "iso-8859-2", 1)
    assert raw.content(kept) == page and "Győző" in document.read().decode()
    with duckdb.connect(home / "published.duckdb", read_only=True) as connection:
        told = connection.execute("select text from articles where source = 'added' and known_to is null").fetchall()
    assert len(told) == 1 and "16%" in told[0][0] and "Győző" in told[0][0]
    summary = pipeline.run(home, kept=[("added", raw.listing("added"))], usual=False, reader=plain_reader())
    assert (summary.unchanged, summary.changed, summary.new) == (1, 0, 0)


def test_a_host_is_asked_by_one_fetcher_however_often_one_clicks(web):
    web.page("/a", TEXT)
    web.page("/b", TEXT)
    adding.fetched(web.url("/a"))
    adding.fetched(web.url("/b"))
    assert [one.path for one in web.asked] == ["/robots.txt", "/a", "/b"]


# ---- the table of facts


def correct(monkeypatch, **cells: object):
    """The table as a person leaves it who wrote this into its first row."""

    def edit(kind, rows, key):
        table = fact_table.frame(kind, rows)
        for name, value in cells.items():
            table.at[0, name] = value
        return table

    monkeypatch.setattr(fact_table, "edit", edit)


def saved(home):
    app = brought(**{"The article's text": TEXT, "Title": "Shares"})
    next(b for b in app.button if b.label == "Save").click().run()
    assert not app.exception
    return [request.asks for request in requests.waiting(home)], words(app)


def test_a_field_corrected_before_saving_is_a_review_of_that_field_alone(home, monkeypatch):
    correct(monkeypatch, value=16.0, companies=["Nokia", "Ericsson"], market="ran")
    [asked], _ = saved(home)
    [review] = asked.reviews
    assert (review.action, review.after) == (
        "correct",
        {"value": 16.0, "companies": ["Nokia", "Ericsson"], "market": "ran"},
    )


def test_a_row_that_is_left_out_is_rejected_whatever_else_stands_in_it(home, monkeypatch):
    correct(monkeypatch, keep=False, period="never")
    [asked], _ = saved(home)
    assert [(review.action, review.after) for review in asked.reviews] == [("reject", {})]


def test_what_nobody_changed_needs_no_review(home):
    [asked], _ = saved(home)
    assert asked.reviews == ()


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ({"period": "next spring"}, "Figure 1, period: “next spring” is none; write 2030, 2019-Q4"),
        ({"period": "2021-02-31"}, "Figure 1, period: “2021-02-31” is none"),
        ({"unit": "%"}, "Figure 1, unit: “%” is none; write percent, count or a currency like USD"),
        ({"companies": []}, "Figure 1, companies: the fact needs it"),
        ({"value": None}, "Figure 1, value: the fact needs it"),
        ({"value": float("inf")}, "Figure 1, value: "),
    ],
)
def test_a_bad_value_is_told_in_a_line_and_nothing_is_saved(home, monkeypatch, cells, line):
    correct(monkeypatch, **cells)
    asked, said = saved(home)
    assert not asked and not (home / "queue/files").exists()
    assert f"Not saved: {line}" in said


def test_an_emptied_field_says_what_the_guide_reads_where_nothing_is_told(home, monkeypatch):
    rows = adding.rows_of(reading.read_one(reading.StandardInput(TEXT.encode(), path="a.txt"), read_shares))
    rows[0]["region"], rows[0]["market"], rows[0]["attributed_to"] = "europe", "ran", "Omdia"
    table = fact_table.frame("figure", rows)
    for name in ("region", "market", "attributed_to"):
        table.at[0, name] = None
    [review], faults = fact_table.reviews("figure", rows, table)
    assert not faults
    assert review.after == {"region": "global", "market": "telecom_equipment", "attributed_to": None}


def test_the_table_shows_the_words_of_codes_and_keeps_the_codes(home, monkeypatch):
    drawn = {}
    monkeypatch.setattr(fact_table.st, "data_editor", lambda table, **more: drawn.update(more) or table)
    saved(home)
    market = drawn["column_config"]["market"]["type_config"]["options"]
    assert {"value": "ran", "label": "Radio access (RAN)"} in market
    assert (
        drawn["column_config"]["value"]["type_config"]["format"] == "localized" and drawn["placeholder"] == "not told"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_has_a_column_that_fits_even_where_all_are_empty(kind):
    table = fact_table.frame(kind, [pd.Series({"quote": "words", "confidence": 0.9, "fact_id": "f"})])
    for name in fact_form.fields(kind):
        if fact_form.is_number(kind, name):
            assert table[name].dtype == "float64", name
        elif not fact_form.allowed(kind, name)[1]:
            assert table[name].dtype == "string", name

"""A person brings an article: they see what is read in it before anything is saved, and what they leave out stays out."""

import pytest

from dashboard import roles
from dashboard.roles import Person
from etl import reading, requests, spawning
from tests.plain_reader import plain_reader
from tests.small_market import build
from tests.test_pages import opened, words

TEXT = "OULU, 3 May 2021\n\nNokia holds 15% of the market, the research firm said. Ericsson holds 27% of the market."


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
    return next(b for b in app.button if b.label == "Look at it").click().run()


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
        ({"The article's text": TEXT, "Published (2026-05-04, 2026-05 or 2026)": "soon"}, "soon"),
    ],
)
def test_what_cannot_be_taken_says_why(home, told, line):
    app = brought(**told)
    assert line in " ".join(error.value for error in app.error)
    assert not list(requests.waiting(home))


def test_hostile_text_is_shown_as_it_is(home):
    app = brought(**{"The article's text": f"<script>alert(1)</script> **bold** {TEXT}"})
    said = words(app)
    assert "<script>" not in said and "&lt;script&gt;" in said


def test_who_may_only_read_saves_nothing(home, monkeypatch):
    app = brought(**{"The article's text": TEXT})
    monkeypatch.setattr(roles, "person", lambda: Person("Bo", "bo@example.com", "viewer"))
    next(b for b in app.button if b.label == "Save").click().run()
    assert not list(requests.waiting(home)) and not (home / "queue").exists()
    assert "Reading only" in words(app)

"""A person reviews a fact on its page: what they chose is left for the writer, and what is no fact is refused in a line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dashboard import fact_form, roles
from dashboard.roles import Person
from etl import requests, spawning
from etl.facts import KINDS
from tests.small_market import build
from tests.test_pages import opened, words


@pytest.fixture
def market(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    monkeypatch.delenv("BASE_URL", raising=False)
    monkeypatch.setattr(roles, "person", lambda: Person("Ann", "ann@example.com", "analyst"))
    monkeypatch.setattr(spawning, "spawn", lambda _: None)
    return build(tmp_path)


def test_a_correction_asks_for_the_fields_that_changed_alone(market, tmp_path):
    fact_id, value = market["nec"], 0.7
    app = opened("review", fact=fact_id)
    assert "vt-mark" in words(app) and "could not be drawn" not in words(app)
    app.text_input(key=f"review_{fact_id}_None_value").set_value(str(value + 1))
    app.text_input(key=f"review_{fact_id}_None_why").set_value("misread")
    app.button(key=f"correct_{fact_id}").click().run()
    assert not app.exception
    (asked,) = requests.waiting(tmp_path)
    assert asked.who == "ann@example.com"
    assert (asked.asks.action, asked.asks.after, asked.asks.why) == ("correct", {"value": value + 1}, "misread")


def test_an_emptied_field_that_has_a_default_gets_it_and_one_that_has_none_is_refused(market, tmp_path):
    fact_id = market["nec"]
    app = opened("review", fact=fact_id)
    app.text_input(key=f"review_{fact_id}_None_region").set_value("")
    app.button(key=f"correct_{fact_id}").click().run()
    assert "nothing is changed" in words(app)  # it was global before, which is what an empty region means
    app.text_input(key=f"review_{fact_id}_None_unit").set_value("")
    app.button(key=f"correct_{fact_id}").click().run()
    assert "unit: the fact needs it" in words(app)
    assert not list(requests.waiting(tmp_path))


def test_words_that_do_not_stand_in_the_article_are_refused(market, tmp_path):
    fact_id = market["nec"]
    app = opened("review", fact=fact_id)
    app.text_area(key=f"review_{fact_id}_None_quote").set_value("never written")
    app.button(key=f"correct_{fact_id}").click().run()
    assert "do not stand in the article" in words(app)
    assert not list(requests.waiting(tmp_path))


def test_whoever_may_only_read_leaves_no_request(market, tmp_path, monkeypatch):
    fact_id = market["nec"]
    app = opened("review", fact=fact_id)
    monkeypatch.setattr(roles, "person", lambda: Person("Bob", "bob@example.com", "viewer"))
    app.button(key=f"accept_{fact_id}").click().run()
    assert words(app).count("reached from other machines") == 1
    assert not list(requests.waiting(tmp_path))
    for address in ({"fact": fact_id}, {}):
        app = opened("review", **address)
        assert "reached from other machines" in words(app) and not (app.text_input or app.radio)


def test_every_queue_is_drawn(market):
    app = opened("review")
    for queue in app.radio(key="queue").options:
        app.radio(key="queue").set_value(queue.rpartition(" (")[0]).run()
        assert "could not be drawn" not in words(app), queue


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_fact_is_offered(kind):
    assert fact_form.fields(kind) and all(fact_form.allowed(kind, name) for name in fact_form.fields(kind))


def test_pages_that_show_reviews_do_not_load_the_reader():
    told = "import sys, dashboard.reviewing, dashboard.adding; print([n for n in ('spacy', 'onnxruntime') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

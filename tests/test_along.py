"""A filter that is set goes along to every page that has it, and so does that it was cleared."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.site import ROOMS, room_at
from tests.test_pages import market, opened

assert market  # the fixture
WITH_GENERATION = ("market-share", "targets", "selections", "company", "country", "data")


def menu(app: AppTest) -> dict[str, dict[str, list[str]]]:
    """What the menu's links take along, by the page that they lead to."""
    links = re.findall(r'href="([^"]*)"', app.sidebar.get("html")[0].proto.body)
    parts = [urlsplit(unescape(link)) for link in links]
    return {part.path.removeprefix("./"): parse_qs(part.query) for part in parts}


def follow(app: AppTest, path: str, **address: object) -> AppTest:
    """The page that the menu leads to; with an address, that of another link to it."""
    query = address or menu(app)[path]
    app.query_params.clear()
    app.query_params.update(query)
    return app.switch_page(f"../pages/{room_at(path).file}.py").run()


def choose(app: AppTest, name: str, *values: str) -> AppTest:
    return app.multiselect(key=f"filter_{name}").set_value(list(values)).run()


def having(name: str, app: AppTest, *values: str) -> list[str]:
    return [path for path, query in menu(app).items() if tuple(query.get(name, ())) == values]


def test_a_generation_goes_to_every_page_that_has_it_and_so_does_that_it_was_cleared(market):
    app = choose(opened("market_share"), "generation", "5G")
    for path in (*WITH_GENERATION[1:], WITH_GENERATION[0]):
        assert having("generation", app, "5G") == list(WITH_GENERATION)
        app = follow(app, path)
        assert app.multiselect(key="filter_generation").value == ["5G"]
    app = choose(follow(app, "selections"), "generation")
    assert not having("generation", app, "5G")
    # Not even by way of a page that has no generation, for which the others left theirs as it was before.
    app = follow(app, "deals")
    assert not having("generation", app, "5G")
    assert follow(app, "market-share").multiselect(key="filter_generation").value == []


def test_the_last_choice_holds_on_the_way_over_a_page_that_has_no_such_filter(market):
    app = choose(opened("data"), "decision", "removed")
    app = choose(follow(app, "selections"), "decision", "selected")
    app = follow(follow(app, "quality"), "deals")
    assert having("decision", app, "selected") == ["selections", "data"]
    assert all(set(query) <= set(room_at(path).filters) for path, query in menu(app).items())


@pytest.mark.parametrize("name", ["operator", "country", "metric", "decision"])
def test_every_filter_of_two_pages_goes_from_each_to_the_other(market, name):
    value = {"operator": "vodafone", "country": "GB", "metric": "revenue", "decision": "removed"}[name]
    having_it = [room.path for room in ROOMS if room.in_menu and name in room.filters]
    app = opened(room_at(having_it[-1]).file, **{name: value})
    assert having(name, app, value) == having_it and len(having_it) > 1


@pytest.mark.parametrize("focus", ["fact", "articles"])
def test_to_read_one_fact_or_article_clears_no_filter(market, focus):
    app = opened("market_share", company="nec", generation="5G")
    app = follow(app, focus, **({"fact": market["nec"]} if focus == "fact" else {"article": market["brief"]}))
    assert menu(app)["targets"] == {"company": ["nec"], "generation": ["5G"]}

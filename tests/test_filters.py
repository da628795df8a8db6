"""An address carries a view whole, and says what in it means nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from dashboard.api.addresses import NAMES
from dashboard.api.parameters import filters_of
from dashboard.filters import SHARED, Filters, from_query, to_query
from dashboard.names import registered_names
from dashboard.site import ROOMS, carried, href, room_at
from dashboard.sql import ASKS

HELD = {"company": ("NEC", "Nokia", "Acme Radio & Co"), "operator": ("Vodafone",), "publisher": ("Light Reading",)}


def read(address: str) -> tuple[Filters, list[str]]:
    return from_query(parse_qs(address, keep_blank_values=True), registered_names(), HELD)


def test_every_filter_survives_the_address():
    filters = Filters(
        company=("nec", "Acme Radio & Co"), operator=("vodafone",), market=("ran", "open_ran"), region=("europe", "JP"),
        country=("GB",), generation=("5G",), metric=("revenue",), status=("target",), decision=("removed",), kind=("deal",),
        publisher=("Light Reading",), since="2019-Q3", until="2030", q="a & b", min_confidence=0.85, article="ab12cd34ab12cd34",
        fact="ab12cd34ab12cd35", offset=50, more="charts", chart="share_chart_1", v="abcd1234.7",
    )  # fmt: skip
    assert read(urlencode(to_query(filters))) == (filters, [])


def test_an_address_without_filters_is_empty():
    assert to_query(Filters()) == []


def test_a_company_is_found_by_its_key_or_its_name_in_any_case():
    assert read("company=nec&company=NEC&company=Nokia")[0].company == ("nec", "nokia")


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("company=Nobody", "Nobody"),
        ("market=phones", "phones"),
        ("since=31%2F06%2F2020", "31/06/2020"),
        ("since=2020-06-31", "2020-06-31"),
        ("min_confidence=7", "7"),
        ("min_confidence=nan", "nan"),
        ("offset=-1", "-1"),
        ("more=tables", "tables"),
        ("chart=<b>", "<b>"),
        ("v=latest", "latest"),
        ("fact='; drop table figures; --", "drop table"),
        ("colour=red", "colour"),
    ],
)
def test_a_value_that_means_nothing_is_ignored_and_told(address, named):
    filters, notes = read(address)
    assert filters == Filters()
    assert len(notes) == 1 and named in notes[0]


def test_good_values_stand_beside_a_bad_one():
    filters, notes = read("company=nec&company=Nobody&market=ran")
    assert filters == Filters(company=("nec",), market=("ran",))
    assert len(notes) == 1


def test_streamlits_own_parameters_are_no_error():
    assert read("embed=true&embed_options=dark_theme") == (Filters(), [])


def test_a_link_to_another_page_takes_every_filter_that_it_has_and_no_other():
    here = Filters(company=("nec",), generation=("5G",), decision=("removed",), v="abcd1234.7", offset=25)
    assert carried(here, to=room_at("market-share")) == Filters(company=("nec",), generation=("5G",), v="abcd1234.7")
    assert carried(here, to=room_at("selections")) == replace(here, offset=0)


RELEASED = (Path(__file__).parent / "released_links.txt").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("link", RELEASED)
def test_a_released_link_never_stops_working(link):
    """The list only grows."""
    parts = urlsplit(link)
    filters, notes = read(parts.query)
    assert not [note for note in notes if "limit" not in note], notes
    if parts.path.startswith("/api/"):
        name = parts.path.removeprefix("/api/")
        assert name in NAMES and set(filters.narrowing()) <= set(filters_of(name.partition(".")[0]))
    else:
        assert set(filters.narrowing()) <= set(room_at(parts.path).filters)


def test_every_page_and_address_has_a_released_link():
    paths = {urlsplit(link).path for link in RELEASED}
    assert {f"/{room.path}" for room in ROOMS} <= paths
    assert {f"/api/{name}" for name in NAMES if name.endswith((".xml", ".jsonld", "package.json"))} <= paths
    given = {name for link in RELEASED for name in parse_qs(urlsplit(link).query)}
    assert set(Filters.__dataclass_fields__) <= given


def test_a_link_to_a_facts_page():
    assert href("fact", Filters(fact="ab12")) == "./fact?fact=ab12"


@pytest.mark.parametrize("room", [room for room in ROOMS if room.in_menu], ids=lambda room: room.file)
def test_every_filter_that_a_page_draws_is_one_that_its_facts_have(room):
    of_articles = {"publisher", "min_confidence", "q"}
    asked = {name for kind in room.kinds for name in ASKS[kind]}
    assert set(room.filters) <= asked | of_articles
    assert room.path == "quality" or {"since", "until", "publisher", "min_confidence"} <= set(room.filters)
    assert set(SHARED) & asked <= set(room.filters)


def test_a_link_takes_no_filter_along_that_the_other_page_does_not_have():
    here = Filters(company=("nec",), market=("ran",), until="2020")
    assert carried(here, to=room_at("deals")) == Filters(company=("nec",), until="2020")
    assert carried(here, to=room_at("quality")) == Filters()

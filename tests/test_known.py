"""A frozen link keeps its rows when publishers, companies and the registry's names have changed since."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import changes, known
from dashboard.api import routes
from dashboard.names import Names
from tests.small_market import STORE, Market
from tests.test_pages import opened, words
from tests.views import view_of

THEN = f"{STORE}.1"
REGISTRY = Names(
    {"Nokia": "nokia", "Ericsson": "ericsson", "Telia": "telia"},
    {"alcatel": "nokia"},
    {"Nokia Siemens Networks": "nokia", "Alcatel": "alcatel", "Sonera": "telia"},
)


def test_a_renamed_company_has_its_name_of_then_and_a_merged_one_is_its_own():
    then = REGISTRY.as_of(["Nokia Siemens Networks", "Alcatel", "Ericsson"])
    assert [then.name(key) for key in ("nokia", "alcatel", "ericsson")] == [
        "Nokia Siemens Networks",
        "Alcatel",
        "Ericsson",
    ]
    assert (then.resolve("alcatel"), then.key("Alcatel"), then.key("Nokia Siemens Networks")) == (
        "alcatel",
        "alcatel",
        "nokia",
    )
    assert [then.name_today(key) for key in ("alcatel", "nokia", "Acme")] == ["Nokia", "Nokia", "Acme"]


def test_a_former_name_beside_todays_is_no_name_of_the_key():
    both = REGISTRY.as_of(["Nokia", "Nokia Siemens Networks"])
    assert both.name("nokia") == "Nokia" and both.key("Nokia Siemens Networks") == "Nokia Siemens Networks"
    assert both.resolve("alcatel") == "nokia"


@pytest.fixture
def moved(tmp_path, monkeypatch):
    """Between two loads a company was renamed, one merged into it, another withdrawn, and the publisher written otherwise."""
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    monkeypatch.delenv("BASE_URL", raising=False)
    monkeypatch.setattr(known, "registered_names", lambda: REGISTRY)
    market = Market(tmp_path)
    market.load("2024-01-01")
    text = "NSN has 11 percent, Alcatel 12 percent, Acme 13 percent. Sonera picked Acme."
    old = market.article("old", text, "2020-01-15", "Old Wire")
    shares = [("Nokia Siemens Networks", 11), ("Alcatel", 12), ("Acme", 13)]
    gone = [market.fact("figures", old, f"{value} percent", companies=[name], value=value, period="2019")
            for name, value in shares]  # fmt: skip
    sold = market.fact("selections", old, "Sonera picked Acme", operator="Sonera", vendor="Acme", country="FI")
    market.load("2024-02-01")
    for fact_id in gone:
        market.close_fact("figures", fact_id)
    market.close_fact("selections", sold)
    market.connection.execute("update articles set known_to = 2")
    new = market.article("new", text, "2020-01-15", "New Wire")
    for name, value in [("Nokia", 11), ("Nokia", 12)]:
        market.fact("figures", new, f"{value} percent", companies=[name], value=value, period="2019")
    market.publish()
    return tmp_path / "published.duckdb"


@pytest.mark.parametrize(
    ("page", "asked", "values"),
    [
        ("market_share", {"company": "nokia"}, [11]),
        ("market_share", {"company": "alcatel"}, [12]),
        ("market_share", {"company": "Acme"}, [13]),
        ("articles", {"publisher": "Old Wire"}, [11, 12, 13]),
    ],
)
def test_a_frozen_link_shows_its_rows_of_then_on_the_page_and_in_the_files(moved, page, asked, values):
    said = words(opened(page, v=THEN, **asked))
    assert "was ignored" not in said
    assert "Old Wire" in said and (
        page == "articles" or [share for share in (11, 12, 13) if f">{share}%<" in said] == values
    )
    client = TestClient(Starlette(routes=[routes.mount()]))
    answer = client.get("/api/figures.json", params={"v": THEN, **asked})
    assert answer.status_code == 200
    assert sorted(row["value"] for row in answer.json()) == values


def test_an_operator_that_was_renamed_keeps_its_selections(moved):
    client = TestClient(Starlette(routes=[routes.mount()]))
    rows = client.get("/api/selections.json", params={"v": THEN, "operator": "telia"}).json()
    assert [row["operator"] for row in rows] == ["Sonera"]


def test_a_link_to_todays_data_goes_by_todays_names(moved):
    client = TestClient(Starlette(routes=[routes.mount()]))
    rows = client.get("/api/figures.json", params={"company": "alcatel"}).json()
    assert sorted(row["value"] for row in rows) == [11, 12]
    refused = client.get("/api/figures.json", params={"company": "Acme"})
    assert refused.status_code == 400 and "Acme" not in refused.json()["allowed"]


def test_a_value_that_is_known_today_alone_is_no_bad_value_under_a_frozen_link(moved):
    assert "was ignored" not in words(opened("articles", v=THEN, publisher="New Wire"))


def test_what_has_changed_is_told_under_the_names_of_then_and_of_now(moved):
    view = view_of(moved, v=THEN, company=("alcatel",))
    names = REGISTRY.as_of(["Nokia Siemens Networks", "Alcatel", "Acme", "Sonera"])
    found = changes.changes(type(view)(**{**vars(view), "names": names})).latest(9)
    assert sorted((change.how, change.row["value"]) for change in found if change.kind == "figure") == [
        ("added", 11), ("added", 12), ("withdrawn", 12),
    ]  # fmt: skip

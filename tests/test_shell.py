"""The first page that a browser gets names the page it is, and knows where its server is."""

from __future__ import annotations

import json
import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import assets, shell
from dashboard.api.addresses import NAMES
from dashboard.site import ROOMS, room_at


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.file)
def test_a_page_tells_its_title_and_its_server_before_anything_is_drawn(room):
    html = shell.page(room)
    assert f"{room.title} · 5G Vendor Tracker</title>" in html or (not room.path and "<title>5G Vendor Tracker" in html)
    assert "BACKEND_BASE_URL" in html and '<div id="root">' in html


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.file)
def test_the_frame_of_a_page_is_drawn_before_the_app_runs(room):
    html = shell.page(room)
    body = html.partition("<body>")[2]
    assert f"<h1>{room.title}</h1><p>{room.question}</p>" in body and "vt-frame" in body
    assert all(f">{other.title}</a>" in body for other in ROOMS if other.in_menu)
    assert not re.search(r"\{(brand|menu|heading|chart)\}", html)


def test_all_code_that_pages_are_drawn_with_is_fetched_ahead_once():
    html = shell.page(room_at("market-share"))
    ahead = re.findall(r'<link rel="modulepreload" crossorigin href="\./static/([^"]+)"', html)
    assert len(ahead) == len(set(ahead)) > 60
    assert all((assets.STATIC / "static" / name).is_file() for name in ahead)
    assert set(assets.needed()) <= {*ahead, *re.findall(r'src="\./static/(js/[^"]+)"', html)}
    assert all(assets.script(name) in assets.needed() for name in assets.DRAWN_WITH)


@pytest.fixture
def site():
    async def other(_request):
        return PlainTextResponse("Streamlit", status_code=404)

    return TestClient(Starlette(routes=[Route("/{path:path}", other)], middleware=[Middleware(assets.Assets)]))


def test_an_asset_is_packed_kept_and_itself(site):
    name = assets.script("PlotlyChart")
    answer = site.get(f"/static/{name}")
    assert answer.headers["content-encoding"] == "gzip" and "immutable" in answer.headers["cache-control"]
    assert answer.content == (assets.STATIC / "static" / name).read_bytes()
    assert int(answer.headers["content-length"]) < len(answer.content) / 2
    plain = site.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    assert plain.content == answer.content and "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    "path", ["/static/js/none.js", "/static/../index.html", "/static/%2e%2e/index.html", "/", "/_stcore/health"]
)
def test_what_is_no_asset_is_left_to_streamlit(site, path):
    assert site.get(path).text == "Streamlit"


def test_every_page_has_its_own_address():
    assert [route.path for route in shell.routes()] == [f"/{room.path}" for room in ROOMS]


def test_the_feed_is_found_from_every_page_and_the_dataset_from_its_own():
    assert all('type="application/atom+xml"' in shell.page(room) for room in ROOMS)
    told = shell.page(room_at("data")).partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    files = {one["contentUrl"] for one in json.loads(told)["distribution"]}
    assert "./api/figures.csv" in files and files <= {f"./api/{name}" for name in NAMES}
    assert "ld+json" not in shell.page(room_at(""))

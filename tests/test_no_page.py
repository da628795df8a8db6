"""An address at which nothing stands gets a page that says so; what Streamlit and our data answer is left to them."""

from __future__ import annotations

import re

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from dashboard import shell
from dashboard.api import routes as api
from dashboard.no_page import NoPage
from dashboard.site import ROOMS


@pytest.fixture(params=["", "vendors"], ids=["alone", "below a path"])
def base(request):
    """The path that the site is served under, without a slash."""
    streamlit.config.set_option("server.baseUrlPath", request.param)
    yield request.param
    streamlit.config.set_option("server.baseUrlPath", "")


@pytest.fixture
def site(base):
    """Our routes, two of Streamlit's own and its last, behind the page."""

    async def own(_request):
        return PlainTextResponse("Streamlit")

    below = f"/{base}" if base else ""
    streamlits = [Route(f"{below}/{path}", own) for path in ("_stcore/health", "media/{file:path}", "auth/login")]
    last = create_streamlit_static_assets_routes(base)
    routes = [api.mount(), *shell.routes(), *streamlits, *last]
    app = Starlette(routes=routes, middleware=[Middleware(NoPage)])
    return TestClient(app, base_url=f"http://testserver{below}", follow_redirects=False)


@pytest.mark.parametrize(
    "path", ["nosuchpage", "company/nec", "company/nec/", "overview", "index.html", "static/js/none.js"]
)
def test_an_address_without_a_page_gets_404_and_the_way_to_the_pages(site, base, path):
    answer = site.get(path)
    assert answer.status_code == 404 and answer.headers["content-type"].startswith("text/html")
    assert "<h1>No such page</h1>" in answer.text and f"/{path}." in answer.text and "<script" not in answer.text
    # Whatever its depth, its links count from the site's own address.
    assert f'<base href="{f"/{base}" if base else ""}/">' in answer.text
    shown = re.findall(r'<li><a href="\./([\w-]*)">', answer.text)
    assert shown == [room.path for room in ROOMS if room.in_menu]


def test_no_mark_of_an_address_becomes_one_of_the_page(site):
    answer = site.get("%3Cscript%3Ealert(1)%3C/script%3E%22%7Bmenu%7D")
    assert "<script" not in answer.text and "&lt;script&gt;alert(1)&lt;/script&gt;&quot;{menu}." in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("market-share?company=nec", 200),
        ("market-share/", 301),
        ("_stcore/health", 200),
        ("media/x.csv", 200),
        ("auth/login", 200),
        ("favicon.png", 200),
        ("manifest.json", 200),
    ],
)
def test_what_has_an_answer_keeps_it(site, path, status):
    answer = site.get(path)
    assert answer.status_code == status and "No such page" not in answer.text


def test_the_data_s_own_addresses_tell_programs_in_their_own_way_that_there_is_none(site):
    assert site.get("api/none.csv").json()["error"] == "there is no such address"


def test_what_is_sent_to_an_unknown_address_is_refused_as_before(site):
    assert site.post("nosuchpage").status_code == 405
    assert site.head("nosuchpage").status_code == 404

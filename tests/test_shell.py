"""The first page that a browser gets names the page it is, and knows where its server is."""

from __future__ import annotations

import json

import pytest

from dashboard import shell
from dashboard.api.addresses import NAMES
from dashboard.site import ROOMS, room_at


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.file)
def test_a_page_tells_its_title_and_its_server_before_anything_is_drawn(room):
    html = shell.page(room)
    assert f"{room.title} · 5G Vendor Tracker</title>" in html or (not room.path and "<title>5G Vendor Tracker" in html)
    assert "BACKEND_BASE_URL" in html and '<div id="root">' in html


def test_the_code_of_charts_is_fetched_ahead_and_exists():
    name = shell.page(room_at("market-share")).partition("PlotlyChart.")[2].partition('"')[0]
    assert (shell.STATIC / "static" / "js" / f"PlotlyChart.{name}").is_file()


def test_every_page_has_its_own_address():
    assert [route.path for route in shell.routes()] == [f"/{room.path}" for room in ROOMS]


def test_the_feed_is_found_from_every_page_and_the_dataset_from_its_own():
    assert all('type="application/atom+xml"' in shell.page(room) for room in ROOMS)
    told = shell.page(room_at("data")).partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    files = {one["contentUrl"] for one in json.loads(told)["distribution"]}
    assert "./api/figures.csv" in files and files <= {f"./api/{name}" for name in NAMES}
    assert "ld+json" not in shell.page(room_at(""))

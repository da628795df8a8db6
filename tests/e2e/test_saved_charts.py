"""A chart is saved with the title and the source line that stand outside it on the page."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import Page, expect

from tests.e2e.conftest import settled
from tests.e2e.test_swaps_and_changes import two_loads  # noqa: F401

CHARTS = {"market-share": "share_chart_0", "selections": "presence_map", "deals": "deal_network"}


def test_a_chart_is_saved_as_svg_and_png_with_its_title_and_source(browse, two_loads):  # noqa: F811
    page = browse(two_loads)
    page.locator(".js-plotly-plot .modebar-btn").first.wait_for(state="attached")
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG").first.click()
    drawn = Path(saved.value.path()).read_text(encoding="utf-8")
    assert "5G Vendor Tracker, data of 1 Feb 2024 (load 2)" in drawn
    assert "v=abcd1234.2" in drawn
    assert "Nokia" in drawn
    with page.expect_download() as saved:
        page.get_by_role("button", name="Chart as PNG").first.click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    assert "data of" not in page.locator(".js-plotly-plot").first.inner_text()


def bare(words: str) -> str:
    """Words without what parts them: a title's lines are broken where it is drawn."""
    return "".join(words.split())


def saved_words(page: Page, key: str) -> tuple[str, str]:
    """A chart saved as SVG: the whole file, and the words that are drawn in it."""
    with page.expect_download() as saved:
        page.locator(f".st-key-{key}_save").get_by_role("button", name="SVG").click()
    drawn = Path(saved.value.path()).read_text(encoding="utf-8")
    texts = ElementTree.fromstring(drawn).iterfind(".//{http://www.w3.org/2000/svg}text")
    return drawn, "\n".join(bare("".join(one.itertext())) for one in texts)


def test_lines_a_map_and_a_network_are_saved_in_the_dark_with_their_title_and_source(browse, bundled):
    page = browse(bundled, color_scheme="dark")
    for path, key in CHARTS.items():
        page.goto(f"{bundled}/{path}")
        settled(page)
        chart = page.locator(f".st-key-{key}")
        expect(chart.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        drawn, words = saved_words(page, key)
        title = chart.get_by_role("figure").get_attribute("aria-label")
        assert bare(title) in words, path
        assert bare("5G Vendor Tracker, data of") in words and bare(f"{bundled}/{path}?") in words, path
        assert "rgb(16, 22, 31)" in drawn, path

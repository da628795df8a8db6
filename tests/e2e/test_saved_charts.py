"""A chart is saved with the title and the source line that stand outside it on the page."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.test_swaps_and_changes import two_loads  # noqa: F401


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

"""A chart in a frame of another page: alone, with its source, its marks open their sentences, and its link leads out of the frame."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_accessibility import BACKGROUND, faults
from tests.e2e.test_swaps_and_changes import click_a_mark
from tests.small_market import STORE


def test_a_chosen_chart_stands_alone_in_a_frame_with_its_source_and_its_evidence(browse, small):
    page = browse(f"{small}/quality")
    address = f"{small}/market-share?company=huawei&embed=true&chart=share_rivals"
    page.set_content(f'<h1>Elsewhere</h1><iframe src="{address}" width="900" height="700" title="Chart"></iframe>')
    frame = page.frame_locator("iframe")
    expect(frame.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(frame.locator(".st-key-source_line")).to_contain_text("as of 1 Jun 2024 (load 2)")
    expect(frame.locator(".js-plotly-plot")).to_have_count(1)
    expect(frame.locator("h1, h2, table")).to_have_count(0)
    expect(frame.locator(".st-key-source_line a")).to_have_attribute("href", "?company=huawei")
    mark = frame.locator(".scatterlayer .point").first.bounding_box()
    page.mouse.click(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    expect(frame.locator(".vt-evidence blockquote mark")).to_have_text("29 percent for 2019")
    expect(frame.locator(".js-plotly-plot")).to_have_count(1)


@pytest.mark.parametrize(
    ("frozen", "as_of", "told"),
    [("", "as of 1 Jun 2024 (load 2)", "31%"), (f"&v={STORE}.1", "as of 1 Mar 2024 (load 1)", "30%")],
    ids=["live", "frozen"],
)
def test_a_chart_in_a_narrow_dark_frame_fits_it_and_a_frozen_one_is_that_of_its_load(
    browse, small, frozen, as_of, told
):
    page = browse(f"{small}/", viewport={"width": 390, "height": 700}, color_scheme="dark", has_touch=True)
    page.goto(f"{small}/market-share?company=huawei&embed=true&chart=share_rivals{frozen}")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    source = page.locator(".st-key-source_line")
    expect(source).to_contain_text(as_of)
    expect(source.locator("a")).to_have_attribute("href", f"?company=huawei{frozen}")
    expect(page.get_by_role("figure")).to_have_attribute("aria-label", re.compile(told))
    expect(page.locator("h1, h2, table, .vt-frozen, .vt-menu")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == BACKGROUND["dark"]
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert faults(page) == []
    click_a_mark(page, "share_rivals", ".scatterlayer .point")
    expect(page.locator(".vt-evidence blockquote mark").first).to_have_text("29 percent for 2019")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390

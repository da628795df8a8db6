"""A chart in a frame of another page: alone, with its source, its marks open their sentences, and its link leads out of the frame."""

from __future__ import annotations

from playwright.sync_api import expect


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

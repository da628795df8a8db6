"""What an analyst does: filter, read the chart, share the view, check a figure's sentence, go from page to page."""

from __future__ import annotations

import re
import time
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PATIENCE, settled
from tests.e2e.servers import serving

DRAWN = "() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => plot.data ?? [])"


def chart_values(page: Page) -> set[float]:
    """Every number that the charts of a page draw along their axes."""
    page.wait_for_selector(".js-plotly-plot .main-svg")
    traces = [trace for plot in page.evaluate(DRAWN) for trace in plot]
    numbers = set()
    for trace in traces:
        for axis in ("x", "y"):
            values = trace.get(axis) or []
            values = values.values() if isinstance(values, dict) else values
            numbers |= {round(float(value), 4) for value in values if isinstance(value, int | float)}
    return numbers


def draws(page: Page, *numbers: float) -> bool:
    """Whether the charts come to show these numbers (a page redraws some time after a filter is set)."""
    until = time.monotonic() + PATIENCE / 1000
    while not set(numbers) <= chart_values(page):
        if time.monotonic() > until:
            return False
        page.wait_for_timeout(200)
    return True


def choose(page: Page, label: str, option: str) -> None:
    """Pick a value in a filter at the side of a page that is drawn to its end."""
    settled(page)
    if page.get_by_test_id("stPlotlyChart").count():
        page.wait_for_selector(".js-plotly-plot .main-svg")
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name=re.compile(label))
    box.click()  # brings it into view: a list that is open while the side scrolls closes
    box.fill(option)
    # While the list still shows all, the wanted one moves away under the pointer.
    others = page.get_by_role("option").filter(has_not_text=re.compile(f"select|{'.*'.join(option)}", re.IGNORECASE))
    expect(others).to_have_count(0)
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")
    settled(page)


def copied_link(page: Page, button: str = "Copy link") -> str:
    """The link that a button hands out."""
    page.get_by_role("button", name=button, exact=True).click()
    field = page.get_by_label("Link to this view")
    expect(field).to_be_visible()
    return field.input_value()


def test_nec_holds_0_7_and_wants_20_and_the_copied_link_shows_the_same(browse, bundled):
    page = browse(f"{bundled}/market-share")
    choose(page, "Company", "NEC")
    expect(page).to_have_url(re.compile(r"company=nec"))
    assert draws(page, 0.7, 20)
    link = copied_link(page)
    assert link.startswith(f"{bundled}/market-share?") and parse_qs(urlsplit(link).query)["company"] == ["nec"]
    other = browse(link)
    assert chart_values(other) == chart_values(page)
    assert other.get_by_role("table").inner_text() == page.get_by_role("table").inner_text()


def test_a_figure_leads_to_its_sentence_and_to_the_article_with_the_words_marked(browse, bundled):
    page = browse(f"{bundled}/market-share?company=nec")
    page.get_by_role("table").get_by_role("link", name="20%").first.click()
    expect(page).to_have_url(re.compile(r"/fact\?fact="))
    expect(page.locator("blockquote mark")).to_contain_text("By 2030 it wants 20%")
    page.get_by_role("link", name="Read it in the article").click()
    expect(page).to_have_url(re.compile(r"/articles\?"))
    marked = page.locator(".vt-text mark.vt-focus")
    expect(marked).to_contain_text("By 2030 it wants 20%")
    expect(marked).to_be_in_viewport()
    expect(page.locator(".vt-text")).to_contain_text("How far NEC has to climb was spelled out in plain numbers")
    page.go_back()
    expect(page.locator("blockquote mark")).to_contain_text("By 2030 it wants 20%")


def test_filters_go_along_from_page_to_page_and_back(browse, bundled):
    page = browse(f"{bundled}/market-share?company=ericsson&min_confidence=0.3")
    for title, path in (("Targets", "targets"), ("Vendor selections", "selections"), ("Articles", "articles")):
        page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
        expect(page).to_have_url(re.compile(rf"/{path}\?"))
        settled(page)
        query = parse_qs(urlsplit(page.url).query)
        assert query["company"] == ["ericsson"] and query["min_confidence"] == ["0.3"]
    page.get_by_test_id("stSidebar").get_by_role("link", name="Market share").click()
    expect(page).to_have_url(re.compile(r"/market-share\?company=ericsson"))
    expect(page.locator(".vt-chips")).to_contain_text("Ericsson")


def test_back_and_forward_step_through_the_pages_that_were_seen(browse, bundled):
    page = browse(f"{bundled}/?company=nec")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Targets").click()
    expect(page.locator("h1")).to_have_text("Targets")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Overview")
    expect(page).to_have_url(re.compile(r"/\?company=nec"))
    page.go_forward()
    expect(page.locator("h1")).to_have_text("Targets")


def test_a_bad_value_in_a_link_is_told_and_the_rest_of_it_kept(browse, bundled):
    page = browse(f"{bundled}/market-share?company=nobody&company=nec&since=31/06/2020&colour=red")
    note = page.locator(".vt-note").all_inner_texts()
    assert any("nobody" in line for line in note)
    assert any("31/06/2020" in line for line in note)
    assert any("colour" in line for line in note)
    assert draws(page, 0.7, 20)


def test_the_overview_says_who_leads_who_aims_where_and_who_chose_whom(browse, bundled):
    page = browse(f"{bundled}/")
    words = page.get_by_test_id("stMain").inner_text()
    assert "Who aims where" in words and "0.7%" in words and "20% (by 2030)" in words
    assert "Which operators chose whom lately" in words


def test_a_download_of_the_data_holds_the_rows_with_their_sentences(browse, bundled):
    page = browse(f"{bundled}/data")
    with page.expect_download() as saved:
        page.locator(".vt-files a[download][href*='.csv']").first.click()
    head, first, *_ = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert ("quote" in head or "title" in head) and first


def test_a_copied_link_begins_with_the_address_that_the_house_is_known_by(browse, bundled_home, tmp_path):
    with serving(bundled_home, tmp_path / "log", BASE_URL="https://vendors.example.org") as address:
        link = copied_link(browse(f"{address}/targets?company=nec"))
    assert link == "https://vendors.example.org/targets?company=nec"


def test_the_app_can_stand_below_a_path_of_another_site(browse, bundled_home, tmp_path):
    with serving(bundled_home, tmp_path / "log", path="vendors") as address:
        assert address.endswith("/vendors")
        with pytest.raises(HTTPError, match="404") as nothing:
            urlopen(f"{address}/company/nec")
        assert b"<h1>No such page</h1>" in nothing.value.read()
        page = browse(address)
        page.get_by_role("link", name="All market shares, over time").click()
        expect(page).to_have_url(f"{address}/market-share")
        choose(page, "Company", "NEC")
        assert draws(page, 0.7, 20)
        page.get_by_role("table").get_by_role("link", name="20%").first.click()
        expect(page.locator("blockquote mark")).to_contain_text("By 2030 it wants 20%")
        link = copied_link(page)
        assert link.startswith(f"{address}/fact?fact=")
        expect(browse(link).locator("blockquote mark")).to_contain_text("By 2030 it wants 20%")

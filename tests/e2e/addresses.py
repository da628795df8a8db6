"""Every page, at addresses that the bundled articles fill: for the tests that look at all of them."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.e2e.conftest import settled

PAGES = {
    "overview": "",
    "market-share": "market-share",
    "market-share-nec": "market-share?company=nec",
    "empty": "market-share?company=nec&market=core",  # filters that exclude all
    "targets": "targets",
    "selections": "selections",
    "deals": "deals",
    "restrictions": "restrictions",
    "companies": "company",
    "company": "company?company=nec",
    "countries": "country",
    "country": "country?country=GB",
    "articles": "articles",
    "search": "articles?q=NEC",
    "quality": "quality",
    "data": "data?company=nec",
    "no-changes": "changes",
    "add": "add",
    "review": "review",
    "no-fact": "fact?fact=0123456789abcdef",  # what is not there
}
EMBEDDED = "market-share?embed=true&chart=share_chart_0"


def drawn(page: Page, address: str) -> None:
    """Open a page and wait until all of it stands there."""
    page.goto(address)
    settled(page)
    if page.get_by_test_id("stPlotlyChart").count():
        page.wait_for_selector(".js-plotly-plot .main-svg")

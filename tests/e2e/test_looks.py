"""Every page at a desk's and a phone's width, in light and dark: a picture of each goes to screenshots/ for a person to look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.site import ROOMS
from tests.e2e.addresses import EMBEDDED, PAGES, drawn
from tests.e2e.conftest import settled
from tests.e2e.test_swaps_and_changes import two_loads  # noqa: F401
from tests.small_market import STORE

SHOTS = Path(__file__).resolve().parents[2] / "screenshots"
# Of a load that another has followed: the banner, and what has changed since.
FROZEN = {"frozen": f"selections?v={STORE}.1", "changed": f"changes?v={STORE}.1"}
WIDTHS = {"1440": 1440, "390": 390}


def whole(page: Page, width: int) -> None:
    """Make the window as tall as the page, so that all of it is in the picture, and let the charts follow."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(400)
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(tall, 900), 8000)})
    page.wait_for_timeout(500)


def shoot(page: Page, name: str, scheme: str) -> None:
    """Look at a page in every width: nothing wider than the window, nothing undrawn; keep a picture."""
    SHOTS.mkdir(exist_ok=True)
    for said, width in WIDTHS.items():
        whole(page, width)
        main = page.get_by_test_id("stMain")
        expect(main).not_to_contain_text("could not be drawn")
        page.screenshot(path=SHOTS / f"{name}-{said}-{scheme}.png")
        wide = page.evaluate(
            "Math.max(...['stMain', 'stApp'].map(id => document.querySelector(`[data-testid=${id}]`).scrollWidth))"
        )
        assert wide <= width, f"{name} is {wide} px wide in a window of {width}"


def show(page: Page, address: str) -> None:
    """Open a page at a desk's width and wait until it is drawn."""
    page.set_viewport_size({"width": 1440, "height": 900})
    drawn(page, address)


def test_no_page_is_left_out():
    assert {path.partition("?")[0] for path in PAGES.values()} == {room.path for room in ROOMS}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_its_window(browse, bundled, scheme):
    page = browse(f"{bundled}/", color_scheme=scheme, device_scale_factor=1)
    for name, path in (PAGES | {"embedded": EMBEDDED}).items():
        show(page, f"{bundled}/{path}")
        shoot(page, name, scheme)
    page.goto(f"{bundled}/market-share?company=nec")
    settled(page)
    page.get_by_role("table").get_by_role("link", name="20%").first.click()
    expect(page.locator("blockquote mark").first).to_be_visible()
    shoot(page, "fact", scheme)
    page.get_by_role("link", name="Read it in the article").click()
    expect(page.locator("mark.vt-focus")).to_be_visible()
    shoot(page, "article", scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_frozen_page_and_what_has_changed_since_fit_their_window(browse, two_loads, scheme):  # noqa: F811
    page = browse(f"{two_loads}/", color_scheme=scheme, device_scale_factor=1)
    for name, path in FROZEN.items():
        show(page, f"{two_loads}/{path}")
        expect(page.locator(".vt-frozen" if name == "frozen" else ".st-key-changes_changed")).to_be_visible()
        shoot(page, name, scheme)

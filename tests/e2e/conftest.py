"""Browsers and servers for the tests: a headless Chromium that is kept on this machine, and what went wrong in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect, sync_playwright

from tests.e2e.servers import read_articles, serving
from tests.small_market import build
from tools import browser as browsers

HOSTILE = Path(__file__).parent / "hostile"
# Chromium's own errands; the app's are watched for each page.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
]

# Two busy cores draw a page's first chart late; what never comes fails all the same.
PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


@pytest.fixture(scope="session")
def bundled_home(tmp_path_factory) -> Path:
    """Databases of our briefs and a hostile article, as the ETL itself makes them."""
    home = tmp_path_factory.mktemp("bundled")
    ran = read_articles(home, browsers_root() / "data" / "articles", HOSTILE)
    assert ran.returncode == 0, ran.stderr
    return home


def browsers_root() -> Path:
    return Path(browsers.__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def bundled(bundled_home, tmp_path_factory) -> Iterator[str]:
    """A server over our briefs."""
    with serving(bundled_home, tmp_path_factory.mktemp("log") / "bundled.log") as address:
        yield address


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Iterator[str]:
    """A server over the small market, whose every fact a test knows."""
    home = tmp_path_factory.mktemp("small")
    build(home)
    with serving(home, tmp_path_factory.mktemp("log") / "small.log") as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, one for all tests."""
    path = browsers.find()
    if not path:
        pytest.fail("no Chromium: `make test` brings one, or run `apt install chromium` as root")
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What pages of a test did that they must not: errors in the console, requests to other machines."""

    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> BrowserContext:
        """Watch a context, and let none of its requests leave this machine."""
        context.route("**/*", self._let)
        context.on("page", self._listen)
        return context

    def _let(self, route: Route) -> None:
        if urlsplit(route.request.url).hostname in ("127.0.0.1", None):
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()

    def _listen(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", lambda socket: self._socket(socket.url))
        page.on("dialog", lambda dialog: (self.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def _hear(self, said: ConsoleMessage) -> None:
        # Below a path, Streamlit finds out by asking how much of an address is its own.
        searching = re.search(r"/vendors/.+/_stcore/(health|host-config)$", said.location.get("url", ""))
        if said.type == "error" and not searching:
            self.errors.append(f"{said.text} ({said.location.get('url', '')})")

    def _socket(self, url: str) -> None:
        if urlsplit(url).hostname != "127.0.0.1":
            self.elsewhere.append(url)


@pytest.fixture
def browse(chromium) -> Iterator:
    """Open an address in a browser of its own (nothing remembered from other pages): `browse(address)` -> Page.

    After the test: no error stood in a console, and nothing was asked of another machine.
    """
    watch, contexts = Watch(), []

    def opened(address: str, **settings: object) -> Page:
        size = {"width": 1440, "height": 1000}
        context = watch.over(chromium.new_context(**{"viewport": size, "locale": "en-GB", **settings}))
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        settled(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert watch.errors == []
    assert watch.elsewhere == []


def settled(page: Page) -> None:
    """Wait until the app has drawn the page and no run of its script is under way."""
    # The frame that stands before the app runs has the first of them, too; a page in a frame of another site has the second.
    page.wait_for_selector("#root :is(.vt-brand, .st-key-source_line)", state="attached")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_selector('[data-testid="stApp"][data-test-connection-state="CONNECTED"]')

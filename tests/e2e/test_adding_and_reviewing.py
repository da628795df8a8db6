"""What a person brings and corrects, in a real browser with the real writer: seen before it is saved, then everywhere, and undone."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import duckdb
import httpx
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from etl import requests, spawning
from etl.requests import Review
from tests.e2e.conftest import settled
from tests.e2e.servers import ROOT, read_articles, serving, surroundings
from tests.small_market import NEWS, Market

SHARES = (
    "Nokia held 20 percent of the global RAN market in 2020, according to Dell'Oro. Ericsson held 30 percent in 2020."
)
HOSTILE = "<script>window.bad = 1</script> **bold** $x^2$ <img src=x onerror='window.bad = 1'>"
PASTED = f"Samsung held 7 percent of the global RAN market in 2021, according to Dell'Oro. {HOSTILE}"
MAILED = "ZTE held 11 percent of the global RAN market in 2021, according to Omdia."


@dataclass(frozen=True)
class Desk:
    """A served store of one article. address: of the app; home: of its databases."""

    address: str
    home: Path

    def figures(self, **query: str) -> dict[tuple[str, float], dict[str, str]]:
        """What /api/figures.csv tells now, by company and value."""
        answer = httpx.get(f"{self.address}/api/figures.csv", params=query)
        answer.raise_for_status()
        rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        return {(row["companies"], float(row["value"])): row for row in rows}

    def version(self) -> str:
        """The version of the data that a frozen link names now."""
        with duckdb.connect(self.home / "published.duckdb", read_only=True) as data:
            meta = dict(data.execute("select key, value from meta").fetchall())
        return f"{meta['store_id']}.{meta['published_load']}"

    def last_review(self, fact_id: str) -> str | None:
        """The newest thing that was said of a fact."""
        with duckdb.connect(self.home / "published.duckdb", read_only=True) as data:
            return data.execute("select max(review_id) from reviews where fact_id = ?", [fact_id]).fetchone()[0]


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    home, folder = tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("articles")
    (folder / "shares.txt").write_text(f"Shares of 2020\n\n{SHARES}", encoding="utf-8")
    ran = read_articles(home, folder)
    assert ran.returncode == 0, ran.stderr
    with serving(home, tmp_path_factory.mktemp("log") / "desk.log") as address:
        yield Desk(address, home)


def done(page: Page, about: str) -> None:
    """Wait until the writer has answered the newest request, and that it is done."""
    expect(page.locator(".st-key-asked li").first).to_contain_text(about)
    expect(page.locator(".st-key-asked li").first).to_contain_text("Done")
    settled(page)


def test_a_pasted_text_is_shown_as_words_with_its_facts_before_it_is_saved_and_then_it_is_there(browse, desk):
    page = browse(f"{desk.address}/add")
    page.get_by_label("The article's text").fill(PASTED)
    page.get_by_label("Title").fill("Shares of 2021")
    page.get_by_label("Published").fill("2022-02-01")
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator(".vt-text mark").first).to_contain_text("7 percent")
    expect(page.locator(".vt-text")).to_contain_text(HOSTILE)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    assert page.evaluate("window.bad") is None
    assert ("Samsung", 7) not in desk.figures()
    page.get_by_role("button", name="Save", exact=True).click()
    done(page, "Shares of 2021")
    assert ("Samsung", 7) in desk.figures()
    page.get_by_role("link", name="The article").click()
    expect(page.locator(".vt-text")).to_contain_text(HOSTILE)
    assert page.evaluate("window.bad") is None


def test_dropped_files_are_read_each_by_itself_and_a_broken_one_says_so(browse, desk):
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = "Shares again", "desk@example.com", "Tue, 01 Mar 2022 08:00:00 +0000"
    mail.set_content(MAILED)
    page = browse(f"{desk.address}/add")
    page.get_by_text("Drop files", exact=True).click()
    page.locator('input[type="file"]').set_input_files(
        [
            {"name": "broken.docx", "mimeType": "application/octet-stream", "buffer": b"no document"},
            {"name": "shares.eml", "mimeType": "message/rfc822", "buffer": mail.as_bytes()},
        ]
    )
    expect(page.get_by_text("shares.eml")).to_be_visible()
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator(".vt-title", has_text="broken.docx")).to_contain_text("broken.docx")
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(1)
    page.get_by_role("button", name="Save", exact=True).click()
    done(page, "Shares again")
    assert ("ZTE", 11) in desk.figures()


def test_a_correction_is_seen_everywhere_but_in_frozen_links_and_keys_undo_and_reject_it(browse, desk):
    before, fact = desk.version(), desk.figures()[("Nokia", 20)]["fact_id"]
    page = browse(f"{desk.address}/review?fact={fact}")
    page.get_by_label("Value", exact=True).fill("21")
    page.get_by_label("Why").fill("the table says so")
    page.get_by_role("button", name="Save the correction").click()
    done(page, "correct of fact")
    assert ("Nokia", 21) in desk.figures() and ("Nokia", 20) not in desk.figures()
    assert ("Nokia", 20) in desk.figures(v=before)
    assert "Nokia: 21%" in httpx.get(f"{desk.address}/api/feed.xml").text
    sheet = pd.read_excel(io.BytesIO(httpx.get(f"{desk.address}/api/figures.xlsx").content))
    assert set(sheet[sheet["companies"] == "Nokia"]["value"]) == {21}
    expect(browse(f"{desk.address}/market-share").locator(".vt-table").first).to_contain_text("21%")

    then = browse(f"{desk.address}/fact?fact={fact}&v={before}")
    expect(then.locator(".vt-evidence h3").first).to_contain_text("20%")
    expect(then.locator(".st-key-history")).to_contain_text("since this frozen view was made")
    now = browse(f"{desk.address}/fact?fact={fact}")
    expect(now.locator(".vt-evidence h3").first).to_contain_text("21%")
    expect(now.locator(".st-key-history")).to_contain_text("value 20 → 21")
    expect(now.locator(".st-key-history")).to_contain_text("the table says so")

    page.keyboard.press("Alt+u")
    done(page, "undo of fact")
    assert ("Nokia", 20) in desk.figures()
    page.keyboard.press("Alt+x")
    done(page, "reject of fact")
    assert not [known for known in desk.figures() if known[0] == "Nokia"]
    page.get_by_role("button", name="Undo the last review").click()
    done(page, "undo of fact")
    assert ("Nokia", 20) in desk.figures()


SELECT = """words => {
    const text = document.querySelector(".st-key-article_text .vt-text"), walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf(words);
        if (at < 0) continue;
        document.getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
        return true;
    }
    return false;
}"""


def test_a_missed_fact_is_written_by_selecting_its_words_in_the_article(browse, desk):
    article = desk.figures()[("Ericsson", 30)]["article_id"]
    page = browse(f"{desk.address}/articles?article={article}")
    link = page.get_by_role("link", name="Write a fact")
    expect(link).to_be_visible()
    page.wait_for_function("window.vtWords")
    assert page.evaluate(SELECT, " in 2020, according to Dell")
    expect(link).to_have_attribute("href", re.compile(r"start=\d+&end=\d+"))
    link.click()
    words = page.get_by_label("The words that state it, from the article")
    expect(words).to_have_value("in 2020, according to Dell")


def test_a_review_needs_no_mouse(browse, desk):
    fact = desk.figures()[("Ericsson", 30)]["fact_id"]
    page = browse(f"{desk.address}/review?fact={fact}")
    page.get_by_label("Why").focus()
    for key, about in (
        ("Alt+a", "accept of fact"),
        ("Alt+u", "undo of fact"),
        ("Alt+x", "reject of fact"),
        ("Alt+u", "undo of fact"),
    ):
        page.keyboard.press(key)
        done(page, about)
    value = page.get_by_label("Value", exact=True)
    value.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("32")
    page.keyboard.press("Tab")
    page.keyboard.press("Alt+s")
    done(page, "correct of fact")
    assert ("Ericsson", 32) in desk.figures()
    page.keyboard.press("Alt+u")
    done(page, "undo of fact")
    assert ("Ericsson", 30) in desk.figures()


def test_a_queue_and_an_item_of_it_are_chosen_by_keys(browse, tmp_path):
    market = Market(tmp_path)
    market.load("2024-03-01")
    article = market.article("shares", NEWS, "2020-02-10", "Light Reading")
    for quote, value, sure in (("Huawei took 31 percent", 31, 0.6), ("Ericsson held 27 percent", 27, 0.5)):
        told = {"companies": [quote.split()[0]], "value": value, "period": "2019", "confidence": sure}
        market.fact("figures", article, quote, **told)
    market.publish()
    with serving(tmp_path, tmp_path / "queue.log") as address:
        page = browse(f"{address}/review")
        expect(page.locator(".vt-evidence h3")).to_contain_text("Huawei: 31%")
        item = page.get_by_role("combobox", name="Item")
        item.focus()
        for key in ("ArrowDown", "ArrowDown", "Enter"):
            item.press(key)
        expect(page.locator(".vt-evidence h3")).to_contain_text("Ericsson: 27%")
        page.get_by_role("radio").first.focus()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("radio", name="Conflicts")).to_be_checked()


def test_a_run_and_a_review_at_once_both_come_through(desk, tmp_path, monkeypatch):
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(
            f"Share {number}\n\nHuawei held 2{number} percent of the global RAN market in 201{number}, according to Omdia.",
            encoding="utf-8",
        )
    row = desk.figures()[("Ericsson", 30)]
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(desk.home))
    with subprocess.Popen(
        [sys.executable, "-m", "etl", "run", str(tmp_path)],
        cwd=ROOT, env=surroundings(desk.home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        told = {"fact_id": row["fact_id"], "article_id": row["article_id"], "kind": "figure"}
        told |= {"action": "correct", "after": {"value": 31.0}, "seen": desk.last_review(row["fact_id"])}
        number = requests.ask(desk.home, "ann@example.com", Review(**told))
        spawning.spawn(desk.home)
        assert run.wait(120) == 0, run.stderr.read()
    for _ in range(900):
        if (answer := requests.answer_of(desk.home, number)).state != "waiting":
            break
        time.sleep(0.1)
    assert answer.state == "done", answer.line
    figures = desk.figures()
    assert ("Ericsson", 31) in figures
    assert {("Huawei", 20.0 + n) for n in range(6)} <= set(figures)

"""What a stranger's words and missing data do to the app: the words stay words, and the app says what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import settled
from tests.e2e.servers import serving

SCRIPT = "<script>document.title='owned'</script>"


def test_a_hostile_articles_title_and_text_are_shown_as_they_were_written(browse, bundled):
    page = browse(f"{bundled}/articles?q=javascript")
    page.get_by_role("link", name=SCRIPT).first.click()
    text = page.locator(".vt-text")
    expect(text).to_contain_text(r"**stars**, $\alpha^2$, [a link](javascript:alert(2)), <img src=")
    expect(page.get_by_test_id("stMain")).to_contain_text(f"{SCRIPT} **bold** $x^2$ <img src=x onerror=alert(1)>")
    assert not page.locator(".vt-text img, .vt-text script, .katex").count()
    assert page.title() != "owned"


@pytest.mark.parametrize("path", ["", "market-share", "targets", "selections", "articles", "company?company=nokia"])
def test_hostile_words_in_facts_are_words_in_charts_and_tables(browse, small, path):
    page = browse(f"{small}/{path}")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert not page.locator("img[src=x], .katex, .js-plotly-plot a, [href^='javascript']").count()
    assert "onerror" not in "".join(page.locator("img").evaluate_all("all => all.map(one => one.outerHTML)"))


def test_hostile_words_in_an_address_are_words_in_the_note(browse, small):
    page = browse(f"{small}/market-share?company=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&%3Cb%3Ex%3C%2Fb%3E=1")
    notes = page.get_by_test_id("stMain")
    expect(notes).to_contain_text("<img src=x onerror=alert(1)>")
    assert not page.locator("img[src=x]").count()


def test_without_a_database_the_app_says_how_to_make_one(browse, tmp_path):
    with serving(tmp_path / "nothing", tmp_path / "log") as address:
        for path in ("", "targets", "fact?fact=0123456789abcdef"):
            page = browse(f"{address}/{path}")
            expect(page.get_by_test_id("stMain")).to_contain_text("make etl")


def test_a_file_that_is_no_database_gets_a_line_and_a_later_load_is_seen_without_a_restart(browse, tmp_path):
    from tests.small_market import build

    (tmp_path / "published.duckdb").write_text("this is no database")
    with serving(tmp_path, tmp_path / "log") as address:
        page = browse(f"{address}/market-share")
        expect(page.get_by_test_id("stMain")).to_contain_text("not a database")
        build(tmp_path)
        page.reload()
        settled(page)
        expect(page.get_by_role("table")).to_contain_text("0.7%")


def test_a_link_to_what_is_not_there_says_so(browse, small):
    for path, words in (("fact?fact=0123456789abcdef", "No fact"), ("articles?article=0123456789abcdef", "No article")):
        page = browse(f"{small}/{path}")
        expect(page.get_by_test_id("stMain")).to_contain_text(words)

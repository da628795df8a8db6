"""Words from articles are shown as words wherever they land."""

from __future__ import annotations

import pytest

from dashboard.escape import for_cell, for_html, for_markdown, for_plotly, web_link, with_code


def test_html_is_text_and_cannot_leave_an_attribute():
    assert for_html("<script>x</script>\"'&") == "&lt;script&gt;x&lt;/script&gt;&quot;&#x27;&amp;"


def test_plotly_sees_neither_tags_nor_mathjax_nor_templates():
    shown = for_plotly("<b>NEC</b> $x^2$ %{y}")
    assert "<" not in shown and "$" not in shown and "%{" not in shown


def test_markdown_and_latex_are_text():
    assert for_markdown("**a** $x$ [b](c) :red[d]") == r"\*\*a\*\* \$x\$ \[b\]\(c\) \:red\[d\]"


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_a_cell_that_would_run_is_text(words):
    assert for_cell(words) == f"'{words}"


def test_numbers_and_plain_words_stay_as_they_are():
    assert for_cell(-1.5) == -1.5
    assert for_cell("NEC - Japan") == "NEC - Japan"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//host/x", "ftp://host/x", "http://", None, "", "http://[x"]
)
def test_only_web_addresses_become_links(address):
    assert web_link(address) is None


def test_a_web_address_becomes_a_link():
    assert web_link(" https://example.com/a?b=c ") == "https://example.com/a?b=c"


def test_words_between_backticks_are_code_and_still_no_tags():
    assert with_code("run `make <etl>` & reload") == "run <code>make &lt;etl&gt;</code> &amp; reload"

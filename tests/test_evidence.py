"""What stands beside a fact: its citation, and the way to its words at their source."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest

from dashboard import evidence, queries
from dashboard.filters import Filters
from tests.small_market import Market, build
from tests.views import view_of

STYLE = Path(evidence.__file__).parent / "browser" / "style.css"
LINK = "https://tracker.example/fact?fact=ab&v=abcd1234.2"


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """The small market's facts by the name that the market gives them."""
    home = tmp_path_factory.mktemp("market")
    ids = build(home)
    view = view_of(home / "published.duckdb")
    return {name: row for name, one in ids.items() if (row := queries.fact(view, one)) is not None}


def fact_of(tmp_path, quote: str, **article: object) -> pd.Series:
    """A fact with these words in an article of its own."""
    market = Market(tmp_path)
    market.load("2024-06-01")
    told = market.article("one", f"Before. {quote} After.", "2020-01-15", "Light Reading", **article)
    fact_id = market.fact("figures", told, quote, companies=["NEC"], value=1, period="2019")
    return queries.fact(view_of(market.publish()), fact_id)


def way_out(row: pd.Series) -> str | None:
    """Where the link to the source leads; None when there is none."""
    found = re.search(r'href="(http[^"]*)" target="_blank"', evidence.card(row, Filters()))
    return found and found[1].replace("&amp;", "&")


def test_a_citation_tells_what_is_stated_by_whom_and_where_it_stands(facts):
    row = facts["selection"]
    assert evidence.citation(row, LINK) == (
        "Vodafone in United Kingdom: Ericsson selected, Radio access (RAN). “shares”, Light Reading, 10 Feb 2020. "
        f"5G Vendor Tracker, fact {row['fact_id']}, {LINK}"
    )


def test_words_that_state_a_fact_have_their_kinds_line_in_a_card_as_in_the_article(facts):
    assert '<div class="vt-evidence vt-selection"' in evidence.card(facts["selection"], Filters())


def test_a_brief_of_ours_is_cited_as_ours_and_never_as_its_publishers(facts):
    said = evidence.citation(facts["nec"], LINK)
    assert "“NEC aims high”, our brief, after Nikkei Asian Review, 26 Jun 2020." in said
    assert said.startswith("NEC: 0.7% market share, Telecom equipment · World, Jun 2020.") and said.endswith(LINK)


def test_a_citation_is_words_and_its_link_lasts(facts):
    told = evidence.card(facts["hostile_fact"], Filters(), permalink=LINK)
    assert "<b>Bad" not in told and "<script" not in told and "&lt;script&gt;alert(0)" in told
    assert "/fact?fact=ab&amp;v=abcd1234.2" in told


def test_a_link_to_the_source_jumps_to_the_words(facts):
    assert way_out(facts["corrected"]) == "https://example.com/shares#:~:text=Huawei%20took%2031%20percent"


def test_a_brief_has_a_link_to_the_report_without_words_that_do_not_stand_there(tmp_path):
    row = fact_of(tmp_path, "NEC holds 1%.", source_url="https://example.com/nec", is_brief=True)
    assert way_out(row) == "https://example.com/nec"
    assert "The report that our brief is after" in evidence.card(row, Filters())


@pytest.mark.parametrize(
    "quote",
    [
        "NEC-built radios, 5% & more: “a, b-c” = 100% + tax?",
        "Téléfonica's <b>share</b> #1 ~ 20‰ / région",
        "日本の NEC holds 1%",
    ],
)
def test_every_odd_character_of_a_quote_is_encoded_in_the_link(tmp_path, quote):
    address = way_out(fact_of(tmp_path, quote, source_url="https://example.com/a?b=c&d=e"))
    start, told = address.split("#:~:text=")
    assert start == "https://example.com/a?b=c&d=e"
    # Commas, hyphens and ampersands are the fragment's own grammar.
    assert re.fullmatch(r"(?:[A-Za-z0-9_.~]|%[0-9A-F]{2})+", told) and unquote(told) == quote


def test_a_long_quote_is_told_by_its_two_ends(tmp_path):
    words = [f"w{number}" for number in range(40)]
    told = way_out(fact_of(tmp_path, " ".join(words), source_url="https://example.com/a")).split(":~:text=")[1]
    assert told == "w0%20w1%20w2%20w3%20w4,w35%20w36%20w37%20w38%20w39"


def test_a_part_that_the_address_names_already_is_kept(tmp_path):
    row = fact_of(tmp_path, "NEC holds 1%", source_url="https://example.com/a#part")
    assert way_out(row) == "https://example.com/a#part:~:text=NEC%20holds%201%25"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "ftp://example.com/x", "//example.com", None]
)
def test_what_is_no_web_address_is_no_link(tmp_path, address):
    row = fact_of(tmp_path, "NEC holds 1%", source_url=address)
    assert way_out(row) is None and "javascript:" not in evidence.card(row, Filters())


def test_the_kind_of_a_marked_fact_is_told_by_a_line_and_in_words_not_by_colour_alone():
    text = "NEC holds 1%. BT chose NEC. NEC bought it. Britain bans ZTE & co."
    rows = {
        "figure": "NEC holds 1%",
        "selection": "BT chose NEC",
        "deal": "NEC bought it",
        "restriction": "bans ZTE & co",
    }
    told = {
        "figure": {"companies": ["NEC"], "metric": "market_share", "status": "actual", "value": 1, "value_high": None, "unit": "percent",
                   "qualifier": "exact", "market": "ran", "region": "global", "generation": None, "period": None, "attributed_to": None},
        "selection": {"operator": "BT", "vendor": "NEC", "decision": "selected", "scope": [], "generation": None, "country": None},
        "deal": {"parties": ["NEC"], "deal": "acquisition", "state": "done", "value": None, "stake_percent": None},
        "restriction": {"authority": "GB", "vendor": "ZTE", "action": "ban", "limit_percent": None, "deadline": None},
    }  # fmt: skip
    facts = [
        pd.Series(
            {
                "fact_id": kind,
                "kind": kind,
                "quote": words,
                "start": text.index(words),
                "end": text.index(words) + len(words),
                **told[kind],
            }
        )
        for kind, words in rows.items()
    ]
    said = evidence.highlighted(text, facts, Filters())
    for kind, words in rows.items():
        shown = words.replace("&", "&amp;")
        assert (
            f'<mark class="vt-mark vt-{kind}"' in said
            and f'aria-label="{kind.capitalize()}: {shown}">{shown}</a>' in said
        )
        assert said.index(f'class="vt-kind vt-{kind}"') < said.index('class="vt-text"')
    # What a person selects is counted in the text's own characters.
    plain = re.sub(r"<[^>]+>", "", said.partition('<div class="vt-text">')[2])
    assert unescape(plain) == text
    lines = set(re.findall(r"--vt-under[:,] (\dpx \w+)", STYLE.read_text(encoding="utf-8")))
    assert len(lines) == 4
    unsaved = evidence.highlighted(text, facts[:1], Filters(), saved=False)
    assert 'title="Figure: NEC' in unsaved and "vt-selection" not in unsaved and "<a " not in unsaved
    assert evidence.highlighted(text, [], Filters()) == f'<div class="vt-text">{text.replace("&", "&amp;")}</div>'

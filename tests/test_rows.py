"""Ids of articles and fingerprints of documents: the same for the same, another for another."""

from __future__ import annotations

import re

import pytest

from etl.article import Known
from etl.rows import content_hash, path_id, url_id

ADDRESS = "https://www.lightreading.com/5g/telia-picks-nokia/d/d-id/764771"


@pytest.mark.parametrize(
    "other",
    [
        "http://www.lightreading.com/5g/telia-picks-nokia/d/d-id/764771",
        "https://lightreading.com/5g/telia-picks-nokia/d/d-id/764771",
        "https://www.lightreading.com/5g/telia-picks-nokia/d/d-id/764771/",
        "HTTPS://WWW.LightReading.com/5g/telia-picks-nokia/d/d-id/764771",
        "https://www.lightreading.com/5g/telia-picks-nokia/d/d-id/764771?utm_source=x&utm_medium=mail",
        "https://www.lightreading.com/5g/telia-picks-nokia/d/d-id/764771#comments",
    ],
)
def test_one_article_has_one_id_however_its_address_is_written(other):
    assert url_id(other) == url_id(ADDRESS)


@pytest.mark.parametrize(
    "other",
    [
        "https://www.lightreading.com/5g/telia-picks-nokia/d/d-id/764772",
        "https://www.lightreading.com/5g/telia-picks-nokia/d/d-id/764771?page=2",
        "https://www.lightreading.co.uk/5g/telia-picks-nokia/d/d-id/764771",
    ],
)
def test_other_articles_have_other_ids(other):
    assert url_id(other) != url_id(ADDRESS)


def test_ids_stay_for_as_long_as_links_do():
    # Links carry them: these very ids must come out for as long as the project lives.
    assert url_id(ADDRESS) == "830cc7c4c23ff6d2"
    assert path_id("inbox", "2021/nokia.txt") == "c4222c002015c6e7"


def test_the_same_path_in_another_source_is_another_article():
    assert path_id("inbox", "a.txt") != path_id("news", "a.txt")
    assert re.fullmatch(r"[0-9a-f]{16}", path_id("inbox", "a.txt"))


def test_a_documents_fingerprint_is_of_its_bytes_and_of_what_the_index_says_of_it():
    prints = {
        content_hash(raw, known)
        for raw in (b"Nokia holds 15%.", b"Nokia holds 16%.")
        for known in (Known(), Known(title="A"), Known(publisher="A"), Known(published="2020"), Known(is_brief=True))
    }
    assert len(prints) == 10
    assert content_hash(b"a", Known("A")) == content_hash(b"a", Known("A"))

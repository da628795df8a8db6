"""What the network is given: windows of word pieces in which every pair stands whole, and is asked about once."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from etl.extract.context import lay_out
from etl.extract.features import Features
from etl.extract.pairs import selection_pairs
from etl.extract.reader import registry
from etl.extract.spans import candidates
from etl.extract.windows import HINTS, LONGEST, RELATIONS, TYPES, tokenizer, windows

SHORT = (
    "Telenor has chosen Ericsson for its 5G network in Norway. The Swedish vendor replaces Huawei, the carrier said."
)
LONG = "\n\n".join(
    f"In {year}, {SHORT} Nothing else was told of the radio network that year." for year in range(1990, 2024)
)


def cut(text: str) -> tuple:
    context = lay_out(text, None, "2024-01-01", registry())
    found = candidates(context)
    told = selection_pairs(context, found)
    pairs = [("selection", i, j) for i, j in dict.fromkeys(zip(told.a, told.b, strict=True))]
    return context, found, pairs, windows(context, found, Features(context, found), pairs)


@pytest.mark.parametrize("text", [SHORT, LONG])
def test_every_pair_is_asked_about_once(text: str) -> None:
    _, _, pairs, made = cut(text)
    assert Counter(p for w in made for p in w.pairs) == Counter(pairs)
    assert pairs


def test_a_window_never_outgrows_what_the_network_reads() -> None:
    made = cut(LONG)[3]
    assert len(made) > 3
    assert max(len(w.ids) for w in made) <= LONGEST + 2


def test_the_ends_of_a_pair_are_the_pieces_of_its_candidates() -> None:
    context, found, _, made = cut(LONG)
    for window in made[:2]:
        for (_, i, j), ends in zip(window.pairs, window.spots[window.ends], strict=True):
            for n, (first, last) in zip((i, j), ends, strict=True):
                words = tokenizer().decode(window.ids[first : last + 1].tolist())
                assert words.replace(" ", "") == context.text[found[n].start : found[n].end].lower().replace(" ", "")
                assert set(window.types[first : last + 1]) <= {TYPES.index(c.type) for c in found}


def test_what_a_piece_is_to_the_pair_is_told_by_entity_and_sentence() -> None:
    _, found, _, (window,) = cut(SHORT)
    names = [(found[i].names, found[j].names) for _, i, j in window.pairs]
    n = names.index((("Telenor",), ("Ericsson",)))
    own, other = (window.relations[n, 0, window.spots[window.ends[n, side, 0]]] // 3 for side in (0, 1))
    assert (own, other) == (1, 2)
    elsewhere = [m for m, c in enumerate(found) if c.type == "role_vendor" and c.names == ("Ericsson",)]
    if elsewhere:  # "The Swedish vendor" is the other's name said elsewhere
        assert 4 in set(window.relations[n, 0] // 3)
    assert window.relations.min() >= 0
    assert window.relations.max() < RELATIONS


def test_hints_are_rows_of_their_table() -> None:
    for window in cut(LONG)[3]:
        assert window.hints.min() >= 0
        assert window.hints.max() < HINTS
        assert (np.count_nonzero(window.hints, axis=1) > 5).all()


def test_a_text_without_pairs_makes_no_window() -> None:
    assert cut("Nothing of note happened in the market for radio networks.")[3] == []

"""The colours: seen on both backgrounds, told apart by eyes that lack a cone, and helped by a mark or pattern where they are near."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard import browser, theme
from dashboard.charts import articles

MAIN = ("Huawei", "Ericsson", "Nokia", "ZTE", "Samsung", "NEC")
# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB; the first is who sees all.
EYES = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ.sum(axis=1)


def linear(colour: str) -> np.ndarray:
    """#RRGGBB as linear red, green and blue, each 0-1."""
    parts = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(colour: str, eye: str) -> np.ndarray:
    """CIELAB (D65) of a colour as an eye sees it."""
    seen = TO_XYZ @ np.clip(np.array(EYES[eye]) @ linear(colour), 0, 1) / WHITE
    x, y, z = np.where(seen > 216 / 24389, np.cbrt(seen), (24389 / 27 * seen + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str) -> float:
    """The distance (CIE76) of two colours for the eye that sees least of it."""
    return min(float(np.linalg.norm(lab(one, eye) - lab(other, eye))) for eye in EYES)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    low, high = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_the_distances_are_those_of_known_colours():
    assert apart("#FFFFFF", "#000000") == pytest.approx(100, abs=0.1)
    assert apart("#FF0000", "#00FF00") < 65 < np.linalg.norm(lab("#FF0000", "normal") - lab("#00FF00", "normal"))
    assert apart("#2B7BC4", "#8A6BBE") < 3  # the blue and the violet that are one to a red-blind eye
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)


@pytest.mark.parametrize(("one", "other"), list(combinations(MAIN, 2)))
def test_every_eye_tells_the_large_vendors_apart_by_colour_alone(one, other):
    assert apart(theme.COMPANY[one][0], theme.COMPANY[other][0]) >= 20


@pytest.mark.parametrize("eye", EYES)
def test_no_two_named_companies_are_one_to_any_eye(eye):
    seen = {name: lab(colour, eye) for name, (colour, _) in theme.COMPANY.items()}
    near = [pair for pair in combinations(seen, 2) if np.linalg.norm(seen[pair[0]] - seen[pair[1]]) < 10]
    assert not near


def test_a_company_has_one_look_everywhere_and_a_mark_of_its_own():
    marks = [mark for _, mark in theme.COMPANY.values()]
    assert len(set(marks)) == len(marks)
    assert theme.company_style(["NEC"]) == theme.COMPANY["NEC"]
    assert theme.company_style(["A vendor nobody knows"]) == theme.company_style(("A vendor nobody knows",))


@pytest.mark.parametrize("background", ["#FFFFFF", "#10161F"])
def test_every_colour_can_be_seen_on_both_backgrounds(background):
    strangers = {theme.company_style([f"Vendor {n}"])[0] for n in range(200)}
    colours = {colour for colour, _ in theme.COMPANY.values()} | strangers | set(theme.KIND_COLOUR.values())
    assert not [colour for colour in colours if contrast(colour, background) < 3]


def test_words_in_charts_are_easy_to_read_on_both_backgrounds():
    sheet = (Path(browser.__file__).parent / "style.css").read_text(encoding="utf-8")
    words = re.findall(r"\.js-plotly-plot [^{]*\{ fill: light-dark\((#\w+), (#\w+)\)", sheet)
    assert len(words) == 2
    assert all(contrast(light, "#FFFFFF") >= 4.5 and contrast(dark, "#10161F") >= 4.5 for light, dark in words)


def test_decisions_and_kinds_of_facts_are_told_by_more_than_their_colour():
    marks = [mark for _, _, mark in theme.DECISION.values()]
    assert len(set(marks)) == len(marks)
    told = {kind: [1] for kind in articles.KINDS} | {f"{kind}_ids": [["0123456789abcdef"]] for kind in articles.KINDS}
    counts = pd.DataFrame({"articles": [4], **told}, index=["2020"])
    patterns = [bar.marker.pattern.shape for bar in articles.by_year(counts).data]
    assert len(set(patterns)) == len(patterns) == 4

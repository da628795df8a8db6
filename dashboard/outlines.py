"""The outlines of countries, as they lie on a flat map of the world, and the spot of each that a mark stands on.

From Natural Earth (public domain), in data/maps; nothing is asked of another machine. Borders are Natural Earth's.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache

import numpy as np
import pycountry

from etl.paths import ROOT

MAPS = ROOT / "data" / "maps"
ANTARCTICA = "AQ"
# Countries that ISO 3166-1 gives no number; the third has a code that is in common use.
_WITHOUT_NUMBER = {"Kosovo": "XK"}


@dataclass(frozen=True)
class Outlines:
    """A map. rings: for each country (ISO 3166-1 alpha-2; None: territories without a code), points of its borders, an
    array of x and y, pieces parted by a row of NaN. spots: where a country's mark stands."""

    rings: dict[str | None, np.ndarray]
    spots: dict[str, tuple[float, float]]


@cache
def world() -> Outlines:
    """The world without Antarctica, and the spots of states that are too small for an outline."""
    topology = json.loads((MAPS / "countries-110m.json").read_text(encoding="utf-8"))
    arcs = _arcs(topology)
    pieces: dict[str | None, list[np.ndarray]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        code = _code(country)
        if code != ANTARCTICA:
            pieces.setdefault(code, []).extend(_rings(country, arcs))
    spots = {code: _project(*_middle(max(rings, key=_size))) for code, rings in pieces.items() if code}
    with (MAPS / "small_countries.csv").open(encoding="utf-8", newline="") as small:
        for row in csv.DictReader(small):
            spots.setdefault(row["code"], _project(float(row["longitude"]), float(row["latitude"])))
    return Outlines({code: _joined(rings) for code, rings in pieces.items()}, spots)


def _code(country: dict) -> str | None:
    known = pycountry.countries.get(numeric=country["id"]) if "id" in country else None
    return known.alpha_2 if known else _WITHOUT_NUMBER.get(country["properties"]["name"])


def _arcs(topology: dict) -> list[np.ndarray]:
    """Lines of longitude and latitude in degrees: TopoJSON writes each point as a step from the one before."""
    scale, shift = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def _rings(country: dict, arcs: list[np.ndarray]) -> list[np.ndarray]:
    polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
    # A negative number is the line of ~number, walked backwards. Lines share their ends.
    rings = [
        np.concatenate([(arcs[n] if n >= 0 else arcs[~n][::-1])[(1 if place else 0) :] for place, n in enumerate(ring)])
        for polygon in polygons
        for ring in polygon
    ]
    # A country on both sides of the date line goes on beyond it, lest a line runs across the whole map.
    return [np.stack((np.unwrap(ring[:, 0], period=360), ring[:, 1]), axis=1) for ring in rings]


def _size(ring: np.ndarray) -> float:
    (x, y), (next_x, next_y) = ring.T, np.roll(ring, -1, axis=0).T
    return float(abs((x * next_y - next_x * y).sum()) / 2)


def _middle(ring: np.ndarray) -> tuple[float, float]:
    """The centre of gravity of a ring's area."""
    (x, y), (next_x, next_y) = ring.T, np.roll(ring, -1, axis=0).T
    cross = x * next_y - next_x * y
    area = 3 * cross.sum()
    return float(((x + next_x) * cross).sum() / area), float(((y + next_y) * cross).sum() / area)


def _project(longitude: float | np.ndarray, latitude: float | np.ndarray) -> tuple:
    """The Equal Earth projection (Šavrič, Patterson and Jenny, 2018): areas compare. Degrees in, x within ±2.71 out (the date line)."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(latitude)))
    slope = 9 * a4 * theta**8 + 7 * a3 * theta**6 + 3 * a2 * theta**2 + a1
    x = 2 * np.sqrt(3) * np.radians(longitude) * np.cos(theta) / (3 * slope)
    y = a4 * theta**9 + a3 * theta**7 + a2 * theta**3 + a1 * theta
    return (x, y) if isinstance(x, np.ndarray) else (float(x), float(y))


def _joined(rings: list[np.ndarray]) -> np.ndarray:
    gap = np.full((1, 2), np.nan)
    flat = [np.stack(_project(*ring.T), axis=1) for ring in rings]
    return np.concatenate([part for ring in flat for part in (ring, gap)])[:-1].astype("float32")

"""Swaps: which vendor an operator took out, and which it chose in its place. Selections in, swaps out; nothing is asked here.

A swap is a `removed` vendor and a `selected` one of the same operator and country, with scopes that overlap or are not
told, in one story (an article and its copies), or in two whose decisions are at most 12 months apart: then it is inferred, and both quotes say so.
A removal without a known winner stands alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from dashboard.coding import NEVER, coded, overlap, within_a_year
from dashboard.extents import PARTIAL, extents
from dashboard.records import Record, plain

# What decides, and is asked of each selection. place: of the row in its table; story: articles that are copies of one have one.
# quote and article_id: of removals only.
NEEDED = (
    "place", "fact_id", "story", "operator", "operator_text", "vendor", "decision", "country", "scope", "share_percent",
    "happened", "confidence", "quote", "article_id",
)  # fmt: skip
# What is told of each of its two facts where a swap is shown, as removed_quote, selected_quote and so on.
OF_FACT = (
    "fact_id", "article_id", "quote", "title", "publisher", "published", "is_brief", "confidence", "happened", "period",
    "only_reported", "scope", "generation", "publishers", "carriers",
)  # fmt: skip
_OF_REMOVAL = ("operator_text", "country", "happened", "period", "published", "only_reported")
# What is asked of the facts of swaps that are shown.
TOLD = tuple(dict.fromkeys((*OF_FACT, *_OF_REMOVAL)))
COLUMNS = (
    "operator", "operator_text", "country", "loser", "winner", "inferred", "extent", "scope", "happened", "period",
    "published", "only_reported", "said_by",
    *(f"{side}_{name}" for side in ("removed", "selected") for name in OF_FACT),
)  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """Swaps, and the facts that tell them. All visitors share it: it is never changed.

    rows: one for each swap, the latest removal first: operator, loser, winner, inferred, extent, scope, said_by (how many
    stories tell it), and of the facts whose words stand for it removed_fact_id, removed_article_id and selected_fact_id.
    told, place: the number of a swap in rows, and the place of a fact that tells it, for each such fact.
    """

    rows: pd.DataFrame
    told: np.ndarray
    place: np.ndarray

    def of(self, places: np.ndarray) -> pd.DataFrame:
        """The swaps that one of the facts at these places tells."""
        shown = np.zeros(len(self.rows), dtype=bool)
        shown[self.told[np.isin(self.place, places)]] = True
        return self.rows[shown].reset_index(drop=True)


def swaps(selections: pd.DataFrame) -> Ledger:
    """The swaps that selections tell.

    selections: facts (columns: NEEDED), each on its own (no claims), those of all articles.
    """
    facts = selections.sort_values("fact_id", kind="stable", ignore_index=True)
    facts["scope"] = _shared(facts["scope"])
    numbers = coded(facts)
    removed = _removed(numbers)
    pairs = _pairs(removed, numbers)
    # The surest words stand for a swap.
    found = pairs.sort_values(["inferred", "unsure", "removed", "selected"]).drop_duplicates(["removal", "winner"])
    found = found.reset_index(drop=True)
    rows = _rows(found, facts, numbers, extents(facts, numbers, removed))
    order = _latest_first(rows, found, numbers)
    found, rows = (frame.take(order).reset_index(drop=True) for frame in (found, rows))
    telling = _telling(found, pairs, removed)
    stories = numbers["story"].to_numpy()[telling["fact"]]
    said_by = telling.assign(story=stories).groupby("swap")["story"].nunique().astype(np.int32)
    places = facts["place"].to_numpy()[telling["fact"]].astype(np.int32)
    return Ledger(rows.assign(said_by=said_by), telling["swap"].to_numpy(np.int32), places)


def whole(rows: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Swaps (a ledger's rows) with all that is told of their two facts (COLUMNS). facts: those that they name (columns: TOLD)."""
    # As objects, so that what is not told stays None; -1, the number of a fact that is not told, takes the last.
    told = {name: _with_none(facts[name]) for name in TOLD}
    numbers = pd.Index(facts["fact_id"])
    removed, selected = (numbers.get_indexer(rows[f"{which}_fact_id"]) for which in ("removed", "selected"))
    columns = {
        **{name: rows[name] for name in ("operator", "loser", "winner", "inferred", "extent", "said_by")},
        "scope": _objects([list(scope) for scope in rows["scope"]]),
        **{name: told[name][removed] for name in _OF_REMOVAL},
        **{f"removed_{name}": told[name][removed] for name in OF_FACT},
        **{f"selected_{name}": told[name][selected] for name in OF_FACT},
    }
    swaps_whole = pd.DataFrame({name: columns[name] for name in COLUMNS}, index=rows.index, dtype=object)
    return swaps_whole.astype({"inferred": bool, "said_by": int})


def side(swap: pd.Series | Record, which: str) -> Record:
    """One of the two facts of a swap ("removed" or "selected"), under a fact's own names of its fields."""
    return {name: swap[f"{which}_{name}"] for name in OF_FACT}


def _removed(numbers: pd.DataFrame) -> pd.DataFrame:
    """The facts that tell a removal, the earliest first; removal: its number. Facts tell the same one where they are of one
    vendor, there, of parts of a network that overlap, and in one story or at most 12 months apart."""
    removed = numbers[numbers["decision"] == "removed"].sort_values(["day", "fact"])
    known: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    telling: list[list[NamedTuple]] = []
    removals = []
    for fact in removed[["there", "vendor", "story", "day", "until", "networks"]].itertuples(index=False):
        there = known[fact.there, fact.vendor]
        removal = next((one for one in there if any(_are_one(earlier, fact) for earlier in telling[one])), None)
        if removal is None:
            removal = len(telling)
            telling.append([])
            there.append(removal)
        telling[removal].append(fact)
        removals.append(removal)
    return removed.assign(removal=np.array(removals, dtype=np.int64))


def _are_one(earlier: NamedTuple, later: NamedTuple) -> bool:
    near = earlier.story == later.story or later.day <= earlier.until
    return near and overlap(earlier.networks, later.networks)


def _pairs(removed: pd.DataFrame, numbers: pd.DataFrame) -> pd.DataFrame:
    """Which facts tell a removal and who was chosen instead; of a removal without a winner, the facts that tell it (selected: -1).

    unsure: the less, the surer are both.
    """
    chosen = numbers[numbers["decision"] == "selected"]
    in_story = removed.merge(chosen, on=["there", "story"], suffixes=("", "_chosen"))
    both = np.concatenate([in_story[["fact", "fact_chosen"]], np.column_stack(within_a_year(removed, chosen))])
    pairs = pd.DataFrame(both, columns=["removed", "selected"]).drop_duplicates()
    one, other = (numbers.take(pairs[which]).reset_index(drop=True) for which in ("removed", "selected"))
    fits = ((one["vendor"] != other["vendor"]) & overlap(one["networks"], other["networks"])).to_numpy()
    pairs = pairs.assign(
        winner=other["vendor"].to_numpy(),
        inferred=(one["story"] != other["story"]).to_numpy(),
        unsure=-np.minimum(one["confidence"], other["confidence"]).to_numpy(),
    )[fits]
    removal = removed.set_index("fact")["removal"]
    pairs["removal"] = removal.loc[pairs["removed"]].to_numpy()
    lone = removed[~removed["removal"].isin(pairs["removal"])]
    lone = pd.DataFrame({"removed": lone["fact"], "removal": lone["removal"], "unsure": -lone["confidence"]})
    return pd.concat([pairs, lone.assign(selected=-1, winner=-1, inferred=False)], ignore_index=True)


def _latest_first(rows: pd.DataFrame, found: pd.DataFrame, numbers: pd.DataFrame) -> np.ndarray:
    """The order of swaps: the latest removal first, one without a date last; then by the names of operator, loser and winner."""
    day = numbers["day"].to_numpy()[found["removed"]]
    names = rows[["operator", "loser", "winner"]].fillna("~")
    keys = names.assign(removed=found["removed"])
    keys.insert(0, "latest", np.where(day < NEVER, -day, NEVER))
    return keys.sort_values(list(keys)).index.to_numpy()


def _telling(found: pd.DataFrame, pairs: pd.DataFrame, removed: pd.DataFrame) -> pd.DataFrame:
    """Each fact that tells a swap (its number in found), once: all that tell the removal, and those that tell the choice."""
    swap = found[["removal", "winner"]].assign(swap=np.arange(len(found)))
    out = swap.merge(removed[["removal", "fact"]], on="removal")
    chosen = swap.merge(pairs[pairs["selected"] >= 0], on=["removal", "winner"]).rename(columns={"selected": "fact"})
    return pd.concat([out[["swap", "fact"]], chosen[["swap", "fact"]]], ignore_index=True).drop_duplicates()


def _rows(found: pd.DataFrame, facts: pd.DataFrame, numbers: pd.DataFrame, extent: np.ndarray) -> pd.DataFrame:
    """The columns of a ledger's rows, but for said_by. extent: of each removal, whatever a swap is about."""
    removed, selected = found["removed"].to_numpy(), found["selected"].to_numpy()
    # -1, the number of what is not told, takes the last.
    operator, fact_id, article_id = (_with_none(facts[name]) for name in ("operator", "fact_id", "article_id"))
    vendor = _objects([*sorted(set(facts["vendor"])), None])
    networks = np.append(numbers["networks"].to_numpy(), 0)
    about = np.where(networks[removed] != 0, removed, np.where(networks[selected] != 0, selected, -1))
    extent = extent[found["removal"]]
    extent[about >= 0] = PARTIAL
    rows = pd.DataFrame(
        {
            "operator": operator[removed],
            "loser": vendor[numbers["vendor"].to_numpy()[removed]],
            "winner": vendor[found["winner"]],
            "inferred": found["inferred"].to_numpy(),
            "extent": extent,
            "scope": _objects([*facts["scope"], ()])[about],
            "removed_fact_id": fact_id[removed],
            "removed_article_id": article_id[removed],
            "selected_fact_id": fact_id[selected],
        },
        dtype=object,
    )
    return rows.astype({"inferred": bool})


def _with_none(column: pd.Series) -> np.ndarray:
    """Cells as objects, None where they are not told, and at the end."""
    return _objects([*plain(column), None])


def _objects(values: list) -> np.ndarray:
    """Values as they are, also where they are lists of one length."""
    return np.fromiter(values, object, len(values))


def _shared(scopes: pd.Series) -> pd.Series:
    """Scopes as tuples, of which those that are alike are one."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    return pd.Series([known.setdefault(scope, scope) for scope in map(tuple, scopes)], dtype=object)

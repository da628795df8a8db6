"""How much of a vendor's equipment goes where an operator takes it out: all of it only where the text says so."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from dashboard.coding import NEVER, overlap

PARTIAL, FULL, UNTOLD = "partial", "full", "not told"

_ALL_OF_IT = (
    r"(?:entirely|completely|fully|altogether|in full|in (?:its|their) entirety|100 ?(?:%|per ?cent)"
    r"|(?:its|(?<!on )the|their) (?:entire|whole)|all (?:of )?(?:its|the|their)|complete (?:removal|replacement|swap|exit|ban)"
    r"|every (?:base station|site|mast|antenna|radio|piece|last)|nothing (?:made )?(?:by|from|of))\b"
)
_SAYS_ALL = re.compile(rf"\b{_ALL_OF_IT}", re.IGNORECASE)
_SAYS_LESS = re.compile(
    r"(?:\b(?:not|never|almost|nearly|virtually|practically|part|some|most|half|third|quarter|without|before)|n['’]t)\b"
    rf"\W+(?:\w+\W+){{0,2}}?{_ALL_OF_IT}",
    re.IGNORECASE,
)


def extents(facts: pd.DataFrame, coded: pd.DataFrame, removed: pd.DataFrame) -> np.ndarray:
    """PARTIAL, FULL or UNTOLD of each removal, by what tells it, whatever part of the network a swap is about.

    removed: the facts among coded that tell removals, with the number of the removal. facts: share_percent and quote of each.
    """
    shares = facts["share_percent"].astype(float).to_numpy()[removed["fact"]]
    told = np.nan_to_num(shares) != 0
    removal = removed["removal"].to_numpy()
    extent = np.full(removal.max(initial=-1) + 1, UNTOLD, dtype=object)
    extent[removal[told]] = FULL
    open_yet = extent[removal] == UNTOLD
    says_all = [_says_all(quote) for quote in facts["quote"].to_numpy()[removed["fact"][open_yet]]]
    extent[removal[open_yet][says_all]] = FULL
    extent[removal[told & (shares < 100)]] = PARTIAL
    extent[_kept(removed, coded)] = PARTIAL
    return extent


def _says_all(quote: str) -> bool:
    return bool(_SAYS_ALL.search(_SAYS_LESS.sub("", quote)))


def _kept(removed: pd.DataFrame, coded: pd.DataFrame) -> np.ndarray:
    """The removals of which a selection tells that the vendor keeps, or gets, another part of this operator's network."""
    choices = coded[coded["decision"].isin(["selected", "incumbent"])]
    began = removed.groupby("removal")["day"].min().rename("began").reset_index()
    beside = removed.merge(began, on="removal").merge(choices, on=["whose", "vendor"], suffixes=("", "_kept"))
    beside = beside[(beside["there"] == beside["there_kept"]) | ~beside["placed_kept"]]
    # Beside a removal in one article, the guide lets a vendor be an incumbent of another network only.
    beside["in_story"] = beside["story"] == beside["story_kept"]
    beside["elsewhere"] = ~overlap(beside["networks"], beside["networks_kept"])
    beside["later"] = (beside["day_kept"] < NEVER) & (beside["day_kept"] >= beside["began"])
    by_choice = beside.groupby(["removal", "fact_kept"]).agg(
        in_story=("in_story", "any"), later=("later", "any"), elsewhere=("elsewhere", "all")
    )
    stays = by_choice["in_story"] | (by_choice["later"] & by_choice["elsewhere"])
    return stays[stays].index.get_level_values("removal").unique().to_numpy()

"""Selections as numbers: whose, where, when, about which networks. So that very many are compared by columns, not one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd

NEVER = 1 << 22  # the day of a decision without a date: later than any
_DAYS = 1 << 23  # more days than lie between any two
_ALL = "telecom_equipment"


def coded(facts: pd.DataFrame) -> pd.DataFrame:
    """What decides of selections, a row for each of them (fact: its number). Their scopes are tuples.

    whose: the operator; one that no article names is known in its own story only. there: the operator in the fact's country,
    one that is not told is a country of its own; placed: whether it is told. vendor: in the order of their names. day: when it
    was decided, else reported, in days since 1970, or NEVER; until: the last day at most 12 months later, or -NEVER.
    networks: a bit for each part of a network; none when it is not told which, or it is all network equipment.
    """
    unnamed = facts["operator"].isna()
    whose = _alike(facts["operator"], facts["story"].where(unnamed), facts["operator_text"].where(unnamed))
    day = pd.to_datetime(facts["happened"]).to_numpy().astype("M8[D]")
    undated = np.isnat(day)
    return pd.DataFrame(
        {
            "fact": np.arange(len(facts)),
            "decision": facts["decision"],
            "whose": whose,
            "there": _alike(pd.Series(whose), facts["country"]),
            "placed": facts["country"].notna(),
            "vendor": pd.factorize(facts["vendor"], sort=True)[0],
            "story": pd.factorize(facts["story"])[0],
            "day": np.where(undated, NEVER, day.astype(np.int64)),
            "until": np.where(undated, -NEVER, _a_year_after(day).astype(np.int64)),
            "networks": _networks(facts["scope"]),
            "confidence": facts["confidence"].astype(float),
        }
    )


def overlap(one, other):
    """Whether two selections may be about the same part of a network. Of their networks: two numbers, or two columns of them."""
    return (one == 0) | (other == 0) | (one & other != 0)


def within_a_year(some: pd.DataFrame, others: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of facts in which the operator is the same, there, and the decisions are at most 12 months apart, by when they
    were made, else reported; not where one is not told. The numbers of the facts in some, and of those in others."""
    others = others[others["day"] < NEVER].sort_values(["there", "day"])
    first = np.searchsorted(_when(others, "until"), _when(some, "day"), "left")
    after = np.searchsorted(_when(others, "day"), _when(some, "until"), "right")
    many = np.maximum(after - first, 0)
    nth = np.arange(many.sum()) - np.repeat(many.cumsum() - many, many)
    return np.repeat(some["fact"].to_numpy(), many), others["fact"].to_numpy()[np.repeat(first, many) + nth]


def _when(facts: pd.DataFrame, day: str) -> np.ndarray:
    """One number for where and when, by which facts that are sorted by both are found."""
    return facts["there"].to_numpy() * _DAYS + facts[day].to_numpy()


def _alike(*told: pd.Series) -> np.ndarray:
    """The same number for rows that tell the same; nothing is the same as nothing."""
    columns = {n: pd.factorize(column)[0] for n, column in enumerate(told)}
    return pd.DataFrame(columns).groupby(list(columns), sort=False).ngroup().to_numpy()


def _a_year_after(day: np.ndarray) -> np.ndarray:
    """The same day of the next year; of a leap day the last of February."""
    month = day.astype("M8[M]")
    last = (month + 13).astype("M8[D]") - 1
    return np.minimum((month + 12).astype("M8[D]") + (day - month.astype("M8[D]")), last)


def _networks(scopes: pd.Series) -> np.ndarray:
    bits: dict[str, int] = {}
    known: dict[tuple[str, ...], int] = {}

    def networks(scope: tuple[str, ...]) -> int:
        if scope not in known:
            parts = () if _ALL in scope else (*scope, "ran") if "open_ran" in scope else scope
            known[scope] = sum({bits.setdefault(part, 1 << len(bits)) for part in parts})
        return known[scope]

    return np.fromiter((networks(scope) for scope in scopes), np.int64, len(scopes))

"""Which step meets an operator: the hardest that is in force, whatever milder ones were told since, with the latest beside it."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard import policy_queries
from tests.small_market import Market
from tests.test_pages import opened, words
from tests.views import view_of

BY_2027 = {"deadline": "2027", "deadline_end": date(2027, 12, 31)}
BY_2024 = {"deadline": "2024", "deadline_end": date(2024, 12, 31)}


def told(home, *steps: tuple) -> Market:
    """Britain's steps against Huawei (action, period, fields), which BT uses."""
    market = Market(home)
    market.load("2024-06-01")
    news = market.article("news", "BT uses Huawei. Britain acts.", "2024-05-01", "Wire")
    uses = {"operator": "BT", "vendor": "Huawei", "decision": "incumbent", "country": "GB"}
    market.fact("selections", news, "BT uses Huawei", **uses)
    for action, period, *more in steps:
        fields = {"authority": "GB", "vendor": "Huawei", "action": action, "period": period, **dict(*more)}
        market.fact("restrictions", news, "Britain acts", **fields)
    return market.publish()


@pytest.mark.parametrize(
    ("steps", "met"),
    [
        # A milder step that is told later takes nothing back.
        ([("ban", "2020-07", BY_2027), ("designate", "2021-03")], ("ban", "2027", "designate")),
        ([("limit", "2020"), ("consider", "2022")], ("limit", None, "consider")),
        ([("consider", "2019"), ("ban", "2020")], ("ban", None, "ban")),
        # Phase-outs are as hard as bans: what tells a deadline counts, and of several the latest.
        ([("phase_out", "2020", BY_2027), ("ban", "2022")], ("phase_out", "2027", "ban")),
        ([("ban", "2020", BY_2024), ("ban", "2022", BY_2027)], ("ban", "2027", "ban")),
        # What is allowed later is met no more, but for what came after that.
        ([("ban", "2018"), ("limit", "2019"), ("allow", "2020")], None),
        ([("ban", "2018"), ("allow", "2020"), ("designate", "2021")], ("designate", None, "designate")),
        ([("allow", "2018")], None),
        # Within one year nobody knows which was later, unless it is told.
        ([("ban", "2020"), ("allow", "2020-01-28")], ("ban", None, "ban")),
        ([("ban", "2020-01"), ("allow", "2020-03-01")], None),
        ([("ban", None), ("allow", "2020")], ("ban", None, "ban")),
    ],
)
def test_the_hardest_step_in_force_meets_an_operator(tmp_path, steps, met):
    rows, in_all = policy_queries.operators_met(view_of(told(tmp_path, *steps)))
    found = [tuple(row) for row in rows[["action", "deadline", "latest_action"]].astype(object).to_numpy()]
    found = [tuple(value if isinstance(value, str) else None for value in row) for row in found]
    assert found == ([met] if met else []) and in_all == len(found)


def test_the_page_tells_the_hardest_step_and_where_it_is_another_the_latest(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    told(tmp_path, ("ban", "2020-07", BY_2027), ("designate", "2021-03"))
    for page, address in (("restrictions", {}), ("country", {"country": "GB"}), ("company", {"company": "bt"})):
        said = words(opened(page, **address))
        assert ">Ban, by 2027</a>" in said and "told last: " in said and ">Designated a risk</a>" in said


def test_the_page_tells_a_step_once_where_it_is_the_latest_too(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    told(tmp_path, ("consider", "2019"), ("ban", "2020-07", BY_2027), ("ban", "2021"))
    said = words(opened("restrictions"))
    assert ">Ban, by 2027</a>" in said and "told last: " not in said

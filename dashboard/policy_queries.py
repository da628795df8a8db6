"""What governments do about vendors, as the articles tell it: the ladder, the deadlines ahead, the operators that it meets."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard import queries
from dashboard.sql import facts_in, matching, whole
from dashboard.view import View

# What an operator's latest word on a vendor must be for a measure against that vendor to meet it.
CHOSE = ("selected", "incumbent", "trial", "shortlisted")
AGAINST = (
    "consider",
    "designate",
    "limit",
    "ban",
    "phase_out",
)  # from the softest step to the hardest; the last two are equally hard
# What a row of `operators_met` tells beside the selection.
_MET = (
    "restriction_id",
    "action",
    "deadline",
    "deadline_end",
    "latest_id",
    "latest_action",
    "latest_deadline",
    "in_all",
    "operators",
)


def ladder(view: View, limit: int = 600) -> pd.DataFrame:
    """Restrictions through the view's filters for the chart, the latest first."""
    return queries.restrictions(view, limit)


def deadlines_ahead(view: View, limit: int = queries.PAGE) -> tuple[pd.DataFrame, int]:
    """Restrictions whose deadline ends on or after the viewed load's day, the nearest first, each told deadline once; and how
    many there are in all.

    said_by: how many stories tell it.
    """
    where, parameters = matching(view, "restriction")
    same = "authority, coalesce(vendor, vendor_text), action, deadline"
    order = "deadline_end, authority, vendor, fact_id"
    rows = view.ask(
        f"""with due as (select *, count(distinct story) over (partition by {same}) as said_by from {facts_in("restrictions")}
                         where {where} and deadline_end >= $today and action <> 'allow'
                         qualify row_number() over (partition by {same} order by confidence desc, published_on, fact_id) = 1),
                 nearest as (select place, said_by, count(*) over () as in_all from due order by {order} limit $limit)
            select * from {whole("restriction", "from nearest", "said_by", "in_all")} order by {order}""",
        **parameters,
        today=view.today,
        limit=limit,
    )
    return rows, queries.counted(rows)


def operators_met(view: View, limit: int = queries.PAGE) -> tuple[pd.DataFrame, int]:
    """Operators that use or chose a vendor in a country that has taken a step against that vendor; and how many rows in all.

    A row is the selection that says so, the operator's latest about the vendor there. restriction_id, action, deadline,
    deadline_end: the hardest step that is in force; latest_id, latest_action, latest_deadline: the latest step, which may say less
    ("designates" where it banned before). A step ends with an "allow" that is surely later. Of steps equally hard, one that tells a
    deadline counts before others, then the latest. operators: how many in all rows. Filters narrow the steps; the operator's the
    selections.
    """
    where, parameters = matching(view, "restriction", replace(view.filters, operator=()))
    whose = "operator is not null"
    if view.filters.operator:
        whose = "list_contains($operator, operator)"
        parameters["operator"] = [view.names.name(key) for key in view.filters.operator]
    rows = view.ask(
        f"""with told as (select authority, vendor as limited, fact_id, action, deadline, deadline_end, happened,
                                 -- A step "of 2020" may be of December: only what is after its whole time is surely later.
                                 coalesce(period_end, published_on) as until
                          from {facts_in("restrictions")} where {where} and vendor is not null),
                 since as (select *, max(happened) filter (action = 'allow') over (partition by authority, limited) as allowed from told),
                 steps as (select authority, limited, fact_id as restriction_id, action, deadline, deadline_end from since
                           where list_contains($against, action) and (until >= allowed) is distinct from false
                           qualify row_number() over (
                               partition by authority, limited
                               order by list_position($against, if(action = 'ban', 'phase_out', action)) desc,
                                        deadline_end is null, until desc nulls last, fact_id) = 1),
                 newest as (select authority, limited, fact_id as latest_id, action as latest_action, deadline as latest_deadline
                            from told qualify row_number() over (partition by authority, limited
                                                                 order by until desc nulls last, fact_id) = 1),
                 latest as (select place, operator, country, vendor, decision
                            from {facts_in("selections")} semi join steps on country = authority and vendor = limited where {whose}
                            qualify row_number() over (partition by operator, country, vendor
                                                       order by happened desc nulls last, confidence desc, fact_id) = 1),
                 met as (select place, steps.*, newest.* exclude (authority, limited), count(*) over () as in_all,
                                count(distinct operator) over () as operators
                         from latest join steps on country = authority and vendor = limited join newest using (authority, limited)
                         where list_contains($chose, decision)
                         order by deadline_end nulls last, country, operator, vendor limit $limit)
            select * from {whole("selection", "from met", *_MET)} order by deadline_end nulls last, country, operator, vendor""",
        **parameters,
        chose=list(CHOSE),
        against=list(AGAINST),
        limit=limit,
    )
    return rows, queries.counted(rows)

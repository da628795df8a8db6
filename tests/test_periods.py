"""Times in newspaper sentences, resolved against the day of publication."""

import re
import time

import pytest

from etl.extract.periods import find_periods, month_of
from etl.facts import PERIOD, period_span

PUBLISHED = "2020-06-25"  # a Thursday


def periods(text, published=PUBLISHED):
    return [mention.period for mention in find_periods(text, published)]


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("in 2019", "2019"),
        ("2019's total", "2019"),
        ("by 2030", "2030"),
        ("at the end of 2027", "2027"),
        ("late 2023", "2023"),
        ("early in 2019", "2019"),
        ("mid-2025", "2025-06"),
        ("in the middle of 2023", "2023-06"),
        ("2019-2021", "2021"),
        ("2019-20", "2020"),
        ("fiscal 2025", "2025"),
        ("fiscal year 2025", "2025"),
        ("FY2025", "2025"),
        ("FY25", "2025"),
        ("FY2024-25", "2025"),
        ("Q4 2019", "2019-Q4"),
        ("2019 Q4", "2019-Q4"),
        ("4Q19", "2019-Q4"),
        ("4Q 2019", "2019-Q4"),
        ("Q4'19", "2019-Q4"),
        ("the fourth quarter of 2019", "2019-Q4"),
        ("fourth-quarter 2019", "2019-Q4"),
        ("in the last three months of 2023", "2023-Q4"),
        ("in the first three months of 2024", "2024-Q1"),
        ("the first nine months of 2023", "2023"),
        ("the first half of 2020", "2020-H1"),
        ("H1 2020", "2020-H1"),
        ("1H20", "2020-H1"),
        ("June 2020", "2020-06"),
        ("in June of 2019", "2019-06"),
        ("25 June 2020", "2020-06-25"),
        ("June 25, 2020", "2020-06-25"),
        ("Dec. 9, 2019", "2019-12-09"),
        ("2020-06-25", "2020-06-25"),
        ("by the end of the 2020s", "2030"),
        ("January-March 2019", "2019-Q1"),
        ("in the January‑March period of 2019", "2019-Q1"),
        ("between April and June 2019", "2019-Q2"),
        ("April to September 2019", "2019-09"),
        ("the year to March 2024", "2024"),
        ("the year ended March 31, 2019", "2019"),
        ("the three months to September 2019", "2019-Q3"),
    ],
)
def test_a_dated_time_needs_no_publication_date(words, period):
    assert periods(f"It held 20% {words}.", None) == [period]


@pytest.mark.parametrize(
    ("words", "published", "period"),
    [
        ("last year", PUBLISHED, "2019"),
        ("this year", PUBLISHED, "2020"),
        ("next year", PUBLISHED, "2021"),
        ("by the end of next year", PUBLISHED, "2021"),
        ("a year ago", PUBLISHED, "2019-06"),
        ("five years ago", PUBLISHED, "2015-06"),
        ("six months ago", PUBLISHED, "2019-12"),
        ("last month", "2020-01-15", "2019-12"),
        ("last quarter", PUBLISHED, "2020-Q1"),
        ("last quarter", "2020-02-01", "2019-Q4"),
        ("this quarter", PUBLISHED, "2020-Q2"),
        ("in the quarter", "2021-02-05", "2020-Q4"),
        ("in the third quarter", "2020-12-01", "2020-Q3"),
        ("in the third quarter", PUBLISHED, "2019-Q3"),
        ("in the fourth quarter of last year", PUBLISHED, "2019-Q4"),
        ("in the first three months of this year", PUBLISHED, "2020-Q1"),
        ("in the first half", "2020-09-08", "2020-H1"),
        ("by its half-year tally", "2020-09-21", "2020-H1"),
        ("in the nine months to December", "2023-01-30", "2022"),
        ("in the quarter to June", "2018-07-20", "2018-Q2"),
        ("between October and December", "2023-01-30", "2022-Q4"),
        ("between April and June", "2023-08-11", "2023-Q2"),
        ("in October", PUBLISHED, "2019-10"),
        ("in February", PUBLISHED, "2020-02"),
        ("as of July", "2020-08-12", "2020-07"),
        ("last October", PUBLISHED, "2019-10"),
        ("by next March", "2024-09-01", "2025-03"),
        ("by December", "2025-01-10", "2024-12"),
        ("before the end of March", "2020-01-07", "2020-03"),
        ("on Wednesday", PUBLISHED, "2020-06-24"),
        ("on Friday", PUBLISHED, "2020-06-19"),
        ("on Thursday", PUBLISHED, "2020-06-25"),
        ("on Thursday", "2020-06", "2020-06"),
        ("yesterday", "2020-03-01", "2020-02-29"),
        ("now", PUBLISHED, "2020-06"),
        ("currently", PUBLISHED, "2020-06"),
        ("so far", PUBLISHED, "2020-06"),
        ("today", "2020", "2020"),
        ("by the end of the decade", PUBLISHED, "2030"),
        ("by decade's end", "2023-05-02", "2030"),
        ("when the decade closes", PUBLISHED, "2030"),
        ("by the close of the decade", "2019-05-02", "2020"),
        ("at the turn of the decade", PUBLISHED, "2020"),
        ("at the start of the decade", "2025-08-01", "2020"),
        ("within five years", PUBLISHED, "2025"),
        ("in two to three years", PUBLISHED, "2023"),
        ("over the next three years", PUBLISHED, "2023"),
        ("two years from now", PUBLISHED, "2022-06"),
        ("by Christmas", PUBLISHED, "2020-12"),
        ("by the end of the year", PUBLISHED, "2020-12"),
        ("at mid-year", "2024-10-29", "2024-06"),
        ("for the trailing four quarters", "2021-12-09", "2021"),
    ],
)
def test_a_relative_time_leans_on_the_publication_date(words, published, period):
    assert [p[: len(period)] for p in periods(f"It held 20% {words}, it said.", published)] == [period]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It took 24% in the third quarter of 2022 and 26% in the same three months of 2021.", ["2022-Q3", "2021-Q3"]),
        ("It took 24% in the third quarter of 2022, against 26% a year earlier.", ["2022-Q3", "2021-Q3"]),
        ("It took 24% in 2023, from 26% the year before.", ["2023", "2022"]),
        ("In 2019 it had 26%; a year later, 24%.", ["2019", "2020"]),
        ("It wants 20% by 2022. 12% that year would do.", ["2022", "2022"]),
        ("It took 31% in the first half of 2020; in the same half of 2019 it had 28%.", ["2020-H1", "2019-H1"]),
        ("In the January-March period of 2019 it led. A quarter later it did not.", ["2019-Q1", "2019-Q2"]),
        ("It wants 20% by 2028. By then the rest will be gone.", ["2028", "2028"]),
    ],
)
def test_a_time_may_lean_on_one_named_before_it(text, expected):
    assert periods(text, "2024-05-02") == expected


def test_a_year_earlier_does_not_reach_over_sentences():
    text = "Nokia built it in 2017. It is to go. Masts stay. The tally stood at 140 twelve months earlier."
    assert periods(text, "2024-10-08")[-1] == "2023-10"


def test_a_month_or_quarter_after_will_lies_ahead():
    assert periods("It will switch on 5G in October") == ["2020-10"]
    assert periods("It switched on 5G in October") == ["2019-10"]
    assert periods("The network should open in the third quarter") == ["2020-Q3"]
    assert periods("The deal will close in Q1") == ["2021-Q1"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("by 2030", "deadline"),
        ("come 2022", "deadline"),
        ("before the end of 2027", "deadline"),
        ("until the end of 2025", "deadline"),
        ("no later than 2028", "deadline"),
        ("within five years", "deadline"),
        ("when the decade closes", "deadline"),
        ("since 2014", "since"),
        ("from June 2019", "since"),
        ("from a year earlier", "point"),
        ("in 2019", "point"),
        ("2019-2021", "range"),
        ("currently", "now"),
        ("since then", "now"),
    ],
)
def test_the_words_before_a_time_say_what_kind_it_is(words, kind):
    (mention,) = find_periods(f"It is so {words}.", PUBLISHED)
    assert (mention.kind, mention.text) == (kind, words)


@pytest.mark.parametrize(
    "text",
    [
        "It sold 2000 base stations for $2020 and 2,019 radios at 2100 MHz.",
        "Release 2020.5 of the software, model 20190, and the 2020s",
        "The contract runs over seven years.",
        "It was its worst quarter, the first loss in five years.",
        "It may march on, and so may its august rival.",
        "https://example.com/2020/06/share",
        "It cost $2019m.",
    ],
)
def test_what_names_no_time_is_left_alone(text):
    assert periods(text) == []


def test_without_a_publication_date_relative_times_are_left_out():
    text = "Last year, now, five years ago, in October, on Thursday, the third quarter, yesterday, this decade's end"
    assert periods(text, None) == []


def test_every_period_is_one_the_facts_accept():
    text = (
        "On 29 February 2020, a year later, in 4Q19, a year earlier, by 31 June, since mid-March, 30 February 2021, "
        "two quarters ago, in the second half of next year, a decade ago, on Monday, by decade's end, "
        "three months from now"
    )
    for mention in find_periods(text, "2020-06-25"):
        assert re.match(PERIOD, mention.period)
        period_span(mention.period)
        assert text[mention.start : mention.end] == mention.text


def test_month_of_a_publication_date():
    assert [month_of(day) for day in ("2020-06-25", "2020-06", "2020", None)] == ["2020-06", "2020-06", "2020", None]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "9" * 1_000_000,
        " " * 300_000,
        "in " * 100_000,
        "January " * 20_000,
        "2019-" * 40_000,
        "by the end of " * 30_000,
        "a year earlier " * 20_000,
        "will " * 50_000 + "in October",
    ],
)
def test_hostile_text_is_read_in_linear_time(text):
    start = time.perf_counter()
    find_periods(text, PUBLISHED)
    assert time.perf_counter() - start < 10

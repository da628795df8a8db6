"""What a person says of a fact holds over what the reader reads, now and after any later reading."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from etl.facts import FACT, fact_ids
from etl.reviews import READER, Made, lay_over, standing, with_sentence, written_id
from etl.rows import FACT_TABLES, fact_row

TEXT = "Nokia held 20% of the market in 2024. Ericsson held 31%."
QUOTE = "Nokia held 20% of the market in 2024."


def figure(quote: str = QUOTE, text: str = TEXT, **more):
    start = text.index(quote)
    told = {"kind": "figure", "companies": ["Nokia"], "metric": "market_share", "status": "actual", "value": 20.0}
    place = {"quote": quote, "start": start, "end": start + len(quote)}
    return FACT.validate_python({**told, "unit": "percent", "period": "2024", "confidence": 0.6, **place, **more})


def rows_of(*facts):
    rows = {table: [] for table in FACT_TABLES.values()}
    for fact_id, fact in zip(fact_ids("a1", list(facts)), facts, strict=True):
        rows[FACT_TABLES[fact.kind]].append(fact_row(fact, fact_id, "a1", "reader 1"))
    return rows


READ = rows_of(figure())
ROW = READ["figures"][0]


def review(action: str, number: int = 1, fact_id: str = ROW["fact_id"], before: dict | None = None, **after) -> Made:
    before = ROW if before is None else before
    return Made(f"r{number}", datetime(2026, 1, number), "ann", action, fact_id, "a1", "figure", before, after, "why")


def test_an_accepted_fact_is_sure():
    rows, verdicts = lay_over("a1", TEXT, READ, [review("accept")])
    assert [(r["fact_id"], r["value"], r["confidence"]) for r in rows["figures"]] == [(ROW["fact_id"], 20.0, 1.0)]
    assert [v.state for v in verdicts] == ["fresh"]


def test_a_corrected_fact_keeps_its_id_and_tells_who_read_it():
    rows, _ = lay_over("a1", TEXT, READ, [review("correct", value=21.0, period="2023")])
    (row,) = rows["figures"]
    assert (row["fact_id"], row["value"], row["period"], row["reader"]) == (ROW["fact_id"], 21.0, "2023", READER)
    assert str(row["period_start"]) == "2023-01-01"
    assert TEXT[row["start"] : row["end"]] == row["quote"]


def test_a_rejected_fact_is_gone_and_stays_gone_when_a_better_reader_quotes_it_otherwise():
    assert lay_over("a1", TEXT, READ, [review("reject")])[0]["figures"] == []
    again = rows_of(figure("Nokia held 20%"))
    assert again["figures"][0]["fact_id"] != ROW["fact_id"]
    assert lay_over("a1", TEXT, again, [review("reject")])[0]["figures"] == []


def test_a_corrected_fact_stands_beside_no_second_reading_of_it():
    again = rows_of(figure("Nokia held 20%"), figure("Ericsson held 31%.", companies=["Ericsson"], value=31.0))
    rows, _ = lay_over("a1", TEXT, again, [review("correct", period="2023")])
    assert sorted((r["companies"], r["period"]) for r in rows["figures"]) == [
        (["Ericsson"], "2024"),
        (["Nokia"], "2023"),
    ]


def test_a_fact_that_the_reader_no_longer_finds_is_kept_as_reviewed():
    rows, _ = lay_over("a1", TEXT, rows_of(), [review("accept")])
    assert [r["value"] for r in rows["figures"]] == [20.0]


def test_a_review_of_words_that_are_gone_is_stale_and_the_reader_holds_again():
    text = TEXT.replace("20% of the market", "22% of the market")
    read = rows_of(figure("Nokia held 22% of the market in 2024.", text, value=22.0))
    rows, verdicts = lay_over("a1", text, read, [review("correct", value=21.0)])
    assert [r["value"] for r in rows["figures"]] == [22.0]
    assert [v.state for v in verdicts] == ["stale"]


def test_words_that_moved_are_found_where_they_stand_now():
    text = f"New first line. {TEXT}"
    rows, _ = lay_over("a1", text, rows_of(), [review("accept")])
    (row,) = rows["figures"]
    assert text[row["start"] : row["end"]] == QUOTE and row["start"] == 16


def test_an_undone_review_gives_way_to_the_one_before():
    reviews = [review("correct", 1, value=21.0), review("reject", 2), review("undo", 3)]
    assert lay_over("a1", TEXT, READ, reviews)[0]["figures"][0]["value"] == 21.0
    assert standing([*reviews, review("undo", 4)]) == []
    assert lay_over("a1", TEXT, READ, [*reviews, review("undo", 4)])[0] == READ


def test_a_missed_fact_is_written():
    after = figure("Ericsson held 31%.", companies=["Ericsson"], value=31.0).model_dump(exclude={"kind", "confidence"})
    fact_id = written_id("a1", "figure", after)
    rows, _ = lay_over("a1", TEXT, READ, [review("write", fact_id=fact_id, before={}, **after)])
    assert sorted(r["value"] for r in rows["figures"]) == [20.0, 31.0]
    assert lay_over("a1", TEXT, READ, [review("write", fact_id=fact_id, before={}, **after)])[0] == rows


def test_what_is_no_fact_is_not_written():
    with pytest.raises(ValidationError):
        written_id("a1", "figure", {"quote": "x", "start": 0, "end": 1, "companies": [], "metric": "rank"})


def test_a_mark_on_a_target_leaves_its_row_alone():
    rows, verdicts = lay_over("a1", TEXT, READ, [review("abandon")])
    assert rows == READ and [v.review.action for v in verdicts] == ["abandon"]


def test_of_two_facts_in_the_same_words_the_one_that_was_reviewed_is_meant():
    read = rows_of(figure(), figure(period="2023"))
    ids = {row["period"]: row["fact_id"] for row in read["figures"]}
    (row,) = (row for row in read["figures"] if row["period"] == "2023")
    rows, _ = lay_over("a1", TEXT, read, [review("reject", fact_id=ids["2023"], before=row)])
    assert [row["fact_id"] for row in rows["figures"]] == [ids["2024"]]
    rows, _ = lay_over("a1", TEXT, read, [review("correct", fact_id=ids["2023"], before=row, period="2024")])
    assert [(row["fact_id"], row["period"]) for row in rows["figures"]] == [(ids["2023"], "2024")]


def test_a_mark_stands_beside_what_was_corrected_before():
    reviews = [review("correct", 1, status="target"), review("revise", 2), review("abandon", 3)]
    rows, verdicts = lay_over("a1", TEXT, READ, reviews)
    assert [row["status"] for row in rows["figures"]] == ["target"]
    assert [v.review.action for v in verdicts] == ["correct", "revise", "abandon"]


def kept(made: Made, text: str = TEXT) -> Made:
    """A review as the store keeps it."""
    return with_sentence(made, text)


BEFORE_IT = "An update of Tuesday, with a new first paragraph that is longer than the sentences below it.\n\n"


@pytest.mark.parametrize(("action", "after", "left"), [("reject", {}, []), ("correct", {"period": "2023"}, ["2023"])])
def test_a_review_meets_a_reader_that_quotes_otherwise_where_its_words_stand_now(action, after, left):
    text = BEFORE_IT + TEXT
    again = rows_of(figure("Nokia held 20%", text))
    assert again["figures"][0]["fact_id"] != ROW["fact_id"]
    rows, _ = lay_over("a1", text, again, [review(action, **after)])
    assert [row["period"] for row in rows["figures"]] == left


SHORT = figure("Nokia held 20%")
SHORT_ROW = rows_of(SHORT)["figures"][0]


def state(text: str, *, sentence: bool = True, action: str = "reject") -> str:
    """What a review of the short quote is on a later text."""
    made = review(action, fact_id=SHORT_ROW["fact_id"], before=SHORT_ROW)
    (verdict,) = lay_over("a1", text, rows_of(), [kept(made) if sentence else made])[1]
    return verdict.state


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("in 2024", "in 2025"),
        TEXT.replace("of the market", "of the patents"),
        f"In Europe {TEXT}",
        "Sales fell after Nokia held 20% of the market. Ericsson held 31%.",
        TEXT.replace("2024.", "2024, a source said."),
    ],
)
def test_a_review_is_stale_when_its_sentence_says_something_else_around_the_same_words(text):
    assert state(text) == "stale"
    assert state(text, sentence=False) == "fresh"  # one that was made before sentences were kept


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        BEFORE_IT + TEXT,
        TEXT.replace("held 20% of", "held\n20%  of"),
        TEXT.replace("31%", "33%"),
        f"So it is! {TEXT}",
    ],
)
def test_a_review_is_fresh_while_its_sentence_stands_however_it_is_set(text):
    assert state(text) == "fresh"


def test_of_the_same_words_twice_those_in_the_reviewed_sentence_are_meant():
    text = f"Nokia held 20% of the patents in 2024. {TEXT}"
    made = kept(review("accept", fact_id=SHORT_ROW["fact_id"], before=SHORT_ROW))
    (row,) = lay_over("a1", text, rows_of(), [made])[0]["figures"]
    assert row["start"] == text.rindex("Nokia")


def test_a_written_fact_has_its_sentence_too_and_takes_the_place_of_a_later_reading_of_it():
    after = figure("Ericsson held 31%", companies=["Ericsson"], value=31.0).model_dump(exclude={"kind", "confidence"})
    made = kept(review("write", fact_id=written_id("a1", "figure", after), before={}, **after))
    assert made.before == {"sentence": "Ericsson held 31%."}
    found = rows_of(figure("Ericsson held 31%.", companies=["Ericsson"], value=31.0))
    assert [row["reader"] for row in lay_over("a1", TEXT, found, [made])[0]["figures"]] == [READER]
    other = rows_of(figure("Ericsson held 31%.", companies=["Ericsson"], value=31.0, period="2020"))
    assert len(lay_over("a1", TEXT, other, [made])[0]["figures"]) == 2

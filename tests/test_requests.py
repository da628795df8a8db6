"""Requests are left whole, stand in their order, and are answered once."""

import pytest
from pydantic import ValidationError

from etl import disk, requests
from etl.requests import Addition, Answer, Naming, RequestError, Review


def review(**more) -> Review:
    return Review(**{"action": "accept", "article_id": "a1", "kind": "figure", "fact_id": "f1", **more})


def test_requests_wait_in_the_order_in_which_they_were_left(tmp_path):
    left = [requests.ask(tmp_path, "ann@example.com", review(why=str(n))) for n in range(5)]
    assert [r.id for r in requests.waiting(tmp_path)] == left
    assert [r.asks.why for r in requests.waiting(tmp_path)] == list("01234")
    assert {r.who for r in requests.waiting(tmp_path)} == {"ann@example.com"}


def test_an_answered_request_waits_no_more(tmp_path):
    number = requests.ask(tmp_path, "local", Naming(name="Vivacom", role="operator", canonical="Vivacom", country="BG"))
    assert requests.answer_of(tmp_path, number).state == "waiting"
    requests.answer(tmp_path, Answer(id=number, state="done", line="added", load=3))
    assert requests.answer_of(tmp_path, number) == Answer(id=number, state="done", line="added", load=3)
    assert not list(requests.waiting(tmp_path))


@pytest.mark.parametrize("number", ["", "../../etc/passwd", "1", "00000000000000000001-abcdef01"])
def test_what_was_never_asked_has_no_answer(tmp_path, number):
    with pytest.raises(RequestError, match="no such request"):
        requests.answer_of(tmp_path, number)


def test_a_spoiled_request_is_answered_and_the_others_go_on(tmp_path):
    number = requests.ask(tmp_path, "local", review())
    later = requests.ask(tmp_path, "local", review())
    (tmp_path / f"queue/waiting/{number}.json").write_text('{"id": 1}')
    assert [r.id for r in requests.waiting(tmp_path)] == [later]
    assert requests.answer_of(tmp_path, number).state == "refused"


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk.os, "fsync", full)
    with pytest.raises(RequestError, match="No space left on device"):
        requests.ask(tmp_path, "local", review())
    with pytest.raises(RequestError, match="add it again"):
        requests.keep_file(tmp_path, b"text")
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_file_of_an_addition_lies_in_the_queue_and_nowhere_else(tmp_path):
    kept = requests.keep_file(tmp_path, b"%PDF-")
    assert (tmp_path / "queue/files" / kept).read_bytes() == b"%PDF-"
    assert Addition(file=kept, name="report.pdf").file == kept
    with pytest.raises(ValidationError):
        Addition(file="../../store.duckdb", name="report.pdf")

"""A file is whole or not there, whoever writes it and whatever ends the writing."""

from __future__ import annotations

import os
import threading

import pytest

from etl import disk


def test_what_was_there_stays_when_the_writing_is_broken_off(tmp_path):
    place = tmp_path / "facts.jsonl"
    disk.write_whole(place, b"before")
    with pytest.raises(KeyboardInterrupt), disk.whole(place) as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("facts.jsonl", b"before")]


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        disk.write_whole(tmp_path / "deep/down/file", b"words")
    assert not list((tmp_path / "deep/down").iterdir())


def test_two_who_write_one_file_at_once_do_not_disturb_each_other(tmp_path):
    place, halfway, done = tmp_path / "file", threading.Event(), threading.Event()

    def first() -> None:
        with disk.whole(place) as file:
            file.write(b"first")
            halfway.set()
            done.wait(60)

    thread = threading.Thread(target=first)
    thread.start()
    assert halfway.wait(60)
    disk.write_whole(place, b"second")
    assert place.read_bytes() == b"second"
    done.set()
    thread.join(60)
    assert place.read_bytes() == b"first" and len(list(tmp_path.iterdir())) == 1

"""data/sources.toml: what stands in it, and one clear line for each thing that cannot."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from etl.sources.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).resolve().parent.parent
WEB = '[web]\ncontact = "desk@analysts.example"\n'
FEED = '[[source]]\nname = "nokia"\nkind = "feed"\nurl = "https://news.example/feed"\n'


@pytest.fixture
def settings(tmp_path):
    def of(words: str) -> Settings:
        path = tmp_path / "sources.toml"
        path.write_text(words)
        return read_settings(path)

    return of


def test_the_bundled_file_asks_nothing_of_the_network():
    bundled = read_settings(ROOT / "data" / "sources.toml")
    assert (bundled.source, bundled.web.allow) == ((), ())


def test_the_examples_in_the_bundled_file_are_right_when_their_marks_are_taken_away(settings):
    lines = (ROOT / "data" / "sources.toml").read_text().splitlines()
    told = settings(
        "\n".join(
            line.removeprefix("#") if line.startswith("#") and not line.startswith("# ") else line for line in lines
        )
    )
    assert [source.kind for source in told.source] == ["feed", "sitemap", "pages", "folder"]
    assert told.web.contact


def test_without_a_file_there_are_no_sources(tmp_path):
    assert read_settings(tmp_path / "sources.toml").source == ()


def test_a_source_is_found_by_its_name(settings):
    told = settings(WEB + FEED)
    assert told.named("nokia").url == "https://news.example/feed"
    with pytest.raises(SettingsError, match=r'no source "nokio"; sources\.toml has nokia'):
        told.named("nokio")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (WEB + FEED + "limt = 3", 'sources.toml line 7: limt: no such key (allowed: name, kind, url, text, publisher, limit)'),
        (WEB + "dely = 3\n", "sources.toml line 3: dely: no such key (allowed: contact, delay, timeout, "),
        ("colour = 3", "sources.toml line 1: colour: no such key (allowed: web, folders, source)"),
        (WEB + FEED + "limit = 0", "sources.toml line 7: limit: Input should be greater than or equal to 1"),
        (WEB + FEED + 'text = "most"', "sources.toml line 7: text: Input should be 'full' or 'partial'"),
        (WEB + FEED.replace("feed", "fed", 1), "sources.toml line 5: kind: must be one of feed, sitemap, pages, folder"),
        (WEB + FEED.replace('kind = "feed"\n', ""), "sources.toml line 3: kind: must be one of feed, sitemap, pages, folder"),
        (WEB + FEED.replace('url = "https://news.example/feed"', ""), "sources.toml line 3: url: is missing; add it"),
        (WEB + FEED.replace("nokia", "Nokia!"), "sources.toml line 4: name: want small letters, digits and hyphens"),
        (WEB + FEED.replace("nokia", "inbox"), "sources.toml line 4: name: want small letters"),
        (WEB + FEED.replace("https://", "https://me:secret@"), "sources.toml line 6: url: holds a user name or password"),
        (
            WEB + FEED.replace("https://news.example", "file:///etc"),
            'sources.toml line 6: url: only http and https addresses are fetched, not "file:"',
        ),
        (WEB + FEED + "\n" + FEED, 'sources.toml line 9: name "nokia" is given twice'),
        (FEED, 'sources.toml line 2: source "nokia" asks the web, and hosts must know who asks; write contact'),
        ('[web]\ncontact = "a\\nb"', "sources.toml line 2: contact: one line of plain characters"),
        ("[[source]\n", "sources.toml: Expected"),
        ('[[source]]\nname = "x"\nkind = "pages"\nurls = []', "sources.toml line 4: urls: "),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_its_key_and_what_is_allowed(settings, words, line):
    with pytest.raises(SettingsError) as raised:
        settings(words)
    assert str(raised.value).startswith(line) or line in str(raised.value)
    assert "secret" not in str(raised.value)
    assert str(raised.value).count("\n") == 0


def test_every_fault_is_told_at_once(settings):
    with pytest.raises(SettingsError) as raised:
        settings(WEB + "delay = -1\n" + FEED + "limit = 0")
    assert [line.split(": ")[0] for line in str(raised.value).splitlines()] == [
        "sources.toml line 3",
        "sources.toml line 8",
    ]


@pytest.mark.parametrize("path", ["../outside", "/etc", "file:///etc", "inside/../../outside", "link"])
def test_a_folder_outside_the_allowed_ones_is_refused(settings, tmp_path, path):
    home = tmp_path / "data"
    (home / "inside").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (home / "link").symlink_to(tmp_path / "outside")
    (home / "sources.toml").write_text(f'[[source]]\nname = "x"\nkind = "folder"\npath = "{path}"\n')
    with pytest.raises(SettingsError, match=r'sources.toml line 4: source "x": path ".*" leaves the folder'):
        read_settings(home / "sources.toml")


def test_the_operator_can_allow_a_folder_elsewhere(settings, tmp_path):
    (tmp_path / "outside" / "news").mkdir(parents=True)
    home = tmp_path / "data"
    home.mkdir()
    words = f'folders = ["{tmp_path}/outside"]\n[[source]]\nname = "x"\nkind = "folder"\npath = "../outside/news"\n'
    (home / "sources.toml").write_text(words)
    told = read_settings(home / "sources.toml")
    assert told.folder_of(told.source[0]) == tmp_path / "outside" / "news"


def test_the_bundled_file_is_toml():
    assert tomllib.loads((ROOT / "data" / "sources.toml").read_text()) is not None

"""A reader for tests of what lies around the reader: it knows one kind of sentence, "Nokia holds 15% of the market" (when it says
"about", it is not so sure).

`python -m tests.plain_reader WAREHOUSE FOLDER...` runs the ETL with it, in a process that a test can lose.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from functools import partial
from pathlib import Path

from etl import pipeline
from etl.article import Article
from etl.extract.outcome import NewName, Reading, Unread
from etl.facts import Figure
from etl.reading import read_all

_SHARE = re.compile(r"(Nokia|Ericsson|Huawei|NEC|ZTE) holds (?:about )?([\d.]+)% of the market")
_UNREAD = re.compile(r"(Nokia|Ericsson|Huawei|NEC|ZTE) may hold [^.]*\.")
_NEW = re.compile(r"newcomer (\w+)")


def read_shares(article: Article) -> Reading:
    """The shares that an article states. A text can also ask for a fault: a crash, a process that dies, one that waits."""
    if re.search("[\u3040-\u30ff]", article.text):
        return Reading(language="ja", skipped="not in English (ja)")
    if "the reader crashes" in article.text:
        raise RuntimeError("no such word")
    if "the user stops" in article.text:
        raise KeyboardInterrupt
    if "the process dies" in article.text:
        os.kill(os.getpid(), signal.SIGKILL)
    for signpost in re.findall(r"wait for (\S+)", article.text):
        Path(f"{signpost}.waiting").touch()
        while not Path(signpost).exists():
            time.sleep(0.02)
    facts = [
        Figure(
            companies=[share[1]], metric="market_share", status="actual", value=float(share[2]), unit="percent",
            confidence=0.3 if "about" in share[0] else 0.9,
            quote=share[0], start=share.start(), end=share.end(), period=(article.published or "")[:7] or None,
        )
        for share in _SHARE.finditer(article.text)
    ]  # fmt: skip
    unread = [Unread(words[0], words.start(), words.end(), "no number") for words in _UNREAD.finditer(article.text)]
    new = [NewName(name, "vendor") for name in _NEW.findall(article.text)]
    return Reading(facts, unread, new, "en")


def plain_reader(version: str = "plain 1", registry: str = "names 1", threshold: float = 0.5) -> pipeline.Reader:
    """The pipeline's reader, with read_shares for an extractor."""
    return pipeline.Reader(version, registry, threshold, partial(read_all, reader=read_shares))


if __name__ == "__main__":
    pipeline.BATCH = 2
    warehouse, *folders = map(Path, sys.argv[1:])
    pipeline.run(warehouse, folders, reader=plain_reader())

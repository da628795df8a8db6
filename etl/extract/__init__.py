"""An article in, its facts out: a pure function of text, date and publisher, with no clock or network in it."""

from __future__ import annotations

from etl.extract.outcome import NewName, Reading, Unread
from etl.extract.reader import default_threshold, read_article, reader_version

__all__ = ["NewName", "Reading", "Unread", "default_threshold", "read_article", "reader_version"]

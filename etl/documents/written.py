"""Plain text, and Markdown with what stands in front of it."""

from __future__ import annotations

import re

import frontmatter
import yaml

from etl.dates import find_dateline, parse_published
from etl.documents.page import Page


def read_text(words: str) -> Page:
    return Page(text=words, title=headline(words))


def headline(words: str) -> str | None:
    """The first line above the running text that looks like a headline rather than like page chrome."""
    for line in [line.strip() for line in words.splitlines() if line.strip()][:12]:
        if len(line) > 200:
            return None
        glued = re.findall(r"[a-z][A-Z][a-z]", line)  # "ShareIcon FacebookIcon": labels of pictures run together
        byline = re.match(r"(by|from|share|follow|print|listen|sign|log|subscribe|photo|image)\b", line, re.IGNORECASE)
        ends_as_sentence = line.endswith((".", ":", ";", ","))
        dated = find_dateline(line) != (None, None)
        if len(line.split()) >= 4 and len(glued) < 3 and not (byline or ends_as_sentence or dated or "|" in line):
            return line
    return None


def read_markdown(words: str) -> Page:
    from etl.markup import markdown_text
    from etl.metadata import language_code, web_address

    fields, body, warnings = _front_matter(words)
    text = markdown_text(body)
    first = re.search(r"^\s{0,3}#{1,2}\s+(.+?)\s*#*$", body, re.MULTILINE)
    written = _told(fields, "published", "date", "published_at", "publish_date")
    published = None
    if written:
        try:
            published = parse_published(written)
        except ValueError as error:
            warnings.append(str(error))
    return Page(
        text=text,
        title=_told(fields, "title", "headline") or (markdown_text(first.group(1)) if first else None),
        published=published,
        published_from="metadata",
        publisher=_told(fields, "publisher", "site", "source"),
        source_url=web_address(_told(fields, "source_url", "url", "link", "canonical")),
        language=language_code(_told(fields, "language", "lang")),
        warnings=tuple(warnings),
    )


def _front_matter(words: str) -> tuple[dict, str, list[str]]:
    """Front matter's fields, the body below it, and a warning when the fields are not YAML.

    Hand-written front matter often has a colon in an unquoted title; its lines are then taken as they stand.
    """
    words = words.lstrip()
    try:
        fields, body = frontmatter.parse(words, handler=_AsWritten())
        return (fields if isinstance(fields, dict) else {}), body, []
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        _, block, body = re.split(r"^---\s*$", words, maxsplit=2, flags=re.MULTILINE)
        fields = dict(re.findall(r"^(\w+):[ \t]*(.*?)[ \t]*$", block, re.MULTILINE))
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        return fields, body, [f"front matter{line} is not YAML (quote values that hold a colon); read as plain lines"]


class _AsWritten(frontmatter.YAMLHandler):
    """Front matter whose values stay the words that were written: YAML would refuse all of it for one impossible date."""

    def load(self, fm: str, **kwargs: object) -> object:
        return yaml.load(fm, Loader=yaml.BaseLoader)


def _told(fields: dict, *names: str) -> str | None:
    """The first of these fields that holds words."""
    for name in names:
        if isinstance(fields.get(name), str) and fields[name].strip().lower() not in {"", "null", "~"}:
            return " ".join(fields[name].split())
    return None

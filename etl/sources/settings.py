"""data/sources.toml: which sources a run takes, and how the web is asked. Every fault names its line, its key and what is allowed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from etl.errors import EtlError
from etl.sources.addresses import AddressRefused, checked_url

RESERVED = ("bundled", "inbox", "added", "file", "stdin")


class SettingsError(EtlError):
    """The file of sources cannot be used. One line for each fault."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _web_address(written: str) -> str:
    try:
        return str(checked_url(written))
    except AddressRefused as error:
        raise ValueError(str(error)) from None


class Web(_Strict):
    """How the web is asked. Times in seconds."""

    contact: str = ""  # an e-mail address or a page
    delay: float = Field(2.0, ge=0, le=3600)
    timeout: float = Field(20.0, gt=0, le=600)
    longest: float = Field(120.0, gt=0, le=3600)
    megabytes: float = Field(20.0, gt=0, le=20)
    attempts: int = Field(4, ge=1, le=10)
    longest_wait: float = Field(120.0, ge=0, le=3600)
    allow: tuple[str, ...] = ()

    @field_validator("contact")
    @classmethod
    def _one_line(cls, contact: str) -> str:
        if not re.fullmatch(r"[\x20-\x7e]{0,200}", contact):
            raise ValueError("one line of plain characters: an e-mail address or the address of a page")
        return contact


class _Source(_Strict):
    name: str

    @field_validator("name")
    @classmethod
    def _sound(cls, name: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}", name) or name in RESERVED:
            raise ValueError(f"want small letters, digits and hyphens, and none of {', '.join(RESERVED)}")
        return name


class FeedSource(_Source):
    """An RSS, Atom or JSON feed. text: whether its entries carry the "full" text, or only part of it ("partial")."""

    kind: Literal["feed"]
    url: str
    text: Literal["full", "partial"] = "partial"
    publisher: str | None = None
    limit: int = Field(50, ge=1, le=10_000)
    _address = field_validator("url")(_web_address)


class SitemapSource(_Source):
    """A sitemap or an index of sitemaps. match: words of which an address must hold one; none: all are taken."""

    kind: Literal["sitemap"]
    url: str
    match: tuple[str, ...] = ()
    publisher: str | None = None
    limit: int = Field(50, ge=1, le=10_000)
    _address = field_validator("url")(_web_address)


class PagesSource(_Source):
    """Single pages, each looked at again in every run."""

    kind: Literal["pages"]
    urls: tuple[str, ...] = Field(min_length=1)
    publisher: str | None = None

    @field_validator("urls")
    @classmethod
    def _addresses(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_web_address(url) for url in urls))


class FolderSource(_Source):
    """A folder of files, inside the folder of sources.toml or inside one that `folders` allows."""

    kind: Literal["folder"]
    path: str


Source = Annotated[FeedSource | SitemapSource | PagesSource | FolderSource, Field(discriminator="kind")]


class Settings(_Strict):
    """The whole file. home: the folder that it lies in, from which relative paths are reckoned."""

    web: Web = Web()
    folders: tuple[str, ...] = ()
    source: tuple[Source, ...] = ()
    home: Path = Field(Path(), exclude=True)

    def named(self, name: str) -> FeedSource | SitemapSource | PagesSource | FolderSource:
        """The source of a name. Raises SettingsError."""
        for source in self.source:
            if source.name == name:
                return source
        names = ", ".join(sorted(source.name for source in self.source)) or "none"
        raise SettingsError(f'no source "{name}"; sources.toml has {names}, and there are bundled, inbox and added')

    def folder_of(self, source: FolderSource) -> Path:
        """The folder of a source. Raises SettingsError when it leaves the allowed ones, also through a link."""
        folder = (self.home / source.path).resolve()
        allowed = [self.home.resolve(), *(Path(self.home / place).resolve() for place in self.folders)]
        if "://" in source.path or not any(folder.is_relative_to(place) for place in allowed):
            raise SettingsError(
                f'source "{source.name}": path "{source.path}" leaves the folder of sources.toml; '
                "move the files there, or add their folder to folders = [...]"
            )
        return folder


def read_settings(path: Path) -> Settings:
    """The settings of a file; without one there are no sources. Raises SettingsError."""
    try:
        written = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(home=path.parent)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read ({error}); save it as UTF-8") from error
    try:
        told = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name}: {error}; see the examples in docs/sources.md") from error
    told.pop("home", None)
    try:
        settings = Settings(**told, home=path.parent)
    except ValidationError as error:
        faults = [_fault(fault, path.name, written, told) for fault in error.errors()]
        raise SettingsError("\n".join(dict.fromkeys(faults))) from None
    _check_whole(settings, path.name, written)
    return settings


def _check_whole(settings: Settings, file: str, written: str) -> None:
    """What single fields cannot tell: names given twice, folders that leave, and no word of who asks."""
    names = [source.name for source in settings.source]
    for number, source in enumerate(settings.source):
        where = f"{file}{_line(written, ('source', number, 'name'))}"
        if names.index(source.name) != number:
            raise SettingsError(f'{where}: name "{source.name}" is given twice; give each source its own')
        if source.kind == "folder":
            try:
                settings.folder_of(source)
            except SettingsError as error:
                raise SettingsError(f"{file}{_line(written, ('source', number, 'path'))}: {error}") from None
        elif not settings.web.contact:
            raise SettingsError(
                f'{where}: source "{source.name}" asks the web, and hosts must know who asks; '
                'write contact = "an e-mail address or page" under [web]'
            )


def _fault(fault: dict, file: str, written: str, told: dict) -> str:
    # A union's own name stands in the place of a fault: it is no key of the file.
    place = tuple(part for part in fault["loc"] if part not in ("feed", "sitemap", "pages", "folder"))
    if fault["type"].startswith("union_tag"):
        place = (*place, "kind")
    key = next((part for part in reversed(place) if isinstance(part, str)), "?")
    return f"{file}{_line(written, place)}: {key}: {_reason(fault, key, _kind_at(place, told))}"


def _reason(fault: dict, key: str, kind: str | None) -> str:
    kinds = {"feed": FeedSource, "sitemap": SitemapSource, "pages": PagesSource, "folder": FolderSource}
    match fault["type"]:
        case "extra_forbidden":
            model = kinds.get(kind or "", Web if fault["loc"][0] == "web" else Settings)
            return f"no such key (allowed: {', '.join(name for name in model.model_fields if name != 'home')})"
        case "missing":
            return "is missing; add it"
        case "union_tag_invalid" | "union_tag_not_found":
            return f"must be one of {', '.join(kinds)}"
        case _:
            return fault["msg"].removeprefix("Value error, ")


def _kind_at(place: tuple, told: dict) -> str | None:
    if len(place) > 1 and place[0] == "source" and isinstance(place[1], int):
        source = told["source"][place[1]]
        return source.get("kind") if isinstance(source, dict) else None
    return None


def _line(written: str, place: tuple) -> str:
    """ " line 7" of a key in the file, or of the table that it should stand in; "" when neither is found."""
    lines = written.splitlines()
    start = 0
    if place and place[0] in ("source", "web"):
        heads = [n for n, line in enumerate(lines) if re.match(rf"\s*\[+\s*{place[0]}\s*\]+", line)]
        number = place[1] if len(place) > 1 and isinstance(place[1], int) else 0
        if number >= len(heads):
            return ""
        start = heads[number]
    key = next((part for part in reversed(place) if isinstance(part, str)), "")
    for n in range(start, len(lines)):
        if n > start and re.match(r"\s*\[+\s*\w+\s*\]+\s*(#.*)?$", lines[n]):
            break
        if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", lines[n]):
            return f" line {n + 1}"
    return f" line {start + 1}" if start or place[:1] in (("source",), ("web",)) else ""

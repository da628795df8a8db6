"""The registry: which companies and places a text names, under one canonical name each, out of the tables in data/reference
and of one's own beside them.

Knows names only. Who "the Finnish vendor" is, and which country a sentence is about, is for etl/extract to find out.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import ahocorasick

from etl.errors import EtlError
from etl.own_names import OwnName, OwnNames, read_own_names
from etl.paths import REFERENCE

TABLES = ("companies.csv", "operators.csv", "places.csv", "redirects.csv")
ROLES = ("vendor", "operator", "research", "company")
# Words with a country in them that are no place: "Swedish crowns", "South China Morning Post".
NO_PLACE = "none"
_LEGAL_SUFFIX = re.compile(
    r"[,\s]+(?:corp|corporation|inc|ltd|limited|plc|co|ab|oyj|sa|spa|ag|nv|gmbh|asa|group|holdings|technologies|pte|pty|llc)\.?$",
    re.I,
)
_COUNTRY_AFTER = re.compile(r"[ -](?:in the )?(?=[A-Z])")
_LONGEST_PLACE = 40
_LONGEST_NAME = 200
# The same length before and after, so that offsets stay: typographic marks, and letters without their accents.
_PLAIN = {ord("’"): "'", ord("‘"): "'", ord("ʼ"): "'", ord("‑"): "-", ord("\n"): " ", ord("\u00a0"): " "} | {
    n: base
    for n in range(0xC0, 0x250)
    if len(base := unicodedata.normalize("NFKD", chr(n))[:1]) == 1 and base.isascii() and base.isalpha()
}


class BadReference(EtlError):
    """A table of data/reference cannot be read: which, where, and what to do."""


@dataclass(frozen=True)
class Entity:
    """A company of the field.

    key: stable, part of links. roles: out of ROLES. country: ISO 3166-1 alpha-2 of its home or, for an operator, of its one network.
    countries: where a group has networks (then country is None).
    """

    key: str
    name: str
    roles: frozenset[str]
    country: str | None = None
    countries: tuple[str, ...] = ()
    group: str | None = None
    sells: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A company's name in a text. needs_context: a word that is a name only beside words of the trade ("Three", "Orange").
    country: told by the name itself ("Vodafone UK": GB)."""

    start: int
    end: int
    text: str
    entity: Entity
    needs_context: bool
    country: str | None = None


@dataclass(frozen=True)
class CountryHit:
    """A place in a text. form: "name", "adjective", "people", "capital", "body" (of the state) or "place" (a part of the country)."""

    start: int
    end: int
    code: str
    form: str


@dataclass(frozen=True)
class _Alias:
    entity: Entity
    needs_context: bool
    country: str | None
    length: int


class Registry:
    """Companies, operators and places by every name they go by. Immutable once loaded."""

    def __init__(
        self,
        entities: list[Entity],
        aliases: dict[str, _Alias],
        places: dict[str, CountryHit],
        redirects: dict[str, str],
        version: str,
        faults: Iterable[str] = (),
        merged: dict[str, str] | None = None,
    ):
        self.entities, self.redirects, self.version = tuple(entities), redirects, version
        self.faults = tuple(faults)
        # Names that an old key had before it led to another company, with that key.
        self.merged = merged or {}
        self._by_name = {e.name: e for e in reversed(entities)}
        self._by_key = {e.key: e for e in entities}
        self._aliases = aliases
        self._names = _automaton(_spelled(aliases))
        self._places = _automaton(places.items())

    @classmethod
    def load(cls, folder: Path = REFERENCE, own: Path | None = None) -> Registry:
        """Read the tables, and one's own names where there are some; `faults` of those are a line each. Raises BadReference."""
        rows = {table: list(_rows(folder / table)) for table in TABLES}
        hasher = hashlib.sha256()
        for table in TABLES:
            hasher.update((folder / table).read_bytes())
        entities, aliases = _entities(rows["companies.csv"], rows["operators.csv"])
        told = read_own_names(own) if own else OwnNames()
        hasher.update(told.content)
        faults = [*told.faults, *_take_own(told.rows, entities, aliases)]
        places: dict[str, CountryHit] = {}
        for row in rows["places.csv"]:
            places.setdefault(row["words"].translate(_PLAIN), CountryHit(0, 0, row["code"], row["form"]))
        redirects = {row["old"]: row["new"] for row in rows["redirects.csv"]}
        merged = {row["name"]: row["old"] for row in rows["redirects.csv"] if row.get("name")}
        return cls(entities, aliases, places, redirects, hasher.hexdigest()[:12], faults, merged)

    def find(self, text: str) -> list[Hit]:
        """Every company's name in the text, the longest where several begin at one place, in the text's order."""
        plain = text.translate(_PLAIN)
        hits = []
        for start, end, alias in _longest(self._names.iter(plain), plain):
            if alias.needs_context and _hyphenated(plain, start, end):
                continue
            country = alias.country
            if "operator" in alias.entity.roles:
                country, end = self._arm(plain, end, alias) or (country, end)
            entity = self._global_of(alias.entity, country)
            hits.append(Hit(start, end, text[start:end], entity, alias.needs_context, country))
        return hits

    def find_countries(self, text: str) -> list[CountryHit]:
        """Every place that is no part of a company's name, in the text's order."""
        plain = text.translate(_PLAIN)
        names = [(start, end) for start, end, _ in _longest(self._names.iter(plain), plain)]
        found, n = [], 0
        for start, end, place in _longest(self._places.iter(plain), plain):
            while n < len(names) and names[n][1] <= start:
                n += 1
            free = n == len(names) or names[n][0] >= end or names[n] == (start, end)
            if free and place.form != NO_PLACE:
                found.append(CountryHit(start, end, place.code, place.form))
        return found

    def entity(self, name: str) -> Entity | None:
        """The company of a canonical name or key; old keys lead to the new one's company."""
        return self._by_name.get(name) or self._by_key.get(self.redirects.get(name, name))

    def resolve(self, name: str) -> Entity | None:
        """The company that goes by this name, a legal suffix allowed."""
        if len(name) > _LONGEST_NAME:
            return None
        plain = " ".join(name.translate(_PLAIN).split())
        while plain:
            alias = self._folded.get(plain.casefold())
            if alias:
                return alias.entity
            shorter = _LEGAL_SUFFIX.sub("", plain)
            if shorter == plain:
                return None
            plain = shorter
        return None

    @cached_property
    def _folded(self) -> dict[str, _Alias]:
        return {spelling.casefold(): alias for spelling, alias in reversed(self._aliases.items())}

    def _arm(self, plain: str, end: int, alias: _Alias) -> tuple[str, int] | None:
        """(country, end) when a group's name goes on with a country that it has a network in: "Vodafone UK"."""
        gap = _COUNTRY_AFTER.match(plain, end)
        if not gap:
            return None
        ahead = plain[gap.end() : gap.end() + _LONGEST_PLACE]
        for start, stop, place in _longest(self._places.iter(ahead), ahead):
            here = {alias.entity.country, *alias.entity.countries}
            # Of adjectives only those of the two countries that operators are so named for.
            telling = place.form == "name" or (place.form == "adjective" and place.code in ("US", "GB"))
            if start == 0 and telling and (place.code in here or alias.entity.country is None):
                return place.code, gap.end() + stop
            break
        return None

    def _global_of(self, entity: Entity, country: str | None) -> Entity:
        """T-Mobile without a country is the one of the United States."""
        if entity.name == "T-Mobile" and country in (None, "US"):
            return self._by_name.get("T-Mobile US", entity)
        return entity


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield {column: (value or "").strip() for column, value in row.items() if column}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadReference(f"{path} cannot be read ({error}); get the repository whole") from error


def _entities(companies: list[dict], operators: list[dict]) -> tuple[list[Entity], dict[str, _Alias]]:
    entities: list[Entity] = []
    by_name: dict[str, Entity] = {}
    aliases: dict[str, _Alias] = {}
    for row in [*companies, *operators]:
        roles = frozenset(row["roles"].split()) if "roles" in row else frozenset({"operator"})
        entity = Entity(
            row["key"],
            row["name"],
            roles,
            row["country"] or None,
            tuple(row.get("countries", "").split()),
            row.get("group") or None,
            tuple(row.get("sells", "").split()),
            tuple(_listed(row["former"])),
        )
        known = by_name.get(entity.name)
        arm = known is not None and "roles" not in row and "operator" in known.roles
        if known is not None and not arm:
            # One name in both tables (Viettel, Boldyn Networks): one company with both roles.
            raise BadReference(
                f'"{entity.name}" stands in companies.csv and operators.csv; give it both roles in one row'
            )
        if not arm:
            entities.append(entity)
            by_name[entity.name] = entity
        needs = set(_listed(row["needs_context"]))
        spelled = [] if arm else [entity.name]
        for spelling in [
            *spelled,
            *_listed(row["aliases"]),
            *_listed(row.get("legal_names", "")),
            *([] if arm else _listed(row["former"])),
        ]:
            plain = spelling.translate(_PLAIN)
            country = entity.country if arm else None
            aliases.setdefault(plain, _Alias(known if arm else entity, spelling in needs, country, len(plain)))
    return entities, aliases


def _take_own(rows: Iterable[OwnName], entities: list[Entity], aliases: dict[str, _Alias]) -> list[str]:
    """Add one's own names to what the registry has, which wins; a line for each that cannot be."""
    faults = []
    by_name, keys = {entity.name: entity for entity in entities}, {entity.key for entity in entities}
    for row in rows:
        entity = by_name.get(row.name)
        taken = aliases.get(row.name.translate(_PLAIN))
        if entity is None and taken:
            faults.append(f'{row.where}: "{row.name}" is a name of {taken.entity.name} already; the row is left out')
            continue
        if entity is None and row.stable_key in keys:
            faults.append(f'{row.where}: key "{row.stable_key}" is another company\'s; the row is left out')
            continue
        if entity is None:
            told = (row.country, tuple(row.countries), row.group, tuple(row.sells), tuple(row.former))
            entity = Entity(row.stable_key, row.name, frozenset(row.roles), *told)
            entities.append(entity)
            by_name[row.name] = entity
            keys.add(entity.key)
        for spelling in dict.fromkeys([row.name, *row.aliases, *row.legal_names, *row.former]):
            plain = spelling.translate(_PLAIN)
            held = aliases.setdefault(plain, _Alias(entity, spelling in row.needs_context, None, len(plain)))
            if held.entity.key != entity.key:
                faults.append(f'{row.where}: "{spelling}" is a name of {held.entity.name} already; it is left out')
    return faults


def _listed(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _spelled(aliases: dict[str, _Alias]) -> Iterator[tuple[str, _Alias]]:
    """Every alias as it is written, and in capitals as headlines have it where that is no other word."""
    yield from aliases.items()
    for spelling, alias in aliases.items():
        capitals = spelling.upper()
        if len(spelling) >= 4 and not alias.needs_context and capitals not in aliases:
            yield capitals, alias


def _automaton(spelled: Iterable[tuple[str, object]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for spelling, meaning in spelled:
        automaton.add_word(spelling, (len(spelling), meaning))
    automaton.make_automaton()
    return automaton


def _longest(matches: Iterable[tuple[int, tuple[int, object]]], plain: str) -> Iterator[tuple[int, int, object]]:
    """(start, end, meaning) of matches that are whole words: leftmost first, then longest, none overlapping."""
    best: dict[int, tuple[int, object]] = {}
    for last, (length, meaning) in matches:
        start, end = last + 1 - length, last + 1
        if _inside_word(plain, start, end):
            continue
        if start not in best or end > best[start][0]:
            best[start] = (end, meaning)
    reached = 0
    for start in sorted(best):
        if start >= reached:
            reached, meaning = best[start]
            yield start, reached, meaning


def _inside_word(plain: str, start: int, end: int) -> bool:
    """Within a longer word, or the "US" of "US$5bn"."""
    before, after = plain[start - 1 : start], plain[end : end + 1]
    return (before.isalnum() or before in ("_", "@")) or (after.isalnum() or after in ("_", "$"))


def _hyphenated(plain: str, start: int, end: int) -> bool:
    """ "Three-year", "smart-phone": a common word in a compound is no name."""
    return plain[start - 1 : start] == "-" or plain[end : end + 1] == "-"

"""Names for people and keys for addresses: companies, operators and countries as the registry knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from babel import Locale

from etl.names import Registry


@cache
def country_names() -> Mapping[str, str]:
    """English country names by ISO 3166-1 alpha-2 code."""
    return {code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}


@cache
def language_names() -> Mapping[str, str]:
    """English names of languages by ISO 639 code."""
    return Locale("en").languages


class Names:
    """Names of companies and operators by the keys that stand in addresses, and back.

    A name that the data holds and the registry does not is its own key. former: names that are no more, with the key that
    each had: one that still is (renamed) or one that leads to another now (merged).
    """

    def __init__(
        self, keys: Mapping[str, str], redirects: Mapping[str, str], former: Mapping[str, str] | None = None
    ) -> None:
        self._key = dict(keys)
        self._name = {key: name for name, key in keys.items()}
        self._redirects = dict(redirects)
        self._former = dict(former or {})
        self._today = self

    def as_of(self, held: Iterable[str]) -> Names:
        """These names as they were when the data held those: a renamed company has its name of then, a merged one is its own."""
        there = set(held)
        then = {
            name: key
            for name, key in self._former.items()
            if name in there and name not in self._key and (key in self._redirects or self._name.get(key) not in there)
        }
        if not then:
            return self
        own = set(then.values())
        keys = {name: key for name, key in self._key.items() if key not in own} | then
        names = Names(keys, {old: new for old, new in self._redirects.items() if old not in own})
        names._today = self
        return names

    def key(self, name: str) -> str:
        """The key of a canonical name."""
        return self._key.get(name, name)

    def name(self, key: str) -> str:
        """The canonical name of a key; the key itself when no registry name has it."""
        return self._name.get(key, key)

    def name_today(self, key: str) -> str:
        """The canonical name of today of a key that stood in these names."""
        return self._today.name(self._today.resolve(key) or key)

    def resolve(self, key: str) -> str | None:
        """The key that an address's value means today, a former key led on; None for no key at all."""
        key = self._redirects.get(key, key)
        return key if key in self._name else None


@cache
def registered_names() -> Names:
    """All names of the registry. Raises BadReference."""
    registry = Registry.load()
    renamed = {name: entity.key for entity in registry.entities for name in entity.former}
    keys = {entity.name: entity.key for entity in registry.entities}
    return Names(keys, registry.redirects, renamed | registry.merged)


@cache
def companies_of(country: str) -> tuple[str, ...]:
    """Keys of the registry's companies at home in a country (ISO 3166-1 alpha-2), or with their one network there."""
    return tuple(entity.key for entity in Registry.load().entities if entity.country == country)


def home_of(key: str) -> str | None:
    """The country in which a company is at home, as `companies_of` tells it; None where the registry knows none."""
    return _homes().get(key)


@cache
def _homes() -> dict[str, str]:
    return {entity.key: entity.country for entity in Registry.load().entities if entity.country}

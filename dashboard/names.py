"""Names for people and keys for addresses: companies, operators and countries as the registry knows them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale

from etl.names import Registry


@cache
def country_names() -> Mapping[str, str]:
    """English country names by ISO 3166-1 alpha-2 code."""
    return {code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}


class Names:
    """Names of companies and operators by the keys that stand in addresses, and back.

    A name that the data holds and the registry does not is its own key.
    """

    def __init__(self, keys: Mapping[str, str], redirects: Mapping[str, str]) -> None:
        self._key = dict(keys)
        self._name = {key: name for name, key in keys.items()}
        self._redirects = dict(redirects)

    def key(self, name: str) -> str:
        """The key of a canonical name."""
        return self._key.get(name, name)

    def name(self, key: str) -> str:
        """The canonical name of a key; the key itself when no registry name has it."""
        return self._name.get(key, key)

    def resolve(self, key: str) -> str | None:
        """The key that an address's value means today, a former key led on; None for no key at all."""
        key = self._redirects.get(key, key)
        return key if key in self._name else None


@cache
def registered_names() -> Names:
    """All names of the registry. Raises BadReference."""
    registry = Registry.load()
    return Names({entity.name: entity.key for entity in registry.entities}, registry.redirects)


@cache
def companies_of(country: str) -> tuple[str, ...]:
    """Names of the registry's companies at home in a country (ISO 3166-1 alpha-2), or with their one network there."""
    return tuple(entity.name for entity in Registry.load().entities if entity.country == country)

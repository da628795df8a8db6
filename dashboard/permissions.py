"""data/roles.toml: who may read, who may write, who may do everything, once people sign in. Nothing of Streamlit in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from etl.errors import EtlError

Role = Literal["viewer", "analyst", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)  # each may do what those before it may
WORDS = {"viewer": "may read", "analyst": "may read, review and add", "admin": "may do everything"}
Claims = Mapping[str, object]


class PermissionsError(EtlError):
    """The file of roles cannot be used; then nobody is let in."""


class Permissions(BaseModel):
    """Who has which role. A person who is named has that role and no other; "none" refuses.

    claims: what the provider tells of a person (as `groups`), by its value.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: Role | None = None
    people: dict[str, Literal["viewer", "analyst", "admin", "none"]] = Field(default_factory=dict)
    domains: dict[str, Role] = Field(default_factory=dict)
    claims: dict[str, dict[str, Role]] = Field(default_factory=dict)

    @field_validator("people")
    @classmethod
    def _addresses(cls, people: dict[str, str]) -> dict[str, str]:
        for address in people:
            if address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
                raise ValueError(f'"{address}" is no e-mail address')
        return {address.strip().casefold(): role for address, role in people.items()}

    @field_validator("domains")
    @classmethod
    def _hosts(cls, domains: dict[str, Role]) -> dict[str, Role]:
        for domain in domains:
            if "@" in domain or "*" in domain or not domain.strip(". "):
                raise ValueError(f'"{domain}" is no domain: write it like "example.com", and each one in full')
        return {domain.strip().casefold(): role for domain, role in domains.items()}

    def role(self, claims: Claims) -> Role | None:
        """The role of a person of whom the provider tells these claims; None: refused."""
        email = address_of(claims)
        named = self.people.get(email) if email else None
        if named:
            return None if named == "none" else named
        found = [
            role
            for claim, roles in self.claims.items()
            for value in _values(claims, claim)
            if (role := roles.get(value))
        ]
        if email and (of_domain := self.domains.get(email.rpartition("@")[2])):
            found.append(of_domain)
        return max(found, key=ROLES.index, default=self.default)

    def needed(self, claims: Claims) -> dict[str, object]:
        """Of a person's claims, those that decide on the role."""
        return {name: claims[name] for name in ("email", "email_verified", *self.claims) if name in claims}


def address_of(claims: Claims) -> str | None:
    """The e-mail address in small letters; None where there is none or the provider says that it is not proven."""
    email = claims.get("email")
    if not isinstance(email, str) or "@" not in email or str(claims.get("email_verified", True)).casefold() != "true":
        return None
    return email.strip().casefold()


def _values(claims: Claims, name: str) -> list[str]:
    """What a claim says: one value or a list of them."""
    told = claims.get(name)
    return (
        [str(value) for value in told] if isinstance(told, (list, tuple)) else [str(told)] if told is not None else []
    )


def permissions(path: Path) -> Permissions:
    """What a file says now; nobody has a role where there is none. Raises PermissionsError, a line for each fault."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return Permissions()
    except OSError as error:
        raise PermissionsError(f"{path.name} cannot be read ({error.strerror})") from error
    return _read(path, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=4)
def _read(path: Path, *_changed: int) -> Permissions:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PermissionsError(f"{path.name} cannot be read ({error}); save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise PermissionsError(f"{path.name}: {error}; see the example in docs/sharing.md") from error
    try:
        return Permissions(**told)
    except ValidationError as error:
        raise PermissionsError("\n".join(_line(path.name, fault) for fault in error.errors())) from None


def _line(file: str, fault: dict) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{file}: {where}: no such key (allowed: {', '.join(Permissions.model_fields)})"
    if fault["type"] == "literal_error":
        none = ", none" if where.startswith("people") else ""
        return f'{file}: {where}: no role "{fault["input"]}" (allowed: {", ".join(ROLES)}{none})'
    return f"{file}: {where}: {fault['msg'].removeprefix('Value error, ')}"

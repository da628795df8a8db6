"""Tokens with which programs and feed readers ask for data when sign-in is on: signed, expiring, all revoked at once by an admin."""

from __future__ import annotations

import json
import time
from pathlib import Path

from dashboard import roles, signing
from dashboard.permissions import permissions
from dashboard.roles import NotAllowed, Person
from etl.disk import write_whole
from etl.errors import EtlError
from etl.paths import roles_file, warehouse

PURPOSE = "vt_token"
DAYS = (1, 7, 30, 90, 365)
BEGINS = "vt_"


class TokenRefused(EtlError):
    """A token that opens nothing. The line says why."""


def make(days: int) -> str:
    """A token that lets a program read as whoever asks, for so many days. Raises NotAllowed, ValueError for other days."""
    who = roles.need("analyst")
    if not signing.configured():
        raise NotAllowed("Tokens are for apps with sign-in; here the addresses are open.")
    if days not in DAYS:
        raise ValueError(f"a token lasts {', '.join(map(str, DAYS))} days, not {days}")
    claims = permissions(roles_file()).needed(roles.claims())
    told = {
        "who": who.email,
        "name": who.name,
        "claims": claims,
        "round": _round(),
        "until": time.time() + days * 86_400,
    }
    return BEGINS + signing.sign(PURPOSE, told)


def bearer(token: str) -> Person:
    """Whom a token speaks for: its maker, with the role that they have now. Raises TokenRefused."""
    told = signing.unsign(PURPOSE, token.removeprefix(BEGINS), max(DAYS)) if token.startswith(BEGINS) else None
    if not isinstance(told, dict):
        raise TokenRefused("the token is not one of this app's, or is not whole: make one on the page Data")
    if time.time() >= told["until"]:
        raise TokenRefused("the token has expired: make a new one on the page Data")
    if told["round"] != _round():
        raise TokenRefused("the token has been revoked: make a new one on the page Data")
    who = Person(told["name"], told["who"], permissions(roles_file()).role(told["claims"]))
    if not who.may("analyst"):
        raise TokenRefused("the token's maker may make none any more: ask somebody with the role “analyst” for one")
    return who


def revoke_all() -> None:
    """Make all tokens worthless that were made so far. Raises NotAllowed, TokenRefused when it cannot be written."""
    who = roles.need("admin")
    path = _file()
    told = {"round": _round() + 1, "who": who.email, "at": int(time.time())}
    try:
        write_whole(path, json.dumps(told).encode())
    except OSError as error:
        raise TokenRefused(
            f"the tokens could not be revoked ({error.strerror or error}); they are still good"
        ) from error


def _file() -> Path:
    return warehouse() / "tokens.json"


def _round() -> int:
    """How often all tokens were revoked. Raises TokenRefused when nobody can tell: then none is good."""
    try:
        return int(json.loads(_file().read_text(encoding="utf-8"))["round"])
    except FileNotFoundError:
        return 0
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TokenRefused(
            f"{_file().name} cannot be read ({error}), so no token is good: mend or remove it"
        ) from error

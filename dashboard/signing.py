"""Signed values and the sign-in's cookie, as the pinned Streamlit makes them: all that we use of its inside for signing in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import streamlit
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri, get_secrets_auth_section
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value

SHORTEST = 32  # characters of the secret that signs cookies and tokens
USER = "_streamlit_user"
_NEEDED = ("client_id", "client_secret", "server_metadata_url")


def configured() -> bool:
    """Whether an [auth] stands in secrets.toml: then nobody reads without signing in, even if it is wrong.

    Streamlit takes a file that it cannot read for none, which would open the house to all; here it keeps it shut.
    """
    return bool(_section()) or _unreadable() is not None


def _section() -> Mapping:
    try:
        return get_secrets_auth_section()
    except OSError:
        return {}


def _unreadable() -> str | None:
    """The secrets file that is there and cannot be used."""
    there = [path for path in streamlit.config.get_option("secrets.files") if Path(path).is_file()]
    try:
        return None if not there or secrets_singleton.load_if_toml_exists() else there[0]
    except OSError:
        return there[0]


def providers() -> list[str]:
    """Who can be signed in with: the names of [auth.NAME], or "" for the one that stands in [auth] itself."""
    section = _section()
    named = [name for name, told in section.items() if isinstance(told, Mapping) and name != "client_kwargs"]
    return [*([""] if "client_id" in section else []), *named]


def fault() -> str | None:
    """What is wrong with [auth], in one line."""
    section = _section()
    if path := _unreadable():
        return f"{Path(path).name} cannot be read: it must be TOML that the app's account may read"
    if not str(section.get("redirect_uri", "")).endswith("/oauth2callback"):
        return "secrets.toml: [auth] redirect_uri must be the app's own address with /oauth2callback at its end"
    if len(str(section.get("cookie_secret", ""))) < SHORTEST:
        return f"secrets.toml: [auth] cookie_secret must be random and have {SHORTEST} characters or more"
    if not providers():
        return f"secrets.toml: [auth] has no {', '.join(_NEEDED)}"
    for name in providers():
        told = section[name] if name else section
        if missing := [key for key in _NEEDED if not told.get(key)]:
            return f"secrets.toml: [{'auth.' + name if name else 'auth'}] has no {', '.join(missing)}"
    return None


def sign(purpose: str, value: object) -> str:
    """A value that nobody can change, for one purpose."""
    return create_signed_value(get_cookie_secret(), purpose, json.dumps(value)).decode()


def unsign(purpose: str, signed: str, longest: float) -> object | None:
    """The value that was signed for this purpose not more than `longest` days ago; None: forged, spoilt or too old."""
    told = decode_signed_value(get_cookie_secret(), purpose, signed, longest)
    return None if told is None else json.loads(told)


def claims_in(cookies: Mapping[str, str]) -> dict[str, object] | None:
    """What the provider told of whoever sends these cookies; None: not signed in."""

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value)

    told = get_cookie_with_chunks(one, USER)
    if told is None:
        return None
    claims = json.loads(told)
    # A cookie of another app on this host may be signed with the same secret.
    return claims if claims.get("is_logged_in") and claims.get("origin") == get_origin_from_redirect_uri() else None


def base_path() -> str:
    """The path that the site is served under, with a slash before it; "" when it has the host for itself."""
    base = str(streamlit.config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""

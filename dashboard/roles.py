"""Who is here, and what they may do. Code that writes asks `need("analyst")` itself, whatever buttons a page shows."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from dashboard import signing
from dashboard.permissions import ROLES, Claims, Role, permissions
from etl.errors import EtlError
from etl.paths import roles_file

LOCAL = "local"


class NotAllowed(EtlError):
    """Somebody may not do this. The line says what to do about it."""


@dataclass(frozen=True)
class Person:
    """Whoever looks. email: what writes are recorded under; role: None when refused."""

    name: str
    email: str
    role: Role | None

    def may(self, role: Role) -> bool:
        """Whether the person's role is this or a higher one."""
        return self.role is not None and ROLES.index(self.role) >= ROLES.index(role)


def person() -> Person:
    """Who this run of the script is for. Raises NotAllowed when they must sign in first, PermissionsError for bad roles."""
    if signing.configured():
        told = claims()
        if signing.fault() or not told.get("is_logged_in"):
            raise NotAllowed(signing.fault() or "Sign in first.")
        return person_of(told)
    return _unnamed(st.context.headers, st.context.ip_address)


def claims() -> Claims:
    """What the provider tells of whoever this run of the script is for."""
    return st.user.to_dict()


def need(role: Role) -> Person:
    """Who asks, if they have this role or a higher one. Raises NotAllowed."""
    return allowed(person(), role)


def allowed(who: Person, role: Role) -> Person:
    """The same person, if they have this role or a higher one. Raises NotAllowed."""
    if who.may(role):
        return who
    if not signing.configured():
        raise NotAllowed(
            "Reading only: this app can be reached from other machines and does not know who writes. Set up sign-in "
            "(docs/sharing.md, “Who may do what”), or open it on its own machine at http://127.0.0.1."
        )
    has = f"has the role “{who.role}”" if who.role else "has no role here"
    raise NotAllowed(f"This needs the role “{role}”, and {who.email} {has}: ask whoever runs this app to change it.")


def person_of(claims: Claims) -> Person:
    """Whoever the provider tells these claims of."""
    email = next((str(claims[key]) for key in ("email", "preferred_username", "sub") if claims.get(key)), "unknown")
    name = str(claims.get("name") or email)
    return Person(" ".join(name.split())[:100], " ".join(email.split())[:320], permissions(roles_file()).role(claims))


def person_asking(cookies: Mapping[str, str], headers: Mapping[str, str], client: str | None) -> Person | None:
    """Who sends a request that is not the script's; None: not signed in. client: the address it comes from."""
    if not signing.configured():
        return _unnamed(headers, client)
    claims = None if signing.fault() else signing.claims_in(cookies)
    return None if claims is None else person_of(claims)


def _unnamed(headers: Mapping[str, str], client: str | None) -> Person:
    """Without sign-in: whoever runs the app may do everything; when others can reach it, everybody may only read."""
    told = {name.casefold(): value for name, value in headers.items()}
    forwarded = any(name in told for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    hosts = [st.config.get_option("server.address"), urlsplit(os.environ.get("BASE_URL", "")).hostname, client]
    hosts.append(_host(told["host"]) if "host" in told else None)
    alone = hosts[0] and not forwarded and all(is_loopback(host) for host in hosts if host)
    return Person("You", LOCAL, "admin") if alone else Person("Anybody", "anybody", "viewer")


def _host(written: str) -> str:
    """The name in a Host line, without its port; the line itself when it is none."""
    try:
        return urlsplit(f"//{written}").hostname or written
    except ValueError:
        return written


def is_loopback(host: str) -> bool:
    """Whether a name or address leads to this machine alone."""
    try:
        return host.casefold() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

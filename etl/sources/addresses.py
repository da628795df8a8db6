"""Which addresses may be asked: public ones of the web, and those that the operator of the tool allows. Nothing is fetched here.

A name is resolved once, for the connection that is about to be made. Every answer is checked, and the connection goes to a
checked answer itself, so that a name which says something else the second time it is asked gains nothing by it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from etl.errors import EtlError

LONGEST_ADDRESS = 2000  # characters
TRIES = 3  # addresses of one name that are tried in turn
Resolver = Callable[[str, int], list[str]]

_PORTS = {"http": 80, "https": 443}
# What `ipaddress` calls global, or does not know in every Python that we run on, and is no place of the public web.
_CLOSED_4 = tuple(
    ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "100.64.0.0/10", "240.0.0.0/4")
)
_PUBLIC_6 = IPv6Network("2000::/3")
_CLOSED_6 = tuple(ip_network(network) for network in ("2001::/23", "2001:db8::/32", "3fff::/20"))
# IPv6 addresses that carry an IPv4 one, which a gateway on the way may take out: NAT64, and IPv4-compatible.
_CARRIERS = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))


class AddressRefused(EtlError):
    """An address that is never asked. The message holds no password."""


def checked_url(written: str) -> httpx.URL:
    """A written address as a URL without its fragment. Raises AddressRefused for anything but plain http and https."""
    written = written.strip()
    if len(written) > LONGEST_ADDRESS or any(ord(character) < 33 or ord(character) == 127 for character in written):
        raise AddressRefused(f"no web address (blanks in it, or over {LONGEST_ADDRESS} characters); write https://...")
    try:
        url = httpx.URL(written)
    except httpx.InvalidURL as error:
        raise AddressRefused(f"no web address ({' '.join(str(error).split())[:120]}); write https://...") from None
    if url.userinfo:
        raise AddressRefused("holds a user name or password; give the address without, as it would be kept and shown")
    if url.scheme not in _PORTS:
        raise AddressRefused(f'only http and https addresses are fetched, not "{url.scheme[:20]}:"; write https://...')
    if not url.host or not 0 < port_of(url) < 65536:
        raise AddressRefused("no host in it, or no such port; write https://host/...")
    return url.copy_with(fragment=None)


def shown(written: str) -> str:
    """An address as it may be told and kept: without user name and password, in one line."""
    written = "".join(c if c.isprintable() else "?" for c in written.strip())[:LONGEST_ADDRESS]
    scheme, mark, rest = written.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}" if mark else written


def port_of(url: httpx.URL) -> int:
    """The port that a URL names or means."""
    return _PORTS[url.scheme] if url.port is None else url.port


def host_of(url: httpx.URL) -> str:
    """The host that is asked one thing at a time: http and https of a name are one, a port of its own is another server."""
    name = url.host.rstrip(".")
    return name if url.port in (None, *_PORTS.values()) else f"{name}:{url.port}"


def why_closed(answer: str) -> str | None:
    """Why an IP address, in any notation that a resolver gives, is no place of the public web; None when it is one."""
    try:
        address = ip_address(answer)
    except ValueError:
        return "no plain IP address"
    address = _carried(address)
    if isinstance(address, IPv4Address):
        closed = not address.is_global or address.is_multicast or any(address in network for network in _CLOSED_4)
    else:
        closed = address not in _PUBLIC_6 or any(address in network for network in _CLOSED_6)
    if not closed:
        return None
    for kind in ("loopback", "link_local", "multicast", "unspecified", "private"):
        if getattr(address, f"is_{kind}"):
            return f"a {kind.replace('_', '-')} address"
    return "a reserved address"


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one, when there is one."""
    if isinstance(address, IPv4Address):
        return address
    if inner := address.ipv4_mapped or address.sixtofour:
        return inner
    if any(address in network for network in _CARRIERS) and int(address) > 1:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def resolve(host: str, port: int) -> list[str]:
    """What the system's resolver says of a name. Raises AddressRefused when it knows none."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused(f"no host {host} is known; check the address, or the network of this machine") from None
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class Door:
    """Lets requests out to checked addresses. allow: "host" or "host:port" of the operator's own, which may lie anywhere."""

    def __init__(self, allow: Iterable[str] = (), resolver: Resolver = resolve) -> None:
        self._allow, self._resolve = frozenset(entry.lower() for entry in allow), resolver

    def addresses(self, host: str, port: int) -> list[str]:
        """The IP addresses of a host, all of them checked. Raises AddressRefused."""
        answers = self._resolve(host, port)
        if not self._allow.isdisjoint({host.lower(), f"{host}:{port}".lower(), f"[{host}]:{port}".lower()}):
            return answers
        for answer in answers:
            if why := why_closed(answer):
                named = f"{host} is" if host == answer else f"{host} leads to {answer},"
                raise AddressRefused(f"{named} {why}, which is never asked; the operator can allow {host}:{port}")
        if not answers:
            raise AddressRefused(f"no host {host} is known; check the address")
        return answers


class CheckedTransport(httpx.BaseTransport):
    """Sends each request to an address that the door gave, with the host that was asked in its Host header and for TLS."""

    def __init__(self, door: Door, inner: httpx.BaseTransport | None = None) -> None:
        # No connection is kept: one to an IP address could else be used for another name at the same address.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._door, self._inner = door, inner or httpx.HTTPTransport(limits=limits)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises AddressRefused before anything is sent, else as httpx does."""
        host = request.url.raw_host.decode("ascii")
        fault: httpx.TransportError = httpx.ConnectError("no address")
        for address in self._door.addresses(host, port_of(request.url))[:TRIES]:
            sent = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host.rstrip(".")},
            )
            try:
                return self._inner.handle_request(sent)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                fault = error
        raise fault

    def close(self) -> None:
        self._inner.close()

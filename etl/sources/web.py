"""The web, asked politely: robots.txt obeyed, one request at a time to a host with a pause between, patience when told to wait."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import tenacity
from protego import Protego

from etl.sources.addresses import CheckedTransport, Door, Resolver, checked_url, host_of, resolve
from etl.sources.asking import Answer, FetchError, Limits, Switch, Unreachable, ask
from etl.sources.settings import Web

NAME = "5GVendorTracker"
VERSION = "0.1"
REDIRECTS = 5
ROBOTS_LAST, SILENCE_LASTS = 86_400, 600  # seconds; RFC 9309 asks for a day at most
LARGEST_ROBOTS = 512_000  # bytes; RFC 9309 asks for at least 500 KiB
_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Fetched:
    """A document as it came. not_modified: the host says that the kept copy is still true; content is empty then."""

    url: str  # where it was found, after redirects
    content: bytes
    content_type: str
    charset: str | None
    etag: str | None
    last_modified: str | None
    at: str  # UTC, ISO 8601
    not_modified: bool = False


@dataclass
class _Host:
    """One request at a time: who holds the lock may ask from `free_at` on (monotonic seconds)."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0


@dataclass(frozen=True)
class _Robots:
    """What a robots.txt says, or why it cannot be had, which forbids all. until: monotonic seconds."""

    rules: Protego | FetchError
    until: float


class _Later(FetchError):
    """The host asks to be left alone for a while. after: seconds, None when it does not say."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Fetcher:
    """Fetches documents; safe to share between threads. sleep and transport are there for tests."""

    def __init__(
        self,
        web: Web,
        *,
        resolver: Resolver = resolve,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._switch = Switch()
        self._web, self._sleep = web, sleep or self._switch.sleep
        self._transport = CheckedTransport(Door(web.allow, resolver), transport)
        self._limits = Limits(web.timeout, web.longest, int(web.megabytes * 1e6))
        self._robots: dict[str, _Robots] = {}
        self._gates: dict[str, threading.Lock] = {}
        self._hosts: dict[str, _Host] = {}
        self._asking = threading.Lock()
        self.user_agent = f"{NAME}/{VERSION} (+{web.contact})" if web.contact else f"{NAME}/{VERSION}"

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()

    def stop(self) -> None:
        """End what is being fetched in other threads, which raises Stopped there, as does whatever is asked for afterwards."""
        self._switch.off()

    def fetch(
        self, url: str, types: Collection[str] = (), *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """A document of the web. types: content types that are wanted. etag, last_modified: of the copy that is kept.

        Raises FetchError and AddressRefused.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value and value.isascii()}
        answer = self._follow(checked_url(url), headers, types, self._limits, obey=True)
        if answer.status not in (200, 304):
            raise FetchError(_told_status(answer.status))
        return Fetched(
            url=str(answer.url),
            content=answer.content,
            content_type=answer.content_type,
            charset=_charset(answer.headers.get("content-type", "")),
            etag=answer.headers.get("etag") or (etag if answer.status == 304 else None),
            last_modified=answer.headers.get("last-modified") or (last_modified if answer.status == 304 else None),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            not_modified=answer.status == 304,
        )

    def _follow(
        self, url: httpx.URL, headers: dict[str, str], types: Collection[str], limits: Limits, *, obey: bool
    ) -> Answer:
        """Ask, and go where redirects lead; each hop is checked like the first. obey: look at robots.txt before."""
        been = []
        while True:
            if url in been:
                raise FetchError("its redirects lead in a circle; check the address in a browser")
            been.append(url)
            if obey:
                self._check_robots(url)
            answer = self._ask_patiently(url, headers, types, limits)
            target = answer.headers.get("location") if answer.status in _MOVED else None
            if not target:
                return answer
            if len(been) > REDIRECTS:
                raise FetchError(f"more than {REDIRECTS} redirects; check the address in a browser")
            try:
                url = checked_url(str(url.join(target)))
            except httpx.InvalidURL as error:
                raise FetchError("its redirect leads to no web address; check it in a browser") from error

    # ---- politeness

    def _check_robots(self, url: httpx.URL) -> None:
        rules = self._rules_of(url)
        if isinstance(rules, FetchError):
            raise rules
        if not rules.can_fetch(str(url), NAME):
            raise FetchError("the host's robots.txt asks programs not to fetch it; save it by hand if you may")

    def _rules_of(self, url: httpx.URL) -> Protego | FetchError:
        origin = _origin(url)
        with self._asking:
            gate = self._gates.setdefault(origin, threading.Lock())
        with gate:
            known = self._robots.get(origin)
            if known is None or known.until < time.monotonic():
                rules = self._ask_rules(httpx.URL(f"{origin}/robots.txt"))
                lasts = SILENCE_LASTS if isinstance(rules, FetchError) else ROBOTS_LAST
                known = self._robots[origin] = _Robots(rules, time.monotonic() + lasts)
            return known.rules

    def _ask_rules(self, url: httpx.URL) -> Protego | FetchError:
        """RFC 9309: none there (4xx) allows all; one that cannot be had (5xx, no answer) forbids all for a while."""
        limits = Limits(self._limits.timeout, self._limits.longest, LARGEST_ROBOTS)
        try:
            answer = self._follow(url, {}, (), limits, obey=False)
        except FetchError as error:
            return FetchError(
                f"its host's robots.txt cannot be had, so nothing is asked of it for {SILENCE_LASTS // 60} minutes: {error}"
            )
        return Protego.parse(answer.content.decode("utf-8", errors="replace"))

    def _pause_of(self, url: httpx.URL) -> float:
        """Seconds between two requests: the operator's, or what the host asks for when that is more."""
        known = self._robots.get(_origin(url))
        if known is None or isinstance(known.rules, FetchError):
            return self._web.delay
        rules = known.rules
        rate = rules.request_rate(NAME)
        paced = rate.seconds / rate.requests if rate and rate.requests else 0
        return max(self._web.delay, rules.crawl_delay(NAME) or 0, paced)

    def _ask_patiently(self, url: httpx.URL, headers: dict[str, str], types: Collection[str], limits: Limits) -> Answer:
        growing = tenacity.wait_exponential_jitter(multiplier=2, max=max(self._web.longest_wait, 2))

        def wait(state: tenacity.RetryCallState) -> float:
            # A time that the host told is waited for before the next request to it, whichever that is.
            return growing(state) if getattr(state.outcome.exception(), "after", None) is None else 0

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._web.attempts),
            retry=tenacity.retry_if_exception_type((_Later, Unreachable)),
            wait=wait,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._ask_once, url, headers, types, limits)

    def _ask_once(self, url: httpx.URL, headers: dict[str, str], types: Collection[str], limits: Limits) -> Answer:
        with self._asking:
            host = self._hosts.setdefault(host_of(url), _Host())
        with host.lock:
            pause = host.free_at - time.monotonic()
            if pause > self._web.longest_wait:
                raise FetchError(f"its host asks for a pause of {pause:.0f} s; the next run goes on with it")
            if pause > 0:
                self._sleep(pause)
            after = None
            try:
                answer = ask(
                    self._transport, url, {"User-Agent": self.user_agent, **headers}, limits, types, self._switch
                )
                is_busy = answer.status == 429 or answer.status >= 500
                after = _seconds(answer.headers.get("retry-after")) if is_busy else None
            finally:
                # What it asks for counts for all of the host, whichever document is asked for next.
                host.free_at = time.monotonic() + max(self._pause_of(url), after or 0)
        if is_busy:
            raise self._later(answer.status, after)
        return answer

    def _later(self, status: int, after: float | None) -> FetchError:
        if after is not None and after > self._web.longest_wait:
            return FetchError(f"the host answers {status} and asks to wait {after:.0f} s; run again after that")
        return _Later(f"the host answers {status} and asks to come back later; run again later", after)


def _origin(url: httpx.URL) -> str:
    """Whose robots.txt counts: that of the scheme, host and port."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _seconds(written: str | None) -> float | None:
    """A Retry-After in seconds from now; it is a number or a date."""
    if written is None:
        return None
    if re.fullmatch(r"\s*[0-9]+\s*", written):
        return float(written.strip()[:9])
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def _charset(content_type: str) -> str | None:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()[:40] or None
    return None


def _told_status(status: int) -> str:
    match status:
        case 404 | 410:
            return f"there is nothing at this address ({status}); check it in a browser"
        case 401 | 402 | 403 | 407 | 451:
            return f"the host refuses it ({status}); save the page by hand if you may read it"
        case _:
            return f"the host answers {status}; check the address in a browser"

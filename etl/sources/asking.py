"""One request: sent, timed, and its answer taken up to a size that is counted after it is unpacked. No politeness in here."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from etl.errors import EtlError

PIECE = 65_536  # bytes unpacked at once


class FetchError(EtlError):
    """A document could not be fetched. The message is one line without its address, which stands beside it."""


@dataclass(frozen=True)
class Limits:
    """What one answer may take. timeout: seconds without a byte; longest: seconds in all; size: bytes, unpacked."""

    timeout: float
    longest: float
    size: int


@dataclass(frozen=True)
class Answer:
    """What a host said. content is empty unless the status is 200."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    content: bytes = b""

    @property
    def content_type(self) -> str:
        """The declared type without parameters, in small letters; "" when none is."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Stopped(KeyboardInterrupt):
    """The person ended the program, or it cannot go on: no host's fault."""


class Switch:
    """Ends all requests and pauses at once, from any thread."""

    def __init__(self) -> None:
        self._off, self._guard = threading.Event(), threading.Lock()
        self._running: set[_Deadline] = set()

    def off(self) -> None:
        """End what goes on; nothing begins any more."""
        self._off.set()
        with self._guard:
            for deadline in self._running:
                deadline.cut()

    def check(self) -> None:
        """Raises Stopped once it is off."""
        if self._off.is_set():
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Wait. Raises Stopped as soon as it is off."""
        self._off.wait(seconds)
        self.check()

    @contextmanager
    def watching(self, deadline: _Deadline) -> Iterator[None]:
        """A request that is to end when it is off. Raises Stopped in the place of what went wrong because of that."""
        with self._guard:
            self._running.add(deadline)
        try:
            self.check()
            yield
        except (FetchError, httpx.TransportError):
            self.check()
            raise
        finally:
            with self._guard:
                self._running.discard(deadline)


def ask(
    transport: httpx.BaseTransport,
    url: httpx.URL,
    headers: dict[str, str],
    limits: Limits,
    types: Collection[str],
    switch: Switch,
) -> Answer:
    """Send a GET and take the answer. types: content types that are wanted; empty: all are. Raises FetchError and Stopped."""
    deadline = _Deadline(limits.longest)
    # Deflate can be unpacked piece by piece with a bound; other codings are neither asked for nor taken.
    sent = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "gzip, deflate", **headers}
    timeout = httpx.Timeout(limits.timeout).as_dict()
    request = httpx.Request("GET", url, headers=sent, extensions={"timeout": timeout, "trace": deadline.trace})
    try:
        with switch.watching(deadline), deadline.running(), _closing(transport.handle_request(request)) as response:
            answer = Answer(url, response.status_code, response.headers)
            if response.status_code != 200:
                return answer
            _check_head(answer, limits.size, types)
            content = b"".join(_unpacked(response, limits.size))
            deadline.check()
            return Answer(url, response.status_code, response.headers, content)
    except httpx.TransportError as error:
        deadline.check()
        raise _as_fetch_error(error, limits) from error


@contextmanager
def _closing(response: httpx.Response) -> Iterator[httpx.Response]:
    try:
        yield response
    finally:
        response.close()


def _as_fetch_error(error: httpx.TransportError, limits: Limits) -> FetchError:
    if isinstance(error, httpx.TimeoutException):
        return FetchError(f"the host did not answer for {limits.timeout:g} s; try again later")
    told = " ".join(str(error).split())[:160] or type(error).__name__
    if isinstance(error, httpx.ConnectError):
        return Unreachable(f"the host cannot be reached ({told}); check the address, or try again later")
    return Unreachable(f"the connection broke ({told}); try again later")


class Unreachable(FetchError):
    """No connection, or one that broke: it may come back in a moment."""


def _check_head(answer: Answer, size: int, types: Collection[str]) -> None:
    declared = answer.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > size:
        raise FetchError(
            f"{int(declared) / 1e6:.0f} MB, more than the {size / 1e6:g} MB that are taken; save it by hand"
        )
    if types and answer.content_type not in types:
        named = f'of type "{answer.content_type[:60]}"' if answer.content_type else "of no type"
        raise FetchError(f"the answer is {named}, which is not read; give the address of the article or feed itself")


def _unpacked(response: httpx.Response, size: int) -> Iterator[bytes]:
    """The content in pieces. It never holds more than a piece beyond the size, however much a few bytes unpack to."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise FetchError(f'packed as "{coding[:40]}", which was not asked for; save it by hand')
    unpacker = None if coding in ("identity", "") else _Unpacker(coding)
    taken = 0
    for packed in response.iter_raw(PIECE):
        for piece in unpacker.pieces(packed) if unpacker else (packed,):
            taken += len(piece)
            if taken > size:
                how = "unpacks to more" if unpacker else "is more"
                raise FetchError(f"{how} than the {size / 1e6:g} MB that are taken; save it by hand")
            yield piece
    if unpacker and not unpacker.whole:
        raise Unreachable("the answer broke off before its end; try again later")


class _Unpacker:
    def __init__(self, coding: str) -> None:
        # 32: gzip or zlib, as its head says. Deflate is sent with and without a head.
        self._tries = [zlib.MAX_WBITS | 32, -zlib.MAX_WBITS] if coding == "deflate" else [zlib.MAX_WBITS | 32]
        self._inner = zlib.decompressobj(self._tries.pop(0))
        self._begun = False

    @property
    def whole(self) -> bool:
        return self._inner.eof or not self._begun

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        while packed and not self._inner.eof:
            try:
                piece = self._inner.decompress(packed, PIECE)
            except zlib.error as error:
                if self._begun or not self._tries:
                    raise FetchError("packed in a way that cannot be unpacked; try again later") from error
                self._inner = zlib.decompressobj(self._tries.pop(0))
                continue
            self._begun = True
            packed = self._inner.unconsumed_tail
            if piece:
                yield piece


class _Deadline:
    """Ends a request whose time is up. A host that sends one byte now and then never runs into the timeout of a single wait."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._until = seconds, time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._socket, self._is_cut = None, False

    @contextmanager
    def running(self) -> Iterator[None]:
        self._timer.start()
        try:
            yield
        finally:
            self._timer.cancel()

    def trace(self, event: str, told: dict) -> None:
        """Called by httpx's transport with what it does: from here comes the socket that is to be cut."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = told["return_value"].get_extra_info("socket")
            if self._is_cut:
                self._end()

    def cut(self) -> None:
        """End the request now, or as soon as it has a connection."""
        self._is_cut = True
        self._end()

    def check(self) -> None:
        """Raises FetchError when the time is up."""
        if time.monotonic() >= self._until:
            raise FetchError(f"took more than {self._seconds:g} s; try again later, or save it by hand")

    def _end(self) -> None:
        try:
            if self._socket is not None:
                self._socket.shutdown(2)
        except OSError:
            pass  # it is closed already

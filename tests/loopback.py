"""A web server on this machine for tests: it says what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Asked:
    """A request: path and headers (names in small letters)."""

    path: str
    headers: dict[str, str]


class Loopback:
    """`server.pages[path]` is (status, headers, body), a list of such said one after the other (the last again and again), or a
    function that is given the handler. Without a page the answer is 404.
    """

    def __init__(self) -> None:
        self.pages: dict[str, object] = {}
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def place(self) -> str:
        """host:port"""
        return f"127.0.0.1:{self._server.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"

    def page(self, path: str, body: str, **headers: str) -> str:
        """Say a page of HTML at a path; returns its address."""
        self.pages[path] = (200, HTML | headers, body.encode())
        return self.url(path)

    def paths(self) -> list[str]:
        """What was asked, robots.txt left out."""
        return [one.path for one in self.asked if one.path != "/robots.txt"]

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(Asked(handler.path, {name.lower(): value for name, value in handler.headers.items()}))
        answer = self.pages.get(handler.path, (404, HTML, b"<title>Not here</title>"))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        try:
            if isinstance(answer, Callable):
                answer(handler)
                return
            status, headers, body = answer
            handler.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            pass  # the other side left, as some tests want

"""Short answers go out at once: the sockets that this process listens on pass no delay on to their connections."""

from __future__ import annotations

import gc
import socket


def answer_at_once() -> int:
    """Switch Nagle's algorithm off for all connections to come; the number of sockets that this was done for.

    asyncio does so only where a socket names its protocol, and the one that Streamlit hands to uvicorn does not
    (uvicorn issue 3149): every answer on a connection that is kept then waits 40 ms for the browser's word that it got the
    header. The socket stands in nobody's public attributes, so it is looked for among all objects.
    """
    found = [one for one in gc.get_objects() if issubclass(type(one), socket.socket) and _listens(one)]
    for one in found:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(found)


def _listens(one: socket.socket) -> bool:
    if one.fileno() < 0 or one.family not in (socket.AF_INET, socket.AF_INET6) or one.type != socket.SOCK_STREAM:
        return False
    return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))

"""Connections to the server carry short answers without delay."""

from __future__ import annotations

import socket

from dashboard.prompt import answer_at_once


def no_delay(one: socket.socket) -> bool:
    return bool(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_connections_accepted_by_a_socket_without_a_named_protocol_have_no_delay():
    with socket.socket() as server:
        assert server.proto == 0  # as Streamlit makes it; asyncio leaves its connections alone
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert answer_at_once() >= 1
        with socket.create_connection(server.getsockname()), server.accept()[0] as accepted:
            assert no_delay(accepted)


def test_sockets_that_do_not_listen_are_left_alone():
    with socket.socket() as unused, socket.socket() as closed, socket.socket(type=socket.SOCK_DGRAM):
        closed.close()
        answer_at_once()
        assert not no_delay(unused)

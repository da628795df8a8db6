"""Which addresses are asked: public ones, in every notation, whatever a name's answers are, and those that the operator allows."""

from __future__ import annotations

import httpx
import pytest

from etl.sources.addresses import AddressRefused, CheckedTransport, Door, checked_url, resolve, shown, why_closed

PUBLIC = "93.184.215.14"


class Recorder(httpx.BaseTransport):
    """A transport that sends nothing and keeps where it was told to send."""

    def __init__(self, unreachable: tuple[str, ...] = ()) -> None:
        self.sent: list[httpx.Request] = []
        self.unreachable = unreachable

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        if request.url.host in self.unreachable:
            raise httpx.ConnectError("no route")
        return httpx.Response(200)


@pytest.mark.parametrize(
    "answer",
    [
        "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
        "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250",
        "240.0.0.1", "255.255.255.255", "192.88.99.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1",
        "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:101::", "2001::1", "2001:db8::1", "3fff::1",
        "0x7f.1", "2130706433", "", "localhost",
    ],
)  # fmt: skip
def test_an_address_that_is_no_place_of_the_public_web_is_closed(answer):
    assert why_closed(answer)


@pytest.mark.parametrize("answer", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_open(answer):
    assert why_closed(answer) is None


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "localhost", "localhost.", "0",
             "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"],
)  # fmt: skip
def test_no_notation_of_this_machine_gets_past_the_systems_own_resolver(host):
    recorder = Recorder()
    url = checked_url(f"http://[{host}]/" if ":" in host else f"http://{host}/")
    with pytest.raises(AddressRefused):
        CheckedTransport(Door(resolver=resolve), recorder).handle_request(httpx.Request("GET", url))
    assert recorder.sent == []


def test_one_closed_address_among_the_answers_refuses_the_name():
    recorder = Recorder()
    transport = CheckedTransport(Door(resolver=lambda host, port: [PUBLIC, "10.0.0.7"]), recorder)
    with pytest.raises(
        AddressRefused, match=r"news.example leads to 10.0.0.7, a private address, which is never asked"
    ):
        transport.handle_request(httpx.Request("GET", "https://news.example/5g"))
    assert recorder.sent == []


def test_a_request_goes_to_the_address_that_was_checked_and_still_names_its_host():
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    recorder = Recorder()
    transport = CheckedTransport(Door(resolver=lambda host, port: next(answers)), recorder)
    transport.handle_request(httpx.Request("GET", "https://news.example./5g?a=b"))
    [sent] = recorder.sent
    assert str(sent.url) == f"https://{PUBLIC}/5g?a=b"
    assert (sent.headers["host"], sent.extensions["sni_hostname"]) == ("news.example.", "news.example")
    # The name now leads to this machine: nothing that was checked before helps it.
    with pytest.raises(AddressRefused, match="loopback"):
        transport.handle_request(httpx.Request("GET", "https://news.example./5g"))
    assert len(recorder.sent) == 1


def test_the_next_address_is_tried_when_the_first_cannot_be_reached():
    recorder = Recorder(unreachable=("2606:4700::1111",))
    transport = CheckedTransport(Door(resolver=lambda host, port: ["2606:4700::1111", PUBLIC]), recorder)
    assert transport.handle_request(httpx.Request("GET", "http://news.example/")).status_code == 200
    assert [request.url.host for request in recorder.sent] == ["2606:4700::1111", PUBLIC]


def test_the_operator_can_allow_a_host_with_its_port_and_no_other_port():
    door = Door(["Intranet.example:8080", "127.0.0.1:8123"], lambda host, port: ["10.0.0.7"])
    assert door.addresses("intranet.example", 8080) == ["10.0.0.7"]
    with pytest.raises(AddressRefused):
        door.addresses("intranet.example", 80)
    with pytest.raises(AddressRefused):
        door.addresses("127.0.0.1", 22)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("https://me:secret@news.example/", "user name or password"),
        ("https://token@news.example/", "user name or password"),
        ("file:///etc/passwd", "only http and https"),
        ("ftp://news.example/", "only http and https"),
        ("gopher://127.0.0.1:25/", "only http and https"),
        ("news.example/5g", "only http and https"),
        ("http:///5g", "no host"),
        ("http://news.example:0/", "no host"),
        ("http://news.example:99999/", "no such port"),
        ("http://news.example/a b", "no web address"),
        ("http://news.example/\r\nHost: other", "no web address"),
        ("https://news.example/" + "a" * 3000, "no web address"),
    ],
)
def test_what_is_no_plain_web_address_is_refused_without_repeating_a_password(written, why):
    with pytest.raises(AddressRefused, match=why) as refused:
        checked_url(written)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_address_is_shown_without_its_password():
    assert shown("https://me:secret@news.example/a@b") == "https://news.example/a@b"
    assert shown("https://news.example/a\nb") == "https://news.example/a?b"

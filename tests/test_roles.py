"""Who may do what: roles from their file, what anybody may do without sign-in, tokens, and the guard before every address."""

from __future__ import annotations

import json
import time

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from dashboard import kept_link, roles, signing, tokens
from dashboard.guard import Guard
from dashboard.permissions import Permissions, PermissionsError, permissions
from tools.start import who_may

SECRET = "a secret of tests alone, long enough to sign"
AUTH = f"""[auth]
redirect_uri = "http://testserver/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "tracker"
client_secret = "of tests"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
"""
ROLES = """[people]
"Ada@Desk.example" = "admin"
"bob@desk.example" = "none"
[domains]
"desk.example" = "viewer"
[claims.groups]
network = "analyst"
"""
HERE = {"host": "127.0.0.1:8501"}


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Write secrets and roles: `files(secrets=…, roles=…)`. At first there are none."""
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    monkeypatch.setenv("VENDOR_TRACKER_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("BASE_URL", raising=False)
    before = st.config.get_option("secrets.files")
    st.config.set_option("secrets.files", [str(tmp_path / "secrets.toml")])
    secrets_singleton._reset()

    def write(secrets: str | None = None, roles: str | None = None) -> None:
        for name, words in (("secrets.toml", secrets), ("roles.toml", roles)):
            if words is not None:
                (tmp_path / name).write_text(words)
        secrets_singleton._reset()

    yield write
    st.config.set_option("secrets.files", before)
    secrets_singleton._reset()


@pytest.fixture
def client():
    """The guard before an app that answers every address with the query that reached it."""

    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{request.url.path}?{request.url.query}")

    every = Route("/{path:path}", answer, methods=["GET", "PUT", "OPTIONS"])
    # The client's name for itself is "testclient": as an address on this machine it must be told.
    return TestClient(Starlette(routes=[every], middleware=[Middleware(Guard)]), client=("127.0.0.1", 5000))


def signed_in(**claims: object) -> dict[str, str]:
    """The cookies of somebody of whom the provider told this."""
    told = {"origin": "http://testserver", "is_logged_in": True, **claims}
    return {"cookie": f"{signing.USER}={signing.sign(signing.USER, told)}"}


def as_streamlit_signs(**claims: object) -> dict[str, str]:
    """The same, signed by Streamlit's own function."""
    told = json.dumps({"origin": "http://testserver", "is_logged_in": True, **claims})
    return {"cookie": f"{signing.USER}={create_signed_value(SECRET, signing.USER, told).decode()}"}


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"email": "ada@desk.EXAMPLE"}, "admin"),
        ({"email": "ada@desk.example", "email_verified": False}, None),
        ({"email": "ada@desk.example", "email_verified": "false", "groups": ["network"]}, "analyst"),
        ({"email": "ivy@desk.example"}, "viewer"),
        ({"email": "ivy@desk.example", "groups": ["network", "x"]}, "analyst"),
        ({"email": "bob@desk.example", "groups": "network"}, None),
        ({"email": "ivy@sub.desk.example"}, None),
        ({"email": "ivy@desk.example@evil.example"}, None),
        ({"groups": "network"}, "analyst"),
        ({"email": ["ada@desk.example"]}, None),
        ({}, None),
    ],
)
def test_a_person_has_the_role_of_their_name_else_the_highest_of_group_and_domain(files, tmp_path, claims, role):
    files(roles=ROLES)
    assert permissions(tmp_path / "roles.toml").role(claims) == role


def test_the_default_is_refused_unless_the_file_tells_another():
    assert Permissions().role({"email": "x@y.example"}) is None
    assert Permissions(default="viewer").role({"email": "x@y.example"}) == "viewer"
    assert Permissions(default="viewer", people={"x@y.example": "none"}).role({"email": "x@y.example"}) is None


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ('[people]\n"a@b.example" = "owner"\n', 'roles.toml: people.a@b.example: no role "owner" (allowed: viewer, analyst, admin, none)'),
        ('[people]\nada = "admin"\n', 'roles.toml: people: "ada" is no e-mail address'),
        ('[domains]\n"*.example" = "viewer"\n', 'roles.toml: domains: "*.example" is no domain: write it like "example.com", and each one in full'),
        ('[group]\nx = "admin"\n', "roles.toml: group: no such key (allowed: default, people, domains, claims)"),
        ("[people", "roles.toml: "),
    ],
)  # fmt: skip
def test_a_bad_file_of_roles_is_told_in_one_line(files, tmp_path, written, line):
    files(roles=written)
    with pytest.raises(PermissionsError) as refusal:
        permissions(tmp_path / "roles.toml")
    assert str(refusal.value).startswith(line) and "\n" not in str(refusal.value)


def test_a_change_of_the_file_counts_at_once(files, tmp_path):
    files(roles=ROLES)
    assert permissions(tmp_path / "roles.toml").role({"email": "ada@desk.example"}) == "admin"
    files(roles='default = "viewer"\n')
    assert permissions(tmp_path / "roles.toml").role({"email": "ada@desk.example"}) == "viewer"


def test_without_sign_in_whoever_runs_the_app_may_write():
    who = roles.person_asking({}, HERE, "127.0.0.1")
    assert (who.email, who.may("admin")) == ("local", True)


@pytest.mark.parametrize(
    ("headers", "client", "base"),
    [
        ({"host": "tracker.example"}, "127.0.0.1", None),
        ({"host": "192.0.2.7:8501"}, "192.0.2.9", None),
        (HERE, "192.0.2.9", None),
        ({**HERE, "X-Forwarded-For": "192.0.2.9"}, "127.0.0.1", None),
        (HERE, "127.0.0.1", "https://vendors.example.com"),
        ({"host": "[::1"}, "127.0.0.1", None),
    ],
)
def test_without_sign_in_nobody_writes_in_an_app_that_others_reach(monkeypatch, headers, client, base):
    if base:
        monkeypatch.setenv("BASE_URL", base)
    who = roles.person_asking({}, headers, client)
    assert who.may("viewer") and not who.may("analyst")
    with pytest.raises(roles.NotAllowed, match=r"docs/sharing\.md"):
        roles.allowed(who, "analyst")


def test_an_app_that_listens_to_other_machines_lets_nobody_write():
    before = st.config.get_option("server.address")
    st.config.set_option("server.address", "0.0.0.0")
    try:
        assert roles.person_asking({}, HERE, "127.0.0.1").role == "viewer"
    finally:
        st.config.set_option("server.address", before)


@pytest.mark.parametrize("secrets", ["[auth", AUTH.replace(SECRET, "short"), '[auth]\nclient_id = "x"\n'])
def test_sign_in_that_is_told_wrong_lets_nobody_in(files, client, secrets):
    files(secrets=secrets, roles='default = "admin"\n')
    assert signing.configured() and signing.fault()
    assert client.get("/api/figures.csv").status_code == 401
    assert client.get("/api/figures.csv", headers=signed_in(email="ada@desk.example")).status_code == 401
    with pytest.raises(ValueError, match=r"secrets\.toml"):
        who_may({})


def test_starting_for_others_tells_that_nobody_writes_until_sign_in_is_set_up(files):
    assert who_may({}) is None and who_may({"HOST": "localhost"}) is None
    assert "sign in" in who_may({"HOST": "0.0.0.0"}) and "sign in" in who_may({"BASE_URL": "https://x.example"})
    files(secrets=AUTH, roles=ROLES)
    assert who_may({"HOST": "0.0.0.0"}) is None
    files(roles="[x]\n")
    with pytest.raises(PermissionsError):
        who_may({})


def test_without_sign_in_data_is_open_and_what_drives_the_server_is_closed(client):
    assert client.get("/api/figures.csv?company=nokia").text == "/api/figures.csv?company=nokia"
    assert client.get("/_stcore/metrics").status_code == 404
    assert client.get("/_stcore/agent/mcp").status_code == 404
    assert client.put("/_stcore/upload_file/a/b", headers=HERE).status_code == 200
    assert client.put("/_stcore/upload_file/a/b", headers={"host": "tracker.example"}).status_code == 403


def test_who_is_signed_in_reads_as_far_as_their_role_goes(files, client):
    files(secrets=AUTH, roles=ROLES)
    viewer, nobody = as_streamlit_signs(email="ivy@desk.example"), as_streamlit_signs(email="x@evil.example")
    for path in ("/api/figures.csv", "/media/x"):
        assert [client.get(path, headers=who).status_code for who in (viewer, nobody, {})] == [200, 403, 401]
    assert client.put("/_stcore/upload_file/a/b", headers=viewer).status_code == 403
    assert (
        client.put("/_stcore/upload_file/a/b", headers=as_streamlit_signs(email="ada@desk.example")).status_code == 200
    )
    forged = {"cookie": as_streamlit_signs(email="ivy@desk.example")["cookie"][:-1]}
    assert client.get("/api/figures.csv", headers=forged).status_code == 401
    elsewhere = as_streamlit_signs(email="ada@desk.example", origin="http://other.example")
    assert client.get("/api/figures.csv", headers=elsewhere).status_code == 401


def test_bad_roles_let_nobody_in_and_keep_their_reason_from_strangers(files, client):
    files(secrets=AUTH, roles="[secret-words]\n")
    answer = client.get("/api/figures.csv", headers=signed_in(email="ada@desk.example"))
    assert answer.status_code == 503 and "secret-words" not in answer.text


def test_the_link_is_kept_until_the_sign_in_and_no_address_elsewhere_is(files, client):
    files(secrets=AUTH, roles=ROLES)
    shell = client.get("/market-share?company=huawei&since=2019")
    assert shell.status_code == 200 and "HttpOnly" in shell.headers["set-cookie"]
    kept = shell.headers["set-cookie"].partition(";")[0]
    client.cookies.clear()
    back = {"cookie": f"{kept}; {signed_in(email='ivy@desk.example')['cookie']}"}
    answer = client.get("/", headers=back, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/market-share?company=huawei&since=2019")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    forged = {
        "cookie": f"{kept_link.NAME}=Imh0dHBzOi8vZXZpbC5leGFtcGxlIg.x.y; {signed_in(email='ivy@desk.example')['cookie']}"
    }
    assert client.get("/", headers=forged, follow_redirects=False).headers["location"] == "/"
    assert "set-cookie" not in client.get("/elsewhere?x=1").headers
    came = {"referer": "http://testserver/selections?operator=telia", "cookie": kept}
    sent = client.get("/auth/login?provider=x", headers=came).headers["set-cookie"]
    assert signing.unsign(kept_link.NAME, sent.partition("=")[2].partition(";")[0], 1) == "selections?operator=telia"
    strange = {"referer": "http://evil.example/selections?operator=telia"}
    client.cookies.clear()
    assert "set-cookie" not in client.get("/auth/login?provider=x", headers=strange).headers


@pytest.fixture
def token(files, monkeypatch):
    """A token of an analyst's."""
    files(secrets=AUTH, roles=ROLES)
    speak(monkeypatch, email="ivy@desk.example", groups=["network"], is_logged_in=True)
    return tokens.make(7)


def speak(monkeypatch, **claims: object) -> None:
    """The script runs for somebody of whom the provider told this."""
    monkeypatch.setattr(roles, "claims", lambda: claims)


def test_a_token_opens_the_addresses_and_does_not_come_back_in_them(client, token):
    assert client.get("/api/figures.csv", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert client.get(f"/api/x?a=1&token={token}&b=%C3%A9").text == "/api/x?a=1&b=%C3%A9"
    assert tokens.bearer(token).email == "ivy@desk.example"
    # It is for data: pages and files of a session want a person.
    assert client.get("/media/x", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    # Other sites' pages may ask with it.
    assert client.options("/api/figures.csv").status_code == 200


def test_forged_expired_and_revoked_tokens_open_nothing(client, token, files, monkeypatch):
    def why(told: str) -> str:
        answer = client.get(f"/api/figures.csv?token={told}")
        assert answer.status_code == 401 and answer.headers["content-type"] == "application/json"
        return answer.json()["error"]

    assert "not one of this app's" in why(token[:-3] + "AAA") and "not one" in why("") and "not one" in why("vt_é")
    assert "not one" in why(tokens.BEGINS + signing.sign("another purpose", {"until": time.time() + 9e9}))
    later = time.time() + 8 * 86_400
    with monkeypatch.context() as patched:
        patched.setattr(tokens.time, "time", lambda: later)
        assert "expired" in why(token)
    with pytest.raises(roles.NotAllowed):
        tokens.revoke_all()
    assert client.get(f"/api/figures.csv?token={token}").status_code == 200
    speak(monkeypatch, email="ada@desk.example", is_logged_in=True)
    tokens.revoke_all()
    assert "revoked" in why(token)
    assert client.get(f"/api/figures.csv?token={tokens.make(1)}").status_code == 200


def refused_token() -> None:
    from dashboard import token_box

    token_box._show(7)


def test_who_is_refused_a_token_reads_why_in_plain_words(files, monkeypatch):
    files(secrets=AUTH, roles=ROLES)
    speak(monkeypatch, email="<b>*ivy*@desk.example", is_logged_in=True)
    shown = AppTest.from_function(refused_token).run()
    assert "&lt;b&gt;*ivy*@desk.example has the role" in shown.get("html")[0].proto.body
    assert not shown.exception and not shown.warning


def test_a_token_is_worth_nothing_when_its_maker_may_make_none_any_more(client, token, files):
    files(roles='[domains]\n"desk.example" = "viewer"\n')
    answer = client.get(f"/api/figures.csv?token={token}")
    assert answer.status_code == 401 and "maker" in answer.json()["error"]


def test_a_token_is_worth_nothing_when_nobody_can_tell_what_was_revoked(client, token, tmp_path):
    (tmp_path / "tokens.json").write_text("{")
    assert client.get(f"/api/figures.csv?token={token}").status_code == 401


def test_a_viewer_and_whoever_is_not_signed_in_make_no_token(files, monkeypatch):
    files(secrets=AUTH, roles=ROLES)
    speak(monkeypatch, email="ivy@desk.example", is_logged_in=True)
    with pytest.raises(roles.NotAllowed, match="needs the role “analyst”, and ivy@desk"):
        tokens.make(7)
    speak(monkeypatch, is_logged_in=False)
    with pytest.raises(roles.NotAllowed, match="Sign in first"):
        tokens.make(7)

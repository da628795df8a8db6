"""With sign-in on: the link survives it, who has no role is told so, and nothing is given to whoever may not have it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import settled
from tests.e2e.provider import providing, tell
from tests.e2e.servers import ROOT, serving, surroundings
from tests.small_market import build

PEOPLE = {
    "ada": {"email": "ada@desk.example", "name": "Ada Lind"},
    "ann": {"email": "ann@other.example", "name": "Ann Ek", "groups": ["analysts"]},
    "vic": {"email": "vic@desk.example", "name": "Vic Moe"},
    "eve": {"email": "eve@evil.example", "name": "<b>Eve</b>"},
    "mal": {"email": "ada@desk.example", "email_verified": False, "name": "Mal"},
}
ROLES = """
[people]
"ada@desk.example" = "admin"
[domains]
"desk.example" = "viewer"
[claims.groups]
analysts = "analyst"
"""


# The app's own code signs a token anew that is good for so many seconds from now.
SIGNED_ANEW = """
import sys, time
from dashboard import signing, tokens
told = signing.unsign(tokens.PURPOSE, sys.argv[1].removeprefix(tokens.BEGINS), max(tokens.DAYS))
print(tokens.BEGINS + signing.sign(tokens.PURPOSE, told | {"until": time.time() + int(sys.argv[2])}))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder of the small market, and of the secrets."""
    folder = tmp_path_factory.mktemp("signed")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def house(home):
    """A server with sign-in over the small market; its address."""
    with providing(PEOPLE) as provider, serving(home, home / "server.log", **tell(home, provider, ROLES)) as address:
        yield address


def asked(address: str, token: str | None = None) -> tuple[int, object]:
    """Status and JSON of an address, as a program asks for it."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        told = refusal.read().decode()
        assert told.endswith("\n") and told.count("\n") == 1
        return refusal.code, json.loads(told)


def sign_in(page: Page, who: str) -> None:
    """From the entrance through the provider and back."""
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=who, exact=True).click()
    page.wait_for_url("http://127.0.0.1:*/**")
    settled(page)


def made_token(page: Page) -> str:
    page.get_by_role("button", name="Make a token").click()
    return page.locator(".st-key-tokens code").inner_text().strip()


def test_the_link_with_its_filters_survives_the_sign_in_and_one_gets_out_again(house, browse):
    page = browse(f"{house}/market-share?company=huawei&since=2019")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("Data of")).to_have_count(0)
    sign_in(page, "ada")
    expect(page.get_by_role("heading", name="Market share", exact=True)).to_be_visible()
    assert page.url == f"{house}/market-share?company=huawei&since=2019"
    expect(page.locator(".vt-person")).to_have_text("Ada Lindadmin: may do everything")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"{house}/market-share")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(("who", "email"), [("eve", "eve@evil.example"), ("mal", "ada@desk.example")])
def test_who_has_no_role_or_an_unproven_address_is_told_so_and_gets_nothing(house, browse, who, email):
    page = browse(f"{house}/selections")
    sign_in(page, who)
    expect(page.get_by_role("heading", name="You have no access yet")).to_be_visible()
    expect(page.get_by_text(f"You are signed in as {email}")).to_be_visible()
    answer = page.request.get(f"{house}/api/figures.json")
    assert answer.status == 403 and "role" in answer.json()["error"]
    assert page.request.get(f"{house}/media/x").status == 403


def test_an_analysts_token_opens_the_addresses_until_an_admin_revokes_it(house, browse):
    page = browse(f"{house}/data")
    sign_in(page, "ann")
    token = made_token(page)
    assert page.get_by_role("button", name="Revoke").count() == 0
    status, rows = asked(f"{house}/api/figures.json?company=huawei", token)
    assert status == 200 and rows
    assert asked(f"{house}/api/figures.json?token={token}&company=huawei") == (200, rows)
    assert "vt_" not in json.dumps(rows)
    for bad in (token[:-2] + ("aa" if token[-2:] != "aa" else "bb"), token[:-9], "vt_", "x"):
        status, told = asked(f"{house}/api/figures.json", bad)
        assert status == 401 and "token" in told["error"]
    # A link's cookie is signed with the same secret, for another purpose.
    kept = browse(f"{house}/data?company=huawei").context.cookies()
    link = next(cookie["value"] for cookie in kept if cookie["name"] == "vt_link")
    assert asked(f"{house}/api/figures.json", f"vt_{link}")[0] == 401

    admin = browse(f"{house}/data")
    sign_in(admin, "ada")
    admin.get_by_role("button", name="Revoke all tokens").click()
    expect(admin.get_by_text("open nothing any more")).to_be_visible()
    status, told = asked(f"{house}/api/figures.json", token)
    assert status == 401 and "revoked" in told["error"]


def test_a_viewer_reads_and_downloads_but_makes_no_token_and_sends_no_file(house, browse):
    page = browse(f"{house}/data")
    sign_in(page, "vic")
    expect(page.get_by_text("needs the role “analyst”")).to_be_visible()
    assert page.get_by_role("button", name="Make a token").count() == 0
    assert page.request.get(f"{house}/api/figures.csv").status == 200
    sent = page.request.put(f"{house}/_stcore/upload_file/a/b", multipart={"file": "x"})
    assert sent.status == 403 and "vic@desk.example has the role “viewer”" in sent.json()["error"]


def test_a_viewer_is_told_who_may_review_and_add_and_has_nothing_to_fill_in(house, browse):
    page = browse(f"{house}/review")
    sign_in(page, "vic")
    for path, heading in (("review", "Review"), ("add", "Add articles")):
        page.goto(f"{house}/{path}")
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text(
            "needs the role “analyst”, and vic@desk.example has the role “viewer”"
        )
        settled(page)
        main = page.get_by_test_id("stMain")
        assert main.locator("textarea, [data-testid=stForm], [data-testid=stRadio]").count() == 0, path


def test_a_token_whose_time_is_over_opens_nothing_though_it_is_signed(house, browse, home):
    page = browse(f"{house}/data")
    sign_in(page, "ann")
    token = made_token(page)

    def anew(seconds: int) -> str:
        command = [sys.executable, "-c", SIGNED_ANEW, token, str(seconds)]
        signed = subprocess.run(
            command, cwd=ROOT, env=surroundings(home, HOME=str(home)), capture_output=True, text=True, check=True
        )
        return signed.stdout.strip()

    assert asked(f"{house}/api/figures.json?company=huawei", anew(3600))[0] == 200
    status, told = asked(f"{house}/api/figures.json?company=huawei", anew(-1))
    assert status == 401 and "expired" in told["error"]


def test_without_sign_in_only_what_holds_no_data_answers(house):
    for path in (
        "api/feed.xml",
        "api/figures.csv",
        "api",
        "media/x.csv",
        "_stcore/upload_file/a/b",
        "component/x/y",
        "no",
    ):
        assert asked(f"{house}/{path}")[0] == 401, path
    assert asked(f"{house}//api/figures.csv")[0] == 401
    for path in ("_stcore/metrics", "_stcore/agent/mcp", "_stcore/agent/openapi.json"):
        assert asked(f"{house}/{path}")[0] == 404, path

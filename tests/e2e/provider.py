"""An OpenID provider of this machine alone, and what the app must be told to use it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Response
from oidc_provider_mock import User
from oidc_provider_mock import app as provider_app
from werkzeug.serving import make_server

SECRET = "a secret of tests alone, long enough to sign"


@contextmanager
def providing(people: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """A provider that knows these people, claims by their ids; its address."""
    application = provider_app(user_claims=[User(sub=sub, claims=dict(told)) for sub, told in people.items()])
    application.after_request(_undressed)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def _undressed(page: Response) -> Response:
    """Without the sheet of styles, which is another machine's."""
    if page.mimetype == "text/html" and not page.direct_passthrough:
        page.set_data(re.sub(r"<link\s[^>]*>", "", page.get_data(as_text=True)))
    return page


def tell(home: Path, provider: str, roles: str, below: str = "") -> dict[str, str]:
    """Write secrets and roles below a folder; the variables with which a server takes them.

    Streamlit looks for secrets below the home folder of whoever runs it.
    """
    folder = home / ".streamlit"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "secrets.toml").write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{{port}}{below}/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "tracker"
client_secret = "of tests"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
    )
    (home / "roles.toml").write_text(roles)
    return {"HOME": str(home), "VENDOR_TRACKER_ROLES": str(home / "roles.toml")}

# ruff: noqa: E501 - a table is read line by line
"""Attacks on the studio and what each gets: the data of `test_attacks.py` and of docs/security.md.

Each is tried on the real application, where people have to log in, with a secret file beside its folders. `gets` is what
the attack is answered, and it is compared to the letter. Nothing that comes back may hold a secret.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from itsdangerous import URLSafeTimedSerializer
from starlette.websockets import WebSocketDisconnect

from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.domain.people import Role
from assets.settings import Settings
from studio_ui.access.gate import Door
from studio_ui.server import create_app

ORIGIN = "http://127.0.0.1:7860"
PASSWORD = "a few plain words"
SECRET = "TOP-SECRET-0451"
AUDIO = "/media/articles/echoes/en/joe/v1/narration.mp3"
NOTHING = "404: There is nothing here."
LOG_IN = "401: Log in first."
EVIL = "https://evil.example"


@dataclass(frozen=True)
class Attack:
    """What is tried, by whom, and what it gets."""

    kind: str
    what: str
    tried: Callable[[Any], str]
    gets: str


def said(answer: Any) -> str:
    """An answer in words: its status and its sentence."""
    assert SECRET not in answer.text
    assert PASSWORD not in answer.text
    assert "$argon2" not in answer.text
    assert "Traceback" not in answer.text
    try:
        body = answer.json()
    except ValueError:
        return str(answer.status_code)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return f"{answer.status_code}: {error['message']}"
    return f"{answer.status_code}: {error}" if error else str(answer.status_code)


def get(path: str, who: str | None = "operator", **headers: str) -> Callable[[Any], str]:
    """A reading of that address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda guarded: said(guarded.client(who).get(path, headers=named))


def post(path: str, body: Any = None, who: str | None = "operator", **headers: str) -> Callable[[Any], str]:
    """A change sent to that address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda guarded: said(guarded.client(who).post(path, json=body, headers=named))


def verb(name: str, *data: Any, who: str = "operator") -> Callable[[Any], str]:
    """A call of one of the verbs for programs."""
    return post(f"/gradio_api/run/{name}", {"data": list(data)}, who)


def linked_text(guarded: Any) -> str:
    """A link in the content folder to a text outside it."""
    outside = guarded.house.settings.home.parent / "secret.md"
    outside.write_text(f"# Secret\n\n{SECRET}\n")
    link = guarded.house.settings.content / "articles" / "linked.en.md"
    link.symlink_to(outside)
    try:
        return said(
            guarded.client("operator").post("/gradio_api/run/script", json={"data": ["articles/linked", "", ""]})
        )
    finally:
        link.unlink()


def linked_audio(guarded: Any) -> str:
    """A published file that somebody replaced by a link to a secret."""
    key = NarrationKey.of("articles/echoes", "id", "espeak")
    version = guarded.house.publish(key)
    path = guarded.house.studio.file(version, "text")
    outside = guarded.house.settings.home.parent / "secret.txt"
    outside.write_text(SECRET)
    path.unlink()
    path.symlink_to(outside)
    told = said(guarded.client("operator").get("/media/articles/echoes/id/espeak/v1/script.txt"))
    return "404: not a file of the studio" if told.startswith("404") and "is not a file of the studio" in told else told


def header_in_next(guarded: Any) -> str:
    """A line break in the address to go to after the log-in."""
    form = {"username": "editor", "password": PASSWORD, "next": "/\r\nSet-Cookie: admin=1"}
    answer = guarded.client().post("/login", data=form)
    assert "admin" not in str(answer.headers)
    return f"{answer.status_code} to {answer.headers['location']}"


def line_break_in_name(guarded: Any) -> str:
    """A line break in what could become the name of a download."""
    answer = guarded.client("operator").get("/media/articles/echoes/en/joe%0d%0aX-Evil:1/v1/script.txt?download=1")
    assert "x-evil" not in answer.headers
    assert "content-disposition" not in answer.headers
    return f"{answer.status_code}, no such header"


def leading_away(guarded: Any) -> str:
    """Addresses of other sites to go to after the log-in."""
    found = set()
    for wanted in (EVIL, "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        form = {"username": "editor", "password": PASSWORD, "next": wanted}
        answer = guarded.client().post("/login", data=form)
        found.add(f"{answer.status_code} to {answer.headers['location']}")
    return ", ".join(found)


def markup_in_name(guarded: Any) -> str:
    """Markup as the name on the log-in page."""
    form = {"username": '"><img src=x onerror=alert(1)>', "password": "x"}
    answer = guarded.client(client=("192.0.2.9", 1)).post("/login", data=form)
    assert "<img" not in answer.text
    return f"{answer.status_code}, the name as text"


def hostile_title(guarded: Any) -> str:
    """A title full of markup and template code, as the page is served."""
    page = guarded.client("operator").get("/narration?content=subjects/hostile&locale=en&voice=joe")
    assert "window.hurt" not in page.text
    status = guarded.client("operator").get("/api/v1/status?content=subjects/hostile&locale=en&voice=joe")
    assert status.headers["content-type"] == "application/json"
    assert status.headers["x-content-type-options"] == "nosniff"
    return f"{page.status_code}, without it; it comes as JSON and is written with textContent"


def link_to_elsewhere(guarded: Any) -> str:
    """A forwarded host of somebody who is no proxy, for the addresses in answers."""
    guarded.house.publish(NarrationKey.of("articles/echoes", "en", "espeak"))
    address = "/api/v1/status?content=articles/echoes&locale=en&voice=espeak"
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    audio = guarded.client("listener").get(address, headers=headers).json()["audio"]
    assert audio.startswith(ORIGIN), audio
    return "addresses of this server"


def streamed_body(guarded: Any) -> str:
    """Two megabytes whose size is not announced."""
    pieces = (b"[" + b"0," * 100_000 for _ in range(10))
    return said(guarded.client("operator").post("/gradio_api/run/status", content=pieces))


def deep_body(guarded: Any) -> str:
    """JSON nested a hundred thousand deep."""
    return said(
        guarded.client("operator").post(
            "/gradio_api/run/status", content=b"[" * 100_000, headers={"Content-Type": "application/json"}
        )
    )


def many_ranges(guarded: Any) -> str:
    """Ten thousand ranges of one file."""
    guarded.house.publish(NarrationKey.of("articles/echoes", "en", "joe"), force=True)
    asked = "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 20_000, 2))
    answer = guarded.client("listener").get(AUDIO, headers={"Range": asked})
    size = len(guarded.client("listener").get(AUDIO).content)
    assert len(answer.content) <= 2 * size + 1000
    return f"{answer.status_code}, no more than the file twice"


def behind_proxy(guarded: Any, peer: str, headers: list[tuple[str, str]]) -> str:
    """A request by that peer where a proxy at 10.0.0.1 is trusted."""
    from dataclasses import replace

    from fastapi.testclient import TestClient

    settings = replace(guarded.house.settings, auth_header="x-user", auth_proxies=(ip_network("10.0.0.1"),))
    app = create_app(settings, guarded.house.studio)
    return said(TestClient(app, base_url=ORIGIN, client=(peer, 1)).get("/gradio_api/info", headers=headers))


def forged_cookie(guarded: Any) -> str:
    """A cookie signed with another key."""
    user = guarded.file.people().users["operator"]
    client = guarded.client()
    client.cookies["studio_session"] = URLSafeTimedSerializer("guess", salt="session").dumps(
        ["operator", user.stamp, "1"]
    )
    return said(client.get("/config"))


def old_cookie(guarded: Any) -> str:
    """A cookie from before the password was changed."""
    guarded.file.add("changing", Role.OPERATOR, PASSWORD)
    browser = guarded.browser("changing")
    guarded.file.add("changing", Role.OPERATOR, PASSWORD, replacing=True)
    return said(browser.get("/config"))


def left_cookie(guarded: Any) -> str:
    """A cookie that was copied before the log-out."""
    browser, thief = guarded.browser("listener"), guarded.client()
    thief.cookies["studio_session"] = browser.cookies["studio_session"]
    browser.post("/logout", headers={"Origin": ORIGIN})
    return said(thief.get("/config"))


def other_token(guarded: Any) -> str:
    """The secret of one token under the name of another."""
    secret = guarded.tokens["listener"].rpartition("_")[2]
    return get("/config", None, Authorization=f"Bearer studio_operator-program_{secret}")(guarded)


def through_the_queue(guarded: Any) -> str:
    """A verb of editors, called by a listener through the queue's own address."""
    headers = {"Authorization": f"Bearer {guarded.tokens['listener']}"}
    body = {"data": ["articles/echoes", "", "", False]}
    event = guarded.running.post("/gradio_api/call/request", json=body, headers=headers).json()["event_id"]
    text = guarded.running.get(f"/gradio_api/call/request/{event}", headers=headers).text
    assert guarded.house.orchestrator.submitted == []
    return "refused in the event: This needs the role editor" if "needs the role editor" in text else text


def called_as_a_tool(guarded: Any) -> str:
    """The same as a tool of MCP."""
    tool = {"name": "request", "arguments": {"content": "articles/echoes"}}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": tool}
    headers = {
        "Accept": "application/json, text/event-stream",
        "Authorization": f"Bearer {guarded.tokens['listener']}",
    }
    text = guarded.running.post("/gradio_api/mcp/", json=call, headers=headers).text
    assert guarded.house.orchestrator.submitted == []
    return "refused in the tool: This needs the role editor" if "needs the role editor" in text else text


def cookie_of_another_site(guarded: Any, **headers: str) -> str:
    """A request for work with the cookie of somebody who is logged in."""
    browser = guarded.browser("editor")
    body = {"data": ["articles/echoes", "", "", False]}
    return said(browser.post("/gradio_api/run/request", json=body, headers=headers))


def log_in_elsewhere(guarded: Any) -> str:
    """A log-in form on another site."""
    form = {"username": "editor", "password": PASSWORD}
    answer = guarded.client().post("/login", data=form, headers={"Origin": EVIL})
    assert "set-cookie" not in answer.headers
    return said(answer)


def log_out_by_link(guarded: Any) -> str:
    """A picture on another site whose address is the log-out."""
    browser = guarded.browser("editor")
    browser.get("/logout", headers={"Referer": EVIL})
    return f"a page with a button; the session goes on: {browser.get('/config').status_code}"


def over_websocket(guarded: Any) -> str:
    """A WebSocket, which browsers let every site open."""
    try:
        with guarded.client("operator").websocket_connect("/gradio_api/queue/join"):
            return "opened"
    except WebSocketDisconnect as closed:
        return f"closed with {closed.code}"


@contextmanager
def listening() -> Any:
    """A server inside the network that counts who comes."""
    calls: list[Any] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.2)

        def accept() -> None:
            try:
                while True:
                    calls.append(server.accept())
            except OSError:
                return

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], calls
        thread.join(5)


def text_that_fetches(guarded: Any) -> str:
    """A text whose pictures, links and components name a server inside the network."""
    with listening() as (port, calls):
        inside = f"http://127.0.0.1:{port}/latest/meta-data"
        guarded.house.write(
            "articles/fetching.en.mdx",
            f"import x from '{inside}'\n\n# Look\n\n![here]({inside}) and [there]({inside}).\n\n<Video src=\"{inside}\" />\n",
        )
        for name, data in (("script", ["articles/fetching", "", ""]), ("plan", [["articles/fetching"], "", ""])):
            answer = guarded.client("operator").post(f"/gradio_api/run/{name}", json={"data": data})
            assert answer.status_code == 200, answer.text
    (guarded.house.settings.content / "articles/fetching.en.mdx").unlink()
    return f"{len(calls)} calls to it"


def base_url(guarded: Any) -> str:
    """A provider's address that is a file, or one sent along with a request."""
    try:
        Settings.from_environment({"OPENAI_BASE_URL": "file:///etc/passwd"})
    except Refused as refused:
        told = refused.message
    before = guarded.house.settings.openai.url
    body = {"data": ["articles/echoes", "", ""], "OPENAI_BASE_URL": "http://127.0.0.1:1"}
    guarded.client("operator").post("/gradio_api/run/status", json=body)
    assert guarded.house.settings.openai.url == before
    return f"{told} Requests name none."


def open_to_all(guarded: Any) -> str:
    """A start on an address for everybody without users."""
    home = guarded.house.settings.home / "empty"
    try:
        Door.of(Settings.from_environment({"STUDIO_HOME": str(home), "STUDIO_HOST": "0.0.0.0"})).require_guarded()
    except Refused as refused:
        return refused.message
    return "started"


def forwarded_to_the_open(guarded: Any) -> str:
    """A studio of one machine, without log-in, that somebody put behind a proxy."""
    from dataclasses import replace

    from fastapi.testclient import TestClient

    settings = replace(guarded.house.settings, users=guarded.house.settings.home / "nobody.json")
    client = TestClient(create_app(settings, guarded.house.studio), base_url=ORIGIN)
    assert client.get("/config").status_code == 200
    return said(client.get("/config", headers={"X-Forwarded-For": "192.0.2.1"}))


def inquiry(sql: str) -> Callable[[Any], str]:
    """An inquiry typed into the SQL box of the insights, by an operator."""

    def asked(guarded: Any) -> str:
        try:
            answer = guarded.house.studio.insights.ask(sql)
        except Refused as refused:
            assert SECRET not in str(refused)
            return str(refused).partition(" LINE ")[0].partition("\n")[0]
        return str(answer)

    return asked


def guessing(guarded: Any) -> str:
    """Passwords, one after the other; a slow machine looks at a few more, as the bucket fills meanwhile."""
    client, looks = guarded.client(client=("192.0.2.50", 1)), 0
    while client.post("/login", data={"username": "guessed", "password": f"g{looks}"}).status_code == 401:
        looks += 1
        assert looks < 20
    return "429 after ten looks, then six a minute" if looks >= 10 else f"{looks} looks"


def naming(guarded: Any) -> str:
    """Whether a name exists, by what the log-in page says."""
    pages = set()
    for name in ("operator", "nobody"):
        client = guarded.client(client=("192.0.2.60", 1))
        pages.add(client.post("/login", data={"username": name, "password": "wrong"}).text.replace(name, ""))
    return "the same page" if len(pages) == 1 else "told"


def flooding(guarded: Any) -> str:
    """A program of an editor that asks as fast as it can."""
    from dataclasses import replace

    from fastapi.testclient import TestClient

    app = create_app(replace(guarded.house.settings, asks_per_minute=5), guarded.house.studio)
    client = TestClient(app, base_url=ORIGIN, headers={"Authorization": f"Bearer {guarded.tokens['editor']}"})
    body = {"data": ["articles/nothing", "", "", False]}
    answers = [client.post("/gradio_api/run/request", json=body).json()["error"] for _ in range(7)]
    told = [answer for answer in answers if "very much in a short time" in answer]
    return "a sentence with the seconds to wait" if told else "all"


ATTACKS = (
    # Paths
    Attack("paths", "climb out of the media folder with `..`", get("/media/..%2f..%2f..%2fetc/en/joe/v1/passwd"), "404: A narration has no such file."),
    Attack("paths", "climb out with the name of a content", get("/media/..%2f..%2fsecret/en/joe/v1/script.txt"), "404: '../../secret' cannot be a content id. Use letters, digits, '-' and '_' in names of folders and files, at most 200 characters."),
    Attack("paths", "climb out of the static files", get("/studio/..%2f..%2fserver.py"), "404"),
    Attack("paths", "climb out of Gradio's own files", get("/static/..%2f..%2f..%2f..%2fetc%2fpasswd"), '403'),
    Attack("paths", "read a file through Gradio's file server", get("/gradio_api/file=/etc/passwd"), NOTHING),
    Attack("paths", "climb out with the name of an early section", get("/media/articles/echoes/en/joe/early/..%2f..%2fledger.mp3"), "404"),
    Attack("paths", "ask for a script outside the content folder", verb("script", "../../etc/passwd", "", ""), "422: '../../etc/passwd' cannot be a content id. Use letters, digits, '-' and '_' in names of folders and files, at most 200 characters."),
    Attack("paths", "read a secret through a link in the content folder", linked_text, "422: 'articles/linked' cannot be used: 'articles/linked.en.md' is a link that leads out of the content root or nowhere. Mend the file and ask again."),
    Attack("paths", "read a secret through a link among the published files", linked_audio, "404: not a file of the studio"),
    # Injection
    Attack("injection", "a header through a line break in `next`", header_in_next, "303 to /"),
    Attack("injection", "a header through a line break in a file name", line_break_in_name, "404, no such header"),
    Attack("injection", "markup as a name on the log-in page", markup_in_name, "401, the name as text"),
    Attack("injection", "markup and template code in a title", hostile_title, "200, without it; it comes as JSON and is written with textContent"),
    Attack("injection", "another host for the addresses in answers", link_to_elsewhere, "addresses of this server"),
    Attack("injection", "SQL in the id of a content", get("/api/v1/status?content=articles/echoes'%20OR%201=1--&locale=en&voice=joe"), "404: 'articles/echoes' OR 1=1--' cannot be a content id."),
    # Sizes
    Attack("sizes", "a body of two megabytes", post("/gradio_api/run/status", {"data": ["x" * 2_000_000]}), "413: That is more than the studio takes in one request."),
    Attack("sizes", "two megabytes without saying how many", streamed_body, "400"),
    Attack("sizes", "JSON a hundred thousand levels deep", deep_body, '400'),
    Attack("sizes", "an upload", post("/gradio_api/upload"), NOTHING),
    Attack("sizes", "ten thousand ranges of one file", many_ranges, '200, no more than the file twice'),
    # Roles
    Attack("roles", "the proxy's header from somebody who is no proxy", lambda g: behind_proxy(g, "203.0.113.5", [("X-User", "operator")]), LOG_IN),
    Attack("roles", "two names in the proxy's header", lambda g: behind_proxy(g, "10.0.0.1", [("X-User", "listener"), ("X-User", "operator")]), "403: The proxy names nobody, or more than one person."),
    Attack("roles", "a cookie signed with another key", forged_cookie, LOG_IN),
    Attack("roles", "a cookie from before the password was changed", old_cookie, LOG_IN),
    Attack("roles", "a cookie that was copied before the log-out", left_cookie, LOG_IN),
    Attack("roles", "one token's secret under another's name", other_token, LOG_IN),
    Attack("roles", "a listener who asks for a narration", verb("request", "articles/echoes", "", "", False, who="listener"), "403: This needs the role editor; listener-program has the role listener. Ask whoever runs this studio for it."),
    Attack("roles", "a listener who says in the body to be an operator", post("/gradio_api/run/request", {"data": ["articles/echoes", "", "", False], "role": "operator", "username": "operator"}, "listener"), "403: This needs the role editor; listener-program has the role listener. Ask whoever runs this studio for it."),
    Attack("roles", "a listener who asks through the queue", through_the_queue, "refused in the event: This needs the role editor"),
    Attack("roles", "a listener who asks through MCP", called_as_a_tool, "refused in the tool: This needs the role editor"),
    Attack("roles", "a listener at the settings", get("/settings", "listener"), "403: This needs the role operator; listener-program has the role listener."),
    Attack("roles", "an editor at an address that nobody thought of", get("/gradio_api/new", "editor"), "403: This needs the role operator; editor-program has the role editor."),
    # Without log-in
    Attack("no log-in", "join the queue", post("/gradio_api/queue/join", {"data": [], "fn_index": 0, "session_hash": "x"}, None), LOG_IN),
    Attack("no log-in", "read what the queue answers", get("/gradio_api/queue/data?session_hash=x", None), LOG_IN),
    Attack("no log-in", "hold a connection open at Gradio's heartbeat", get("/gradio_api/heartbeat/x", None), LOG_IN),
    Attack("no log-in", "cancel what others do, through Gradio", post("/gradio_api/cancel", {"session_hash": "x", "fn_index": 0, "event_id": "x"}, None), LOG_IN),
    Attack("no log-in", "end what others do, through Gradio", post("/gradio_api/reset", {"event_id": "x"}, None), LOG_IN),
    Attack("no log-in", "the tools of MCP", post("/gradio_api/mcp/", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, None), LOG_IN),
    Attack("no log-in", "hear a narration", get(AUDIO, None), LOG_IN),
    Attack("no log-in", "a WebSocket", over_websocket, "closed with 1008"),
    Attack("no log-in", "start on an address for everybody, without users", open_to_all, "STUDIO_HOST is an address that others can reach, and nobody would have to log in."),
    Attack("no log-in", "put a studio without log-in behind a proxy", forwarded_to_the_open, "403: This studio has no log-in and is for this machine alone, but the request came through a proxy."),
    # Other sites
    Attack("other sites", "a request by a page of another site, with the cookie", lambda g: cookie_of_another_site(g, Origin=EVIL), "403: Only the studio's own pages may ask for that."),
    Attack("other sites", "the same without saying where it comes from", cookie_of_another_site, "403: Only the studio's own pages may ask for that."),
    Attack("other sites", "a log-in form on another site", log_in_elsewhere, "403: Only the studio's own pages may ask for that."),
    Attack("other sites", "a log-out by a picture on another site", log_out_by_link, "a page with a button; the session goes on: 200"),
    Attack("other sites", "a log-in that leads away", leading_away, "303 to /"),
    Attack("other sites", "a domain that is given this machine's address", get("/config", "operator", Host="evil.example"), "421: This server does not answer to that host name."),
    # Fetching
    Attack("fetching", "Gradio's proxy to the addresses of a cloud", get("/gradio_api/proxy=http://169.254.169.254/latest"), NOTHING),
    Attack("fetching", "Gradio's file server to the Dagster webserver", get("/gradio_api/file=http://127.0.0.1:3000/graphql"), NOTHING),
    Attack("fetching", "a text whose pictures and components are inside the network", text_that_fetches, "0 calls to it"),
    Attack("fetching", "another address for a provider", base_url, "OPENAI_BASE_URL is 'file:///etc/passwd'. Requests name none."),
    # The SQL box of the insights
    Attack("SQL box", "read a file of the machine", inquiry("SELECT * FROM read_text('/etc/passwd')"), "It cannot be answered: Permission Error: Cannot access file \"/etc/passwd\" - file system operations are disabled by configuration"),
    Attack("SQL box", "write a file", inquiry("COPY (SELECT 1) TO 'x.csv'"), "Only one statement that reads may be asked. Begin it with SELECT."),
    Attack("SQL box", "open another database", inquiry("ATTACH 'ledger.db'"), "Only one statement that reads may be asked. Begin it with SELECT."),
    Attack("SQL box", "load an extension that fetches", inquiry("INSTALL httpfs"), "Only one statement that reads may be asked. Begin it with SELECT."),
    Attack("SQL box", "change what the box may do", inquiry("SET enable_external_access = true"), "Only one statement that reads may be asked. Begin it with SELECT."),
    Attack("SQL box", "a second statement that deletes", inquiry("SELECT 1; DELETE FROM narrations"), "Only one statement that reads may be asked. Begin it with SELECT."),
    # Guessing and flooding
    Attack("guessing", "password after password", guessing, "429 after ten looks, then six a minute"),
    Attack("guessing", "whether a name exists", naming, "the same page"),
    Attack("guessing", "ask as fast as possible", flooding, "a sentence with the seconds to wait"),
)  # fmt: skip

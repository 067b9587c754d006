"""The gate in front of the real application: who comes in, as whom, and what the others are told."""

import ipaddress

import pytest
from starlette.routing import Mount

from assets.domain.errors import Refused
from assets.domain.people import Role
from assets.settings import Settings
from assets.storage.people_file import PeopleFile
from studio_ui.access.gate import Door, safe_next
from studio_ui.access.guards import declared_role
from studio_ui.access.rules import RULES, least_role

ORIGIN = "http://127.0.0.1:7860"
FREE = {"/healthz", "/livez", "/login", "/logout", "/favicon.ico", "/robots.txt"}


def routes_of(app):
    """Every address that the application answers, Gradio's own included, with the parameters filled in."""
    for route in app.routes:
        if included := getattr(route, "original_router", None):
            yield from routes_of(included)
        elif isinstance(route, Mount) and not hasattr(route.app, "routes"):
            yield route.path, {"GET", "POST", "DELETE"}
        elif isinstance(route, Mount):
            if route.path != "/studio":
                for path, methods in routes_of(route.app):
                    yield route.path + path, methods
        elif getattr(route, "methods", None):
            path = route.path
            for name in ("content:path", "locale", "voice", "number:int", "name"):
                path = path.replace("{" + name + "}", "1")
            while "{" in path:
                path = path[: path.index("{")] + "x" + path[path.index("}") + 1 :]
            yield path, route.methods


def test_no_route_of_ours_or_gradios_answers_anybody_who_has_not_logged_in(guarded):
    nobody, seen = guarded.client(), 0
    for path, methods in routes_of(guarded.app):
        for method in methods - {"HEAD", "OPTIONS"}:
            answer = nobody.request(method, path)
            seen += 1
            if path not in FREE:
                assert answer.status_code in {401, 404}, (method, path, answer.status_code)
                assert answer.json()["error"]["message"]
    assert seen > 60, "Gradio alone has that many"


@pytest.mark.parametrize("path", ["/gradio_api/heartbeat/x", "/gradio_api/app_id", "/gradio_api/startup-events"])
def test_what_gradio_leaves_open_is_closed(guarded, path):
    assert guarded.client().get(path).status_code in {401, 404}


def test_an_address_that_is_in_no_table_needs_an_operator():
    assert least_role("GET", "/new", {}) is Role.OPERATOR
    assert least_role("POST", "/", {"/": Role.LISTENER}) is Role.OPERATOR
    assert least_role("GET", "/new/", {"/new": Role.EDITOR}) is Role.EDITOR
    assert least_role("DELETE", "/media/x", {}) is Role.OPERATOR


@pytest.mark.parametrize("path", ["//healthz", "/studio", "/STUDIO/x", "/healthz/x", "/login/../gradio_api/info"])
def test_nothing_but_the_address_itself_is_open_to_everybody(path):
    assert least_role("GET", path, {"/": Role.LISTENER}) is not None


def test_every_rule_is_about_an_address_that_there_is(guarded):
    paths = [path for path, _ in routes_of(guarded.app)] + ["/studio/"]
    for rule in RULES:
        if not rule.path.startswith("/api/v1"):
            assert any(path.startswith(rule.path.rstrip("/")) for path in paths), rule


def test_each_role_sees_what_it_may_and_is_told_what_it_may_not(guarded):
    for who, status in (("listener", 200), ("editor", 200), ("operator", 200)):
        assert guarded.client(who).get("/config").status_code == status
    refused = guarded.client("editor").get("/gradio_api/unheard-of")
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "forbidden"
    assert "operator" in refused.json()["error"]["message"]


def test_a_person_who_opens_a_page_is_led_to_the_log_in_and_back(guarded):
    answer = guarded.client().get("/?content=articles/echoes&locale=en", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2F%3Fcontent%3Darticles%2Fechoes%26locale%3Den"
    assert guarded.client().get(answer.headers["location"]).status_code == 200


def test_logging_in_opens_the_studio_and_logging_out_closes_it(guarded):
    browser = guarded.browser("listener")
    assert browser.get("/", headers={"Accept": "text/html"}).status_code == 200
    cookie = browser.cookies["studio_session"]
    out = browser.post("/logout", headers={"Origin": ORIGIN})
    assert out.headers["location"] == "/login"
    assert "studio_session" not in browser.cookies
    kept = guarded.client()
    kept.cookies["studio_session"] = cookie
    assert kept.get("/config").status_code == 401, "a cookie that somebody kept is worth nothing after the log-out"


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(guarded):
    answer = guarded.client().post("/login", data={"username": "editor", "password": "a few plain words"})
    attributes = answer.headers["set-cookie"].lower()
    assert "httponly" in attributes
    assert "samesite=lax" in attributes
    assert "secure" not in attributes


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%0d%0aSet-Cookie: a=b\r\n",
        "javascript:alert(1)",
        "http:evil.example",
        "///evil.example",
        "\t//evil.example",
        "evil.example",
        "/login?next=/login",
        "",
    ],
)
def test_nobody_is_led_away_from_the_studio_by_its_log_in(guarded, wanted):
    assert safe_next(wanted) == "/"
    answer = guarded.client().post(
        "/login", data={"username": "editor", "password": "a few plain words", "next": wanted}
    )
    assert answer.headers["location"] == "/"


def test_a_log_in_leads_back_to_the_page_that_was_asked_for():
    assert safe_next("/library?query=a b&page=2") == "/library?query=a b&page=2"


def test_a_log_in_from_another_site_is_refused(guarded):
    answer = guarded.client().post(
        "/login",
        data={"username": "editor", "password": "a few plain words"},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_cookie_alone_changes_nothing_without_an_origin(guarded):
    browser = guarded.browser("operator")
    call = {"data": ["articles/echoes", "", ""]}
    assert browser.post("/gradio_api/run/status", json=call).status_code == 403
    same = {"Sec-Fetch-Site": "same-origin"}
    assert browser.post("/gradio_api/run/status", json=call, headers=same).status_code == 200


def test_wrong_passwords_are_answered_alike_and_then_no_longer(guarded):
    client = guarded.client(client=("192.0.2.7", 1))
    texts = set()
    for name in ("editor", "nobody-of-that-name"):
        answer = client.post("/login", data={"username": name, "password": "wrong wrong wrong"})
        assert answer.status_code == 401
        texts.add(answer.text.replace(f'value="{name}"', ""))
    assert len(texts) == 1, "the page does not tell whether the name exists"
    codes = [client.post("/login", data={"username": "operator", "password": "x"}).status_code for _ in range(12)]
    assert codes[-1] == 429
    assert codes.count(401) < 12


def test_a_hostile_name_comes_back_as_text(guarded):
    name = '"><script>alert(1)</script>'
    page = guarded.client().post("/login", data={"username": name, "password": "x"}).text
    assert "<script" not in page


def test_the_pages_speak_the_readers_language(guarded):
    page = guarded.client().get("/login", headers={"Accept-Language": "id-ID,id;q=0.9,en;q=0.8"})
    assert '<html lang="id">' in page.text
    assert "Kata sandi" in page.text


def test_a_removed_user_and_a_removed_token_are_out_at_once(guarded):
    guarded.file.add("leaving", Role.EDITOR, "a few plain words")
    token = guarded.file.add_token("leaving", Role.EDITOR)
    browser, program = guarded.browser("leaving"), guarded.client()
    program.headers["Authorization"] = f"Bearer {token}"
    assert browser.get("/config").status_code == program.get("/config").status_code == 200
    guarded.file.remove("leaving")
    guarded.file.remove_token("leaving")
    assert browser.get("/config").status_code == program.get("/config").status_code == 401


def door(tmp_path, **named):
    settings = Settings.from_environment({"STUDIO_HOME": str(tmp_path), **named})
    return Door.of(settings)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "studio.example"])
def test_an_address_that_others_can_reach_wants_users_or_a_proxy(tmp_path, host):
    with pytest.raises(Refused, match="nobody would have to log in"):
        door(tmp_path, STUDIO_HOST=host).require_guarded()
    proxied = {"STUDIO_AUTH_HEADER": "X-User", "STUDIO_AUTH_PROXIES": "10.0.0.1"}
    door(tmp_path, STUDIO_HOST=host, **proxied).require_guarded()
    PeopleFile(tmp_path / "users.json").add("ada", Role.OPERATOR, None)
    door(tmp_path, STUDIO_HOST=host).require_guarded()


def test_this_machine_needs_no_log_in_until_there_are_users(tmp_path):
    here = door(tmp_path)
    here.require_guarded()
    assert here.is_open(here.people_file.people())
    here.people_file.add("ada", Role.OPERATOR, None)
    assert not here.is_open(here.people_file.people())
    here.people_file.remove("ada")
    assert not door(tmp_path, STUDIO_HOST="0.0.0.0").is_open(here.people_file.people()), "closed, never open, elsewhere"


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [("10.0.0.1", True), ("10.0.0.2", False), ("::ffff:10.0.0.1", True), ("fd00::5", True), ("", False), ("x", False)],
)
def test_a_proxy_is_known_by_its_address_alone(tmp_path, peer, trusted):
    named = {"STUDIO_AUTH_HEADER": "X-User", "STUDIO_AUTH_PROXIES": "10.0.0.1, fd00::/16"}
    assert door(tmp_path, **named).trusts({"client": (peer, 1)}) is trusted
    assert not door(tmp_path, **named).trusts({"client": None})


@pytest.mark.parametrize(
    "named",
    [
        {"STUDIO_AUTH_HEADER": "X-User"},
        {"STUDIO_AUTH_HEADER": "X-User", "STUDIO_AUTH_PROXIES": "0.0.0.0/0"},
        {"STUDIO_AUTH_HEADER": "X-User", "STUDIO_AUTH_PROXIES": "proxy.example"},
        {"STUDIO_AUTH_HEADER": "Cookie", "STUDIO_AUTH_PROXIES": "10.0.0.1"},
        {"STUDIO_AUTH_HEADER": "X User", "STUDIO_AUTH_PROXIES": "10.0.0.1"},
        {"STUDIO_AUTH_ROLE": "god"},
    ],
)
def test_a_proxy_that_could_be_anybody_is_refused_at_the_start(tmp_path, named):
    with pytest.raises(Refused):
        door(tmp_path, **named)


def test_networks_are_read_as_they_are_written(tmp_path):
    found = door(tmp_path, STUDIO_AUTH_PROXIES="10.1.2.3/8,::1").proxies
    assert found == (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1"))


def test_every_event_of_every_page_declares_what_it_needs(guarded):
    from fastapi import FastAPI

    def applications(app):
        for route in app.routes:
            if isinstance(route, Mount) and isinstance(route.app, FastAPI):
                yield route.app
                yield from applications(route.app)

    (gradio,) = [app for app in applications(guarded.app) if hasattr(app, "get_blocks")]
    events = [event for event in gradio.get_blocks().fns.values() if event.fn is not None]
    assert len(events) >= 8
    assert [event.name for event in events if declared_role(event.fn) is None] == []

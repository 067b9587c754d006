"""What programs may ask, through gradio_client and through the official client of MCP, over real HTTP."""

from __future__ import annotations

import json
import socket
import threading
import time

import anyio
import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

VERBS = {"request", "status", "plan", "list", "script", "retry", "cancel"}


@pytest.fixture(scope="module")
def address(guarded):
    """The guarded studio on a port of its own."""
    import uvicorn

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(guarded.app, host="127.0.0.1", port=port, log_level="error", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def ask(guarded, address):
    """Calls an endpoint as a program of that role."""
    clients = {
        who: Client(address, headers={"Authorization": f"Bearer {token}"}, verbose=False, analytics_enabled=False)
        for who, token in guarded.tokens.items()
    }

    def called(who, verb, **named):
        return clients[who].predict(api_name=f"/{verb}", **named)

    called.info = clients["listener"].view_api(return_format="dict")
    return called


def test_a_program_without_a_token_is_not_even_told_what_there_is(address):
    with pytest.raises(Exception, match="credentials were not provided"):
        Client(address, verbose=False, analytics_enabled=False)


def test_each_verb_is_offered_with_types_and_words(ask):
    endpoints = ask.info["named_endpoints"]
    assert {name.strip("/") for name in endpoints} == VERBS
    named = {each["parameter_name"]: each for each in endpoints["/request"]["parameters"]}
    assert named["content"]["python_type"]["type"] == "str"
    assert named["force"]["python_type"]["type"] == "bool"
    assert "request" not in named
    assert "Ask for a narration" in endpoints["/request"]["description"]


def test_a_narration_is_planned_asked_for_followed_and_cancelled(ask, guarded):
    planned = ask("listener", "plan", contents=["articles/echoes"])
    assert planned["narrations"][0]["narration"] == "articles/echoes@en@joe"
    assert planned["total"]["segments"] > 0
    assert ask("listener", "status", content="articles/echoes")["words"] == "not asked"
    asked = ask("editor", "request", content="articles/echoes")
    assert (asked["status"], asked["voice"]) == ("pending", "joe")
    assert guarded.house.orchestrator.submitted
    happened = guarded.house.desk.ledger.narrations.find(limit=None)
    assert "articles/echoes@en@joe" in [str(each.key) for each in happened]
    assert ask("listener", "status", content="articles/echoes", locale="en", voice="joe")["status"] == "pending"
    assert ask("editor", "cancel", content="articles/echoes")["status"] == "cancelled"
    assert ask("editor", "retry", content="articles/echoes")["status"] == "pending"
    with pytest.raises(AppError, match="neither failed"):
        ask("editor", "retry", content="articles/echoes")
    assert ask("editor", "cancel", content="articles/echoes")["status"] == "cancelled"


def test_a_program_may_want_a_script_approved_before_it_is_spoken(ask, guarded):
    ask("editor", "request", content="articles/echoes", locale="id", voice="espeak", approval=True)
    claims = guarded.house.desk.ledger.claims
    (claim,) = [each for each in claims.queue() if each.key.locale.tag == "id"]
    assert claims.get(claim.id).approval
    ask("editor", "cancel", content="articles/echoes", locale="id", voice="espeak")


def test_what_there_is_can_be_listed_page_by_page(ask):
    first = ask("listener", "list", what="contents", limit=2)
    assert first["total"] == 4
    assert len(first["entries"]) == 2
    rest = ask("listener", "list", what="contents", offset=2, limit=100)
    assert not {each["content"] for each in first["entries"]} & {each["content"] for each in rest["entries"]}
    assert any(each["voice"] == "joe" for each in ask("listener", "list", what="voices")["entries"])


def test_a_script_is_given_with_what_becomes_of_each_block(ask):
    script = ask("listener", "script", content="articles/echoes", locale="id", voice="espeak")
    assert "Bunyi itu kembali." in json.dumps(script, ensure_ascii=False)


@pytest.mark.parametrize(
    ("verb", "named", "sentence"),
    [
        ("status", {"content": "articles/nothing"}, "articles/nothing"),
        ("status", {"content": "../../etc/passwd"}, "etc/passwd"),
        ("status", {"content": {"a": 1}}, "has to be text"),
        ("status", {"content": "articles/echoes", "locale": "english!"}, "english"),
        ("status", {"content": "articles/echoes", "voice": "nobody"}, "nobody"),
        ("plan", {"contents": []}, "1 to 100"),
        ("plan", {"contents": ["x"] * 101}, "1 to 100"),
        ("list", {"what": "passwords"}, "no list"),
        ("list", {"what": "contents", "limit": 1000}, "whole number"),
        ("request", {"content": "articles/echoes", "force": "yes"}, "true or false"),
        ("request", {"content": "articles/echoes", "approval": 1}, "`approval` has to be true or false"),
    ],
)
def test_what_will_not_do_is_refused_in_words(ask, verb, named, sentence):
    with pytest.raises(AppError, match=sentence):
        ask("editor", verb, **named)


@pytest.mark.parametrize("verb", ["request", "retry", "cancel"])
def test_who_only_listens_asks_for_nothing(ask, verb):
    with pytest.raises(AppError, match="needs the role editor"):
        ask("listener", verb, content="articles/echoes")


def over_mcp(address, token, work):
    """Run `work(session)` as a program that speaks MCP."""

    async def run():
        async with (
            httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as client,
            streamable_http_client(f"{address}/gradio_api/mcp/", http_client=client) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await work(session)

    return anyio.run(run)


def test_the_same_verbs_are_tools_of_mcp(guarded, address):
    async def work(session):
        tools = (await session.list_tools()).tools
        status = await session.call_tool("status", {"content": "articles/echoes"})
        return tools, status

    tools, status = over_mcp(address, guarded.tokens["listener"], work)
    assert {tool.name for tool in tools} == VERBS
    by_name = {tool.name: tool for tool in tools}
    assert by_name["request"].inputSchema["properties"]["content"]["description"]
    assert "Ask for a narration" in by_name["request"].description
    assert not status.isError
    assert json.loads(status.content[0].text)["content"] == "articles/echoes"


def test_a_tool_is_guarded_like_the_endpoint_that_it_is(guarded, address):
    async def work(session):
        return await session.call_tool("request", {"content": "articles/a-longer-one"})

    refused = over_mcp(address, guarded.tokens["listener"], work)
    assert refused.isError
    assert "needs the role editor" in refused.content[0].text
    asked = over_mcp(address, guarded.tokens["editor"], work)
    assert json.loads(asked.content[0].text)["status"] == "pending"


@pytest.mark.parametrize("path", ["/gradio_api/mcp", "/gradio_api/mcp/", "/gradio_api/mcp/http", "/gradio_api/mcp/sse"])
def test_nobody_speaks_mcp_without_a_token(address, path):
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}
    assert httpx.post(f"{address}{path}", json=call, headers=headers).status_code == 401
    assert httpx.get(f"{address}{path}", headers=headers).status_code == 401


def test_the_addresses_are_described_for_programs_and_for_people(guarded):
    client = guarded.client("listener")
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.")
    media = "/media/{content}/{locale}/{voice}/v{number}/{name}"
    assert {"/api/v1/status", media} <= set(document["paths"])
    assert {"200", "206", "304", "404"} <= set(document["paths"][media]["get"]["responses"])
    page = client.get("/api").text
    assert "GET /api/v1/status" in page
    assert "What narrations would take before anything is paid" in page
    assert "<script" not in page
    assert "//" not in page.replace("<!doctype", "").replace("http://", ""), "nothing is fetched from elsewhere"


@pytest.mark.parametrize(
    ("verb", "data", "status", "said"),
    [
        ("request", ["subjects/greeting", "ar", "espeak", False], 200, "greeting"),  # before there was `approval`
        ("status", ["articles/echoes"], 200, "articles/echoes"),
        ("request", [], 422, "`content` has to be text."),
    ],
)
def test_who_sends_plain_values_may_leave_out_the_last_ones(guarded, address, verb, data, status, said):
    headers = {"Authorization": f"Bearer {guarded.tokens['editor']}"}
    answer = httpx.post(f"{address}/gradio_api/run/{verb}", json={"data": data}, headers=headers)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text

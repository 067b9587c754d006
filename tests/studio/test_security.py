import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from studio_ui.security import BodyLimit, ClosedDoors, OwnHostOnly, SecurityHeaders, answering_names


@pytest.fixture
def client():
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def anything(path: str, request: Request) -> dict[str, int | str]:
        return {"received": len(await request.body()), "asked": request.url.query}

    app.add_middleware(ClosedDoors)
    app.add_middleware(BodyLimit, largest_bytes=1000)
    app.add_middleware(OwnHostOnly, hosts={"127.0.0.1", "localhost", "::1"})
    app.add_middleware(SecurityHeaders)
    return TestClient(app, base_url="http://127.0.0.1:7860")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:7860", "localhost:1", "LOCALHOST", "[::1]:7860", "[::1]"])
def test_this_machine_is_answered_by_all_of_its_names(client, host):
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:7860", "", "localhost@evil.example", "[::1", "::1"]
)
def test_a_domain_that_points_here_is_turned_away(client, host):
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:7860"])
def test_a_page_of_another_origin_changes_nothing_here(client, origin):
    assert client.post("/gradio_api/run/predict", headers={"origin": origin}).status_code == 403
    assert client.get("/", headers={"origin": origin}).status_code == 200


def test_our_own_page_may_post(client):
    assert client.post("/x", headers={"origin": "http://127.0.0.1:7860"}).status_code == 200


def test_a_body_that_is_too_large_is_refused_announced_or_not(client):
    assert client.post("/x", content=b"a" * 1000).json()["received"] == 1000
    assert client.post("/x", content=b"a" * 1001).status_code == 413
    assert client.post("/x", content=iter([b"a" * 600, b"a" * 600])).status_code == 413
    assert client.post("/x", headers={"content-length": "many"}).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=http://example.com/x",
        "/gradio_api/file=https%3A%2F%2Fexample.com",
        "/gradio_api/FILE=/etc/passwd",
        "/gradio_api//file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://example.com",
        "/gradio_api/upload",
        "/gradio_api/upload_progress",
        "/gradio_api/stream/x",
    ],
)
def test_the_doors_of_gradio_that_nobody_needs_are_closed(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_names_in_an_address_that_are_gradios_own_do_not_reach_it(client):
    assert client.get("/?content=tides&page=nowhere&deep_link=x&p=2").json()["asked"] == "content=tides&p=2"
    assert client.get("/gradio_api/info?page=1").json()["asked"] == "page=1"


def test_the_doors_that_the_page_needs_are_open(client):
    for path in ("/gradio_api/run/predict", "/gradio_api/info", "/files", "/media/file=x"):
        assert client.get(path).status_code == 200


def test_every_answer_carries_the_security_headers(client):
    for answer in (client.get("/"), client.get("/gradio_api/upload"), client.get("/", headers={"host": "evil"})):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


def test_a_server_for_all_addresses_answers_to_those_of_its_machine_alone():
    assert answering_names("127.0.0.1", ()) == {"127.0.0.1", "localhost", "::1"}
    assert answering_names("10.0.0.5", ["studio.example"]) >= {"10.0.0.5", "studio.example"}
    everywhere = answering_names("0.0.0.0", ())
    assert "127.0.0.1" in everywhere
    assert "evil.example" not in everywhere

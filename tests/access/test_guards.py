"""Events: what each needs is declared where it is written, and holds on every way to it."""

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assets.domain.errors import BudgetExceeded, Forbidden, Refused, TooOften, Unwritable
from assets.domain.people import Person, Role
from studio_ui.access.guards import PERSON, asker, declared_role, guard_events, requires
from studio_ui.access.limits import Limiter
from studio_ui.access.refusals import Refusals, status_of


class Page:
    def __init__(self) -> None:
        self.done: list[str] = []

    @requires(Role.LISTENER)
    def read(self, request: gr.Request) -> str:
        return asker(request).name

    @requires(Role.EDITOR)
    def ask(self, text: str, request: gr.Request) -> str:
        self.done.append(f"{asker(request).name} asks for {text}")
        return "asked"

    def forgotten(self) -> str:
        self.done.append("forgotten")
        return "done"

    @requires(Role.LISTENER)
    def broken(self) -> str:
        raise ZeroDivisionError("a fault of the program")

    @requires(Role.LISTENER)
    def spend(self, request: gr.Request) -> str:
        asker(request).require(Role.OPERATOR)
        self.done.append("spent")
        return "spent"


class Everybody:
    """Makes each request the one of whoever its header names: the gate's place in these tests."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            named = dict(scope["headers"]).get(b"x-test", b"").decode()
            if named:
                scope[PERSON] = Person(f"a {named}", Role.named(named))
        await self.app(scope, receive, send)


@pytest.fixture(scope="module", params=[False, True], ids=["unqueued", "queued"])
def place(request):
    page = Page()
    with gr.Blocks() as blocks:
        text = gr.Textbox("x", label="text")
        button = gr.Button("go")
        for name in ("read", "ask", "forgotten", "spend", "broken"):
            inputs = [text] if name == "ask" else None
            button.click(getattr(page, name), inputs, text, api_name=name, queue=request.param)
    blocks.queue(api_open=True)
    guard_events(blocks, Limiter(60, burst=3))
    app = gr.mount_gradio_app(FastAPI(), blocks, path="/", show_error=False)
    app.add_middleware(Refusals)
    app.add_middleware(Everybody)
    with TestClient(app) as client:
        yield page, client


def call(client, name, who, data=()):
    headers = {"x-test": who} if who else {}
    begun = client.post(f"/gradio_api/call/{name}", json={"data": list(data)}, headers=headers)
    return client.get(f"/gradio_api/call/{name}/{begun.json()['event_id']}", headers=headers).text


@pytest.mark.parametrize(
    ("name", "who", "allowed"),
    [
        ("read", "listener", True),
        ("read", "", False),
        ("ask", "listener", False),
        ("ask", "editor", True),
        ("forgotten", "editor", False),
        ("forgotten", "operator", True),
        ("spend", "editor", False),
        ("spend", "operator", True),
    ],
)
def test_an_event_is_done_for_those_who_may_on_every_way_to_it(place, name, who, allowed):
    page, client = place
    data = ["this"] if name == "ask" else []
    headers = {"x-test": who} if who else {}
    direct = client.post(f"/gradio_api/run/{name}", json={"data": data}, headers=headers)
    assert direct.status_code == (200 if allowed else 403)
    assert allowed or direct.json()["error"].strip(), "it says why"
    before = len(page.done)
    said = call(client, name, who, data)
    assert ("event: complete" in said) is allowed, said
    assert allowed or len(page.done) == before


def test_who_asks_is_known_in_the_event(place):
    _, client = place
    assert "a listener" in call(client, "read", "listener")


def test_asking_again_and_again_is_slowed_down(place):
    _, client = place
    said = [call(client, "ask", "operator", ["much"]) for _ in range(4)]
    assert "event: complete" in said[0]
    assert "Wait" not in said[0]
    assert "event: error" in said[-1]
    answer = client.post("/gradio_api/run/ask", json={"data": ["much"]}, headers={"x-test": "operator"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_a_fault_of_ours_is_no_refusal(place):
    _, client = place
    answer = client.post("/gradio_api/run/broken", json={"data": []}, headers={"x-test": "operator"})
    assert (answer.status_code, answer.json()["error"]) == (500, None)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Forbidden("No."), 403),
        (TooOften("Wait."), 429),
        (Refused("There is no such thing."), 422),
        (Unwritable("The disk is full."), 503),
        (BudgetExceeded("The cap is reached."), 409),
    ],
)
def test_every_refusal_says_whose_fault_it_is(error, status):
    assert status_of(error) == status


def test_what_an_event_needs_can_be_read_off_it():
    page = Page()
    assert declared_role(page.ask) is Role.EDITOR
    assert declared_role(page.forgotten) is None


def test_nobody_is_never_taken_for_somebody():
    for request in (None, gr.Request(), object()):
        with pytest.raises(Forbidden):
            asker(request)

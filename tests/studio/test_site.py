"""The pages as one site: their addresses, and what holds for each of them."""

import pytest
from fastapi.testclient import TestClient

from assets.domain.people import Role
from studio_ui.server import create_app
from studio_ui.site import PAGES


@pytest.fixture(scope="module")
def client(shared_house):
    with TestClient(create_app(shared_house.settings, shared_house.studio), base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.noun)
def test_every_page_answers_at_its_address_with_the_navigation(client, page):
    answer = client.get(page.address)
    assert answer.status_code == 200
    masthead = next(c for c in client.get("/config").json()["components"] if _is_masthead_of(c, page.noun))
    assert [each["path"] for each in masthead["props"]["value"]["pages"]] == [
        p.address for p in PAGES if p.in_navigation and p.least is Role.LISTENER
    ], "what everybody may see, before it is known who looks"


def test_an_address_of_no_page_is_not_found(client):
    assert client.get("/nothing").status_code == 404


def _is_masthead_of(component, noun):
    return component["props"].get("elem_id") == "masthead" and component["props"]["value"]["here"] == noun

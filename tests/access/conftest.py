"""A studio where people have to log in: the real application, with three people and three programs."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assets.domain.people import Role
from assets.storage.people_file import PeopleFile
from studio_ui.server import create_app

PASSWORD = "a few plain words"
ORIGIN = "http://127.0.0.1:7860"


def _studio_fixtures() -> ModuleType:
    """The studio of the tests next door; test folders are no packages, so it is loaded by its path."""
    path = Path(__file__).parent.parent / "studio" / "conftest.py"
    spec = importlib.util.spec_from_file_location("studio_fixtures", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Guarded:
    """The application, and how each of its people comes to it."""

    house: Any
    app: Any
    file: PeopleFile
    tokens: dict[str, str]

    def client(self, who: str | None = None, **options: Any) -> TestClient:
        """A program of that role, or nobody."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        return TestClient(self.app, base_url=ORIGIN, headers=headers, follow_redirects=False, **options)

    def browser(self, name: str, password: str = PASSWORD) -> TestClient:
        """A browser in which that person has logged in."""
        browser = TestClient(self.app, base_url=ORIGIN, follow_redirects=False)
        answer = browser.post("/login", data={"username": name, "password": password}, headers={"Origin": ORIGIN})
        assert answer.status_code == 303, answer.text
        return browser


def build_guarded(folder: Path, **changes: Any) -> Guarded:
    """A studio with people in it; `changes` are settings."""
    ticks = itertools.count(step=10)
    house = _studio_fixtures().build_house(folder, lambda: float(next(ticks)))
    settings = replace(house.settings, **changes)
    file = PeopleFile(settings.users)
    for role in Role:
        file.add(role.word, role, PASSWORD)
    tokens = {role.word: file.add_token(f"{role.word}-program", role) for role in Role}
    return Guarded(house, create_app(settings, house.studio), file, tokens)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """One studio for a file of tests."""
    made = build_guarded(tmp_path_factory.mktemp("guarded"))
    yield made
    made.house.desk.ledger.close()

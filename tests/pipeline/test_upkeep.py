"""Upkeep: what a policy makes by itself, in which order, for how much, and what it leaves alone."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from assets.domain.claims import Publication
from assets.domain.costs import Caps
from assets.domain.freshness import Policy, When
from assets.domain.keys import NarrationKey
from assets.domain.narrations import Failure, FileFacts, Outcome
from assets.pipeline.desk import Desk
from assets.pipeline.opening import open_desk
from assets.pipeline.upkeep import AT_ONCE, PRIORITY, REQUESTED_BY, Upkeep
from assets.providers import registry
from assets.settings import Settings
from assets.storage.ledger.work import Work
from assets.storage.processes import this_process
from studio_ui.upkeep import outlook

VOICES = """
[ann]
name = "Ann"
provider = "paid"
model = "m"
provider_voice = "a"
locales = ["en"]
"""
PRICES = '[[price]]\nprovider = "paid"\nmodel = "m"\nsince = 2020-01-01\ncharacters = 80.0\n'
ON_CHANGE = Policy(when=When.CHANGE)


def _fake() -> ModuleType:
    path = Path(__file__).parents[1] / "fakes" / "paid_voice.py"
    spec = importlib.util.spec_from_file_location("paid_voice", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["paid_voice"] = module
    spec.loader.exec_module(module)
    return module


def key(content: str) -> NarrationKey:
    return NarrationKey.of(content, "en", "ann")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setitem(registry.SPEECH_PROVIDERS, "paid", registry.Place("paid_voice:PaidVoice"))  # type: ignore[index]
    monkeypatch.setitem(registry._MADE, ("paid_voice:PaidVoice",), _fake().PaidVoice())
    (tmp_path / "voices.toml").write_text(VOICES, encoding="utf-8")
    (tmp_path / "prices.toml").write_text(PRICES, encoding="utf-8")
    for name in ("tides", "rain", "articles/zero"):
        edit(tmp_path / "content", name, f"# {name.title()}\n\nAll about {name}.\n")
    return open_desk(
        Settings.from_environment(
            {
                "STUDIO_HOME": str(tmp_path / "home"),
                "STUDIO_CONTENT": str(tmp_path / "content"),
                "STUDIO_VOICES": str(tmp_path / "voices.toml"),
                "STUDIO_PRICES": str(tmp_path / "prices.toml"),
            }
        )
    )


def edit(root: Path, name: str, text: str, *, ago: float = 3600.0) -> None:
    path = root / f"{name}.en.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - ago, time.time() - ago))


def begun(desk: Desk, narration: NarrationKey, fingerprint: str | None = None) -> Work:
    asked = desk.ledger.claims.ask(
        narration, fingerprint or desk.wanted(narration).fingerprint, verify=lambda _version: True
    )
    work = desk.ledger.claims.start(asked.claim_id, this_process(), max_parallel=20, lease_seconds=30)
    assert isinstance(work, Work)
    work.speaking(1)
    return work


def publish(desk: Desk, *contents: str, fingerprint: str | None = None) -> None:
    for content in contents:
        facts = {"audio": FileFacts("narrations/x/narration.mp3", 10, "0" * 64)}
        begun(desk, key(content), fingerprint).publish(Publication("5" * 64, 12.5, 1, 40, facts))


def due(desk: Desk, policy: Policy = ON_CHANGE) -> list[tuple[str, str]]:
    return [(str(each.key.content), each.why) for each in Upkeep(desk, policy).outlook().due]


def test_it_is_off_unless_somebody_switched_it_on(desk):
    publish(desk, "tides", fingerprint="0" * 64)
    assert desk.settings.keep_fresh == Policy()
    assert Upkeep(desk).begin() == ()
    assert not Upkeep(desk).is_time()


def test_what_is_published_and_out_of_date_is_due_and_nothing_else(desk):
    publish(desk, "tides", "rain")
    assert due(desk) == []
    edit(desk.settings.content, "tides", "# Tides\n\nIt rises twice a day.\n")
    assert due(desk) == [("tides", "out of date")]
    assert due(desk, replace(ON_CHANGE, missing=True)) == [("tides", "out of date"), ("articles/zero", "never made")]
    assert due(desk, replace(ON_CHANGE, missing=True, contents=("articles/*",))) == [("articles/zero", "never made")]


def test_the_most_listened_to_come_first(desk):
    publish(desk, "articles/zero", "rain", "tides", fingerprint="0" * 64)
    for content, times in (("rain", 1), ("tides", 3)):
        for _ in range(times):
            desk.ledger.upkeep.listened(key(content))
    assert [content for content, _ in due(desk)] == ["tides", "rain", "articles/zero"]


def test_a_text_that_was_edited_a_moment_ago_is_left_to_its_author(desk):
    publish(desk, "tides")
    edit(desk.settings.content, "tides", "# Tides\n\nIt rises.\n", ago=5)
    found = Upkeep(desk, ON_CHANGE).outlook()
    assert (found.due, found.settling) == ((), 1)
    later = Upkeep(desk, ON_CHANGE, wall=lambda: time.time() + 60).outlook()
    assert [str(each.key.content) for each in later.due] == ["tides"]


def test_what_failed_or_is_being_made_is_not_tried_again_until_its_text_changes(desk):
    publish(desk, "tides", "rain", fingerprint="0" * 64)
    begun(desk, key("tides")).fail(Failure("error", "It failed.", ""))
    begun(desk, key("rain"))
    assert due(desk) == []
    edit(desk.settings.content, "tides", "# Tides\n\nAnother text.\n")
    assert due(desk) == [("tides", "out of date")]


def test_it_makes_only_what_is_left_of_the_money_pays_for(desk):
    publish(desk, "articles/zero", "rain", "tides", fingerprint="0" * 64)
    first, second, third = (each.estimate.micros for each in Upkeep(desk, ON_CHANGE).outlook().planned)
    assert min(first, second, third) > 0
    assert len(Upkeep(desk, replace(ON_CHANGE, per_day=first + second)).outlook().affordable) == 2
    desk.settings = replace(desk.settings, caps=Caps(per_day=first))
    assert len(Upkeep(desk, ON_CHANGE).begin()) == 1
    desk.settings = replace(desk.settings, caps=Caps(per_day=0))
    assert Upkeep(desk, ON_CHANGE).begin() == ()


def test_what_it_asks_for_comes_after_people_and_never_fills_the_line(desk, monkeypatch):
    publish(desk, "articles/zero", "rain", "tides", fingerprint="0" * 64)
    monkeypatch.setattr("assets.pipeline.upkeep.AT_ONCE", 2)
    asked = Upkeep(desk, ON_CHANGE).begin()
    assert [each.outcome for each in asked] == [Outcome.CLAIMED] * 2
    claims = [desk.ledger.claims.get(each.claim_id) for each in asked]
    assert {(claim.requested_by, claim.priority) for claim in claims} == {(REQUESTED_BY, PRIORITY)}
    assert Upkeep(desk, ON_CHANGE).begin() == ()
    assert desk.settings.max_parallel > AT_ONCE


@pytest.mark.parametrize(("hour", "works"), [(0, False), (1, True), (4, True), (5, False), (14, False)])
def test_nightly_is_in_the_night_of_this_machine(desk, hour, works):
    moment = datetime(2030, 1, 1, hour, 30).astimezone()
    assert Upkeep(desk, Policy(when=When.NIGHTLY), clock=lambda: moment.astimezone(UTC)).is_time() is works


def test_the_outlook_says_what_it_would_do_before_it_is_switched_on_and_does_nothing(desk):
    publish(desk, "tides", "rain", fingerprint="0" * 64)
    shown = outlook(desk)
    assert (shown["policy"]["when"], shown["due"], shown["affordable"]) == ("off", 2, 2)
    assert shown["estimated_usd"] > 0
    assert [row["narration"] for row in shown["narrations"]] == ["rain@en@ann", "tides@en@ann"]
    assert desk.ledger.claims.queue() == ()

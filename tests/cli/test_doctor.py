"""`studio doctor`: what works, what does not, and how to mend it; keys are looked at and nothing is bought."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))
import provider_server as fake

from assets.settings import Settings
from studio_ui.doctor import Finding, examine


@pytest.fixture
def server() -> Iterator[fake.Server]:
    made = fake.Server().start()
    yield made
    made.stop()


def findings(home: Path, **environment: str) -> dict[str, Finding]:
    content = home / "content"
    content.mkdir(exist_ok=True)
    (content / "tides.md").write_text("# Tides\n\nThe sea rises.\n")
    settings = {"STUDIO_HOME": str(home / "home"), "STUDIO_CONTENT": str(content), **environment}
    return {each.name: each for each in examine(Settings.from_environment(settings))}


def test_without_any_key_nothing_needs_mending_and_it_says_which_voices_want_one(tmp_path: Path) -> None:
    found = findings(tmp_path)
    assert [each.name for each in found.values() if not each.ok] == []
    assert "nina, alex, sarah, david, maya cannot be chosen" in found["elevenlabs"].detail
    assert "voice joe" in found
    assert "voice nina" not in found


def test_with_keys_the_accounts_and_each_voice_are_looked_up_and_nothing_is_bought(
    tmp_path: Path, server: fake.Server
) -> None:
    found = findings(tmp_path, **server.settings)
    assert found["elevenlabs account"].detail == "plan creator, 1,000,000 of 1,000,000 characters left"
    assert found["openai account"].ok
    assert found["voice nina"].ok
    assert all(each.ok for each in found.values())
    assert server.calls == []


def test_a_key_that_is_refused_says_so_and_what_to_check(tmp_path: Path, server: fake.Server) -> None:
    found = findings(tmp_path, **{**server.settings, "ELEVENLABS_API_KEY": "sk_wrong", "OPENAI_API_KEY": "sk-wrong"})
    assert not found["elevenlabs account"].ok
    assert found["elevenlabs account"].remedy == "Check ELEVENLABS_API_KEY."
    assert found["openai account"].remedy == "Check OPENAI_API_KEY."


def test_an_account_without_characters_left_is_found_before_anything_is_asked_for(
    tmp_path: Path, server: fake.Server
) -> None:
    server.characters_left = 0
    found = findings(tmp_path, **server.settings)["elevenlabs account"]
    assert not found.ok
    assert "0 of 1,000,000" in found.detail


def test_a_voice_that_the_provider_has_retired_is_named(
    tmp_path: Path, server: fake.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(fake.VOICES, "TxGEqnHWrfWFTfGW9XjX")
    voices = tmp_path / "voices.toml"
    voices.write_text(
        '[david]\nname = "David"\nprovider = "elevenlabs"\nmodel = "eleven_multilingual_v2"\n'
        'provider_voice = "TxGEqnHWrfWFTfGW9XjX"\nlocales = ["en"]\n'
    )
    found = [
        each
        for each in examine(
            Settings.from_environment(
                {
                    "STUDIO_HOME": str(tmp_path / "home"),
                    "STUDIO_CONTENT": str(tmp_path),
                    "STUDIO_VOICES": str(voices),
                    **server.settings,
                }
            )
        )
        if each.name == "voice david"
    ]
    assert not found[0].ok
    assert found[0].remedy == "Give it another provider_voice."


def test_an_account_that_rests_after_faults_is_shown_with_the_way_to_call_it_again(
    tmp_path: Path, server: fake.Server
) -> None:
    from assets.pipeline.opening import open_desk

    environment = {"STUDIO_HOME": str(tmp_path / "home"), **server.settings}
    desk = open_desk(Settings.from_environment(environment))
    desk.ledger.accounts.failed("elevenlabs", "The key is not accepted.", of_the_account=True)
    desk.ledger.close()
    found = findings(tmp_path, **server.settings)["elevenlabs account"]
    assert "is not called for now: The key is not accepted." in found.detail
    assert found.remedy == "Mend the cause, then: studio reconcile --apply"

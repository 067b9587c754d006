"""What a model takes is data: settings out of range are refused before a call, others are not sent."""

from __future__ import annotations

import pytest

from assets.providers.models import ELEVENLABS, OPENAI, accepted, fault_of, thinking_tokens

V2, V3 = ELEVENLABS["eleven_multilingual_v2"], ELEVENLABS["eleven_v3"]


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"stability": 0.5, "style": 0}, ""),
        ({"stability": 1.5}, "stability must be a number from 0.0 to 1.0 for eleven_multilingual_v2."),
        ({"stability": True}, "stability must be a number from 0.0 to 1.0 for eleven_multilingual_v2."),
        ({"stability": "high"}, "stability must be a number from 0.0 to 1.0 for eleven_multilingual_v2."),
        ({"use_speaker_boost": 1}, "use_speaker_boost must be true or false."),
        ({"stabilty": 0.5}, "'stabilty' is no setting of any model; eleven_multilingual_v2 takes stability, "),
    ],
)
def test_a_setting_that_cannot_be_sent_is_one_sentence(settings: dict[str, object], fault: str) -> None:
    found = fault_of(V2, settings)
    assert found.startswith(fault)
    assert bool(found) == bool(fault)


def test_a_model_that_knows_steps_alone_says_which() -> None:
    assert fault_of(V3, {"stability": 0.3}) == "stability must be 0.0 or 0.5 or 1.0 for eleven_v3."
    assert fault_of(V3, {"stability": 0.5}) == ""


def test_settings_of_another_model_are_left_out_and_are_no_fault() -> None:
    settings = {"stability": 0.5, "style": 0.3, "speed": 1.1}
    assert fault_of(V3, settings) == ""
    assert accepted(V3, settings) == {"stability": 0.5}
    assert accepted(OPENAI["tts-1"], settings) == {"speed": 1.1}


def test_only_a_model_that_takes_context_is_given_any_and_only_v3_is_directed() -> None:
    assert [name for name, model in ELEVENLABS.items() if not model.stitching] == ["eleven_v3"]
    assert [name for name, model in ELEVENLABS.items() if model.directions] == ["eleven_v3"]


def test_models_that_think_are_given_room_for_it() -> None:
    assert thinking_tokens("gpt-5-mini") > 0
    assert thinking_tokens("gpt-4.1-mini") == 0

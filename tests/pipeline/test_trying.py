"""A word is heard in an embedded voice before it is saved; nothing is kept and nothing is paid."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.domain.errors import Refused
from assets.domain.keys import Locale
from assets.domain.lexicons import Entry
from assets.pipeline.desk import Desk
from assets.pipeline.opening import open_desk
from assets.pipeline.trying import try_word, trying_voices
from assets.settings import Settings

EN = Locale("en")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(Settings.from_environment({"STUDIO_HOME": str(tmp_path), "OPENAI_API_KEY": "sk-test"}))
    yield opened
    opened.ledger.close()


def seconds(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav)) as file:
        return file.getnframes() / file.getframerate()


def test_a_candidate_is_heard_and_the_word_as_it_is_now(desk: Desk) -> None:
    now = try_word(desk, EN, "Nguyen", voice="espeak")
    then = try_word(desk, EN, "Nguyen", Entry("Nguyen", "win and win and win again"), voice="espeak")
    assert (now.said, then.said) == ("Nguyen", "win and win and win again")
    assert seconds(then.wav) > 1.5 * seconds(now.wav) > 0.2
    assert not any(each.own for each in desk.lexicons.listed(EN))


def test_only_voices_that_cost_nothing_are_tried(desk: Desk) -> None:
    assert {voice.provider for voice in trying_voices(desk, EN)}.isdisjoint({"openai", "elevenlabs"})
    assert try_word(desk, EN, "Euler", voice="nova").voice.name != "nova"


def test_what_cannot_be_tried_is_refused_with_the_remedy(desk: Desk) -> None:
    for locale, text, entry in [
        (EN, " ", None),
        (EN, "x" * 300, None),
        (EN, "Euler", Entry("Euler")),
        (Locale("ii"), "Nuosu", None),
    ]:
        with pytest.raises(Refused) as refused:
            try_word(desk, locale, text, entry, voice="espeak")
        assert refused.value.remedy

"""The committed baseline tells every voice from every negative; and the voices of this moment are as good as it says.

The baseline is what was heard of twenty segments in each locale, whole, cut, swapped, read as another language, and of
silence. Judging it needs no audio; only a few segments are spoken and heard anew, and `make voices` does all.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from assets.domain.hearing import BOUNDS, Verdict
from assets.domain.keys import Locale
from assets.providers.registry import speech_provider
from assets.providers.whisper import LISTENER, Listener

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("listening", HERE / "listening.py")
assert _spec is not None and _spec.loader is not None
listening = importlib.util.module_from_spec(_spec)
sys.modules["listening"] = listening
_spec.loader.exec_module(listening)

BASELINE = json.loads(listening.BASELINE.read_text(encoding="utf-8"))
LOCALES = tuple(listening.SEGMENTS)
LIVE = 1
"""How many segments of each locale are spoken anew: each costs some five seconds of a core."""
WORSE = 0.1
"""How much worse than in the baseline a single segment may be heard on another machine."""


def test_the_baseline_is_of_these_segments_voices_and_listener():
    assert BASELINE["listener"] == LISTENER
    assert set(BASELINE["locales"]) == set(LOCALES) == set(BOUNDS)
    for locale, found in BASELINE["locales"].items():
        assert [each["said"] for each in found["segments"]] == listening.SEGMENTS[locale]
        assert len(found["segments"]) == 20
        assert found["voice"] == listening.SPOKEN_BY[locale]
        assert found["adapter"] == speech_provider(listening.voice_of(locale).provider).adapter_version, "make voices"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_voice_passes_and_nearly_every_segment_of_it_does(locale):
    found = listening.verdict(locale, listening.pairs(BASELINE["locales"][locale], "genuine"))
    assert found.verdict is Verdict.PASS, found.why
    assert sum(each.verdict is Verdict.PASS for each in found.passages) >= 16
    assert not [each for each in found.passages if each.verdict is Verdict.FAIL]


@pytest.mark.parametrize("what", listening.NEGATIVES)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_negative_is_told_apart(locale, what):
    found = listening.verdict(locale, listening.pairs(BASELINE["locales"][locale], what))
    assert found.verdict is Verdict.FAIL, found.why
    if what != "wrong_language":
        # A wrong accent shows over several passages; what is cut, swapped or silent shows in every single one.
        assert all(each.verdict is Verdict.FAIL for each in found.passages)


@pytest.fixture(scope="module")
def listener() -> Listener:
    found = Listener()
    if refusal := found.refusal():
        pytest.skip(refusal)
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_spoken_now_is_heard_as_in_the_baseline(listener, locale):
    voice = listening.voice_of(locale)
    if refusal := speech_provider(voice.provider).refusal(voice, Locale(locale)):
        pytest.skip(refusal)
    for kept in BASELINE["locales"][locale]["segments"][:LIVE]:
        heard = listening.heard(listener, listening.say(kept["said"], locale, voice), locale)
        before = listening.rated(kept["said"], kept["heard"], locale)
        assert listening.rated(kept["said"], heard, locale) <= before + WORSE, heard

import pytest

from assets.domain.errors import Refused
from assets.domain.keys import Locale, VoiceKey
from assets.domain.voices import Voice, Voices, unique


def voice(key: str, *locales: str, without: tuple[str, ...] = ()) -> Voice:
    return Voice(VoiceKey(key), key.title(), "espeak", "m", "v", locales, not_locales=without)


ALL = Voices((voice("joe", "en"), voice("lua", "pt-BR"), voice("espeak", "*", without=("ja",))))


def test_a_language_covers_its_regions_and_a_region_not_its_language():
    assert voice("joe", "en").offered_for(Locale("en-GB"))
    assert not voice("lua", "pt-BR").offered_for(Locale("pt"))
    assert not voice("lua", "pt-BR").offered_for(Locale("pt-PT"))


def test_a_star_is_every_locale_but_those_left_out_and_their_regions():
    everyone = ALL.get("espeak")
    assert everyone.offered_for(Locale("sw"))
    assert not everyone.offered_for(Locale("ja"))
    assert not everyone.offered_for(Locale("ja-JP"))


def test_leaving_out_a_region_leaves_the_language_in():
    assert voice("x", "en", without=("en-GB",)).offered_for(Locale("en"))
    assert not voice("x", "en", without=("en-GB",)).offered_for(Locale("en-GB"))


def test_the_first_voice_that_speaks_a_locale_is_its_default():
    assert ALL.default_for(Locale("en")).key.name == "joe"
    assert ALL.default_for(Locale("id")).key.name == "espeak"
    assert [v.key.name for v in ALL.for_locale(Locale("pt-BR"))] == ["lua", "espeak"]


def test_a_locale_that_no_voice_speaks_is_refused():
    with pytest.raises(Refused, match="No voice speaks 'ja'"):
        ALL.default_for(Locale("ja"))


def test_an_unknown_voice_is_refused_and_no_other_stands_in():
    with pytest.raises(Refused) as caught:
        ALL.get("jo")
    assert caught.value.remedy == "Choose one of: joe, lua, espeak."


def test_a_voice_that_does_not_speak_the_locale_is_refused_with_those_that_do():
    with pytest.raises(Refused) as caught:
        ALL.require("joe", Locale("id"))
    assert caught.value.message == "The voice 'joe' does not speak 'id'."
    assert caught.value.remedy == "Voices for 'id': espeak."
    assert ALL.require(VoiceKey("joe"), Locale("en")).key.name == "joe"


def test_a_locale_without_any_voice_is_refused_with_that_reason():
    with pytest.raises(Refused, match="No voice speaks 'ja' yet"):
        ALL.require("joe", Locale("ja"))


def test_a_key_given_twice_is_refused():
    with pytest.raises(Refused, match="'joe' is defined twice"):
        unique([voice("joe", "en"), voice("joe", "id")])
    assert unique(ALL.entries) == ALL

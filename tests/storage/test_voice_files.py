from pathlib import Path

import pytest

from assets.domain.errors import Refused
from assets.domain.keys import Locale
from assets.providers.models import ELEVENLABS, fault_of
from assets.storage.voice_files import load

JOE = """
[joe]
name = "Joe"
provider = "piper"
model = "en_US-joe-medium"
provider_voice = "joe"
locales = ["en"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "voices.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_voices_are_sound_and_speak_the_shipped_locales():
    voices = load(Path(__file__).parents[2] / "data" / "catalogue" / "voices.toml")
    assert voices.default_for(Locale("en")).key.name == "joe"
    assert voices.default_for(Locale("id")).key.name == "nicola"
    assert voices.default_for(Locale("ar")).key.name == "espeak"
    assert {voice.provider for voice in voices.for_locale(Locale("ja"))} == {"kokoro", "elevenlabs", "openai-speech"}


def test_the_shipped_paid_voices_are_five_and_each_has_an_id_of_its_own():
    voices = load(Path(__file__).parents[2] / "data" / "catalogue" / "voices.toml")
    paid = [voice for voice in voices.entries if voice.provider == "elevenlabs"]
    assert [voice.key.name for voice in paid] == ["nina", "alex", "sarah", "david", "maya"]
    assert len({voice.provider_voice for voice in paid}) == 5
    assert all(fault_of(ELEVENLABS[voice.model], voice.settings) == "" for voice in paid)


def test_a_voice_keeps_all_that_is_written_of_it(tmp_path):
    text = JOE + (
        'licence = "CC0"\ndescription = "calm"\nnot_locales = ["en-GB"]\n'
        "[joe.settings]\nlength_scale = 1.1\n[zoe]\n" + JOE.split("\n", 2)[2].replace("Joe", "Zoe")
    )
    joe, zoe = load(written(tmp_path, text)).entries
    assert (joe.licence, joe.description, joe.not_locales) == ("CC0", "calm", ("en-GB",))
    assert joe.settings == {"length_scale": 1.1}
    assert (zoe.key.name, zoe.name, zoe.settings, zoe.licence) == ("zoe", "Zoe", {}, "")


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("", "has no voice", "[joe]"),
        ("[joe", "is not TOML", "name = value"),
        (JOE + JOE, "is not TOML", "one table per voice"),
        ('name = "Joe"', "'name'", "Put it under a table"),
        (JOE.replace("[joe]", "[Joe]"), "[Joe]", "lower-case"),
        (JOE.replace('model = "en_US-joe-medium"\n', ""), "[joe] in", "Add model"),
        (JOE.replace('["en"]', "[]"), "has no locales", "Add locales"),
        (JOE.replace("provider_voice", "provider_voise"), "unknown field 'provider_voise'", "'provider_voice'"),
        (JOE.replace('"piper"', '"pipper"'), "unknown provider 'pipper'", "piper, kokoro, espeak"),
        (JOE.replace('"piper"', "3"), "provider of [joe]", "in quotes"),
        (JOE.replace('"Joe"', '["Joe"]'), "name of [joe]", "in quotes"),
        (JOE.replace('["en"]', '"en"'), "locales of [joe]", 'locales = ["en", "id"]'),
        (JOE.replace('["en"]', '["en", 3]'), "locales of [joe]", 'locales = ["en", "id"]'),
        (JOE.replace('["en"]', '["jp"]'), "[joe] in", "'ja'"),
        (JOE + 'not_locales = ["*"]', "'*' is not a language tag", "BCP 47"),
        (JOE + "settings = 3", "settings of [joe]", "settings = {"),
        (JOE + "settings = { rate = [1] }", "settings of [joe]", "settings = {"),
    ],
)
def test_a_fault_is_one_sentence_that_names_the_file_and_the_entry(tmp_path, text, message, remedy):
    with pytest.raises(Refused) as caught:
        load(written(tmp_path, text))
    assert message in caught.value.message
    assert "voices.toml" in caught.value.message
    assert remedy in caught.value.remedy
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_points_to_the_setting(tmp_path):
    with pytest.raises(Refused, match="STUDIO_VOICES"):
        load(tmp_path / "none.toml")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        load(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "voices.toml"
    path.write_bytes(JOE.replace("Joe", "José").encode("latin-1"))
    with pytest.raises(Refused, match="UTF-8"):
        load(path)

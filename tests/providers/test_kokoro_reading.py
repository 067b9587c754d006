import json
from importlib.resources import files

import pytest

from assets.domain.keys import Locale, VoiceKey
from assets.domain.voices import Voice
from assets.providers import kokoro
from assets.providers.kokoro_reading import LANGUAGES, phonemes_of, reading
from assets.settings import PROJECT
from assets.storage.lexicon_files import LexiconFiles

pytest.importorskip("espeakng_loader")
KNOWN = json.loads((files("assets.providers") / "kokoro_data" / "vocab.json").read_text(encoding="utf-8"))

TEXTS = {
    "en": "A vector has a length, a direction and a measure; church, judge, azure, thing and that.",
    "es": "¿Cuántos vectores hay? El niño lee y la lluvia cae en Guadalajara.",
    "fr": "Un bon vin blanc ; l’œuf, la rue, le peuple et la feuille.",
    "hi": "सदिश एक राशि है जिसमें परिमाण और दिशा होती है।",
    "id": "Vektor memiliki nilai dan arah, misalnya nyanyian yang dinyanyikan di syukuran.",
    "de": "Ähnlich schöne Straßen führen über Brücken, manch Mädchen hüpft durch Pfützen.",
    "ja": "ベクトルは大きさと向きを持つ量で、矢印で表します。",
    "zh": "向量有大小和方向，女儿去学校了。",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_every_sound_of_a_language_has_a_letter_of_the_model(language):
    if language == "ja":
        pytest.importorskip("pyopenjtalk")
    sounds = reading(Locale(language))(TEXTS[language])
    unknown = [sound for sound in sounds if sound not in KNOWN]
    assert len(unknown) <= len(sounds) * 0.02, unknown


def test_american_is_the_english_of_no_region_and_british_is_its_own():
    for tag, sounds in {"en": "ɹˈOd", "en-US": "ɹˈOd", "en-GB": "ɹˈQd", "en-AU": "ɹˈQd"}.items():
        assert reading(Locale(tag))("road") == sounds


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("One, two; three: four!", ",;:!"),
        ("Wait... what?", "…?"),
        ("It is 3.14, not 1,250 at 10:30.", ",."),
        ("A dash — here, and a hyphen-word", "—,"),
        ("« Ça va ? » dit-il.", "“?”."),
        ("(In brackets) and “quoted”.", "()“”."),
    ],
)
def test_punctuation_stays_where_it_makes_a_pause_and_nowhere_else(text, marks):
    assert "".join(c for c in reading(Locale("fr" if "Ça" in text else "en"))(text) if c in ',;:.!?…—"()“”') == marks


def test_chinese_has_tones_figures_and_foreign_words():
    sounds = reading(Locale("zh"))("我们学习3个向量vector。")
    assert sounds.count("↗") == 2
    assert "sa→n" in sounds, "3 is read as san"
    assert "vˈɛktəɹ" in sounds


def test_a_character_that_nobody_knows_is_passed_over():
    assert reading(Locale("zh"))("向㐂量").replace(" ", "").startswith("ɕja↘ŋ")


@pytest.mark.parametrize(
    ("locale", "ipa", "phonemes"),
    [
        ("en", "ˈkoʊʃi", "kˈOʃi"),
        ("en-GB", "ˈkoʊʃi", "kˈQʃi"),
        ("en", "ˈt͡ʃaɪ.nə", "ʧˈInə"),
        ("en", "bɚˈnuːli", "bəɹnˈuli"),
        ("en", "ˈbʌtn̩", "bˈʌtᵊn"),
        ("de", "ˈʃtʁaːsə", "ʃtʁˈaːsə"),
        ("es", "ˈxwaŋ", "xwˈaŋ"),
        ("fr", "bɔ̃ʒuʁ", "bɔ̃ʒuʁ"),
    ],
)
def test_sounds_in_ipa_are_written_as_the_model_has_learned_them(locale, ipa, phonemes):
    assert phonemes_of(ipa, Locale(locale)) == phonemes


@pytest.mark.parametrize("locale", ["en", "en-GB"])
def test_every_sound_of_the_shipped_lexicons_is_known_to_the_model(locale, tmp_path):
    entries = LexiconFiles(PROJECT / "data" / "catalogue" / "lexicons", tmp_path).of(Locale(locale)).entries
    told = {each.written: phonemes_of(each.ipa, Locale(locale)) for each in entries if each.ipa}
    assert told
    assert {word: sorted(set(said) - KNOWN.keys()) for word, said in told.items() if set(said) - KNOWN.keys()} == {}


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("1,250円です。", "seɴ ɲiçakɯɡo ʥɨː eɴ desɨ."),
        ("3.14と25%", "saɴ teɴ iʨi joɴ to ɲiʥɨːɡo paːsento"),
        ("彼は「本当？」と聞いた！", "kaɾe βa “hontoː?” to kʲiita!"),
        ("GPUは速い", "ʥiːpʲiːjɯː βa hajai"),
    ],
)
def test_japanese_is_read_with_its_figures_letters_and_punctuation(text, sounds):
    pytest.importorskip("pyopenjtalk")
    assert reading(Locale("ja"))(text) == sounds


def test_without_its_extra_japanese_says_how_to_install_it(monkeypatch):
    voice = Voice(VoiceKey("alpha-ja"), "Alpha", "kokoro", "kokoro-82m-v1.0-int8", "jf_alpha", ("ja",))
    monkeypatch.setattr(kokoro, "find_spec", lambda name: None if name == "pyopenjtalk" else object())
    for locale in ("ja", "en"):
        assert "pip install -e '.[ja]'" in (kokoro.Kokoro().refusal(voice, Locale(locale)) or "")

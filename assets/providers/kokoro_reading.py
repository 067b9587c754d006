"""How a text sounds, in the phonemes that Kokoro was trained on: those of espeak, respelled; Chinese by pinyin.

Japanese is read by a module of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from assets.domain.keys import Locale
from assets.providers.espeak import reader_of
from assets.providers.espeak_library import library
from assets.providers.kokoro_japanese import japanese
from assets.providers.pronunciation import without_controls

Reading = Callable[[str], str]
"""From words to phonemes, one character a sound; punctuation stays and makes the pauses."""

_PUNCTUATION = {
    "‘": "'", "’": "'", "«": "“", "»": "”", "„": "“", "`": "'", "´": "'", "–": "—", "―": "—", "−": "-",
    "¿": " ", "¡": " ", "[": " ", "]": " ", "{": " ", "}": " ", "<": " ", ">": " ",
    "、": ", ", "，": ", ", "。": ". ", "．": ". ", "！": "! ", "：": ": ", "；": "; ", "？": "? ", "（": " (",
    "）": ") ", "《": " “", "》": "” ", "「": " “", "」": "” ", "【": " “", "】": "” ", "।": ". ", "؟": "? ",
    "،": ", ", "؛": "; ",
}  # fmt: skip
_MARK = re.compile(
    r"""\s*(?: \.{3,}|… )\s*                      # an ellipsis, wherever it is
      | (?<=\S)[;:,.!?"”)]+(?=[\s;:,.!?"”)—]|$)   # what closes, before a space: not the point of 3.14
      | (?<!\S)["“(]+                             # what opens
      | \s*—\s* | (?<=\s)-+(?=\s)                 # a dash between words""",
    re.VERBOSE,
)
_FLAG = re.compile(r"\([a-z-]{2,8}\)")
"""espeak says in brackets when it reads a word by the rules of another language."""

_SHARED = {"a^ɪ": "I", "a^ʊ": "W", "d^ʒ": "ʤ", "e^ɪ": "A", "t^ʃ": "ʧ", "ɔ^ɪ": "Y"}
_ENGLISH = {
    **_SHARED,
    "ʔˌn\u0329": "ʔn", "ʔn\u0329": "ʔn", "e": "A", "ə^l": "ᵊl", "ʲo": "jo", "ʲə": "jə", "ʲ": "", "ɚ": "əɹ", "r": "ɹ",
    "x": "k", "ç": "k", "ɐ": "ə", "ɬ": "l", "\u0303": "",
}  # fmt: skip
_AMERICAN = {"o^ʊ": "O", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ː": "", "o": "ɔ", "ɾ": "T", "ʔ": "t"}
_BRITISH = {"e^ə": "ɛː", "iə": "ɪə", "ə^ʊ": "Q", "o": "ɔ", "ɾ": "T", "ʔ": "t"}
_OTHERS = {**_SHARED, "d^z": "ʣ", "o^ʊ": "O", "ə^ʊ": "Q", "s^s": "S", "t^s": "ʦ", "-": ""}
_NEAREST = {
    "ʏ": "y",
    "ɫ": "l",
    "g": "ɡ",
    "ɘ": "ə",
    "ʉ": "u",
    "ɵ": "ø",
    "ɱ": "m",
    "ʀ": "ʁ",
    "ɕ": "ɕ",
    "ʐ": "ʒ",
    "ɭ": "l",
}
"""Sounds of espeak that Kokoro has no letter for, and those that come nearest."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_AMERICA = Locale("en-US")
NOTHING_GIVEN: Mapping[str, str] = {}
LANGUAGES = ("en", "es", "fr", "hi", "id", "de", "zh", "ja")


_TIES = str.maketrans({"\u0361": "^", "\u035c": "^"})
_UNTIED = {"aɪ": "a^ɪ", "aʊ": "a^ʊ", "dʒ": "d^ʒ", "eɪ": "e^ɪ", "tʃ": "t^ʃ", "ɔɪ": "ɔ^ɪ", "oʊ": "o^ʊ", "əʊ": "ə^ʊ"}
"""Two signs of IPA that are one sound; espeak ties them together."""
_DETAILS = re.compile("[.‿|‖ˑʱ\u0308\u030a\u031a\u031d-\u0320\u0324\u0325\u032a\u032f\u0330]")
"""Signs of IPA that tell a sound more exactly than Kokoro knows it."""
_NEAR = {
    "ɝ": "ɜɹ", "ʍ": "w", "ʷ": "w", "ɦ": "h", "ħ": "h", "ʟ": "l", "ɶ": "œ", "ɺ": "ɾ", "ɢ": "ɡ", "ʑ": "ʒ", "ɞ": "ɜ",
}  # fmt: skip
_STRESS = re.compile(r"([ˈˌ])([^aeiouyæøœɐɑɒɔəɚɛɜɤɨɪɯʉʊʌʏᵻAIOQWY\sˈˌ]+)(?=[aeiouyæøœɐɑɒɔəɚɛɜɤɨɪɯʉʊʌʏᵻAIOQWY])")
"""A mark of stress before its syllable, as a dictionary has it; Kokoro has learned it before the vowel."""


def reading(locale: Locale, given: Mapping[str, str] = NOTHING_GIVEN) -> Reading:
    """How texts of a locale are read. Its language must be one of `LANGUAGES`.

    `given` are phonemes that a text holds already, each by the one character that stands for them in it.
    """
    if locale.language == "zh":
        return lambda text: _parted(text, _with(given, _chinese))
    if locale.language == "ja":
        return lambda text: _parted(text, _with(given, japanese))
    spoken, british = _english(locale)
    return lambda text: _parted(text, _with(given, lambda part: _western(part, spoken, british)))


def phonemes_of(ipa: str, locale: Locale) -> str:
    """Sounds that are given in IPA as Kokoro's phonemes; signs that it has none for are left as they are."""
    spoken, british = _english(locale)
    untied = {**_UNTIED, "oʊ": "ə^ʊ"} if british else _UNTIED
    sounds = _respelled(_DETAILS.sub("", ipa.translate(_TIES)), {**untied, **_NEAR})
    return _STRESS.sub(r"\2\1", _kokoros(sounds, spoken, british)).strip()


def _english(locale: Locale) -> tuple[Locale, bool]:
    """The locale with its region, and whether its English is British."""
    if locale.tag == "en":
        locale = _AMERICA
    return locale, locale.language == "en" and locale not in {_AMERICA, Locale("en-CA")}


def _with(given: Mapping[str, str], read: Reading) -> Reading:
    """A reading that leaves alone what is given."""
    if not given:
        return read
    marks = re.compile(f"([{''.join(given)}])")
    return lambda part: "".join(given.get(piece) or _spaced(read, piece) for piece in marks.split(part) if piece)


def _parted(text: str, read: Reading) -> str:
    """The phonemes of a text with its punctuation, part by part: the engines would throw it away."""
    plain = "".join(_PUNCTUATION.get(c, c) for c in without_controls(text))
    plain = re.sub(r"\s+", " ", plain).strip()
    plain = re.sub(r" (?=[;:!?”)])|(?<=[“(]) ", "", plain)  # as French has them
    made, here = "", 0
    for mark in _MARK.finditer(plain):
        made += _spaced(read, plain[here : mark.start()]) + _said_mark(mark.group())
        here = mark.end()
    return re.sub(r" {2,}", " ", made + _spaced(read, plain[here:])).strip()


def _spaced(read: Reading, part: str) -> str:
    sounds = read(part.strip()) if part.strip() else ""
    return f"{' ' if part[:1] == ' ' else ''}{sounds}{' ' if part[-1:] == ' ' else ''}"


def _said_mark(mark: str) -> str:
    if "..." in mark or "…" in mark:
        return "… "
    return "— " if mark.strip(" -—") == "" else mark


@lru_cache(maxsize=20_000)
def _western(text: str, locale: Locale, british: bool) -> str:
    engine = library()
    reader = reader_of(engine, locale)
    assert reader is not None, f"espeak reads every one of {LANGUAGES}"
    return _kokoros(_FLAG.sub("", engine.phonemes(text, reader)), locale, british)


def _kokoros(sounds: str, locale: Locale, british: bool) -> str:
    """The phonemes of espeak as those that Kokoro has learned."""
    if locale.language == "en":
        sounds = _respelled(sounds, _ENGLISH)
        sounds = re.sub(r"(\S)\u0329", r"ᵊ\1", sounds)
        sounds = _respelled(sounds, _BRITISH if british else _AMERICAN)
    else:
        sounds = _respelled(sounds, _OTHERS)
    return _respelled(sounds, {"^": "", **_NEAREST})


def _respelled(sounds: str, spelling: Mapping[str, str]) -> str:
    for written, meant in sorted(spelling.items(), key=lambda pair: -len(pair[0])):
        sounds = sounds.replace(written, meant)
    return sounds


def _chinese(text: str) -> str:
    """Chinese by pinyin, character for character; words in Latin letters as English, figures as Chinese numbers."""
    from unicode_rbnf import RbnfEngine

    engine = RbnfEngine.for_language("zh")
    text = _DIGITS.sub(lambda number: engine.format_number(number.group()).text, text)
    made, here = [], 0
    for run in _HAN.finditer(text):
        made += [_western(text[here : run.start()].strip(), _AMERICA, False), _mandarin(run.group())]
        here = run.end()
    made.append(_western(text[here:].strip(), _AMERICA, False))
    return " ".join(filter(None, made))


@lru_cache(maxsize=20_000)
def _mandarin(characters: str) -> str:
    """A run of Chinese characters, its words (as pypinyin's dictionary of phrases has them) kept apart."""
    from pypinyin import Style, lazy_pinyin
    from pypinyin.seg.mmseg import seg

    return " ".join(
        "".join(map(_syllable, lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)))
        for word in seg.cut(characters)
    )


@lru_cache(maxsize=4_000)
def _syllable(pinyin: str) -> str:
    from misaki.transcription import pinyin_to_ipa

    try:
        sounds = "".join(next(iter(pinyin_to_ipa(pinyin))))
    except ValueError:
        return ""  # a character that nobody knows how to say
    for tone, arrow in {"˧˩˧": "↓", "˧˥": "↗", "˥˩": "↘", "˥": "→", "ɻ̩": "ɨ", "ɹ̩": "ɨ", "\u032f": ""}.items():
        sounds = sounds.replace(tone, arrow)
    return sounds

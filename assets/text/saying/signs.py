"""Signs that stand between words or before figures."""

from __future__ import annotations

import re

from assets.text.saying.language import PICTURE, Language, Rule

EMOJI = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d"


def before_numbers(language: Language) -> list[Rule]:
    """Signs that belong to the number after them."""
    words = {"≤": language.at_most, "≥": language.at_least, "<": language.less, ">": language.greater}

    def compared(match: re.Match[str]) -> str:
        return f"{words[match[1]]} "

    return [
        Rule("emoji", re.compile(rf"[{EMOJI}]+\s+|\s*[{EMOJI}]+"), lambda _: "", needs=PICTURE),
        Rule("about", re.compile(r"(?<!\w)[~≈∼] ?(?=\d)"), lambda _: f"{language.about} ", beside="~≈∼"),
        Rule(
            "compared", re.compile(r"(?<![\w)\s])\s?([≤≥<>]) ?(?=\d)|(?<!.)([≤≥<>]) ?(?=\d)"), compared, beside="≤≥<>"
        ),
        Rule("section", re.compile(r"§+ ?(?=\d)"), lambda _: f"{language.section} ", beside="§"),
    ]


def between_words(language: Language) -> list[Rule]:
    """Signs between two things; they come last."""
    said = {
        "=": language.equals,
        "≈": language.about,
        "<": language.less,
        ">": language.greater,
        "≤": language.at_most,
        "≥": language.at_least,
        "≠": language.unequal,
        "×": language.times,
        "·": language.times,
        "÷": language.divided,
        "±": language.plus_or_minus,
        "+": language.plus,
        "−": language.numerals.minus,
        "@": language.at,
        "&": language.and_,
        "→": language.to,
    }

    def operator(match: re.Match[str]) -> str:
        return f" {said[match[1]]} "

    def slash(match: re.Match[str]) -> str:
        if match[0].rpartition("/")[2] in language.after_a_stroke:
            return match[0].replace("/", f" {language.per} ")
        return language.either.get(match[0].lower()) or match[0].replace("/", " ")

    signs = re.escape("".join(said).replace("&", ""))
    return [
        Rule("from to", re.compile("(?<=\ue000) ?[–—-] ?(?=\ue000)"), lambda _: f" {language.to} ", words="–—-"),
        Rule("compared", re.compile(r"(?<=[\w)])\s?([<>])\s?(?=[\d\ue000])"), operator, needs="<>"),
        Rule("hashtag", re.compile(r"(?<![\w&])#(?=[^\W\d_])"), lambda _: f"{language.hashtag} ", needs="#"),
        Rule("handle", re.compile(r"(?<![\w.])@(?=\w)"), lambda _: f"{language.at} ", needs="@"),
        Rule("operator", re.compile(rf"(?:\s|\A)([{signs}&])\s"), operator, needs="".join(said)),
        Rule("arrow", re.compile(r"(?<=[\w)\ue000])\s?(→)\s?(?=[\w(\ue000])"), operator, needs="→"),
        Rule(
            "operator", re.compile(r"(?<=[\w)\ue000])\s?([=≈≤≥≠×÷±])\s?(?=[\w(\ue000−-])"), operator, needs="=≈≤≥≠×÷±"
        ),
        Rule("section", re.compile(r"§+ ?(?=\w)"), lambda _: f"{language.section} ", needs="§"),
        Rule("slash", re.compile(r"(?<![\w/.])[^\W\d_]+(?:/[^\W\d_]+)+(?![\w/])"), slash, needs="/"),
    ]

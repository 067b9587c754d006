"""Addresses, file names and identifiers: names that are made of words run together."""

from __future__ import annotations

import re

from assets.text.saying.language import CAMEL, DOTTED, Language, Rule

_TOP_LEVEL = "com|org|net|edu|gov|io|dev|ai|app|info|co|id|de|es|fr|uk|jp|cn|in|eu|ch|at|nl|br|mx|int|me|tv|xyz"
_EXTENSIONS = (
    "py|ipynb|js|ts|jsx|tsx|mjs|json|csv|tsv|txt|md|mdx|html?|css|xml|ya?ml|toml|ini|cfg|pdf|docx?|xlsx?|pptx?|png|"
    "jpe?g|gif|svg|webp|mp3|mp4|wav|flac|ogg|zip|gz|tar|sh|sql|db|c|h|cpp|hpp|java|kt|go|rs|rb|php|r|tex|log|env|exe|"
    "dll|so|whl"
)
_WORDS_LISTED = "json yaml toml zip tar log env java go tex doc docs exe"
_SAID_AS_WORDS = frozenset(_WORDS_LISTED.split())
_KEPT_LISTED = (
    "iPhone iPad iPod iOS iCloud iMac macOS eBay eBook iTunes iPadOS tvOS watchOS mRNA tRNA rRNA kWh mAh kHz dB mW pH "
    "eV mV mA kW kB kJ hPa kPa mL dL GHz"
)
_KEPT = frozenset(_KEPT_LISTED.split())
"""What is written like an identifier and is a word, or a unit."""


def rules(language: Language) -> list[Rule]:
    """The rules for addresses and identifiers; they come first, because figures and signs in them are their own."""

    def mail(match: re.Match[str]) -> str:
        user = re.sub(r"[_+]", " ", match[1]).replace("-", f" {language.dash} ")
        return f"{_dotted(language, user)} {language.at} {_dotted(language, match[2])}"

    def host(match: re.Match[str]) -> str:
        return _dotted(language, re.sub(r"\Ahttps?://(?:www\.)?|\Awww\.", "", match[0]).partition("/")[0])

    def short(name: str) -> bool:
        return name.lower() in language.abbreviations or f"{name.lower()}." in language.abbreviations

    def file(match: re.Match[str]) -> str | None:
        if short(match[0]):
            return None
        if match[2] == "js" and match[1][:1].isupper() and match[1].isalnum():
            return f"{match[1]} J S"  # Node.js is no file
        words = _dotted(language, parted(re.sub(r"[_/\\-]+", " ", match[1]).strip(" .")))
        return f"{words} {language.dot} {_extension(match[2])}".strip()

    def snake(match: re.Match[str]) -> str:
        return match[0].replace("_", " ")

    def dotted(match: re.Match[str]) -> str | None:
        if short(match[0]):
            return None
        numbered = re.sub(r"\d+", lambda digits: f" {language.numerals.say(digits[0])} ", match[0])
        return _dotted(language, numbered.replace("_", " "))

    def camel(match: re.Match[str]) -> str | None:
        return None if match[0] in _KEPT else parted(match[0])

    path = r"(?:[\w-]+[/\\])*[\w-]*[A-Za-z_-][\w-]*(?:\.tar|\.min|\.test|\.d)?|\.{0,2}/[\w./-]+?"
    return [
        Rule(
            "mail",
            re.compile(r"(?<![\w.])([\w.+-]+)@((?:[\w-]+\.)+[a-z]{2,})(?!\w)", re.IGNORECASE),
            mail,
            needs="@",
        ),
        Rule(
            "address",
            re.compile(r"https?://[\w.-]+(?:/[^\s<>\"')\]]*[\w/])?|(?<![\w.@/])www\.[\w-]+(?:\.[\w-]+)+"),
            host,
            needs="/.",
            words=("://", "www."),
        ),
        Rule("file", re.compile(rf"(?<![\w.@])({path})\.({_EXTENSIONS})(?!\w|\.\w)"), file, needs=DOTTED),
        Rule(
            "address",
            re.compile(rf"(?<![\w.@/])(?:[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*\.)+(?:{_TOP_LEVEL})(?!\w|\.\w)"),
            host,
            needs=DOTTED,
        ),
        Rule(
            "identifier",
            re.compile(r"(?<![\w.@/-])(?=[a-z]\w|[a-z]\.[a-z]{2})[a-z]\w*(?:\.[a-z]\w*)+(?![\w@/-]|\.\w)"),
            dotted,
            needs=DOTTED,
        ),
        Rule("identifier", re.compile(r"(?<!\w)[^\W\d_]+(?:_[^\W_]+)+(?!\w)"), snake, needs="_"),
        Rule("identifier", re.compile(r"(?<![\w.])[a-z]+(?:[A-Z]+[a-z0-9]*)+(?!\w)"), camel, needs=CAMEL),
    ]


def _dotted(language: Language, name: str) -> str:
    return f" {language.dot} ".join(part for part in name.split(".") if part)


def _extension(extension: str) -> str:
    lower = extension.lower()
    return lower if lower in _SAID_AS_WORDS else " ".join(lower.upper())


def parted(name: str) -> str:
    """`readFile` as `read file`; what is written in capitals stays so."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).split()
    return " ".join(part if len(part) > 1 and part.isupper() else part.lower() for part in parts)

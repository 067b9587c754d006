"""The words of a formula as short as they can be without becoming another formula, with pauses where it is long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_LONG, _SHORT = 90, 20
"""Characters from which on a formula needs a pause before its relations, and how many there are between two pauses."""


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """How mathra marks the parts of a formula in one language."""

    fraction: str
    over: str
    ends: tuple[str, str, str]
    """After a fraction, an exponent and a root of several parts."""
    power: str
    relations: tuple[str, ...]
    """How relations begin."""
    operators: tuple[str, ...]
    """What no part of a fraction may hold if its end is to be plain: operators, and what stands before arguments."""
    comma: str
    letters: tuple[tuple[str, str], ...] = ()
    """Letters that an engine would read as a word, and what it should be given."""


_WORDS = {
    "en": FormulaWords(
        "fraction", "over", ("end fraction", "end exponent", "end root"), "to the power",
        ("equals", "is", "tends to"), ("plus", "minus", "times", "over", "of"), "comma", (("a", "A"),),
    ),
    "id": FormulaWords(
        "pecahan", "per", ("akhir pecahan", "akhir pangkat", "akhir akar"), "pangkat",
        ("sama dengan", "kurang dari", "lebih dari", "kira-kira", "tidak sama", "mendekati", "anggota"),
        ("tambah", "kurang", "kali", "per", "dari", "sinus", "kosinus", "logaritma"), "koma",
    ),
    "de": FormulaWords(
        "Bruch", "durch", ("Ende des Bruchs", "Ende des Exponenten", "Ende der Wurzel"), "hoch",
        ("ist", "geht gegen"), ("plus", "minus", "mal", "durch", "von"), "Komma",
    ),
    "es": FormulaWords(
        "fracción", "sobre", ("fin de la fracción", "fin del exponente", "fin de la raíz"), "elevado a",
        ("es", "tiende a", "pertenece a"), ("más", "menos", "por", "sobre", "de"), "coma", (("y", "i griega"),),
    ),
    "fr": FormulaWords(
        "fraction", "sur", ("fin de la fraction", "fin de l'exposant", "fin de la racine"), "puissance",
        ("est", "égale", "tend vers", "appartient à"), ("plus", "moins", "fois", "sur", "de"), "virgule",
        (("y", "i grec"),),
    ),
}  # fmt: skip


def shortened(said: str, language: str, *, letters: bool) -> str:
    """The words without marks of an end where the end is plain, and with the pauses that a long formula needs.

    `letters`: all single letters in it are names, and none is a word of a text within the formula.
    """
    words = _WORDS.get(language)
    if words is None:
        return said
    patterns = _patterns(words)
    said = patterns.comma.sub(",", said)
    if "," in said:
        while (shorter := patterns.fraction.sub(rf"\1 {words.over} \2", said)) != said:
            said = shorter
        said = patterns.power.sub(rf"{words.power} \1", said)
        said = patterns.end.sub("", said)
    for letter, (_, name) in zip(patterns.letters, words.letters, strict=True) if letters else ():
        said = letter.sub(name, said)
    return patterns.pause.sub(r"\1, ", said) if len(said) > _LONG else said


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What is looked for in the words of a formula of one language."""

    comma: re.Pattern[str]
    fraction: re.Pattern[str]
    power: re.Pattern[str]
    end: re.Pattern[str]
    letters: tuple[re.Pattern[str], ...]
    pause: re.Pattern[str]


@cache
def _patterns(words: FormulaWords) -> _Patterns:
    relations = rf"(?:{'|'.join(words.relations)})\b"
    relation = rf"(?: {relations}|[,;:.]|\Z)"
    simple = rf"(?:(?!\b(?:{'|'.join(words.operators)})\b)[^,;:])+?"
    fraction, exponent, root = (re.escape(end) for end in words.ends)
    return _Patterns(
        re.compile(rf" {words.comma}(?= )"),
        re.compile(rf"\b{words.fraction}, ({simple}), {words.over} ({simple}), {fraction}(?={relation})"),
        re.compile(rf"\b{words.power}, ({simple}), {exponent}"),
        re.compile(rf", (?:{fraction}|{exponent}|{root})(?={relation})"),
        tuple(re.compile(rf"(?<![\w'’-]){letter}(?![\w'’-])") for letter, _ in words.letters),
        re.compile(rf"([^,;:.]{{{_SHORT},}}?\w) (?={relations})"),
    )

"""The words of a formula as short as they can be without becoming another formula, with pauses where it is long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assets.text.formula_source import UNIT

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
    index: str
    start: str
    """What stands before the variable of a sum, where no pause may follow it."""
    tends: str
    """The relation of a limit, which takes no pause either."""
    partial: str
    letters: tuple[tuple[str, str], ...] = ()
    """Letters that an engine would read as a word, and what it should be given."""


_WORDS = {
    "en": FormulaWords(
        "fraction", "over", ("end fraction", "end exponent", "end root"), "to the power",
        ("equals", "is", "tends to"), ("plus", "minus", "times", "over", "of"), "comma",
        "sub", "from", "tends to", "partial", (("a", "A"),),
    ),
    "id": FormulaWords(
        "pecahan", "per", ("akhir pecahan", "akhir pangkat", "akhir akar"), "pangkat",
        ("sama dengan", "kurang dari", "lebih dari", "kira-kira", "tidak sama", "mendekati", "anggota"),
        ("tambah", "kurang", "kali", "per", "dari", "sinus", "kosinus", "logaritma"), "koma",
        "indeks", "dari", "mendekati", "parsial",
    ),
    "de": FormulaWords(
        "Bruch", "durch", ("Ende des Bruchs", "Ende des Exponenten", "Ende der Wurzel"), "hoch",
        ("ist", "geht gegen"), ("plus", "minus", "mal", "durch", "von"), "Komma",
        "Index", "von", "geht gegen", "partiell",
    ),
    "es": FormulaWords(
        "fracción", "sobre", ("fin de la fracción", "fin del exponente", "fin de la raíz"), "elevado a",
        ("es", "tiende a", "pertenece a"), ("más", "menos", "por", "sobre", "de"), "coma", "sub", "desde", "tiende a",
        "derivada parcial", (("y", "i griega"),),
    ),
    "fr": FormulaWords(
        "fraction", "sur", ("fin de la fraction", "fin de l'exposant", "fin de la racine"), "puissance",
        ("est", "égale", "tend vers", "appartient à"), ("plus", "moins", "fois", "sur", "de"), "virgule",
        "indice", "de", "tend vers", "dérivée partielle", (("y", "i grec"),),
    ),
}  # fmt: skip


def shortened(said: str, language: str, *, letters: bool) -> str:
    """The words without marks of an end where the end is plain, and with the pauses that a long formula needs.

    `letters`: all single letters in it are names, and none is a word of a text within the formula.
    """
    words = _WORDS.get(language)
    if words is None:
        return said.replace(UNIT, "")
    patterns = _patterns(words)
    said = patterns.comma.sub(",", said)
    if "," in said:
        said = patterns.operator.sub(rf"\1 {words.over} \2 {words.operators[4]} ", said)
        said = patterns.derivative.sub(rf"\1 {words.over} \2, ", said)
        while (shorter := patterns.fraction.sub(rf"\1 {words.over} \2", said)) != said:
            said = shorter
        said = patterns.power.sub(rf"{words.power} \1", said)
        said = patterns.end.sub("", said)
    for letter, (_, name) in zip(patterns.letters, words.letters, strict=True) if letters else ():
        said = letter.sub(name, said)
    said = patterns.indexed.sub(", ", said)
    said = patterns.variable.sub(f" {words.operators[2]} ", said)
    return (patterns.pause.sub(r"\1, ", said) if len(said) > _LONG else said).replace(UNIT, "")


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What is looked for in the words of a formula of one language."""

    comma: re.Pattern[str]
    operator: re.Pattern[str]
    """The derivative of what follows: `d over d x of`."""
    derivative: re.Pattern[str]
    fraction: re.Pattern[str]
    power: re.Pattern[str]
    end: re.Pattern[str]
    letters: tuple[re.Pattern[str], ...]
    pause: re.Pattern[str]
    indexed: re.Pattern[str]
    """The space in an index before a letter that would be read as a unit after a number; and in a product."""
    variable: re.Pattern[str]


@cache
def _patterns(words: FormulaWords) -> _Patterns:
    relations = rf"(?:{'|'.join(words.relations)})\b"
    relation = rf"(?: {relations}|[,;:.]|\Z)"
    simple = rf"(?:(?!\b(?:{'|'.join(words.operators)})\b)[^,;:])+?"
    pausing = rf"(?:{'|'.join(each for each in words.relations if each != words.tends)})\b"
    fraction, exponent, root = (re.escape(end) for end in words.ends)
    d = rf"(?:d|{words.partial})"
    of = rf"\w+(?: \w+)?(?: {words.index} \w+)?"
    unit = r"(?=[mgtlLshKWVAJN](?![\w’']))"
    return _Patterns(
        re.compile(rf" {words.comma}(?= )"),
        re.compile(rf"\b{words.fraction}, ({d}), {words.over} ({d} {of}), {fraction} (?=\w)"),
        re.compile(rf"\b{words.fraction}, ({d} {of}), {words.over} ({d} {of}), {fraction} (?!{relations})(?=\w)"),
        re.compile(rf"\b{words.fraction}, ({simple}), {words.over} ({simple}), {fraction}(?={relation})"),
        re.compile(rf"\b{words.power}, ({simple}), {exponent}"),
        re.compile(rf", (?:{fraction}|{exponent}|{root})(?={relation})"),
        tuple(re.compile(rf"(?<![\w'’-]){letter}(?![\w'’-])") for letter, _ in words.letters),
        re.compile(rf"([^,;:.]{{{_SHORT},}}?\w)(?<! {words.start} \w) (?={pausing})"),
        re.compile(rf"(?<= {words.index} \d) {unit}"),
        re.compile(rf"(?<=\d) {unit}"),
    )

"""Figures that are names and not amounts: versions, telephone numbers, chemical formulas, parts of a work."""

from __future__ import annotations

import re

from assets.text.saying.language import LETTERED, Language, Rule

_VERSIONED = (
    r"Python|Java|JavaScript|TypeScript|Node(?:\.js)?|PHP|Ruby|Rust|Go|Swift|Kotlin|Perl|Lua|R|Scala|macOS|iOS|iPadOS|"
    r"Android|Windows|Ubuntu|Debian|Fedora|Linux|Django|Flask|React|Vue|Angular|TensorFlow|PyTorch|NumPy|pandas|CUDA|"
    r"PostgreSQL|MySQL|SQLite|GPT|Gemini|Claude|Llama|HTTP|HTML|CSS|TLS|USB|Bluetooth|Web|[Vv]ersion|[Vv]ersi|[Vv]ersión"
)
_ELEMENTS_LISTED = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb "
    "Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce W Pt Au Hg Pb Bi Rn U Pu Th"
)
_ELEMENT = "|".join(sorted(_ELEMENTS_LISTED.split(), key=len, reverse=True))
_LOW = "₀₁₂₃₄₅₆₇₈₉"
_RAISED = str.maketrans(_LOW, "0123456789")
_PHONE = (
    r"\+\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -]?){2,5}\d{2,}|\(\d{2,4}\) ?\d{3,4}[ -]\d{3,4}|"
    r"0\d{2,4}[ -]\d{3,4}[ -]\d{3,5}|\d{3}-\d{3}-\d{4}"
)


def rules(language: Language) -> list[Rule]:
    """The rules for figures that name something."""
    numerals = language.numerals

    def parts(written: str, between: str) -> str:
        return f" {between} ".join(numerals.cardinal(int(part)) for part in re.findall(r"\d+", written))

    def version(match: re.Match[str]) -> str:
        return f"{match[1]}{parts(match[2], numerals.point)}"

    def bare_version(match: re.Match[str]) -> str:
        return f"{language.version} {parts(match[1], numerals.point)}"

    def dotted(match: re.Match[str]) -> str | None:
        found = match[0].split(".")
        if numerals.groups.startswith(".") and all(len(part) == 3 for part in found[1:]):
            return None  # a number of seven digits or more, as it is written there
        return parts(match[0], language.dot if len(found) > 3 else numerals.point)

    def telephone(match: re.Match[str]) -> str | None:
        if not 7 <= len(re.sub(r"\D", "", match[0])) <= 15:
            return None
        start = f"{language.plus} " if match[0].startswith("+") else ""
        return start + ", ".join(numerals.digits(group) for group in re.findall(r"\d+", match[0]))

    def formula(match: re.Match[str]) -> str:
        return " ".join(
            numerals.cardinal(int(part)) if part.isdigit() else " ".join(part.upper() if len(part) == 1 else part)
            for part in re.findall(rf"{_ELEMENT}|\d+", match[0].translate(_RAISED))
        )

    return [
        Rule(
            "version", re.compile(rf"(?<!\w)((?:{_VERSIONED})[ -]?)(\d+(?:\.\d+)+)(?!\w|[.,]\d)"), version, beside="."
        ),
        Rule("version", re.compile(r"(?<!\w)[vV](\d+(?:\.\d+)*)(?!\w|[.,]\d)"), bare_version, beside="vV"),
        Rule("telephone", re.compile(rf"(?<![\w.,+])(?:{_PHONE})(?!\w|[.,]\d)"), telephone, beside="+(-0123456789"),
        Rule("dotted number", re.compile(r"(?<![\w.,])\d+(?:\.\d+){2,}(?!\w|[.,]\d)"), dotted, beside="."),
        Rule(
            "chemical formula",
            re.compile(rf"(?<!\w)(?=\w*\d|\w*[{_LOW}])(?:(?:{_ELEMENT})[\d{_LOW}]{{0,2}}){{2,}}(?!\w)"),
            formula,
            needs=LETTERED + _LOW,
        ),
    ]

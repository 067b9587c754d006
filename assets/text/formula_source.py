"""LaTeX as it is written made LaTeX that is said as people say it: units, simple fractions, chemistry, steps."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceWords:
    """One language's words for what has no LaTeX of its own."""

    factorial: str
    given: str
    yields: str
    balance: str
    charges: tuple[str, str]
    """Of an ion: plus and minus."""
    states: tuple[str, str, str, str]
    """Of matter, after a formula: solid, liquid, gas, dissolved."""
    halves: tuple[str, ...]
    """One half; the names of one part of 3 to 10; then how several are written, with `{}` for one part."""


_PER = ("pertiga", "perempat", "perlima", "perenam", "pertujuh", "perdelapan", "persembilan", "persepuluh")
_WORDS = {
    "en": SourceWords(
        "factorial", "given", "yields", "is in balance with", ("plus", "minus"),
        ("solid", "liquid", "gas", "dissolved"),
        ("one half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    ),
    "id": SourceWords(
        "faktorial", "bila diketahui", "menghasilkan", "setimbang dengan", ("plus", "minus"),
        ("padat", "cair", "gas", "larutan"),
        ("setengah", *_PER),
    ),
    "de": SourceWords(
        "Fakultät", "gegeben", "ergibt", "steht im Gleichgewicht mit", ("plus", "minus"),
        ("fest", "flüssig", "gasförmig", "gelöst"),
        ("ein halb", "Drittel", "Viertel", "Fünftel", "Sechstel", "Siebtel", "Achtel", "Neuntel", "Zehntel"),
    ),
    "es": SourceWords(
        "factorial", "dado", "produce", "está en equilibrio con", ("más", "menos"),
        ("sólido", "líquido", "gas", "disuelto"),
        ("un medio", "tercio", "cuarto", "quinto", "sexto", "séptimo", "octavo", "noveno", "décimo"),
    ),
    "fr": SourceWords(
        "factorielle", "sachant", "donne", "est en équilibre avec", ("plus", "moins"),
        ("solide", "liquide", "gaz", "dissous"),
        ("un demi", "tiers", "quart", "cinquième", "sixième", "septième", "huitième", "neuvième", "dixième"),
    ),
}  # fmt: skip
_ONES = {
    "en": "one two three four five six seven eight nine",
    "id": "se dua tiga empat lima enam tujuh delapan sembilan",
    "de": "ein zwei drei vier fünf sechs sieben acht neun",
    "es": "un dos tres cuatro cinco seis siete ocho nueve",
    "fr": "un deux trois quatre cinq six sept huit neuf",
}
_UNITS = (
    "km cm mm nm dm m kg mg g t s ms h min Hz kHz MHz GHz N J kJ W kW MW V A mA Pa kPa hPa K mol L ml mL l eV bar atm "
    "rad C F"
)
_UNIT = "|".join(sorted(_UNITS.split(), key=len, reverse=True))
_GAP = r"(?:\\[,;:! ]|~|\s)*"
_MEASURE = re.compile(
    rf"(?<=[\d}}]){_GAP}\\(?:text|mathrm|textrm|rm|operatorname)\s*\{{\s*((?:{_UNIT})(?:\^?\{{?[23]\}}?)?"
    rf"(?:\s*/\s*(?:{_UNIT})(?:\^?\{{?[23]\}}?)?)?)\s*\}}(?:\s*\^\s*\{{?([23])\}}?)?(?![A-Za-z])"
)
UNIT = "\ue020"
"""Before a unit, so that it can be told from a variable when the formula is words: `5 m` of `2 m c squared`."""
_BARE_UNIT = re.compile(
    r"(?<=\d)(?:\s|\\[,;:! ]|~)+([mgtlLshKWVAJN])(?=\s*(?:\Z|[,.;:)=]|\\(?:q?quad|approx|le|ge|to)\b))"
)
"""A letter that stands apart from its number, with nothing after it that it could be multiplied with."""
_UNIT_IN_WORDS = re.compile(r"(\\(?:text|mbox|textrm|mathrm)\s*\{[^{}]*?\d )(?=[mgtlLshKWVAJN]\b)")
_DEGREES = re.compile(
    rf"\^\s*\{{?\s*\\circ\s*\}}?{_GAP}(?:\\(?:text|mathrm|textrm)\s*\{{\s*([CF])\s*\}}|([CF])(?![A-Za-z]))"
)
_SI = re.compile(r"\\(?:SI|qty)\s*\{([^{}]*)\}\s*\{((?:[^{}\\]|\\[a-z]+)*)\}")
_SI_NAMES = {
    r"\metre": "m", r"\meter": "m", r"\kilo": "k", r"\centi": "c", r"\milli": "m", r"\gram": "g", r"\second": "s",
    r"\newton": "N", r"\joule": "J", r"\watt": "W", r"\volt": "V", r"\ampere": "A", r"\hertz": "Hz", r"\kelvin": "K",
    r"\pascal": "Pa", r"\mole": "mol", r"\litre": "L", r"\liter": "L", r"\hour": "h", r"\minute": "min", r"\per": "/",
    r"\squared": "²", r"\cubed": "³", r"\celsius": "°C", r"\degreeCelsius": "°C", r"\percent": "%", r"\kilogram": "kg",
}  # fmt: skip
_FRACTION = re.compile(r"\\[dtc]?frac\s*(?:\{\s*(\d)\s*\}|(\d))\s*(?:\{\s*(\d{1,2})\s*\}|(\d)(?!\d))")
_FACTORIAL = re.compile(r"(?<=[A-Za-z0-9)}])!(?![=!])")
_GIVEN = re.compile(
    r"(\b(?:P|Pr|E|p|\\Pr|\\mathbb\{[PE]\})\s*(?:\\left)?[(\[][^()\[\]]*?)"
    r"(?:\\mid\b|\\vert\b|(?<!\|)\|(?!\|))"
)
_CHEMISTRY = re.compile(r"\\ce\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_ATOM = re.compile(
    r"(?P<yields><=>|<->|->|=)|(?P<state>\((?:s|l|g|aq)\))|\^?(?P<charge>\{?\d*[+-]\}?)(?=$|[\s\])])|(?P<plus>\s\+\s)|"
    r"(?P<element>[A-Z][a-z]?)|_?\{?(?P<number>\d+)\}?|(?P<bracket>[()\[\]])|(?P<space>\s+)"
)
_STEPS = re.compile(
    r"\\begin\{(aligned|align|alignat|gathered|gather|split|eqnarray|multline)(\*?)\}(.*)\\end\{\1\2\}", re.DOTALL
)
_NESTED = re.compile(r"\\(begin|end)\{|\\\\(?:\[[^\]]*\])?")


def sayable(latex: str, language: str) -> str:
    """The LaTeX with words of the language where its own would be said letter by letter."""
    words = _WORDS.get(language)
    latex = _BARE_UNIT.sub(lambda m: rf"\text{{ {UNIT}{m[1]}}}", latex)
    if "\\" in latex:
        latex = _UNIT_IN_WORDS.sub(rf"\g<1>{UNIT}", latex)
        latex = _SI.sub(lambda m: rf"{m[1]}\text{{ {UNIT}{_si_unit(m[2])}}}", latex)
        latex = _MEASURE.sub(lambda m: rf"\text{{ {UNIT}{_raised(m[1], m[2] or '')}}}", latex)
        latex = _DEGREES.sub(lambda m: rf"\text{{ °{m[1] or m[2]}}}", latex)
        if words is not None:
            latex = _CHEMISTRY.sub(lambda m: rf"\text{{ {_chemistry(m[1], words)} }}", latex)
            latex = _FRACTION.sub(lambda m: _fraction(m, words, language), latex)
    if words is None:
        return latex
    if "!" in latex:
        latex = _FACTORIAL.sub(lambda _: rf"\text{{ {words.factorial}}}", latex)
    if "|" in latex or "\\" in latex:
        latex = _GIVEN.sub(lambda m: rf"{m[1]}\text{{ {words.given} }}", latex)
    return latex


def steps(latex: str) -> list[str]:
    """The lines of an aligned calculation one by one; a formula that is none is one step."""
    found = _STEPS.search(latex) if "\\begin" in latex else None
    if found is None or latex[: found.start()].strip():
        return [latex]
    rows, depth, start, body = [], 0, 0, found[3]
    for mark in _NESTED.finditer(body):
        if mark[1]:
            depth += 1 if mark[1] == "begin" else -1
        elif not depth:
            rows.append(body[start : mark.start()])
            start = mark.end()
    rows.append(body[start:])
    after = latex[found.end() :].strip()
    said = [re.sub(r"(?<!\\)&", " ", row).strip() for row in rows]
    return [row for row in said if row] + ([after] if re.search(r"\w", after) else [])


def _raised(unit: str, power: str) -> str:
    written = re.sub(r"\^?\{?([23])\}?", lambda m: "²" if m[1] == "2" else "³", unit)
    return re.sub(r"\s", "", written) + {"2": "²", "3": "³"}.get(power, "")


def _si_unit(written: str) -> str:
    for name in sorted(_SI_NAMES, key=len, reverse=True):
        written = written.replace(name, _SI_NAMES[name])
    return _raised(written.replace("\\", ""), "")


def _fraction(match: re.Match[str], words: SourceWords, language: str) -> str:
    above, below = int(match[1] or match[2]), int(match[3] or match[4])
    if not 2 <= below <= 10 or not above or (below == 2 and above != 1):
        return match[0]
    if below == 2:
        return rf"\text{{ {words.halves[0]} }}"
    one, part = _ONES[language].split()[above - 1], words.halves[below - 2]
    several = above > 1 and language in {"en", "es", "fr"} and not part.endswith("s")
    joined = f"{one}{part}" if language == "id" and above == 1 else f"{one} {part}{'s' if several else ''}"
    return rf"\text{{ {joined} }}"


def _chemistry(source: str, words: SourceWords) -> str:
    said: list[str] = []
    for atom in _ATOM.finditer(source):
        match atom.lastgroup:
            case "yields":
                said.append(words.balance if atom[0].startswith("<") else words.yields)
            case "state":
                names = dict(zip(("(s)", "(l)", "(g)", "(aq)"), words.states, strict=True))
                said.append(f"({names[atom[0]]})")
            case "charge":
                charge = atom["charge"].strip("{}")
                said += [charge[:-1], words.charges[charge[-1] == "-"]]
            case "plus":
                said.append(words.charges[0])
            case "element":
                said.append(" ".join(atom[0].upper()))
            case "number":
                said.append(atom["number"])
    return " ".join(each for each in said if each)

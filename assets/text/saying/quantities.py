"""Amounts: percentages, units, sizes, ratios, ranges, fractions, and numbers that are nothing more."""

from __future__ import annotations

import re

from assets.text.saying import money
from assets.text.saying.amounts import AFTER, BEFORE, DASH, GAP, SIGN
from assets.text.saying.language import LETTERED, Language, Rule
from assets.text.saying.units import UNITS, unit_name

_VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
_SQUARED = {"²": "2", "³": "3"}

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"
_NEEDS_A_SPACE = frozenset({"in", "A", "B", "N", "J", "K", "t", "s", "h", "bar", "bit", "mol"})
"""Signs that would be read into what is no quantity, as in `3A` or `5t`."""


def rules(language: Language) -> list[Rule]:
    """The rules for amounts, in the order in which they are tried."""
    return [*money.rules(language), *_measures(language), *_relations(language)]


def plain_numbers(language: Language) -> list[Rule]:
    """Numbers that no other rule has taken."""
    number = language.numerals.pattern

    def say(match: re.Match[str]) -> str | None:
        gender = language.gender_before(match[2], match.string[match.end() :][:30])
        return language.number_said(match[1], language.numerals.say(match[2], gender))

    def bare_year(match: re.Match[str]) -> str | None:
        before, after = _word_before(match), match.string[match.end() : match.end() + 20]
        return language.bare_year(int(match[0]), before, after)

    def listed(match: re.Match[str]) -> str:
        return ", ".join(language.numerals.cardinal(int(part)) for part in match[0].split(","))

    def fold(match: re.Match[str]) -> str:
        return f"{language.numerals.say(match[1])} {language.fold}"

    def more(match: re.Match[str]) -> str:
        return f"{language.more_than} {language.numerals.say(match[1])}"

    def lettered(match: re.Match[str]) -> str:
        return f"{language.numerals.say(match[1])} {match[2].upper()}"

    return [
        Rule("list", re.compile(r"(?<![\w.,])\d{1,2}(?:,\d{1,2}){2,}(?!\w|[.,]\d)"), listed, beside=","),
        Rule("fold", re.compile(rf"(?<![\w.,])({number})[x×](?!\w)"), fold, beside="x×"),
        Rule("more than", re.compile(rf"(?<![\w.,])({number})\+(?![\w+])"), more, beside="+"),
        Rule(
            "number before a letter",
            re.compile(r"(?<![\w.,])(\d{1,4})([A-Z]{1,3}|[a-f])(?!\w)"),
            lettered,
            beside=_LETTERS,
        ),
        Rule("year", re.compile(r"(?<![\w.,/:-])(?:1[0-9]|20)\d\d(?![\w%]|[.,:/]\d|-\d)"), bare_year),
        Rule("number", re.compile(rf"(?<![\w.,]){SIGN}({number})(?![\w]|[.,]\d)"), say),
        Rule(
            "number in a word",
            re.compile(r"(?<=[^\W\d_])(\d{1,3})(?![\w.,]\d|\w)"),
            lambda match: f" {language.numerals.say(match[0])}",
            needs=LETTERED,
        ),
        Rule(
            "number in a word",
            re.compile(r"(?<!\w)(\d+)(?=-\w)"),
            lambda match: language.numerals.say(match[0]),
            beside="-",
        ),
    ]


def _measures(language: Language) -> list[Rule]:
    numerals, number = language.numerals, language.numerals.pattern
    signs = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))

    def name(written: str, sign: str) -> tuple[str, str]:
        """A number with the name of its unit after it."""
        unit = UNITS[sign]
        gender = "f" if unit in language.feminine_units else "m"
        if unit in {"percent", "permille"}:
            gender = ""
        return numerals.say(written, gender), unit_name(language.cldr, unit, str(numerals.amount(written)))

    words = "|".join(map(re.escape, language.after_a_stroke)) or r"(?!)"

    def rate(match: re.Match[str]) -> str:
        """Kilometres per second, twenty people per square kilometre: whatever CLDR has no name of its own for."""
        below = match[4] if match[4] in language.after_a_stroke else unit_name(language.cldr, UNITS[match[4]], "1")
        said, unit = name(match[2], match[3])
        return language.number_said(match[1], f"{said} {unit} {language.per} {below}")

    def people(match: re.Match[str]) -> str:
        return f"{match[1]} {language.per} {unit_name(language.cldr, UNITS[match[2]], '1')}"

    def measure(match: re.Match[str]) -> str | None:
        if match[3] in _NEEDS_A_SPACE and not match[0][: -len(match[3])][-1:].isspace():
            return None
        if match[3] in {"in", "A"} and language.locale.language != "en":
            return None
        if match[3] == "in" and re.match(r"\s+\w", match.string[match.end() :]):
            return None
        said, unit = name(match[2], match[3])
        return language.number_said(match[1], f"{said} {unit}")

    def measured_range(match: re.Match[str]) -> str | None:
        low = language.number_said(match[1], numerals.say(match[2]))
        high, unit = name(match[3], match[4])
        return f"{language.range(low, high)} {unit}"

    def foot(match: re.Match[str]) -> str:
        said, unit = name(match[1], "ft")
        return f"{said} {unit} {numerals.say(match[2])}"

    after = r"(?![\w²³°]|/\w|\.\w)"
    compass = "|".join(language.compass)

    def place(match: re.Match[str]) -> str:
        return f"{numerals.say(match[1])} {language.degrees} {language.compass[match[2]]}"

    return [
        Rule("latitude", re.compile(rf"(?<![\w.,])({number}) ?° ?({compass})(?!\w)"), place, beside="°"),
        Rule(
            "rate",
            re.compile(rf"(?<![\w.,:–^]){SIGN}({number}){GAP}({signs})/({signs}|{words})(?![\w²³°])"),
            lambda match: None if f"{match[3]}/{match[4]}" in UNITS else rate(match),
            words="/",
        ),
        Rule("rate", re.compile(rf"(?<=\w )([^\W\d_]{{3,}})/({signs})(?![\w²³°/])"), people, needs="/"),
        Rule(
            "from to with a unit",
            re.compile(rf"{BEFORE}{SIGN}({number})(?:{GAP}(?:%|°))?{DASH}({number}){GAP}({signs}){after}"),
            measured_range,
            beside="–—-",
        ),
        Rule("feet and inches", re.compile(r"""(?<![\w.,])(\d{1,2})['′] ?(\d{1,2})["″]"""), foot, beside="'′"),
        Rule("unit", re.compile(rf"(?<![\w.,:–^]){SIGN}({number}){GAP}({signs}){after}"), measure),
    ]


def _relations(language: Language) -> list[Rule]:
    numerals, number = language.numerals, language.numerals.pattern

    def size(match: re.Match[str]) -> str:
        return f" {language.by} ".join(numerals.say(part) for part in re.findall(number, match[0]))

    def ratio(match: re.Match[str]) -> str:
        return language.ratio(numerals.say(match[1]), numerals.say(match[2]))

    def from_to(match: re.Match[str]) -> str | None:
        low, high = match[1], match[2]
        if len(low) == 4 and len(high) in {2, 4} and low.isdigit() and high.isdigit() and 1000 < int(low) < 2100:
            later = high if len(high) == 4 else low[:2] + high
            if int(later) > int(low):
                return language.range(language.year(int(low)), language.year(int(later)))
        if numerals.amount(high) <= numerals.amount(low):
            return None
        return language.range(numerals.say(low), numerals.say(high))

    def fraction(match: re.Match[str]) -> str | None:
        whole, above, below = match[1], int(match[2]), int(match[3])
        if above == below and not whole and above >= 10:
            return f"{numerals.cardinal(above)} {numerals.cardinal(below)}"
        named = language.fraction(above, below) if above and below > 1 else None
        if named is None:
            return None
        return f"{numerals.say(whole)} {language.and_} {named}" if whole else named

    def vulgar(match: re.Match[str]) -> str | None:
        named = language.fraction(*_VULGAR[match[2]])
        if named is None:
            return None
        return f"{numerals.say(match[1])} {language.and_} {named}" if match[1] else named

    def numbered(match: re.Match[str]) -> str:
        return f"{language.number} {numerals.say(match[1])}"

    def scientific(match: re.Match[str]) -> str:
        power = language.number_said("-" if match[2] in {"-", "−"} else "", numerals.cardinal(int(match[3])))
        ten = numerals.cardinal(10)
        return f"{numerals.say(match[1])} {language.times} {ten} {language.raised} {power}"

    def raised(match: re.Match[str]) -> str:
        power = language.number_said(match[2], numerals.cardinal(int(match[3])))
        return f"{numerals.say(match[1])} {language.raised} {power}"

    return [
        Rule("size", re.compile(rf"{BEFORE}{number}(?: ?[x×] ?{number})+{AFTER}"), size, beside="x×"),
        Rule("scientific", re.compile(rf"(?<![\w.,])({number})[eE]([-−+]?)(\d{{1,3}})(?!\w)"), scientific, beside="eE"),
        Rule("power", re.compile(rf"(?<![\w.,])({number})\^([-−]?)(\d{{1,3}})(?!\w|[.,]\d)"), raised, beside="^"),
        Rule("ratio", re.compile(r"(?<![\w.,:/])(\d{1,3}):(\d{1,3})(?![\w:/]|[.,]\d)"), ratio, beside=":"),
        Rule(
            "fraction",
            re.compile(r"(?<![\w.,/])(?:(\d{1,3}) )?(\d{1,2})[/⁄](\d{1,3})(?![\w/]|[.,]\d)"),
            fraction,
            beside="/⁄",
        ),
        Rule(
            "vulgar fraction", re.compile(rf"(?<![\w.,])(\d*) ?([{''.join(_VULGAR)}])"), vulgar, needs="".join(_VULGAR)
        ),
        Rule(
            "from to",
            re.compile(rf"{BEFORE}({number})(?: ?– ?|(?<=\d)-(?=\d))({number})(?![\w/–-]|[.,:]\d)"),
            from_to,
            beside="–-",
        ),
        Rule("numbered", re.compile(r"(?<![\w&])[#№] ?(\d+)(?![\w.]\w)"), numbered, beside="#№"),
    ]


def _word_before(match: re.Match[str]) -> str:
    words = re.findall(r"[^\W\d_]+['’]?", match.string[max(0, match.start() - 30) : match.start()])
    return words[-1].lower() if words else ""

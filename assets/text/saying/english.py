"""English."""

from __future__ import annotations

import re

from assets.text.saying.language import SHORT, Language, Rule

_DAY_FIRST = frozenset({"GB", "AU", "NZ", "IE", "IN", "ZA", "SG", "MY"})
_TENS = {
    20: "twenties",
    30: "thirties",
    40: "forties",
    50: "fifties",
    60: "sixties",
    70: "seventies",
    80: "eighties",
    90: "nineties",
    10: "tens",
    0: "hundreds",
}


def _whole(said: str, match: re.Match[str]) -> str:
    """A word with the full stop of its short form, where that ends the sentence, too."""
    return said if match.string[match.end() :].strip() else f"{said}."


class English(Language):
    """English, of the United States where its region is not known."""

    code = "en"

    def year(self, number: int) -> str:
        """Nineteen sixty-nine, two thousand five, twenty twenty-four; others as they are counted."""
        return self.numerals.year(number) if 1100 <= number < 2100 else self.numerals.cardinal(number)

    def bare_year(self, number: int, before: str, after: str) -> str | None:
        """After a word that years stand behind, in brackets, or before `BC` and the like."""
        era = re.match(r"\s?(?:BCE?|CE|AD)\b", after)
        alone = not re.match(r"\s[a-z]", after)
        if number < 1100 and not era:
            return None
        if before in self.before_years or era or (not before and alone) or (alone and re.match(r"[)\],;]", after)):
            return self.year(number)
        return None

    def decade(self, number: int, before: str) -> str | None:
        """The nineteen nineties, the nineties."""
        tens = number % 100
        if tens % 10:
            return None
        if number < 100:
            return _TENS.get(number) if number else None
        if number % 1000 == 0:
            return f"{self.numerals.cardinal(number)}s"
        return f"{self.numerals.cardinal(number // 100)} {_TENS[tens]}"

    def month_first(self) -> bool:
        """In the United States."""
        return self.locale.region not in _DAY_FIRST

    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """March fourth, twenty twenty-four; where the day comes first, the fourth of March."""
        said = f"{self.month(month)} {self.numerals.ordinal(day)}"
        if not self.month_first():
            article = "" if before == "the" else "the "
            said = f"{article}{self.numerals.ordinal(day)} of {self.month(month)}"
        elif before == "the":
            said = f"{self.numerals.ordinal(day)} of {self.month(month)}"
        return said if year is None else f"{said}, {self.year(year)}"

    def dates(self, first: int, last: int, month: int, year: int | None, before: str) -> str:
        """May fifth to seventh, twenty twenty-four."""
        said = f"{self.month(month)} {self.numerals.ordinal(first)} to {self.numerals.ordinal(last)}"
        return said if year is None else f"{said}, {self.year(year)}"

    def time(self, hour: int, minute: int) -> str:
        """Two thirty; fourteen oh five; three o'clock."""
        cardinal = self.numerals.cardinal
        if minute == 0:
            return f"{cardinal(hour)} o'clock" if 0 < hour <= 12 else f"{cardinal(hour)} hundred hours"
        return f"{cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)}"

    def fraction(self, above: int, below: int) -> str | None:
        """One half, three quarters, two fifths; others are said with `over`."""
        cardinal = self.numerals.cardinal(above)
        if below == 2:
            return f"{cardinal} {'half' if above == 1 else 'halves'}"
        if below == 4:
            return f"{cardinal} {'quarter' if above == 1 else 'quarters'}"
        if below <= 10:
            return f"{cardinal} {self.numerals.ordinal(below)}{'' if above == 1 else 's'}"
        return f"{cardinal} over {self.numerals.cardinal(below)}"

    def roman_ordinal(self, before: str, number: int, after: str) -> str | None:
        """Louis the Fourteenth, the nineteenth century."""
        if before.lower() in self.rulers:
            return f"the {self.numerals.ordinal(number)}"
        return self.numerals.ordinal(number) if after.lower() in {"century", "centuries"} else None

    def rules(self) -> list[Rule]:
        """Ordinals, times with a.m. and p.m., and round the clock."""
        numerals = self.numerals
        months = "|".join(map(self.month, range(1, 13)))

        def ordinal(match: re.Match[str]) -> str:
            return numerals.ordinal(int(match[1].replace(",", "")))

        def half_day(match: re.Match[str]) -> str | None:
            hour, minute = int(match[1]), int(match[2] or 0)
            if not 1 <= hour <= 12 or minute > 59:
                return None
            said = numerals.cardinal(hour)
            if minute:
                said += f" {'oh ' if minute < 10 else ''}{numerals.cardinal(minute)}"
            stop = "." if match[0].endswith(".") and re.match(r"\s+[A-Z]|\s*\Z", match.string[match.end() :]) else ""
            return f"{said} {match[3].upper()} M{stop}"

        def figures(match: re.Match[str]) -> str:
            said = numerals.say(match[1])
            return f"{said}es" if said.endswith("six") else f"{said[:-1]}ies" if said.endswith("ty") else f"{said}s"

        return [
            Rule("street", re.compile(r"(?<=[a-z] )St\.(?!\s+[A-Z])"), lambda m: _whole("Street", m), needs=SHORT),
            Rule("street", re.compile(r"(?<=[a-z] )Dr\.(?!\s+[A-Z])"), lambda m: _whole("Drive", m), needs=SHORT),
            Rule("with", re.compile(r"(?<!\w)w/ (?=\w)"), lambda _: "with ", needs="/"),
            Rule("figures as nouns", re.compile(r"(?<![\w.,'’])(\d|10|100|1000)s(?!\w)"), figures, beside="s"),
            Rule("round the clock", re.compile(r"(?<!\w)24/7(?!\w)"), lambda _: "twenty-four seven", words=("24/7",)),
            Rule(
                "time",
                re.compile(r"(?<![\w.,:])(\d{1,2})(?::(\d\d))? ?([AaPp])\.? ?[Mm](?:\.|\b)"),
                half_day,
                beside="aApP",
            ),
            Rule(
                "ordinal",
                re.compile(rf"(?<![\w.,])(\d{{1,3}}(?:,\d{{3}})*|\d+)(?:st|nd|rd|th)(?!\w)(?! (?:of )?(?:{months})\b)"),
                ordinal,
                beside="snrt",
            ),
        ]

"""German."""

from __future__ import annotations

import re

from assets.text.saying.language import ROMAN, Language, Rule

_AFTER_DATIVE = frozenset({"am", "vom", "zum", "dem", "den", "bis", "ab", "seit", "im", "beim"})


class German(Language):
    """German."""

    code = "de"

    def year(self, number: int) -> str:
        """Neunzehnhundertneunundsechzig, zweitausendvierundzwanzig."""
        return self.numerals.year(number)

    def bare_year(self, number: int, before: str, after: str) -> str | None:
        """From 1100 to 1999 it is counted in hundreds, whatever it counts."""
        if 1100 <= number < 2000:
            return f"{self.numerals.year(number)}{'er' if after.startswith('er') else ''}"
        return None

    def decade(self, number: int, before: str) -> str | None:
        """Die neunzehnhundertneunziger."""
        return f"{self.numerals.year(number)}er"

    def gender_before(self, written: str, after: str) -> str:
        """Ein Apfel, eine Stunde: only one is counted in a gender, which most nouns tell by their ending."""
        noun = re.match(r"\s([A-ZÄÖÜ][a-zäöüß]+)\b", after)
        if written != "1" or noun is None:
            return ""
        return "f" if re.search(r"(?:e|ung|heit|keit|schaft|ion|tät|ik|ur|rau)\Z", noun[1]) else "m"

    def dates(self, first: int, last: int, month: int, year: int | None, before: str) -> str:
        """Fünfter bis siebter Mai; vom fünften bis siebten Mai."""
        ending = "n" if before in _AFTER_DATIVE else "" if before in {"der", "die", "das"} else "r"
        return f"{self.numerals.ordinal(first)}{ending} {self.to} {self.date(last, month, year, before)}"

    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """Vierter März; am vierten März; der vierte März."""
        stem = self.numerals.ordinal(day)
        ending = "n" if before in _AFTER_DATIVE else "" if before in {"der", "die", "das"} else "r"
        said = f"{stem}{ending} {self.month(month)}"
        return said if year is None else f"{said} {self.year(year)}"

    def time(self, hour: int, minute: int) -> str:
        """Vierzehn Uhr dreißig."""
        cardinal = self.numerals.cardinal
        hours = cardinal(hour, "m") if hour == 1 else cardinal(hour)
        return f"{hours} Uhr" if not minute else f"{hours} Uhr {cardinal(minute)}"

    def fraction(self, above: int, below: int) -> str | None:
        """Ein halb, ein Drittel, drei Viertel."""
        if below == 2:
            return "ein halb" if above == 1 else f"{self.numerals.cardinal(above)} halbe"
        ordinal = self.numerals.ordinal(below)
        noun = {3: "Drittel", 7: "Siebtel", 8: "Achtel"}.get(below) or f"{ordinal.removesuffix('e')}el"
        return f"{self.numerals.cardinal(above, 'm')} {noun[0].upper()}{noun[1:]}"

    def ratio(self, left: str, right: str) -> str:
        """Drei zu eins."""
        return f"{left} zu {right}"

    def roman_ordinal(self, before: str, number: int, after: str) -> str | None:
        """Ludwig der Vierzehnte, where a full stop stands behind it."""
        return None

    def rules(self) -> list[Rule]:
        """Ordinals with a full stop, kings, the clock with `Uhr`, centuries."""
        from assets.text.saying.moments import word_before
        from assets.text.saying.shorts import roman

        numerals = self.numerals
        rulers = "|".join(name.title() for name in self.rulers)
        months = "|".join([name.title() for name in self.months])

        def clock(match: re.Match[str]) -> str | None:
            hour, minute = int(match[1]), int(match[2] or 0)
            return self.time(hour, minute) if hour <= 24 and minute <= 59 else None

        def inflected(number: int, before: str) -> str:
            ending = {"die": "", "der": "", "das": ""}.get(
                before,
                "n"
                if before in _AFTER_DATIVE | {"des", "einem", "einer", "keinem"}
                else "r"
                if before in {"ein"}
                else "",
            )
            return f"{numerals.ordinal(number)}{ending}"

        def ordinal(match: re.Match[str]) -> str:
            return f"{match[1]}{inflected(int(match[2]), match[1].strip().lower())}"

        def king(match: re.Match[str]) -> str | None:
            number = roman(match[2])
            if not number:
                return None
            word = numerals.ordinal(number)
            return f"{match[1]} der {word[0].upper()}{word[1:]}"

        def short_date(match: re.Match[str]) -> str | None:
            day, month = int(match[1]), int(match[2])
            if not 1 <= day <= 31 or not 1 <= month <= 12:
                return None
            return self.date(day, month, None, word_before(match))

        return [
            Rule("date", re.compile(r"(?<![\w.,])(\d{1,2})\.(\d{1,2})\.(?!\d)"), short_date),
            Rule("time", re.compile(r"(?<![\w.,:])(\d{1,2})(?:[:.](\d\d))? Uhr(?!\w)(?! \d)"), clock),
            Rule(
                "ordinal",
                re.compile(
                    r"(?<!\w)((?:[Dd](?:er|ie|as|em|en|es)|[IiAa]m|[Zz]u[mr]|[Vv]om|[Bb]eim|[Ee]in) )"
                    rf"(\d{{1,3}})\.(?= [A-ZÄÖÜa-zäöü])(?! (?:{months})\b)"
                ),
                ordinal,
            ),
            Rule(
                "king",
                re.compile(rf"(?<!\w)((?:{rulers})) ([IVXL]+)\."),
                king,
                needs=ROMAN,
            ),
        ]

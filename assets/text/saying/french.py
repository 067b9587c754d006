"""French."""

from __future__ import annotations

import re

from assets.text.saying.language import ROMAN, Language, Rule


class French(Language):
    """French."""

    code = "fr"

    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """Quatre mars deux mille vingt-quatre; premier mars."""
        first = "premier" if day == 1 else self.numerals.cardinal(day)
        said = f"{first} {self.month(month)}"
        return said if year is None else f"{said} {self.year(year)}"

    def time(self, hour: int, minute: int) -> str:
        """Quatorze heures trente; une heure."""
        numerals = self.numerals
        said = f"{numerals.cardinal(hour, 'f')} {'heure' if hour <= 1 else 'heures'}"
        return said if not minute else f"{said} {numerals.cardinal(minute, 'f')}"

    def fraction(self, above: int, below: int) -> str | None:
        """Un demi, deux tiers, trois quarts, deux cinquièmes."""
        names = {2: "demi", 3: "tiers", 4: "quart"}
        name = names.get(below) or self.numerals.ordinal(below)
        return f"{self.numerals.cardinal(above, 'm')} {name}{'s' if above > 1 and not name.endswith('s') else ''}"

    def roman_ordinal(self, before: str, number: int, after: str) -> str | None:
        """Le dix-neuvième siècle; Louis quatorze, François premier."""
        if after.lower() in {"siècle", "siècles", "millénaire"}:
            return self.numerals.ordinal(number)
        if before.lower() in self.rulers:
            return "premier" if number == 1 else self.numerals.cardinal(number)
        return None

    def rules(self) -> list[Rule]:
        """Ordinals with raised letters, hours with `h`, the centuries with `e`."""
        from assets.text.saying.shorts import roman

        numerals = self.numerals
        months = "|".join(map(self.month, range(1, 13)))

        def ordinal(match: re.Match[str]) -> str:
            number, mark = int(match[1]), match[2]
            rules = "spellout-ordinal-feminine" if mark in {"re", "ère"} else "spellout-ordinal-masculine"
            return numerals.ordinal(number, rules) + ("s" if mark.endswith("s") else "")

        def hours(match: re.Match[str]) -> str | None:
            hour, minute = int(match[1]), int(match[2] or 0)
            return self.time(hour, minute) if hour <= 24 and minute <= 59 else None

        def century(match: re.Match[str]) -> str | None:
            number = roman(match[1])
            return numerals.ordinal(number) if number else None

        return [
            Rule(
                "ordinal",
                re.compile(rf"(?<![\w.,])(\d{{1,3}})(ers?|res?|ères?|e|es|ème|èmes|ᵉ|nde?)(?!\w)(?! (?:{months})\b)"),
                ordinal,
            ),
            Rule("time", re.compile(r"(?<![\w.,:])(\d{1,2}) ?h(?: ?(\d\d))?(?![\w])"), hours),
            Rule("century", re.compile(r"(?<!\w)([IVX]+)(?:e|ᵉ|ème|er)(?!\w)"), century, needs=ROMAN),
        ]

"""Spanish."""

from __future__ import annotations

import re

from assets.text.saying.language import Language, Rule

_ORDINALS = {1: "primer", 3: "tercer"}


class Spanish(Language):
    """Spanish."""

    code = "es"

    def month_of(self, month: int, year: int) -> str:
        """Marzo de dos mil veinticuatro."""
        return f"{self.month(month)} de {self.year(year)}"

    def gender_before(self, written: str, after: str) -> str:
        """Una persona, quinientas páginas, veintiún gatos: a noun tells its gender by its ending, with exceptions."""
        noun = re.match(r"\s([a-záéíóúñü]+)\b", after)
        if noun is None or not (written == "1" or noun[1].endswith("s")):
            return ""
        feminine = re.search(r"(?:a|[cs]ión|[dt]ad|as|[cs]iones|[dt]ades)\Z", noun[1])
        return "f" if feminine and noun[1].removesuffix("s") + "s" not in self.masculine else "m"

    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """Cuatro de marzo de dos mil veinticuatro."""
        first = "primero" if day == 1 else self.numerals.cardinal(day)
        said = f"{first} de {self.month(month)}"
        return said if year is None else f"{said} de {self.year(year)}"

    def time(self, hour: int, minute: int) -> str:
        """Catorce treinta; la una; las tres en punto."""
        numerals = self.numerals
        hours = numerals.cardinal(hour, "f")
        return f"{hours} en punto" if not minute else f"{hours} y {numerals.cardinal(minute)}"

    def fraction(self, above: int, below: int) -> str | None:
        """Un medio, dos tercios, tres cuartos."""
        names = {
            2: "medio",
            3: "tercio",
            4: "cuarto",
            5: "quinto",
            6: "sexto",
            7: "séptimo",
            8: "octavo",
            9: "noveno",
            10: "décimo",
        }
        top = self.numerals.cardinal(above, "m")
        if below not in names:
            return f"{self.numerals.cardinal(above)} sobre {self.numerals.cardinal(below)}"
        return f"{top} {names[below]}{'' if above == 1 else 's'}"

    def roman_ordinal(self, before: str, number: int, after: str) -> str | None:
        """Felipe segundo, Carlos quinto, Alfonso décimo; from eleven on as a number."""
        if before.lower() not in self.rulers:
            return None
        feminine = before in {"Isabel", "Catalina"}
        if number > 10:
            return self.numerals.cardinal(number)
        return self.numerals.ordinal(number, "spellout-ordinal-feminine" if feminine else "spellout-ordinal-masculine")

    def rules(self) -> list[Rule]:
        """Ordinals with a raised letter."""
        numerals = self.numerals

        def ordinal(match: re.Match[str]) -> str:
            number, mark = int(match[1]), match[2]
            if mark in {"ª", "a"}:
                return numerals.ordinal(number, "spellout-ordinal-feminine")
            if mark == "er":
                return _ORDINALS.get(number) or numerals.ordinal(number, "spellout-ordinal-masculine-adjective")
            return numerals.ordinal(number)

        def hour(match: re.Match[str]) -> str | None:
            value, minute = int(match[1]), int(match[2] or 0)
            if value > 24 or minute > 59:
                return None
            said = numerals.cardinal(value, "f")
            return f"{said} {numerals.cardinal(minute) + ' ' if minute else ''}{'hora' if value == 1 else 'horas'}"

        return [
            Rule("ordinal", re.compile(r"(?<![\w.,])(\d{1,3})\.?(º|ª|°(?= [a-záéíóú])|er)(?!\w)"), ordinal),
            Rule("time", re.compile(r"(?<![\w.,:])(\d{1,2}):(\d\d) ?h(?:oras|rs)?\.?(?!\w)"), hour),
        ]

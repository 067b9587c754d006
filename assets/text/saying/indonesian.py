"""Indonesian."""

from __future__ import annotations

import re

from assets.text.saying.language import FIGURE, LETTERED, ROMAN, Language, Rule

_ORDINALS = {1: "pertama"}


class Indonesian(Language):
    """Indonesian."""

    code = "id"

    def decade(self, number: int, before: str) -> str | None:
        """Tahun sembilan belas sembilan puluhan is said as `seribu sembilan ratus sembilan puluhan`."""
        return f"{self.numerals.cardinal(number)}an"

    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """Empat Maret dua ribu dua puluh empat."""
        said = f"{self.numerals.cardinal(day)} {self.month(month)}"
        return said if year is None else f"{said} {self.year(year)}"

    def time(self, hour: int, minute: int) -> str:
        """Empat belas lewat tiga puluh menit; the full hour alone."""
        cardinal = self.numerals.cardinal
        return cardinal(hour) if not minute else f"{cardinal(hour)} lewat {cardinal(minute)} menit"

    def fraction(self, above: int, below: int) -> str | None:
        """Setengah, seperempat, tiga perempat, dua pertiga."""
        cardinal = self.numerals.cardinal
        if (above, below) == (1, 2):
            return "setengah"
        part = f"per{cardinal(below)}" if below <= 10 else f"per {cardinal(below)}"
        return f"se{part}" if above == 1 else f"{cardinal(above)} {part}"

    def span(self, hour: int, minute: int, second: int) -> str:
        """Satu jam dua menit tiga detik."""
        return super().span(hour, minute, second).replace(",", "").replace(f" {self.and_} ", " ")

    def ratio(self, left: str, right: str) -> str:
        """Tiga banding satu."""
        return f"{left} banding {right}"

    def roman_ordinal(self, before: str, number: int, after: str) -> str | None:
        """Abad kesembilan belas."""
        return self.ordinal(number) if before.lower() in self.rulers else None

    def ordinal(self, number: int) -> str:
        """Pertama, kedua, kedua puluh satu."""
        return _ORDINALS.get(number) or f"ke{self.numerals.cardinal(number)}"

    def rules(self) -> list[Rule]:
        """Ordinals, clock times with a full stop, doubled words, times and units that are written as words."""
        from assets.text.saying.shorts import roman

        numerals = self.numerals

        def ordinal(match: re.Match[str]) -> str | None:
            number = int(match[1]) if match[1] else roman(match[2])
            return self.ordinal(number) if number else None

        def clock(match: re.Match[str]) -> str | None:
            times = [(int(hour), int(minute)) for hour, minute in re.findall(r"(\d{1,2})[.:](\d\d)", match[0])]
            if any(hour > 24 or minute > 59 for hour, minute in times):
                return None
            return f"{match[1]} {f' {self.to} '.join(self.time(*each) for each in times)}"

        def doubled(match: re.Match[str]) -> str:
            return f"{match[1]}-{match[1]}{match[2]}"

        def decade(match: re.Match[str]) -> str:
            return f"{match[1]} {numerals.cardinal(int(match[2]))}an"

        time, until = r"\d{1,2}[.:]\d\d", r"[–-]|s\.d\.|s/d|sampai(?: dengan)?|hingga"
        return [
            Rule("doubled word", re.compile(r"(?<!\w)([^\W\d_]{3,})2([^\W\d_]{0,4})(?!\w)"), doubled, needs=LETTERED),
            Rule(
                "decade", re.compile(r"(?<!\w)([Tt]ahun|[Ee]ra|[Dd]ekade) (\d{4}|\d0)-?an(?!\w)"), decade, beside="a-"
            ),
            Rule(
                "ordinal",
                re.compile(r"(?<!\w)[Kk]e-(?:(\d{1,4})|([IVXLC]+))(?!\w|[.,]\d)"),
                ordinal,
                needs=FIGURE + ROMAN,
                words=("ke-",),
            ),
            Rule(
                "time",
                re.compile(rf"(?<!\w)([Pp]ukul|[Jj]am) {time}(?: ?(?:{until}) ?{time})?(?!\w|[.,:]\d)"),
                clock,
                words=("pukul", "jam"),
            ),
        ]

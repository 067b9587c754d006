"""German."""

from __future__ import annotations

import re

from assets.text.saying.language import Language, Money, Rule
from assets.text.saying.numerals import Numerals

_AFTER_DATIVE = frozenset({"am", "vom", "zum", "dem", "den", "bis", "ab", "seit", "im", "beim"})
_EURO = Money("Euro", "Euro", "Cent", "Cent")


class German(Language):
    """German."""

    numerals = Numerals("de", ",", ".", "Komma", "minus")
    to, by, times, plus, plus_or_minus, equals = "bis", "mal", "mal", "plus", "plus minus", "gleich"
    about, less, greater, at_most, at_least = "etwa", "kleiner als", "größer als", "höchstens", "mindestens"
    unequal, divided, at, dot, dash, number = "ungleich", "geteilt durch", "at", "Punkt", "Strich", "Nummer"
    version, degrees, section, and_, or_, per = "Version", "Grad", "Paragraf", "und", "oder", "pro"
    money = {
        "€": _EURO, "EUR": _EURO, "Euro": _EURO, "$": Money("Dollar", "Dollar", "Cent", "Cent"), "US$": Money("US-Dollar", "US-Dollar", "Cent", "Cent"),
        "USD": Money("US-Dollar", "US-Dollar", "Cent", "Cent"), "£": Money("Pfund", "Pfund", "Penny", "Pence"), "¥": Money("Yen", "Yen"),
        "CHF": Money("Franken", "Franken", "Rappen", "Rappen"), "Fr.": Money("Franken", "Franken", "Rappen", "Rappen"), "Rp": Money("Rupiah", "Rupiah"),
    }  # fmt: skip
    magnitudes = {
        "Mio.": "Millionen", "Mio": "Millionen", "Millionen": "Millionen", "Million": "Million", "Mrd.": "Milliarden", "Mrd": "Milliarden",
        "Milliarden": "Milliarden", "Milliarde": "Milliarde", "Tsd.": "tausend", "Tausend": "tausend",
    }  # fmt: skip
    feminine_units = frozenset({"hour", "minute", "second", "millisecond", "microsecond", "nanosecond", "metric-ton", "mile", "calorie", "kilocalorie", "ounce", "atmosphere", "kilowatt-hour", "mile-per-hour"})  # fmt: skip
    abbreviations = {
        "z. b.": "zum Beispiel", "z.b.": "zum Beispiel", "d. h.": "das heißt", "d.h.": "das heißt", "u. a.": "unter anderem", "u.a.": "unter anderem",
        "usw.": "und so weiter", "bzw.": "beziehungsweise", "ca.": "circa", "etc.": "et cetera", "evtl.": "eventuell", "ggf.": "gegebenenfalls",
        "vgl.": "vergleiche", "s.": "siehe", "o. ä.": "oder Ähnliches", "o.ä.": "oder Ähnliches", "u. ä.": "und Ähnliches", "dr.": "Doktor", "prof.": "Professor",
        "hr.": "Herr", "fr.": "Frau", "st.": "Sankt", "str.": "Straße", "tel.": "Telefon", "inkl.": "inklusive", "exkl.": "exklusive", "max.": "maximal",
        "min.": "mindestens", "mind.": "mindestens", "sog.": "sogenannte", "v. a.": "vor allem", "v.a.": "vor allem", "i. d. r.": "in der Regel", "i.d.r.": "in der Regel",
        "z. t.": "zum Teil", "z.t.": "zum Teil", "u. u.": "unter Umständen", "zzgl.": "zuzüglich", "abzgl.": "abzüglich", "jh.": "Jahrhundert", "bspw.": "beispielsweise",
        "n. chr.": "nach Christus", "v. chr.": "vor Christus", "geb.": "geboren", "gest.": "gestorben", "hrsg.": "herausgegeben", "usf.": "und so fort", "et al.": "und andere",
    }  # fmt: skip
    before_figures = {
        "nr.": "Nummer", "s.": "Seite", "abb.": "Abbildung", "tab.": "Tabelle", "bd.": "Band", "kap.": "Kapitel", "abs.": "Absatz", "art.": "Artikel",
        "gl.": "Gleichung", "fig.": "Figur", "std.": "Stunden", "aufl.": "Auflage",
    }  # fmt: skip
    roman_after = (
        "Kapitel",
        "Band",
        "Teil",
        "Akt",
        "Typ",
        "Phase",
        "Klasse",
        "Stufe",
        "Artikel",
        "Anhang",
        "Weltkrieg",
        "Buch",
    )
    extra_months = {"jän": 1, "jänner": 1, "mrz": 3, "sept": 9, "okt": 10, "dez": 12}
    ending = frozenset({"usw.", "etc.", "jh.", "usf.", "o. ä.", "u. ä.", "n. chr.", "v. chr."})
    either = {"und/oder": "und oder", "ja/nein": "ja oder nein"}
    raised = "hoch"
    fold, more_than = "mal", "mehr als"
    after_a_stroke = (
        "Tag",
        "Woche",
        "Monat",
        "Jahr",
        "Stunde",
        "Minute",
        "Sekunde",
        "Person",
        "Nacht",
        "Kopf",
        "Stück",
        "Einheit",
    )

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

    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """Vierter März; am vierten März; der vierte März."""
        stem = self.numerals.ordinal(day)
        ending = "n" if before in _AFTER_DATIVE else "" if before in {"der", "die", "das"} else "r"
        said = f"{stem}{ending} {self.month(month)}"
        return said if year is None else f"{said} {self.year(year)}"

    def time(self, hour: int, minute: int, second: int | None, before: str) -> str:
        """Vierzehn Uhr dreißig."""
        cardinal = self.numerals.cardinal
        hours = cardinal(hour, "m") if hour == 1 else cardinal(hour)
        if second is not None:
            return f"{cardinal(hour, 'f')} {'Stunde' if hour == 1 else 'Stunden'}, {cardinal(minute, 'f')} {'Minute' if minute == 1 else 'Minuten'} und {cardinal(second, 'f')} {'Sekunde' if second == 1 else 'Sekunden'}"
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
        from assets.text.saying.shorts import roman

        numerals = self.numerals

        def clock(match: re.Match[str]) -> str | None:
            hour, minute = int(match[1]), int(match[2] or 0)
            return self.time(hour, minute, None, "") if hour <= 24 and minute <= 59 else None

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

        return [
            Rule("time", re.compile(r"(?<![\w.,:])(\d{1,2})(?:[:.](\d\d))? Uhr(?!\w)(?! \d)"), clock),
            Rule(
                "ordinal",
                re.compile(
                    r"(?<!\w)((?:[Dd]er|[Dd]ie|[Dd]as|[Dd]em|[Dd]en|[Dd]es|[Ii]m|[Aa]m|[Zz]um|[Zz]ur|[Vv]om|[Bb]eim|[Ee]in|[Ss]eit dem) )(\d{1,3})\.(?= [A-ZÄÖÜa-zäöü])(?! (?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jan|Feb|Mrz|Apr|Jun|Jul|Aug|Sep|Okt|Nov|Dez)\b)"
                ),
                ordinal,
            ),
            Rule(
                "king",
                re.compile(
                    r"(?<!\w)((?:Ludwig|Karl|Heinrich|Friedrich|Wilhelm|Otto|Georg|Elisabeth|Johannes Paul|Papst \w+|Benedikt|Napoleon|Katharina|Peter|Alexander|Nikolaus|Franz)) ([IVXL]+)\."
                ),
                king,
                figures=False,
            ),
        ]

"""French."""

from __future__ import annotations

import re

from assets.text.saying.language import Language, Money, Rule
from assets.text.saying.numerals import Numerals

_EURO = Money("euro", "euros", "centime", "centimes")
_DOLLAR = Money("dollar", "dollars", "cent", "cents")


class French(Language):
    """French."""

    numerals = Numerals(
        "fr", ",", ". ", "virgule", "moins", ordinal_rules="spellout-ordinal-masculine", fraction_as_number=True
    )
    to, by, times, plus, plus_or_minus, equals = "à", "sur", "fois", "plus", "plus ou moins", "égale"
    about, less, greater, at_most, at_least = "environ", "inférieur à", "supérieur à", "au plus", "au moins"
    unequal, divided, at, dot, dash, number = "différent de", "divisé par", "arobase", "point", "tiret", "numéro"
    version, degrees, section, and_, or_, per = "version", "degrés", "section", "et", "ou", "par"
    money = {
        "€": _EURO, "EUR": _EURO, "euros": _EURO, "$": _DOLLAR, "US$": Money("dollar américain", "dollars américains", "cent", "cents"),
        "USD": Money("dollar américain", "dollars américains", "cent", "cents"), "£": Money("livre", "livres", "penny", "pence", "f"), "¥": Money("yen", "yens"),
        "CHF": Money("franc suisse", "francs suisses", "centime", "centimes"), "Rp": Money("roupie", "roupies", gender="f"),
    }  # fmt: skip
    magnitudes = {"million": "million", "millions": "millions", "M": "millions", "Md": "milliards", "Mds": "milliards", "milliard": "milliard", "milliards": "milliards", "k": "mille"}  # fmt: skip
    feminine_units = frozenset({"hour", "minute", "second", "millisecond", "microsecond", "nanosecond", "metric-ton", "calorie", "kilocalorie", "pound", "ounce", "atmosphere", "light-year"})  # fmt: skip
    abbreviations = {
        "p. ex.": "par exemple", "p.ex.": "par exemple", "par ex.": "par exemple", "c.-à-d.": "c'est-à-dire", "c-à-d": "c'est-à-dire", "etc.": "et cetera", "m.": "Monsieur", "mme": "Madame",
        "mlle": "Mademoiselle", "mm.": "Messieurs", "dr": "Docteur", "dr.": "Docteur", "pr": "Professeur", "av. j.-c.": "avant Jésus-Christ", "apr. j.-c.": "après Jésus-Christ",
        "env.": "environ", "max.": "maximum", "min.": "minimum", "vs": "contre", "vs.": "contre", "cf.": "voir", "éd.": "édition", "ex.": "exemple", "et al.": "et autres", "tél.": "téléphone",
        "bd": "boulevard", "av.": "avenue", "st": "Saint", "ste": "Sainte", "i.e.": "c'est-à-dire", "e.g.": "par exemple", "n.b.": "nota bene", "s.v.p.": "s'il vous plaît", "svp": "s'il vous plaît",
    }  # fmt: skip
    before_figures = {
        "p.": "page", "pp.": "pages", "fig.": "figure", "n°": "numéro", "nº": "numéro", "no.": "numéro", "chap.": "chapitre", "art.": "article", "vol.": "volume", "tab.": "tableau",
        "éq.": "équation", "sect.": "section", "ann.": "annexe", "t.": "tome", "v.": "vers",
    }  # fmt: skip
    roman_after = (
        "[Cc]hapitre",
        "[Tt]ome",
        "[Vv]olume",
        "[Pp]artie",
        "[Aa]cte",
        "[Tt]ype",
        "[Pp]hase",
        "[Aa]nnexe",
        "[Tt]itre",
        "[Ll]ivre",
        "[Nn]iveau",
        "[Cc]lasse",
    )
    extra_months = {"fév": 2, "fevr": 2, "sept": 9, "déc": 12, "juil": 7}
    ending = frozenset({"etc.", "av. j.-c.", "apr. j.-c."})
    either = {"et/ou": "et ou", "oui/non": "oui ou non"}
    raised = "puissance"
    fold, more_than = "fois", "plus de"
    after_a_stroke = (
        "jour",
        "semaine",
        "mois",
        "an",
        "année",
        "heure",
        "minute",
        "seconde",
        "personne",
        "nuit",
        "unité",
    )
    months_are_names = False

    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """Quatre mars deux mille vingt-quatre; premier mars."""
        first = "premier" if day == 1 else self.numerals.cardinal(day)
        said = f"{first} {self.month(month)}"
        return said if year is None else f"{said} {self.year(year)}"

    def time(self, hour: int, minute: int, second: int | None, before: str) -> str:
        """Quatorze heures trente; une heure."""
        numerals = self.numerals
        said = f"{numerals.cardinal(hour, 'f')} {'heure' if hour <= 1 else 'heures'}"
        if second is not None:
            return f"{said}, {numerals.cardinal(minute, 'f')} {'minute' if minute <= 1 else 'minutes'} et {numerals.cardinal(second, 'f')} {'seconde' if second <= 1 else 'secondes'}"
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
        kings = {
            "louis",
            "henri",
            "charles",
            "françois",
            "napoléon",
            "philippe",
            "jean",
            "guerre",
            "pie",
            "benoît",
            "george",
            "guillaume",
        }
        if before.lower() in kings:
            return "premier" if number == 1 else self.numerals.cardinal(number)
        return None

    def rules(self) -> list[Rule]:
        """Ordinals with raised letters, hours with `h`, the centuries with `e`."""
        from assets.text.saying.shorts import roman

        numerals = self.numerals

        def ordinal(match: re.Match[str]) -> str:
            number, mark = int(match[1]), match[2]
            rules = "spellout-ordinal-feminine" if mark in {"re", "ère"} else "spellout-ordinal-masculine"
            return numerals.ordinal(number, rules) + ("s" if mark.endswith("s") else "")

        def hours(match: re.Match[str]) -> str | None:
            hour, minute = int(match[1]), int(match[2] or 0)
            return self.time(hour, minute, None, "") if hour <= 24 and minute <= 59 else None

        def century(match: re.Match[str]) -> str | None:
            number = roman(match[1])
            return numerals.ordinal(number) if number else None

        return [
            Rule(
                "ordinal",
                re.compile(
                    r"(?<![\w.,])(\d{1,3})(ers?|res?|ères?|e|es|ème|èmes|ᵉ|nde?)(?!\w)(?! (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b)"
                ),
                ordinal,
            ),
            Rule("time", re.compile(r"(?<![\w.,:])(\d{1,2}) ?h(?: ?(\d\d))?(?![\w])"), hours),
            Rule("century", re.compile(r"(?<!\w)([IVX]+)(?:e|ᵉ|ème|er)(?!\w)"), century, figures=False),
        ]

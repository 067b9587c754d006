"""Spanish."""

from __future__ import annotations

import re

from assets.text.saying.language import Language, Money, Rule
from assets.text.saying.numerals import Numerals

_DOLLAR = Money("dólar", "dólares", "centavo", "centavos")
_EURO = Money("euro", "euros", "céntimo", "céntimos")
_ORDINALS = {1: "primer", 3: "tercer"}


class Spanish(Language):
    """Spanish."""

    numerals = Numerals(
        "es", ",", ".", "coma", "menos", ordinal_rules="spellout-ordinal-masculine", fraction_as_number=True
    )
    to, by, times, plus, plus_or_minus, equals = "a", "por", "por", "más", "más menos", "es igual a"
    about, less, greater, at_most, at_least = "aproximadamente", "menor que", "mayor que", "como máximo", "como mínimo"
    unequal, divided, at, dot, dash, number = "es distinto de", "entre", "arroba", "punto", "guion", "número"
    version, degrees, section, and_, or_, per = "versión", "grados", "sección", "y", "o", "por"
    money = {
        "€": _EURO, "EUR": _EURO, "$": _DOLLAR, "US$": Money("dólar estadounidense", "dólares estadounidenses", "centavo", "centavos"),
        "USD": Money("dólar estadounidense", "dólares estadounidenses", "centavo", "centavos"), "£": Money("libra", "libras", "penique", "peniques", "f"),
        "¥": Money("yen", "yenes"), "MXN": Money("peso mexicano", "pesos mexicanos", "centavo", "centavos"), "Rp": Money("rupia", "rupias", gender="f"),
        "CHF": Money("franco suizo", "francos suizos", "céntimo", "céntimos"),
    }  # fmt: skip
    magnitudes = {
        "mil": "mil",
        "millones": "millones",
        "millón": "millón",
        "M": "millones",
        "mill.": "millones",
        "billones": "billones",
    }
    feminine_units = frozenset({"hour", "metric-ton", "mile", "inch", "pound", "yard", "ounce", "calorie", "kilocalorie", "hectare", "atmosphere", "mile-per-hour"})  # fmt: skip
    abbreviations = {
        "p. ej.": "por ejemplo", "p.ej.": "por ejemplo", "etc.": "etcétera", "sr.": "señor", "sra.": "señora", "srta.": "señorita", "dr.": "doctor", "dra.": "doctora",
        "ud.": "usted", "uds.": "ustedes", "ee. uu.": "Estados Unidos", "ee.uu.": "Estados Unidos", "a. c.": "antes de Cristo", "d. c.": "después de Cristo",
        "a.c.": "antes de Cristo", "d.c.": "después de Cristo", "aprox.": "aproximadamente", "máx.": "máximo", "mín.": "mínimo", "prof.": "profesor", "vs.": "contra",
        "avda.": "avenida", "av.": "avenida", "tel.": "teléfono", "dcha.": "derecha", "izda.": "izquierda", "es decir": "es decir", "i. e.": "es decir", "i.e.": "es decir",
        "e.g.": "por ejemplo", "cf.": "compárese", "et al.": "y otros", "ed.": "edición", "admón.": "administración", "dpto.": "departamento", "d.": "don", "d.ª": "doña",
        "s. a.": "sociedad anónima", "s.a.": "sociedad anónima", "a. m.": "de la mañana", "p. m.": "de la tarde", "a.m.": "de la mañana", "p.m.": "de la tarde",
    }  # fmt: skip
    before_figures = {
        "pág.": "página", "págs.": "páginas", "p.": "página", "pp.": "páginas", "núm.": "número", "n.º": "número", "nº": "número", "n°": "número", "no.": "número",
        "fig.": "figura", "cap.": "capítulo", "art.": "artículo", "vol.": "volumen", "tab.": "tabla", "ec.": "ecuación", "sec.": "sección", "c.": "calle", "aprox.": "aproximadamente",
    }  # fmt: skip
    roman_after = (
        "[Ss]iglo", "[Ss]iglos", "[Cc]apítulo", "[Vv]olumen", "[Tt]omo", "[Pp]arte", "[Aa]cto", "[Tt]ipo", "[Ff]ase", "[Tt]ítulo", "[Aa]nexo", "Mundial", "Luis", "Juan",
        "[Nn]ivel", "[Gg]rado",
    )  # fmt: skip
    extra_months = {"sept": 9, "set": 9, "setiembre": 9}
    ending = frozenset({"etc.", "a. c.", "d. c.", "ee. uu.", "a. m.", "p. m.", "uds.", "ud."})
    either = {"y/o": "y o", "sí/no": "sí o no"}
    raised = "elevado a"
    fold, more_than = "veces", "más de"
    after_a_stroke = ("día", "semana", "mes", "año", "hora", "minuto", "segundo", "persona", "noche", "unidad")
    months_are_names = False

    def date(self, day: int, month: int, year: int | None, before: str) -> str:
        """Cuatro de marzo de dos mil veinticuatro."""
        first = "primero" if day == 1 else self.numerals.cardinal(day)
        said = f"{first} de {self.month(month)}"
        return said if year is None else f"{said} de {self.year(year)}"

    def time(self, hour: int, minute: int, second: int | None, before: str) -> str:
        """Catorce treinta; la una; las tres en punto."""
        numerals = self.numerals
        hours = numerals.cardinal(hour, "f")
        if second is not None:
            return f"{hours} {'hora' if hour == 1 else 'horas'}, {numerals.cardinal(minute, 'm')} {'minuto' if minute == 1 else 'minutos'} y {numerals.cardinal(second, 'm')} {'segundo' if second == 1 else 'segundos'}"
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
        if before not in {
            "Felipe",
            "Carlos",
            "Alfonso",
            "Fernando",
            "Isabel",
            "Enrique",
            "Pedro",
            "Pablo",
            "Pío",
            "Napoleón",
            "Catalina",
            "Benedicto",
            "Francisco",
            "Sancho",
        }:
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

"""English."""

from __future__ import annotations

import re

from assets.text.saying.language import Language, Money, Rule
from assets.text.saying.numerals import Numerals

_DOLLAR = Money("dollar", "dollars", "cent", "cents")
_BEFORE_A_YEAR = frozenset(
    "in since by of from until till to around circa before after during early late mid year spring summer autumn fall "
    "winter and or between ad the for q fy".split()  # noqa: SIM905
)
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
_KINGS = frozenset(
    "henry louis charles george james edward william richard elizabeth mary john paul pius benedict francis nicholas "
    "catherine peter alexander frederick philip leo gregory clement innocent urban boniface felipe juan carlos ramses ramesses".split()  # noqa: SIM905
)


class English(Language):
    """English, of the United States where its region is not known."""

    numerals = Numerals("en", ".", ",", "point", "minus", masculine="spellout-cardinal", feminine="spellout-cardinal")
    to, by, times, plus, plus_or_minus, equals = "to", "by", "times", "plus", "plus or minus", "equals"
    about, less, greater, at_most, at_least = "about", "less than", "greater than", "at most", "at least"
    unequal, divided, at, dot, dash, number = "is not", "divided by", "at", "dot", "dash", "number"
    version, degrees, section, and_, or_, per = "version", "degrees", "section", "and", "or", "per"
    money = {
        "$": _DOLLAR, "US$": Money("US dollar", "US dollars", "cent", "cents"), "USD": Money("US dollar", "US dollars", "cent", "cents"),
        "A$": Money("Australian dollar", "Australian dollars", "cent", "cents"), "C$": Money("Canadian dollar", "Canadian dollars", "cent", "cents"),
        "€": Money("euro", "euros", "cent", "cents"), "EUR": Money("euro", "euros", "cent", "cents"),
        "£": Money("pound", "pounds", "penny", "pence"), "GBP": Money("pound", "pounds", "penny", "pence"),
        "¥": Money("yen", "yen"), "JPY": Money("yen", "yen"), "₹": Money("rupee", "rupees", "paisa", "paise"),
        "INR": Money("rupee", "rupees", "paisa", "paise"), "Rp": Money("rupiah", "rupiah"), "IDR": Money("rupiah", "rupiah"),
        "CHF": Money("Swiss franc", "Swiss francs", "centime", "centimes"), "₩": Money("won", "won"), "¢": Money("cent", "cents"),
        "S$": Money("Singapore dollar", "Singapore dollars", "cent", "cents"),
    }  # fmt: skip
    magnitudes = {
        "k": "thousand", "K": "thousand", "thousand": "thousand", "m": "million", "M": "million", "mn": "million",
        "million": "million", "bn": "billion", "B": "billion", "billion": "billion", "trillion": "trillion", "tn": "trillion", "T": "trillion",
    }  # fmt: skip
    abbreviations = {
        "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "cf.": "compare", "viz.": "namely",
        "et al.": "and others", "approx.": "approximately", "dr.": "Doctor", "mr.": "Mister", "mrs.": "Missis", "ms.": "Miz",
        "prof.": "Professor", "st.": "Saint", "jr.": "Junior", "sr.": "Senior", "a.m.": "A M", "p.m.": "P M", "inc.": "Incorporated",
        "ltd.": "Limited", "corp.": "Corporation", "dept.": "department", "govt.": "government", "est.": "established",
        "max.": "maximum", "min.": "minimum", "incl.": "including", "excl.": "excluding", "resp.": "respectively", "ibid.": "in the same place",
        "w.r.t.": "with respect to", "w/o": "without", "b/c": "because", "aka": "also known as", "a.k.a.": "also known as", "q.e.d.": "Q E D",
        "u.s.": "U S", "u.k.": "U K", "u.n.": "U N", "e.u.": "E U", "ph.d.": "P H D", "n.b.": "note",
    }  # fmt: skip
    before_figures = {
        "p.": "page", "pp.": "pages", "fig.": "figure", "figs.": "figures", "no.": "number", "nos.": "numbers", "vol.": "volume",
        "ch.": "chapter", "chap.": "chapter", "sec.": "section", "eq.": "equation", "eqs.": "equations", "c.": "circa", "ca.": "circa",
        "tab.": "table", "art.": "article", "par.": "paragraph", "ed.": "edition", "ex.": "example", "ver.": "version", "v.": "version", "ext.": "extension",
    }  # fmt: skip
    roman_after = (
        "[Cc]hapter", "[Pp]art", "[Aa]ct", "[Ss]cene", "[Vv]olume", "[Bb]ook", "[Ss]ection", "[Aa]ppendix", "[Tt]ype", "[Pp]hase", "[Gg]rade",
        "[Cc]lass", "[Ss]tage", "[Ll]evel", "War", "Apollo", "Title", "Article", "Figure", "Table", "Rocky", "Mark", "Division",
    )  # fmt: skip
    extra_months = {"sept": 9}
    ending = frozenset({"etc.", "a.m.", "p.m.", "inc.", "ltd.", "corp.", "et al.", "u.s.", "u.k.", "jr.", "sr."})
    either = {
        "and/or": "and or",
        "he/she": "he or she",
        "she/he": "she or he",
        "his/her": "his or her",
        "him/her": "him or her",
        "s/he": "she or he",
        "true/false": "true or false",
        "yes/no": "yes or no",
    }
    raised = "to the"
    fold, more_than = "times", "more than"
    after_a_stroke = (
        "day",
        "week",
        "month",
        "year",
        "hour",
        "minute",
        "second",
        "person",
        "night",
        "head",
        "page",
        "user",
        "item",
        "unit",
    )

    def year(self, number: int) -> str:
        """Nineteen sixty-nine, two thousand five, twenty twenty-four; others as they are counted."""
        return self.numerals.year(number) if 1100 <= number < 2100 else self.numerals.cardinal(number)

    def bare_year(self, number: int, before: str, after: str) -> str | None:
        """After a word that years stand behind, in brackets, or before `BC` and the like."""
        era = re.match(r"\s?(?:BCE?|CE|AD)\b", after)
        alone = not re.match(r"\s[a-z]", after)
        if number < 1100 and not era:
            return None
        if before in _BEFORE_A_YEAR or era or (not before and alone) or (alone and re.match(r"[)\],;]", after)):
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

    def time(self, hour: int, minute: int, second: int | None, before: str) -> str:
        """Two thirty; fourteen oh five; three o'clock."""
        cardinal = self.numerals.cardinal
        if second is not None:
            parts = ((hour, "hour"), (minute, "minute"), (second, "second"))
            hours, minutes, seconds = (f"{cardinal(each)} {name}{'' if each == 1 else 's'}" for each, name in parts)
            return f"{hours}, {minutes} and {seconds}"
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
        if before.lower() in _KINGS:
            return f"the {self.numerals.ordinal(number)}"
        return self.numerals.ordinal(number) if after.lower() in {"century", "centuries"} else None

    def rules(self) -> list[Rule]:
        """Ordinals, times with a.m. and p.m., and round the clock."""
        numerals = self.numerals

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
            Rule("figures as nouns", re.compile(r"(?<![\w.,'’])(\d|10|100|1000)s(?!\w)"), figures),
            Rule("round the clock", re.compile(r"(?<!\w)24/7(?!\w)"), lambda _: "twenty-four seven"),
            Rule("time", re.compile(r"(?<![\w.,:])(\d{1,2})(?::(\d\d))? ?([AaPp])\.? ?[Mm](?:\.|\b)"), half_day),
            Rule(
                "ordinal",
                re.compile(
                    r"(?<![\w.,])(\d{1,3}(?:,\d{3})*|\d+)(?:st|nd|rd|th)(?!\w)(?! (?:of )?(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
                ),
                ordinal,
            ),
        ]

"""Dates, times of day, spans of time and years."""

from __future__ import annotations

import re

from assets.text.saying.language import Language, Rule, either

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def rules(language: Language) -> list[Rule]:
    """The rules for moments, in the order in which they are tried."""
    month = rf"({either(language.months)})\.?(?!\w)"
    year = r"(\d{4})(?![\d%])"

    def number_of(name: str) -> int:
        """The number of a month; 0, which is none, for a word that only looks like its name."""
        is_name = name[:1].isupper() or not language.months_are_names
        return language.months[name.lower().rstrip(".")] if is_name else 0

    def said(match: re.Match[str], day: str, number: int, written_year: str | None) -> str | None:
        if not 1 <= number <= 12 or not 1 <= int(day) <= _DAYS[number - 1]:
            return None
        return language.date(int(day), number, int(written_year) if written_year else None, word_before(match))

    def iso(match: re.Match[str]) -> str | None:
        return said(match, match[3], int(match[2]), match[1])

    def day_first(match: re.Match[str]) -> str | None:
        return said(match, match[1], number_of(match[2]), match[3])

    def month_first(match: re.Match[str]) -> str | None:
        return said(match, match[2], number_of(match[1]), match[3])

    def days(match: re.Match[str], first: str, last: str, name: str, written_year: str | None) -> str | None:
        number = number_of(name)
        if not number or not 1 <= int(first) < int(last) <= _DAYS[number - 1]:
            return None
        year_said = int(written_year) if written_year else None
        return language.dates(int(first), int(last), number, year_said, word_before(match))

    def month_and_year(match: re.Match[str]) -> str | None:
        number = number_of(match[1])
        return language.month_of(number, int(match[2])) if number else None

    def figures(match: re.Match[str]) -> str | None:
        first, second = int(match[1]), int(match[3])
        if language.month_first() and first <= 12:
            first, second = second, first
        if second > 12:
            first, second = second, first
        return said(match, str(first), second, match[4] if len(match[4]) == 4 else f"20{match[4]}")

    def time(match: re.Match[str]) -> str | None:
        hour, minute = int(match[1]), int(match[2])
        second = int(match[3]) if match[3] else None
        if hour > 24 or minute > 59 or (second or 0) > 59:
            return None
        if second is not None:
            return language.span(hour, minute, second)
        return language.time(hour, minute)

    def decade(match: re.Match[str]) -> str | None:
        return language.decade(int(match[1]), word_before(match))

    return [
        Rule(
            "days",
            re.compile(
                rf"(?<![\w.,/])(\d{{1,2}})\.? ?[–-] ?(\d{{1,2}})\.? (?:de |of )?{month}(?:,? (?:de |del )?{year})?",
                re.I,
            ),
            lambda match: days(match, match[1], match[2], match[3], match[4]),
            beside="–-",
            words=language.month_words,
        ),
        Rule(
            "days",
            re.compile(rf"(?<!\w){month} (\d{{1,2}}) ?[–-] ?(\d{{1,2}})(?![\d:]|[.,]\d)(?:,? {year})?", re.I),
            lambda match: days(match, match[2], match[3], match[1], match[4]),
            beside="–-",
            words=language.month_words,
        ),
        Rule("date", re.compile(r"(?<![\w./-])(\d{4})-(\d\d)-(\d\d)(?![\w/-]|\.\d)"), iso, beside="-"),
        Rule(
            "date",
            re.compile(
                rf"(?<![\w.,/])(\d{{1,2}})(?:\.|º|er|st|nd|rd|th)? (?:de |of )?{month}(?:,? (?:de |del )?{year})?", re.I
            ),
            day_first,
            words=language.month_words,
        ),
        Rule(
            "date",
            re.compile(rf"(?<!\w){month} (\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|[.,]\d)(?:,? {year})?", re.I),
            month_first,
            words=language.month_words,
        ),
        Rule(
            "month", re.compile(rf"(?<!\w){month},? (?:de )?{year}", re.I), month_and_year, words=language.month_words
        ),
        Rule(
            "date",
            re.compile(r"(?<![\w./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\w/-]|\.\d)"),
            figures,
            beside="./-",
        ),
        Rule("time", re.compile(r"(?<![\w.,:/])(\d{1,2}):(\d\d)(?::(\d\d))?(?![\w:/]|[.,]\d)"), time, beside=":"),
        Rule("decade", re.compile(r"(?<![\w.,])['’]?(\d{4}|\d0)['’]?(?:s|er|an)(?!\w)"), decade, beside="sea'’"),
    ]


def word_before(match: re.Match[str]) -> str:
    """The word that stands before a match, in lower case; empty where a sentence begins."""
    words = re.findall(r"[^\W\d_]+['’]?", match.string[max(0, match.start() - 30) : match.start()])
    return words[-1].lower() if words else ""

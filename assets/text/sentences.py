"""Sentences of a text, by sentencex and guards for what it is known to get wrong."""

from __future__ import annotations

import re
from functools import cache

from assets.domain.keys import Locale

_ABBREVIATIONS = {
    "en": "e.g i.e etc cf vs Mr Mrs Ms Dr Prof St Jr Sr No Nos Fig Figs Eq Eqs Sec Ch Vol pp p al approx ca Inc Ltd",
    "id": "Gbr Tab Hlm hlm No Prof Dr dr Drs Ir H Hj dll dsb dst tsb yth Bpk Sdr a.l a.n s.d d.a Jl Rp cth mis lih",
    "de": "z.B z. B d.h d. h u.a u. a bzw ca vgl Abb Tab Nr Bd S Hr Fr Dr Prof usw etc ggf inkl Mio Mrd Str evtl sog",
    "fr": "p.ex c.-à-d cf M MM Mme Mlle Dr Pr etc fig éd p pp env vol chap",
    "es": "p.ej Sr Sra Srta Dr Dra Ud Uds etc pág págs fig núm cap aprox",
}
# After these the text always goes on: they stand before a name, a number or a word, never at the end of a sentence.
_NEVER_LAST = {
    "en": "e.g i.e cf vs Mr Mrs Ms Dr Prof Nos Fig Figs Eq Eqs Sec Vol pp approx",
    "id": "Gbr Tab Hlm hlm Prof Dr dr Drs Ir Hj Bpk Sdr Jl cth mis lih",
    "de": "z.B z. B d.h d. h bzw ca vgl Abb Tab Nr Bd Hr Fr Dr Prof ggf inkl sog",
    "fr": "p.ex cf Mme Mlle Dr Pr fig env vol chap",
    "es": "p.ej Sr Sra Srta Dr Dra pág págs fig núm cap",
}
_LONGEST_TAIL = 60
"""Characters at the end of a piece that say whether it is the end of a sentence."""
_TAIL = re.compile(r"(?:^|[\s(\[„“\"'«])([^\s(\[„“\"'«]+(?: B| h| a)?)\.\s*\Z")
_LETTER_ABBREVIATION = re.compile(r"(?:^|[\s(])[a-zà-ÿ]\.\s*\Z")
_INITIAL = re.compile(r"(?:^|[\s.(])[A-ZÀ-Þ]\.\s*\Z")
_OPEN_NUMBER = re.compile(r"\d\.\s*\Z")
_UNIT_END = re.compile(
    r"\d\s?(?:[kmcdµn]?m|[kmµ]?g|m?l|[kMG]?Hz|[kM]?W|[kM]?J|°C|%|h|s|kg|km/h|m/s)[²³]?\.(\s+)(?=[A-ZÀ-ÞА-Я])"
)
_WIDE_END = re.compile(
    r"[。！？](?:[」』”’）)】》〉]|[！？。])*(?=[^」』”’）)】》〉！？。\s])|[.!?](?=[^\x00-\u2fff])(?<=[\u3000-\u9fff].)"
)


def sentences(text: str, locale: Locale) -> tuple[str, ...]:
    """The sentences of a text in order; joined by a space where one stood, they are the text. Spaces at cuts go."""
    cuts = _proposed(text, locale)
    cuts |= {match.start(1) for match in _UNIT_END.finditer(text)}
    if locale.language in {"ja", "zh"}:
        cuts |= {match.end() for match in _WIDE_END.finditer(text)}
    found: list[str] = []
    start = 0
    for cut in [*sorted(cuts), len(text)]:
        piece = text[start:cut]
        if not piece.strip() or (cut < len(text) and _goes_on(piece, text[cut:], locale.language)):
            continue
        found.append(piece.strip())
        start = cut
    if text[start:].strip():
        found.append(text[start:].strip())
    return tuple(found)


def _proposed(text: str, locale: Locale) -> set[int]:
    """Where sentencex would cut; only inside the text, and only where its pieces truly are the text."""
    import sentencex

    cuts: set[int] = set()
    at = 0
    for piece in sentencex.segment(locale.language, text):
        at = text.find(piece, at)
        if at < 0:
            break
        at += len(piece)
        cuts.add(at)
    return {cut for cut in cuts if 0 < cut < len(text)}


def _goes_on(piece: str, rest: str, language: str) -> bool:
    """Whether a proposed cut falls within a sentence."""
    following = rest.lstrip()
    if not following or not any(character.isalnum() for character in piece):
        return not following or not any(character.isalnum() for character in piece)
    end = piece[-_LONGEST_TAIL:]
    tail = _TAIL.search(end)
    if tail:
        if tail[1] in _words(_NEVER_LAST.get(language, "")):
            return True
        if tail[1] in _words(_ABBREVIATIONS.get(language, "")) and (following[0].islower() or following[0].isdigit()):
            return True
    if _LETTER_ABBREVIATION.search(end) and re.match(r"\w\.", following):
        return True  # `z. B.`, `d. h.`, `i. e.`
    if piece[-1:].isalnum() and not piece[-1:].isspace() and rest[:1].isalnum() and ord(rest[0]) < 0x2E80:
        return True  # within a word or a number
    if _INITIAL.search(end) and following[0].isupper() and not _is_roman_end(piece):
        return True
    return bool(_OPEN_NUMBER.search(end)) and following[0].islower()


def _is_roman_end(piece: str) -> bool:
    """`vitamin C.` ends a sentence, `J. S. Bach` does not: an initial follows nothing, a name or another initial."""
    before = piece.rstrip()[:-2].rstrip()
    last = before.rsplit(" ", 1)[-1] if before else ""
    return bool(last) and not (last[:1].isupper() or last.endswith("."))


@cache
def _words(entries: str) -> frozenset[str]:
    joined = re.sub(r"\b(\w)\. (\w)\b", r"\1.~\2", entries)
    return frozenset(word.replace("~", " ") for word in joined.split())

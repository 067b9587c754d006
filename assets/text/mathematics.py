"""LaTeX as words, by the rules of mathra, in the language of the content."""

from __future__ import annotations

import re
from functools import lru_cache

from assets.domain.keys import Locale
from assets.text.formula_source import sayable, steps
from assets.text.formula_words import shortened
from assets.text.phrases import phrases

_FALLBACK = "en"
_DAMAGED = frozenset({"E-REC-4", "E-REC-5", "E-REC-6"})
"""mathra's rules for what it mended: brackets and braces without a partner."""
_TRANSPOSED = re.compile(r"\^\s*(?:\{\s*)?\\(?:top|intercal)(?![A-Za-z])\s*\}?(_(?:\w|\{[^{}]*\}))?")
_DECIMAL_COMMA = re.compile(r"(?<=\d)\{,\}(?!\d{3}(?!\d))(?=\d)")
_LISTED = re.compile(r"(?<![\d,])\d{1,2}(?:,\d{1,2}){2,}(?![\d,])")
_GROUPED_DIGITS = re.compile(r"(?<=\d)\{([.,])\}(?=\d)")
_SMALL = str.maketrans({"⁰": "^0", "¹": "^1", "²": "^2", "³": "^3", "₀": "_0", "₁": "_1", "₂": "_2", "₃": "_3"})
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_NOT_SAID = re.compile(r"[\\${}<>|`*_^~#⊤]")
_LIKE_A_LINK = re.compile(r"(?<=\])(?=[\[(])|(?<=!)(?=\[)")
"""Brackets of a text inside a formula that nobody meant as a link."""
_TRAILING_MARK = re.compile(r"(?:\\[,;:! ]|\s|~)*([.,;:!?]?)\s*\Z")
_LABEL = re.compile(r"\\(?:label|tag|eqref|ref)\*?\s*\{[^{}]*\}|\\(?:nonumber|notag)\b")
_SPACE_BEFORE_MARK = re.compile(r"\s+(?=[,.;:!?])")
_ORDINAL = re.compile(r"\^\s*\{?\\(?:mathrm|text|textrm)\{(th|st|nd|rd|e|er|ème|te|ten)\}\}?")
_MAPPING = re.compile(r"([A-Za-z])\s*(?::|\\colon)\s*((?:(?!\\to\b|\\rightarrow\b).)+?)\s*\\(?:to|rightarrow)\b")
_DOTS = re.compile(r"[⋮⋱⋰⋯…](?:, [⋮⋱⋰⋯…])*")
_SIGN = re.compile(r"[∀-⋿⨀-⫿⟀-⟯]")
_ORDINAL_SPACE = re.compile(r"(?<=\d)-(?=(?:st|nd|rd|th)\b)")
_TEXT = re.compile(r"\\(?:text|mbox|textrm|textit|textbf|operatorname)\b")
_NORM = re.compile(r"‖ (.+?) ‖")

# Per language: how mathra says the brackets of `f(x)` and the mark of `f'`, and what people say instead of brackets.
_APPLICATION = {
    "en": ("open paren", "close paren", "prime", "of"),
    "id": ("buka kurung", "tutup kurung", "aksen", "dari"),
    "de": ("Klammer auf", "Klammer zu", "Strich", "von"),
    "fr": ("ouvre la parenthèse", "ferme la parenthèse", "prime", "de"),
    "es": ("abre paréntesis", "cierra paréntesis", "prima", "de"),
}
# `f: A \\to B` is said as a way from A to B; mathra would say that A tends to B.
_FROM_TO = {"en": ("from", "to"), "id": ("dari", "ke"), "de": ("von", "nach"), "fr": ("de", "vers"), "es": ("de", "en")}


@lru_cache(maxsize=4096)
def speak(latex: str, locale: Locale) -> tuple[str, tuple[str, ...]]:
    """The words for a formula, without any sign of LaTeX, and warnings about what could not be said properly.

    A full stop or comma at its end is kept: it belongs to the sentence. Lines of a calculation are sentences, one by
    one. Where mathra has no rules for the language, the words are English and a warning says so. A formula without
    anything to say gives no words.
    """
    found = [_speak(step, locale) for step in steps(latex)]
    said = [words for words, _ in found if words]
    parts = [words.rstrip(",;") if words is not said[-1] else words for words in said]
    joined = " ".join(f"{part}." if part is not parts[-1] and part[-1:] not in ".?!" else part for part in parts)
    return joined, tuple(dict.fromkeys(warning for _, warnings in found for warning in warnings))


def _speak(latex: str, locale: Locale) -> tuple[str, tuple[str, ...]]:
    import mathra

    warnings: list[str] = []
    language = locale.language
    if language not in _languages():
        warnings.append(f"Mathematics is spoken in English: there are no rules for '{language}' yet.")
        language = _FALLBACK
    # A line break before an `e` would be read as a damaged `\\ne`: only single spaces go to mathra.
    source = " ".join(_LABEL.sub("", latex).translate(_SMALL).split())
    source = _DECIMAL_COMMA.sub(".", source) if language == "en" else source
    source = _LISTED.sub(lambda m: m[0].replace(",", ", "), source)
    source = sayable(_GROUPED_DIGITS.sub(r"\1", source), language)
    if "^" in source:
        source = _TRANSPOSED.sub(lambda m: rf"{m[1] or ''}\,\text{{{phrases(locale).transposed}}}", source)
        source = _ORDINAL.sub(r"\\text{-\1}", source)
    if language in _FROM_TO and "\\" in source:
        start, goal = _FROM_TO[language]
        source = _MAPPING.sub(lambda m: rf"{m[1]} \text{{ {start} }} {m[2]} \text{{ {goal} }}", source)
    trailing = _TRAILING_MARK.search(source)
    mark = trailing[1] if trailing else ""
    source = source[: trailing.start()] if trailing else source
    if not source.strip():
        return "", tuple(warnings)
    try:
        rendered = mathra.render(source, language)
        said: str = rendered["speech"]
        if any(entry["rule"] in _DAMAGED for entry in rendered["warnings"]):
            warnings.append(f"The formula '{_plain(latex)[:60].strip()}' is damaged and may be said wrongly.")
    except ValueError as fault:
        warnings.append(f"The formula '{_plain(latex)[:60]}' cannot be read: {fault}.")
        said = source
    warnings.extend(
        f"The macro '{name}' is not known and is read by its name." for name in sorted(set(_COMMAND.findall(said)))
    )
    said = _NORM.sub(lambda m: mathra.render(r"\|x\|", language)["speech"].replace("x", m[1], 1), said)
    said = _DOTS.sub(lambda _: mathra.render(r"\ldots", language)["speech"], said)
    if signs := sorted(set(_SIGN.findall(said)) - set("⟨⟩")):
        warnings.append(f"There are no words for {' '.join(signs)}; a voice may pass over it.")
    words = " ".join(_plain(_COMMAND.sub(r" \1 ", said)).split())
    words = _applied(_SPACE_BEFORE_MARK.sub("", words), language)
    words = _ORDINAL_SPACE.sub("", words.replace(" -", "-"))
    words = shortened(words, language, letters=_TEXT.search(latex) is None)
    return (words + mark if words else ""), tuple(warnings)


def _plain(text: str) -> str:
    return _LIKE_A_LINK.sub(" ", _NOT_SAID.sub(" ", text.replace("ℓ", "l")))


def _applied(words: str, language: str) -> str:
    """`f of x` instead of `f open paren x close paren`, where the bracket holds one name and is surely an argument."""
    if language not in _APPLICATION:
        return words
    opening, closing, prime, of = _APPLICATION[language]
    if opening not in words:
        return words
    return re.sub(rf"\b([fghuvFGHPQO](?: {prime})?) {opening} (\w+) {closing}", rf"\1 {of} \2", words)


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    import mathra

    return frozenset(entry["code"].split("-")[0] for entry in mathra.locales())

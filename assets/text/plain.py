"""Plain words: what is left of a text when everything is gone that a voice cannot say."""

from __future__ import annotations

import html
import re
import unicodedata

from assets.domain.keys import Locale
from assets.text.islands import PRIVATE
from assets.text.mathematics import speak
from assets.text.phrases import phrases

_SIGNS = re.compile(r"[^\w .,;:!?'\"()’‘“”…–—%/-]")
_ODD = re.compile(
    r"""[ :%/-](?:                                       # where a sign of sentences stands as it does in none:
        (?<=[ ])(?:[ .,;]|\Z)                            # a space before another, before a mark or at the end
      | (?<=:)(?:(?<![\w)”’]:)|(?![ ]|\Z))               # a colon that ends no word, or before no space
      | (?<=[%/-])(?<!\w.) | (?<=[/-])(?!\w))            # a stroke or a hyphen within no word, a percent sign alone""",
    re.VERBOSE,
)
"""Both begin with a class of characters: that is what a search is quick with."""
_DOUBTFUL = re.compile(r"[^\w \t\n!-~…–—‘’“”«»]")
_ADDRESS = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^\s/@]*@)?([^\s/?#<>()\"'`,;]*)[^\s<>\"'`)\]]*(?<![.,;:!?])")
_BROKEN_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\s[^()]*)?\)|\[[^\[\]]*\])")
_CITATION = re.compile(r"(?<=[\w.,;:!?)])\[\d{1,3}(?:[,–-] ?\d{1,3})*\]")
_SHORTCODE = re.compile(r":(?<![\w:]:)(?:[a-z][a-z_]*|[+-]1):+")
_MARKED = re.compile(r"(?<![=+\w])(==|\+\+)(?=[^\s=+])([^=+]*[^\s=+])\1(?![=+\w])")
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_POWER = re.compile(r"(?<![\w^])([A-Za-z]|\d+)\^\(?\{?([-−]?\w{1,4})\}?\)?(?![\w^])")
_LESS = re.compile(r"(?<=[\w)]) ?<(?![A-Za-z/!<>=-]| *[<>=-]) ?(?=[\w(−-])|(?<=[\w)]) < (?=[\w(−-])")
_GREATER = re.compile(r"(?<=[\w)]) > (?=[\w(−-])|(?<=[\w)])>(?=\d)")
_AMPERSAND = re.compile(r"(?<=\s)&(?=\s)")
_ARROW = re.compile(r"\s*(?:[←-⇿⟵-⟿]|<?[-=]+>)\s*")
_SNAKE = re.compile(r"(?<=\w)_+(?=\w)")
_TYPED_DASH = re.compile(r"(?<=[^\W_])(-{2,3})(?=[^\W_])|(?<=\s)-{2,3}(?=\s)")
_MARKS = re.compile(r"[\\`{}<>|*_^~]|\$\$+|(?<![\w])#(?!\d)|(?<=\w)#(?=\w)|\](?=[(\[])|!(?=\[)")
_BULLETS = "•·■□▪▫●○◆◇★☆#"
_ORNAMENTS = rf"=+/.,:;&%@$~–—{_BULLETS}-"
_RUN = re.compile(rf"[|{_ORNAMENTS}](?<!\S.)(?<!\d %)(?:(?<!\|)[{_ORNAMENTS}]+|(?<=[{_BULLETS}|]))(?!\S)")
_SPACE_BEFORE_MARK = re.compile(r"(?<=[\w)\]”»]) +(?=[,.](?:\s|\Z))")
_KEPT_SYMBOLS = frozenset("°℃℉№‰")
_JOINERS = "\u200c\u200d"
_CODE_FORMULA = re.compile(r"[\sA-Za-z0-9+*/=^().,<>−–×·≤≥≠!-]+\Z")
_CODE_OPERATOR = re.compile(r"[*^=+×<>≤≥≠]|(?<=[\w)]) ?[−-] ?(?=[\w(])|\w!")
_CODE_FACTORIAL = re.compile(r"\d+!\Z")
_SHIFT = re.compile(r"<<|>>|=>|->|<-|//")
_CODE_MARKS = re.compile(r"[\"'\[\];]")


def plain(text: str, locale: Locale) -> str:
    """The words of a text that has gone through Markdown, on one line, in NFC, with nothing left that is markup.

    Characters are only removed or replaced by words where a voice could not say them; prose is never shortened.
    """
    text = text.replace("\n", " ")
    while not _is_plain(text) and (words := _once(text, locale)) != text:
        text = words  # what one pass removes may join what stood round it to markup again
    return text if can_be_said(text) else ""


def _is_plain(text: str) -> bool:
    """Whether there are only words and punctuation in a text, as in most sentences: then nothing is to be done."""
    return not (
        _SIGNS.search(text)
        or "_" in text
        or text[:1] == " "
        or _ODD.search(text)
        or not unicodedata.is_normalized("NFC", text)
    )


def _once(text: str, locale: Locale) -> str:
    """One pass. Each step is taken only where the sign is that it begins with."""
    if not text.isascii():
        text = PRIVATE.sub("", unicodedata.normalize("NFC", text))
    if not (text.isascii() and text.isprintable()):
        text = _DOUBTFUL.sub(lambda match: match[0] if _is_kept(text, match.start()) else "", text)
    while "&" in text and _ENTITY.search(text) and (decoded := html.unescape(text)) != text:
        text = decoded
    words = phrases(locale)
    if "&" in text:
        text = _ENTITY.sub(" ", text)
    if "://" in text:
        text = _ADDRESS.sub(lambda match: spoken_host(match[1], locale), text).replace("://", " ")
    if "[" in text:
        text = _CITATION.sub("", _BROKEN_LINK.sub(r"\1", text))
    if ":" in text:
        text = _SHORTCODE.sub(" ", text)
    if "==" in text or "++" in text:
        text = _MARKED.sub(r"\2", text)
    if "^" in text:
        text = _POWER.sub(lambda match: speak(f"{match[1]}^{{{match[2]}}}", locale)[0], text)
    if ">" in text or not text.isascii():
        text = _ARROW.sub(", ", text)
    if "--" in text:
        text = _TYPED_DASH.sub("–", text)
    if "<" in text:
        text = _LESS.sub(f" {words.less} ", text)
    if ">" in text:
        text = _GREATER.sub(f" {words.greater} ", text)
    if "&" in text:
        text = _AMPERSAND.sub(words.and_, text)
    if "_" in text:
        text = _SNAKE.sub(" ", text)
    text = _RUN.sub(_kept_run, " ".join(_MARKS.sub(" ", text).split()))
    text = " ".join(text.split())
    if " ," in text or " ." in text:
        text = _SPACE_BEFORE_MARK.sub("", text)
    return unicodedata.normalize("NFC", text)


def code_words(code: str, locale: Locale) -> str:
    """The words of code within a sentence: names without underscores and brackets, formulas as mathematics."""
    code = code.strip()
    letters = re.findall(r"[A-Za-z]+", code)
    is_formula = _CODE_FORMULA.match(code) and _CODE_OPERATOR.search(code) and not _SHIFT.search(code)
    if is_formula and (max(map(len, letters)) <= 2 if letters else _CODE_FACTORIAL.match(code)):
        if code[0] == "(" and code[-1] == ")" and not set(code[1:-1]) & set("()"):
            code = code[1:-1]
        latex = code.replace("**", "^").replace("*", r"\times ").replace("<=", r"\le ").replace(">=", r"\ge ")
        latex = re.sub(r"\^(-?\w+)", r"^{\1}", latex.replace("!=", r"\ne ").replace("==", "="))
        return speak(latex, locale)[0]
    kept = _CODE_MARKS.sub(" ", re.sub(r"(?<!\w)\.{1,2}/|@(?=\w)", "", code))
    return " ".join(re.sub(r"&(\w+);", r"\1", kept).split())


def spoken_host(host: str, locale: Locale) -> str:
    """An address is its host, said as words: `arxiv dot org`."""
    name = host.rpartition("@")[2].partition(":")[0].removeprefix("www.").strip(".")
    return f" {phrases(locale).dot} ".join(part for part in name.split(".") if part)


def can_be_said(text: str) -> bool:
    """Whether there is a letter or a digit in a text."""
    return any(character.isalnum() for character in text)


def _kept_run(match: re.Match[str]) -> str:
    """Dashes and dots are pauses between words; other runs of signs are ornaments."""
    return match.group() if set(match.group()) <= set(".,;:!?…–—") else ""


def _is_kept(text: str, at: int) -> bool:
    character = text[at]
    if character in _JOINERS:
        # Persian and Indic words need their joiners; between emoji they join nothing that is said.
        return 0 < at < len(text) - 1 and _takes_joiner(text[at - 1]) and _takes_joiner(text[at + 1])
    category = unicodedata.category(character)
    if category == "So" or "\u2500" <= character <= "\u25ff" or "\U0001f3fb" <= character <= "\U0001f3ff":
        return character in _KEPT_SYMBOLS
    if category in {"Cf", "Cs", "Co", "Cn"} or "\ufe00" <= character <= "\ufe0f":
        return False
    return category != "Cc" or character in "\n\t"


def _takes_joiner(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" and ord(character) >= 0x0600

"""The prompt of a script writer: what a model is told, and the form its answer must have.

Raise `PROMPT_VERSION` with every change that could change a script: all scripts of paid writers are then out of date.
The form is plain text, because every compatible server can give that: each passage begins with the numbers of the
blocks it says, in double angle brackets.
"""

from __future__ import annotations

from assets.domain.outlines import Block, BlockKind
from assets.providers.base import Repair, SectionOrder

PROMPT_VERSION = "1"
_CONTEXT_CHARS = 400

_RULES = """\
You turn published lessons and articles into scripts that a voice will read aloud. You are given one section of a \
text, block by block, and you write what is to be said for it, in {language}, and in no other language.

Faithfulness
- Say everything that the blocks say, in their order. Add no fact, no example, no opinion and no greeting of your own.
- Keep every number exactly as it is written, digits as digits, with its unit.
- Formulas are given in words. Say those words as they are, in the same order; you may put words before and after them.
- Names, terms and quotations stay as they are.

For the ear
- Write as a good teacher speaks: short sentences, active verbs, one thought at a time, passages of one to three \
sentences.
- A heading becomes a short announcement of what comes, or opens the first sentence of its section.
- A list becomes sentences that flow and still name every entry.
- A table or a piece of code is told: what it shows and what follows from it, in the words of its block.
- Refer to nothing that only a reader can see, such as "below", "the figure", "click here"; say what is meant instead.
- Do not announce what you do, and do not repeat the section before.

Form
- Begin each passage with the numbers of the blocks it says, like this: <<3>> or <<3,4>>. Every block must occur.
- Plain words and punctuation only: no Markdown, no headings, no HTML, no SSML, no LaTeX, no emoji, no stage directions\
{no_brackets}.
- Write nothing before the first mark and nothing that is not to be said.{directions}{persona}"""

_NO_BRACKETS = ", no square brackets"
_DIRECTIONS = """

Directions
- The voice understands these directions in square brackets: {names}. Put one where the tone should change, at the \
beginning of a sentence, and no more often than every third sentence. No other word may stand in square brackets."""
_PERSONA = """

The voice
- {persona}"""


def messages(order: SectionOrder, repair: Repair | None = None) -> list[dict[str, str]]:
    """The conversation that asks for a section, or for a better version of an answer that did not pass."""
    found = [
        {"role": "system", "content": _system(order)},
        {"role": "user", "content": _user(order)},
    ]
    if repair is not None:
        faults = "\n".join(f"- {fault}" for fault in repair.faults)
        found += [
            {"role": "assistant", "content": repair.answer},
            {
                "role": "user",
                "content": f"This cannot be used as it is:\n{faults}\nWrite the whole section again, with that mended.",
            },
        ]
    return found


def _system(order: SectionOrder) -> str:
    style = order.style
    return _RULES.format(
        language=language_name(order.locale.tag),
        no_brackets="" if style.directions else _NO_BRACKETS,
        directions=_DIRECTIONS.format(names=", ".join(f"[{name}]" for name in style.directions))
        if style.directions
        else "",
        persona=_PERSONA.format(persona=style.persona) if style.persona else "",
    )


def _user(order: SectionOrder) -> str:
    titles = [block.text for block in order.outline.blocks if block.kind is BlockKind.HEADING]
    context = [f"The whole text is called: {order.outline.title}"]
    if order.outline.description:
        context.append(f"It is about: {order.outline.description}")
    if titles:
        context.append(f"Its sections: {'; '.join(titles)}")
    if order.before:
        context.append(f"Said just before, not to be repeated: …{order.before[-_CONTEXT_CHARS:]}")
    if order.after:
        context.append(f"Comes next, not to be told yet: {order.after[:_CONTEXT_CHARS]}…")
    blocks = [f"<<{number}>> ({_kind(block)})\n{block.text}" for number, block in enumerate(order.draft.spoken, 1)]
    return "\n".join([*context, "", f"Write the section '{order.draft.title}'. Its blocks:", "", *blocks])


def _kind(block: Block) -> str:
    return block.kind.value.replace("_", " ")


def language_name(tag: str) -> str:
    """The English name of a language with its tag, for a model."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(tag, sep="-").get_display_name("en")
    except (UnknownLocaleError, ValueError):
        name = None
    return f"{name} ({tag})" if name else tag

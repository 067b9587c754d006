import asyncio

import pytest

from assets.domain.keys import Locale
from assets.domain.outlines import BlockKind
from assets.domain.scripts import Section, drafts
from assets.providers.base import SectionOrder
from assets.providers.embedded_writer import EmbeddedWriter, closed
from assets.text.pages import parse


def sections(text: str, locale: str = "en", limit: int = 400) -> list[Section]:
    outline = parse(text, mdx=True, locale=Locale(locale), name="lesson")
    writer = EmbeddedWriter(limit)
    return [asyncio.run(writer.write(SectionOrder("k", draft, outline, Locale(locale)))) for draft in drafts(outline)]


def test_a_section_speaks_its_blocks_in_order():
    opening, moon = sections(
        "---\ntitle: Tides\ndescription: Why.\n---\n\nThe sea rises.\n\n## The Moon\n\n- It pulls\n- It turns;\n"
    )
    assert [segment.text for segment in opening.segments] == ["Tides.", "Why.", "The sea rises."]
    assert [segment.text for segment in moon.segments] == ["The Moon.", "It pulls.", "It turns;"]
    assert [segment.kind for segment in moon.segments] == [BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.LIST_ITEM]
    assert (moon.id, moon.title, moon.level) == ("the-moon", "The Moon", 2)


def test_a_first_heading_that_is_the_title_is_announced_once():
    (only,) = sections("import a from 'b'\n\n# Tides\n\nWords.\n")
    assert [segment.text for segment in only.segments] == ["Tides.", "Words."]


def test_what_is_left_out_is_not_said():
    (only,) = sections("# A\n\n<Widget />\n\n{/* no */}\n\nB.\n")
    assert only.spoken_text == "A. B."


def test_the_segments_of_a_section_are_its_words():
    words = " ".join(f"Sentence number {n} is here." for n in range(60))
    (only,) = sections(f"# A\n\n{words}\n", limit=90)
    assert only.spoken_text == f"A. {words}"
    assert all(len(segment.text) <= 90 for segment in only.segments)
    assert [segment.ends_block for segment in only.segments[1:]].count(True) == 1


@pytest.mark.parametrize(
    ("text", "locale", "spoken"),
    [
        ("A title", "en", "A title."),
        ("A question?", "en", "A question?"),
        ("He said “yes.”", "en", "He said “yes.”"),
        ("See (this)", "en", "See (this)."),
        ("As follows:", "de", "As follows:"),
        ("one,", "en", "one."),
        ("标题", "zh-CN", "标题。"),
        ("शीर्षक", "hi", "शीर्षक।"),
        ("هل هذا؟", "ar", "هل هذا؟"),
    ],
)
def test_what_does_not_end_like_a_sentence_is_closed(text, locale, spoken):
    assert closed(text, Locale(locale)) == spoken

"""The shipped catalogue is what a new person hears first: complete in both languages, and free of slips."""

import re
from collections import Counter
from pathlib import Path

import pytest

from assets.domain.keys import ContentId, Locale
from assets.domain.outlines import BlockKind, Outline
from assets.storage.content_files import scan
from assets.text.pages import parse

ROOT = Path(__file__).parents[2] / "data" / "catalogue" / "contents"
CATALOGUE = scan(ROOT, Locale("en"))
SOURCES = {source.path: source for source in CATALOGUE.sources}
EN, ID = Locale("en"), Locale("id")

MARKUP = re.compile(
    r"""
    </?[A-Za-z]             # a tag
    | \*\*|`|\]\(|\[\^      # emphasis, code, links, footnotes
    | \{/\*|\*/\}|\{,\}     # comments of MDX, decimals of TeX
    | \\[A-Za-z$]|\$\$      # commands and delimiters of TeX
    | ^\s*(?:import|export)\s | ^\s*\#
    | https?://
    """,
    re.VERBOSE | re.MULTILINE,
)


def text_of(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def outline_of(path: str) -> Outline:
    return parse(text_of(path), mdx=path.endswith(".mdx"), locale=SOURCES[path].locale, name=path)


def spoken(outline: Outline) -> str:
    return "\n".join(block.text for block in outline.blocks if block.kind is not BlockKind.LEFT_OUT)


def outline_in(content: str, locale: Locale) -> Outline:
    return outline_of(CATALOGUE.source(ContentId(content), locale).path)


def test_every_content_can_be_read_in_english_and_indonesian():
    assert CATALOGUE.problems == ()
    assert Counter(content.kind for content in CATALOGUE.contents) == {"article": 3, "subject": 5}
    assert {content: CATALOGUE.locales(content) for content in CATALOGUE.contents} == dict.fromkeys(
        CATALOGUE.contents, (EN, ID)
    )


def test_no_page_of_the_folder_is_passed_over():
    pages = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.md*")}
    assert pages == set(SOURCES)


def test_the_three_naming_conventions_are_all_shown():
    names = {Path(path).name for path in SOURCES}
    assert names & {"en.md", "en.mdx"}
    assert any(name.endswith(".en.md") for name in names)
    assert any(name.count(".") == 1 and name.split(".")[0] not in {"en", "id"} for name in names)


def test_the_three_ways_to_give_a_title_are_all_shown():
    texts = [text_of(path) for path in SOURCES]
    assert any(text.startswith("---\n") for text in texts)
    assert any("export const metadata = {" in text for text in texts)
    assert any(text.startswith("# ") for text in texts)


@pytest.mark.parametrize("path", sorted(SOURCES))
def test_a_page_has_a_title_and_leaks_no_markup_into_what_is_spoken(path):
    outline = outline_of(path)
    assert outline.title
    assert not MARKUP.search(outline.title)
    assert not MARKUP.search(outline.description)
    if not text_of(path).startswith("# "):
        assert outline.description
    assert not (found := MARKUP.search(spoken(outline))), found


@pytest.mark.parametrize("content", [str(content) for content in CATALOGUE.contents])
def test_a_translation_has_the_same_blocks_as_the_original(content):
    english, indonesian = outline_in(content, EN), outline_in(content, ID)
    assert [(b.kind, b.level) for b in indonesian.blocks] == [(b.kind, b.level) for b in english.blocks]
    assert indonesian.title != english.title


def test_the_first_narration_that_anybody_hears_takes_about_a_minute():
    assert 900 <= len(spoken(outline_in("articles/why-the-sky-is-blue", EN))) <= 1150


@pytest.mark.parametrize("locale", [EN, ID], ids=str)
def test_one_article_is_long_enough_to_need_chapters(locale):
    outline = outline_in("articles/krakatau-1883", locale)
    assert len(spoken(outline)) >= 14_500
    assert {block.level for block in outline.blocks if block.kind is BlockKind.HEADING} == {2, 3}


@pytest.mark.parametrize("locale", [EN, ID], ids=str)
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("subjects/mathematics/pythagoras", BlockKind.MATHEMATICS),
        ("subjects/mathematics/compound-interest", BlockKind.MATHEMATICS),
        ("subjects/physics/speed-of-sound", BlockKind.TABLE),
        ("subjects/physics/speed-of-sound", BlockKind.IMAGE),
        ("subjects/computing/binary-search", BlockKind.CODE),
        ("subjects/computing/binary-search", BlockKind.QUOTE),
        ("subjects/astronomy/phases-of-the-moon", BlockKind.LIST_ITEM),
    ],
)
def test_a_content_holds_the_kind_of_block_it_is_there_to_show(content, kind, locale):
    assert kind in {block.kind for block in outline_in(content, locale).blocks}


@pytest.mark.parametrize("path", sorted(path for path in SOURCES if "/mathematics/" in path))
def test_decimals_in_mathematics_are_typed_as_the_locale_reads_them(path):
    formulas = re.findall(r'math="([^"]+)"|\$\$(.+?)\$\$|(?<!\\)\$([^$]+)\$', text_of(path), re.DOTALL)
    decimals = re.findall(r"\d(\.|\{,\})\d", "\n".join("".join(formula) for formula in formulas))
    assert set(decimals) == ({"{,}"} if SOURCES[path].locale == ID else {"."})


@pytest.mark.timeout(10)  # a wrong step of the search would run for ever
@pytest.mark.parametrize("locale", [EN, ID], ids=str)
def test_the_code_of_the_lesson_does_what_the_lesson_says(locale):
    text = text_of(CATALOGUE.source(ContentId("subjects/computing/binary-search"), locale).path)
    definition, session = re.findall(r"```python\n(.+?)```", text, re.DOTALL)
    names: dict = {}
    exec(definition, names)
    (find,) = (value for name, value in names.items() if name != "__builtins__")
    call, answer = session.removeprefix(">>> ").splitlines()
    assert eval(call, names) == int(answer)
    for length in range(6):
        items = list(range(0, 2 * length, 2))
        assert [find(items, item) for item in items] == list(range(length))
        assert all(find(items, missing) is None for missing in range(-1, 2 * length, 2))


@pytest.mark.parametrize("path", sorted(SOURCES))
def test_a_page_is_tidy_and_what_it_shows_exists(path):
    raw = (ROOT / path).read_bytes()
    assert b"\r" not in raw
    assert b"\t" not in raw
    assert raw.endswith(b"\n")
    text = raw.decode("utf-8")
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    for image in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text):
        assert (ROOT / path).parent.joinpath(image).is_file()
    assert set(re.findall(r"\[\^(\w+)\](?!:)", text)) == set(re.findall(r"^\[\^(\w+)\]:", text, re.MULTILINE))

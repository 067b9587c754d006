import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import assets.text.plain as module
from assets.domain.keys import Locale
from assets.text.leaks import leaks
from assets.text.pages import parse
from assets.text.plain import code_words, plain

# fmt: off
MARKUP = st.sampled_from([
    "*", "**", "_", "`", "```", "$", "$$", "{", "}", "<", ">", "</", "/>", "<b>", "<!--", "-->", "[", "](",
    ")", "![", "|", "#", "##", "\\", "\\frac", "&", "&amp;", "&#60;", ";", ":", ":label:", "~~", "import",
    "export", "const", "from", "'x'", '"', "=", "https://", "a.b/c", "\n", "\n\n", "-", "1.", ">", "🎉",
    "\u200b", "\xad", "\ue000", "\U000f0000", "\x00", "é", "字", "ا", "word", "A", "^", "2", "--",
])
# fmt: on


@given(st.lists(MARKUP | st.text(max_size=5), max_size=30).map("".join), st.booleans())
def test_no_page_leaks_whatever_it_is_made_of(text, mdx):
    outline = parse(text, mdx=mdx, locale=Locale("en"), name="x")
    spoken = [outline.title, outline.description, *(block.text for block in outline.blocks)]
    assert [leak for words in spoken for leak in leaks(words)] == []
    last = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= block.lines[0] <= block.lines[1] <= last for block in outline.blocks)
    assert len({block.id for block in outline.blocks}) == len(outline.blocks)


@given(st.lists(MARKUP | st.text(max_size=5), max_size=20).map("".join))
def test_plain_words_are_plain_and_stay_as_they_are(text):
    words = plain(text, Locale("en"))
    assert leaks(words) == ()
    assert plain(words, Locale("en")) == words
    assert words == " ".join(words.split()) == unicodedata.normalize("NFC", words)
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Co"} for character in words)


@given(st.lists(st.from_regex(r"[a-zA-Zäöüé]{1,9}[,.!?]?", fullmatch=True), min_size=1, max_size=30))
def test_prose_loses_no_word(words):
    text = " ".join(words)
    assert plain(text, Locale("en")) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a < b and c > d", "a less than b and c greater than d"),
        ("C++ and C# and F# and #1", "C++ and C# and F# and #1"),
        ("snake_case and print()", "snake case and print()"),
        ("salt & pepper, AT&T", "salt and pepper, AT&T"),
        ("2^n and e^-ix", "2 to the n and e to the power negative i x"),
        ("It is 25 %, not 30 %. All of it.", "It is 25 %, not 30 %. All of it."),
        ("A → B", "A, B"),
        ("wait ... or … go", "wait ... or … go"),
        ("Tom--and Ann -- here", "Tom–and Ann – here"),
        ("نمی\u200cخواهم a\u200cb", "نمی\u200cخواهم ab"),
        ("20 °C, 5 №", "20 °C, 5 №"),
        ("12:30:45 and std::vector", "12:30:45 and std::vector"),
        ("e\u0301", "é"),
    ],
)
def test_signs_become_words_or_go(text, words):
    assert plain(text, Locale("en")) == words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("a + b * i", "A plus b times i"),
        ("x^2 = −1", "x squared equals negative 1"),
        ("2 × 3", "2 × 3"),
        ("use_svg_display", "use_svg_display"),
        ("../data/house.csv", "data/house.csv"),
        ("float('nan')", "float( nan )"),
        ("x << 4", "x << 4"),
        ("-math.inf", "-math.inf"),
    ],
)
def test_code_within_a_sentence_is_its_words(code, words):
    assert code_words(code, Locale("en")) == words


@given(st.text(alphabet="aé9字 .,;:!?'\"()%-–/…_@#$", max_size=30))
def test_a_text_that_is_taken_for_plain_is_what_a_look_at_every_sign_would_leave(text):
    if module._is_plain(text):
        assert module._once(text, Locale("en")) == text

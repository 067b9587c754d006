import pytest

from assets.text.leaks import leaks


@pytest.mark.parametrize(
    "text",
    [
        "the \\frac of it",
        "a $$x$$ b",
        "an {expression} here",
        "a <b>tag</b>",
        "a <Card/>",
        "some **bold** text",
        "some *slanted* text",
        "some _slanted_ text",
        "some ~~struck~~ text",
        "# A heading",
        "a `code` word",
        "| a | b |",
        "see [this](page)",
        "![alt",
        "at https://a.b",
        "import React from 'react'",
        "export const x = 1",
        "see :label:sec",
        "smile :smile: now",
        "salt &amp; pepper",
        "a&#60;b",
        "an \U000f0000 island",
    ],
)
def test_markup_is_found(text):
    assert leaks(text)


@pytest.mark.parametrize(
    "text",
    [
        "C++, C# and print() are fine; 5 * 3 = 15, snake and 2 * 4.",
        "It costs $5, or $6 & up; AT&T; Q&A; 12:30:45.",
        "He said: 'import duties from China rose', and export fell.",
        "x is less than y, f(x) [sic] #1 at 5%, 1/2, a-b, e.g. this – that.",
        "a < b",
        "std::vector, a:b:c, 3:1",
        "对。“好”！（是）",
    ],
)
def test_plain_words_are_no_markup(text):
    assert leaks(text) == ()


def test_a_leak_is_named_with_its_place():
    assert leaks("We take the \\frac of it")[0] == "a backslash: 'We take the \\frac of it'"

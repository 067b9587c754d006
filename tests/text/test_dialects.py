"""What other dialects of Markdown write is understood, or left out with a reason; it is never read sign by sign."""

import pytest

from assets.domain.outlines import BlockKind


def spoken(outline) -> list[str]:
    return [block.text for block in outline.blocks if block.kind is not BlockKind.LEFT_OUT]


def reasons(outline) -> list[str]:
    return [block.reason for block in outline.blocks if block.kind is BlockKind.LEFT_OUT]


@pytest.mark.parametrize(
    "text",
    [
        '!!! note "Read this"\n    The body.\n\n    More of it.\n\nAfter.\n',
        '??? note "Read this"\n    The body.\n\n    More of it.\n\nAfter.\n',
        "```{note} Read this\nThe body.\n\nMore of it.\n```\n\nAfter.\n",
        ":::{note} Read this\nThe body.\n\nMore of it.\n:::\n\nAfter.\n",
        ":::note[Read this]\nThe body.\n\nMore of it.\n:::\n\nAfter.\n",
    ],
)
def test_an_admonition_is_announced_and_read_in_every_dialect(page, text):
    assert spoken(page(text, mdx=False)) == ["Note: Read this", "The body.", "More of it.", "After."]


def test_what_follows_the_indented_part_of_an_admonition_is_as_it_was(page):
    outline = page("!!! tip\n    One.\n\nTwo.\n\n    code = 1\n", mdx=False)
    assert spoken(outline)[:3] == ["Tip", "One.", "Two."]
    assert outline.blocks[-1].kind is BlockKind.CODE
    assert [block.lines for block in outline.blocks][:3] == [(1, 1), (2, 2), (4, 4)]


def test_a_fence_of_code_in_braces_is_code_still(page):
    assert page("```{python}\nx = 1\n```\n").blocks[0].kind is BlockKind.CODE


@pytest.mark.parametrize(
    "text",
    ["{% include x.html %}\n", "{{ site.title }}\n", "[TOC]\n", "*[HTML]: Hyper Text\n", "\\newpage\n", "{: .a}\n"],
)
def test_what_is_for_the_page_alone_is_left_out_with_a_reason(page, text):
    outline = page(f"Before.\n\n{text}\nAfter.\n", mdx=False)
    assert spoken(outline) == ["Before.", "After."]
    assert len(reasons(outline)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("See [[wikilink]] and [[page|shown words]].", "See wikilink and shown words."),
        ("Said [@smith2004; @doe99, p. 3] before.", "Said before."),
        ("Mail [me@example.com](mailto:me@example.com).", "Mail me@example.com."),
        ("It is ==marked== and ++new++ and C++.", "It is marked and new and C++."),
        ("A {.class #id} word {{ x }} here.", "A word here."),
        ("Costs 5$ to 10$; `x` too.", "Costs 5$ to 10$; x too."),
        ("Good :+1: so far.", "Good so far."),
    ],
)
def test_signs_within_a_sentence_leave_its_words(page, text, words):
    assert " ".join(" ".join(spoken(page(text, mdx=False))).split()) == words


def test_mathematics_in_an_environment_without_dollars_is_mathematics(page):
    text = "\\begin{equation}\nE = mc^2\n\\end{equation}\n\n\\begin{align*}\na &= b \\\\\nc &= d\n\\end{align*}\n"
    outline = page(text, mdx=False)
    assert [block.kind for block in outline.blocks] == [BlockKind.MATHEMATICS] * 2
    assert spoken(outline) == ["E equals m c squared", "A equals b. c equals d"]

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.keys import Locale
from assets.domain.outlines import Block, BlockKind
from assets.text.segments import passages, segments

WORDS = {
    "en": "the sea rises and falls twice a day because Moon pulls water gently toward its own bright side",
    "de": "das Wasser steigt und fällt zweimal täglich über weite Küsten hinweg ohne Überraschung",
    "hi": "समुद्र दिन में दो बार उठता और गिरता है चंद्रमा पानी को खींचता",
    "ar": "يرتفع البحر وينخفض مرتين في اليوم لأن القمر يجذب الماء",
}
ENDS = {"en": ".", "de": ".", "hi": "।", "ar": "."}


def paragraph(chance: random.Random, locale: str, count: int) -> list[str]:
    made = []
    for _ in range(count):
        words = chance.choices(WORDS[locale].split(), k=chance.randint(4, 22))
        made.append(" ".join(words).capitalize() + ENDS[locale])
    return made


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(
    st.lists(
        st.text(max_size=12) | st.sampled_from([". ", ", ", "。", "，", " ", "3.14", "…", "\u0301", "👩\u200d🔬"]),
        max_size=120,
    ).map("".join),
    st.sampled_from(["en", "id", "zh", "ja", "ar", "hi"]),
    st.integers(20, 120),
)
def test_passages_are_the_text_in_order_within_the_limit(text, locale, limit):
    found = passages(text, Locale(locale), limit)
    if not any(character.isalnum() for character in text):
        assert found == ()
        return
    assert squeezed("".join(found)) == squeezed(text)
    for piece in found:
        assert piece == piece.strip()
        assert any(character.isalnum() for character in piece)
        # Only a run of signs with nothing to say in it may be longer: it could not stand alone.
        assert len(piece) <= limit or sum(map(str.isalnum, piece)) < len(piece) - limit // 2


@given(
    st.randoms(use_true_random=False),
    st.sampled_from(sorted(WORDS)),
    st.integers(1, 30),
    st.sampled_from([80, 200, 400]),
)
def test_prose_is_cut_between_words_within_the_limit(chance, locale, count, limit):
    text = " ".join(paragraph(chance, locale, count))
    found = passages(text, Locale(locale), limit)
    assert " ".join(found) == text
    assert all(len(piece) <= limit for piece in found)


@given(st.text(alphabet="字漢語文章学習数", min_size=1, max_size=900), st.integers(10, 100))
def test_text_without_spaces_and_marks_is_cut_at_the_limit(text, limit):
    found = passages(text, Locale("zh"), limit)
    assert "".join(found) == text
    assert all(len(piece) <= limit for piece in found)


def test_a_long_sentence_is_cut_at_its_clauses():
    clauses = ["This is the first part of it,", "and here the second one goes on;", "the third is the last."]
    assert passages(" ".join(clauses), Locale("en"), 40) == tuple(clauses)


def test_a_hard_cut_spares_numbers_and_graphemes():
    found = passages("字" * 8 + "123456" + "字" * 8, Locale("zh"), 10)
    assert "123456" in "|".join(found)
    marked = ("e" + "\u0323\u0301") * 30
    for piece in passages(marked, Locale("en"), 20):
        assert not unicodedata.combining(piece[0])


def test_segments_know_their_block_and_where_it_ends():
    block = Block("b", BlockKind.QUOTE, "One sentence is here. Another one is there.", (1, 1))
    first, last = segments(block, Locale("en"), 25)
    assert (first.block_id, first.kind, first.ends_block, last.ends_block) == ("b", BlockKind.QUOTE, False, True)
    assert segments(Block("b", BlockKind.PARAGRAPH, "… !", (1, 1)), Locale("en")) == ()


@pytest.mark.parametrize("change", ["edit", "insert", "delete"])
def test_a_changed_sentence_changes_at_most_two_segments(change):
    chance = random.Random(7)
    costs = []
    for _ in range(400):
        made = paragraph(chance, "en", chance.randint(6, 40))
        before = set(passages(" ".join(made), Locale("en")))
        at = chance.randrange(len(made))
        if change == "insert":
            made.insert(at, paragraph(chance, "en", 1)[0])
        elif change == "delete":
            del made[at]
        else:
            words = made[at].split()
            words[chance.randrange(len(words))] = "changed"
            made[at] = " ".join(words).rstrip(".") + "."
        costs.append(len(set(passages(" ".join(made), Locale("en"))) - before))
    assert max(costs) <= 4
    assert sum(cost <= 2 for cost in costs) >= 0.97 * len(costs)

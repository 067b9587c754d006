"""A written section is used only when it is whole, in its language, and says what its source says."""

from __future__ import annotations

import pytest

from assets.domain.gates import failed
from assets.domain.keys import Locale
from assets.domain.outlines import Block, BlockKind
from assets.text.answers import read
from assets.text.script_gates import gates

PARAGRAPH = (
    "In 1969 the tide rose by 1,250 millimetres, which is more than in any of the 12 years before, and the people of "
    "the town remember it still, because the water came up to the steps of the church and stayed for a whole day."
)
BLOCKS = (
    Block("a", BlockKind.HEADING, "The great tide", (1, 1), 2),
    Block("b", BlockKind.PARAGRAPH, PARAGRAPH, (3, 3)),
    Block(
        "c", BlockKind.MATHEMATICS, "x squared plus one equals two", (5, 5), formulas=("x squared plus one equals two",)
    ),
)
GOOD = f"<<1>> The great tide.\n<<2>> {PARAGRAPH}\n<<3>> So x squared plus one equals two."


def verdicts(
    answer: str, *, ending: str = "complete", locale: str = "en", blocks: tuple[Block, ...] = BLOCKS
) -> set[str]:
    return {gate.name for gate in failed(gates(read(answer, blocks), blocks, Locale(locale), ending))}


def test_a_faithful_section_passes() -> None:
    assert verdicts(GOOD) == set()


@pytest.mark.parametrize(
    ("answer", "gate"),
    [
        ("", "empty"),
        (GOOD.replace("<<3>> So x squared plus one equals two.", ""), "coverage"),
        (GOOD.replace("1969", "that year"), "numbers"),
        (GOOD.replace("1,250", "1,350"), "numbers"),
        (GOOD.replace("squared plus one", "plus one"), "formulas"),
        (GOOD.replace("x squared plus one equals two", "two equals one plus x squared"), "formulas"),
        (GOOD.replace("The great tide.", "# The great tide."), "form"),
        (f"{GOOD}{' And so on, and so on, as everybody knows.' * 20}", "length"),
        ("<<1>> The great tide.\n<<2>> In 1969, 1,250, 12.\n<<3>> x squared plus one equals two.", "length"),
    ],
)
def test_what_is_wrong_is_named(answer: str, gate: str) -> None:
    assert gate in verdicts(answer)


def test_an_answer_that_was_cut_off_is_not_used_however_good_it_reads() -> None:
    assert verdicts(GOOD, ending="cut_off") == {"complete"}


def test_a_refusal_is_one_fault_and_not_many() -> None:
    assert verdicts("", ending="refused") == {"refusal"}


def test_numbers_may_be_said_in_words() -> None:
    assert (
        verdicts(GOOD.replace("12 years", "twelve years").replace("1,250", "one thousand two hundred fifty")) == set()
    )


def test_numbers_may_be_said_in_the_words_of_the_locale() -> None:
    block = (Block("a", BlockKind.PARAGRAPH, "Ada 12 bulan dalam setahun.", (1, 1)),)
    assert verdicts("<<1>> Ada dua belas bulan dalam setahun.", locale="id", blocks=block) == set()
    assert verdicts("<<1>> Ada banyak bulan dalam setahun.", locale="id", blocks=block) == {"numbers"}


def test_a_formula_within_a_sentence_must_be_said_as_well() -> None:
    text = "We know that x squared is positive."
    block = (Block("a", BlockKind.PARAGRAPH, text, (1, 1), formulas=("x squared",)),)
    assert verdicts("<<1>> We know that x, when squared, is positive.", blocks=block) == set()
    assert verdicts("<<1>> We know that its square is positive.", blocks=block) == {"formulas"}


GERMAN = (
    "Im Jahr 1969 stieg die Flut um 1,250 Millimeter, und das ist mehr als in jedem der 12 Jahre zuvor, und die Leute "
    "der Stadt erinnern sich noch heute daran, weil das Wasser bis zu den Stufen der Kirche kam und lange blieb."
)


def test_another_language_than_the_one_asked_for_is_found_out() -> None:
    assert verdicts(GOOD.replace(PARAGRAPH, GERMAN)) == {"language"}
    assert verdicts(GOOD, locale="fr") == set(), "the source is English itself: it is the author's to translate"


def test_a_section_whose_source_is_in_another_language_may_stay_in_it() -> None:
    block = (Block("a", BlockKind.PARAGRAPH, GERMAN, (1, 1)),)
    assert verdicts(f"<<1>> {GERMAN}", blocks=block) == set()


def test_a_few_words_are_no_proof_of_a_language() -> None:
    block = (Block("a", BlockKind.PARAGRAPH, "Guten Tag.", (1, 1)),)
    assert verdicts("<<1>> Guten Tag.", blocks=block) == set()

from hypothesis import given
from hypothesis import strategies as st

from assets.domain.mixing import (
    LEAD_IN_SECONDS,
    SECTION_SECONDS,
    TAIL_SECONDS,
    WITHIN_BLOCK_SECONDS,
    Placed,
    early_pauses,
    plan,
    stretches,
    timeline,
)
from assets.domain.outlines import BlockKind
from assets.domain.scripts import Script, Section, Segment
from assets.domain.speech import WordTiming
from assets.domain.words import words

PARAGRAPH, HEADING, ITEM = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM


def script_of(*sections: tuple[Segment, ...], locale: str = "en") -> Script:
    made = tuple(Section(f"s{n}", f"Section {n}", 1 + bool(n), segments) for n, segments in enumerate(sections))
    return Script("Title", "", locale, made, ())


def cut_at_full_stops(text: str) -> list[str]:
    pieces = text.replace(". ", ".\0").split("\0")
    return [piece for piece in pieces if piece.strip()]


def timed(text: str, seconds_each: float = 0.5) -> tuple[WordTiming, ...]:
    return tuple(
        WordTiming(n * seconds_each, (n + 1) * seconds_each, first, last) for n, (first, last) in enumerate(words(text))
    )


def one(text: str, timings: tuple[WordTiming, ...], start: float = 1.0, end: float = 5.0):
    script = script_of((Segment(text, "b1", PARAGRAPH),))
    return timeline(script, [Placed(start, end, timings)], cut_at_full_stops, end + 0.5).sentences


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_pauses_follow_what_the_page_shows():
    script = script_of(
        (
            Segment("Title", "t", HEADING),
            Segment("One", "p", PARAGRAPH, ends_block=False),
            Segment("two", "p", PARAGRAPH),
        ),
        (Segment("Next", "h", HEADING), Segment("a", "i1", ITEM), Segment("b", "i2", ITEM)),
    )
    title, within, section, heading, item, tail = plan(script).pauses
    assert (within, section, tail) == (WITHIN_BLOCK_SECONDS, SECTION_SECONDS, TAIL_SECONDS)
    assert within < item < heading < title < section
    assert [(mark.title, mark.first_take) for mark in plan(script).chapters] == [("Section 0", 0), ("Section 1", 3)]


def test_a_section_without_segments_is_no_chapter_and_no_pause():
    script = script_of((Segment("Title", "t", HEADING),), (), (Segment("End", "e", HEADING),))
    assert plan(script).pauses == (SECTION_SECONDS, TAIL_SECONDS)
    found = timeline(script, [Placed(0.2, 1), Placed(2, 3)], cut_at_full_stops, 3.5)
    assert [(c.title, c.start_seconds, c.end_seconds) for c in found.chapters] == [
        ("Section 0", 0.2, 2),
        ("Section 2", 2, 3.5),
    ]


def test_an_empty_script_has_an_empty_plan_and_timeline():
    assert plan(script_of()).pauses == ()
    assert timeline(script_of(), [], cut_at_full_stops, 0.0).chapters == ()


def test_the_first_stretch_is_one_segment_and_each_is_at_most_twice_as_long_as_the_one_before():
    assert stretches([1, 9, 0, 40])[:6] == [(0, 0, 1), (1, 0, 1), (1, 1, 3), (1, 3, 7), (1, 7, 9), (3, 0, 16)]


@given(st.lists(st.integers(0, 60), max_size=12))
def test_stretches_have_every_segment_once_in_order(segments):
    cut = stretches(segments)
    each = [(section, number) for section, first, last in cut for number in range(first, last)]
    assert each == [(section, number) for section, count in enumerate(segments) for number in range(count)]
    assert all(first < last for _, first, last in cut)


def test_what_is_silent_before_a_stretch_is_taken_from_the_pause_before_it():
    section = script_of((Segment("Title", "b0", HEADING), Segment("One.", "b1", PARAGRAPH))).sections[0]
    whole = plan(script_of(section.segments)).pauses
    assert early_pauses(section, 0, 1).pauses == (whole[0] - LEAD_IN_SECONDS,)
    assert early_pauses(section, 1, 2).pauses == (TAIL_SECONDS,)


def test_a_missing_or_superfluous_take_is_refused():
    script = script_of((Segment("Title", "t", HEADING),))
    for placed in ([], [Placed(0, 1), Placed(1, 2)]):
        try:
            timeline(script, placed, cut_at_full_stops, 3)
        except ValueError as error:
            assert "takes" in str(error)
        else:
            raise AssertionError("accepted")


def test_words_carry_their_punctuation_and_move_with_their_take():
    text = "“Well,” she said. (Then) it rained!"
    first, second = one(text, timed(text))
    assert [word.text for word in first.words] == ["“Well,”", "she", "said."]
    assert [word.text for word in second.words] == ["(Then)", "it", "rained!"]
    assert (first.start_seconds, first.words[1].start_seconds, second.end_seconds) == (1.0, 1.5, 4.0)


def test_a_word_that_was_not_reported_is_part_of_the_one_before_it():
    text = "Forty five of the best."
    forty, _, of, _, best = timed(text)
    (sentence,) = one(text, (forty, of, best))
    assert [word.text for word in sentence.words] == ["Forty five", "of the", "best."]


def test_a_sentence_that_was_not_reported_joins_its_neighbour():
    text = "First. Second one. Third."
    every = timed(text)
    assert [s.text for s in one(text, every[1:])] == ["First. Second one.", "Third."]
    assert [s.text for s in one(text, every[:3])] == ["First.", "Second one. Third."]


def test_without_word_timings_sentences_share_the_time_by_their_length():
    short, long = one("Tiny. Ten times as long as that first one there was.", (), 0.0, 10.0)
    assert short.words == long.words == ()
    assert short.start_seconds == 0.0
    assert short.end_seconds == long.start_seconds
    assert long.end_seconds == 10.0
    assert 0.5 < short.end_seconds < 1.5


def test_chinese_characters_are_words_without_spaces():
    text = "向量很好。再见。"
    script = script_of((Segment(text, "b", PARAGRAPH),), locale="zh")
    cut = lambda _: ["向量很好。", "再见。"]  # noqa: E731
    first, second = timeline(script, [Placed(0, 6, timed(text))], cut, 7).sentences
    assert [w.text for w in first.words] == ["向", "量", "很", "好。"]
    assert second.text == "再见。"


@given(st.data())
def test_no_word_is_lost_and_time_never_runs_back_whatever_a_provider_reports(data):
    alphabet = st.sampled_from("ab é9字。.,!?“”—( \n")
    text = data.draw(st.text(alphabet, min_size=1, max_size=60).filter(str.strip))
    moment = st.floats(-2, 20, allow_nan=False)
    place = st.integers(0, len(text))
    timings = data.draw(st.lists(st.builds(WordTiming, moment, moment, place, place), max_size=12))
    sentences = one(text, tuple(timings))
    assert squeezed("".join(s.text for s in sentences)) == squeezed(text)
    latest = 1.0
    for sentence in sentences:
        if sentence.words:
            assert squeezed("".join(w.text for w in sentence.words)) == squeezed(sentence.text)
        for part in sentence.words or (sentence,):
            assert latest <= part.start_seconds <= part.end_seconds <= 5.0
            latest = part.end_seconds

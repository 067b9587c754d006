from dataclasses import replace

import pytest

from assets.domain.gates import Measured, expected_seconds, failed, narration_gates, pace_of, take_gates
from assets.domain.timelines import Chapter, Passage, Sentence, Timeline

TEXT = "The vector points from one place to another, and its length says how far."
GOOD = Measured(4.6, 101_430, -3.0, -60.0, 0.4, 0, 0.0, loudness_lufs=-19.1, true_peak_db=-1.2)


def names(gates) -> list[str]:
    return [gate.name for gate in failed(gates)]


def narration(seconds: float = 4.6) -> Timeline:
    sentence = Sentence(TEXT, 0.2, 4.2)
    return Timeline(
        "T", "en", seconds, (Chapter("T", 0.2, seconds, (Passage("b", "paragraph", 0.2, 4.2, (sentence,)),)),)
    )


def test_good_audio_passes_every_gate():
    assert names(take_gates(TEXT, GOOD, 4.5)) == []
    assert names(narration_gates(narration(), GOOD)) == []


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"duration_seconds": 0.9}, "duration against text"),
        ({"duration_seconds": 60.0}, "duration against text"),
        ({"peak_db": -63.0}, "sound"),
        ({"longest_silence_seconds": 4.2}, "silence"),
        ({"clipped_samples": 400}, "clipping"),
        ({"end_db": -9.0}, "truncation"),
        ({"offset": -0.03}, "offset"),
    ],
)
def test_a_fault_of_a_take_fails_its_own_gate(change, gate):
    assert names(take_gates(TEXT, replace(GOOD, **change))) == [gate]


def test_a_word_after_the_end_of_the_audio_means_it_was_cut():
    assert names(take_gates(TEXT, GOOD, 5.2)) == ["truncation"]
    assert names(take_gates(TEXT, GOOD, 4.65)) == []


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"duration_seconds": 4.75}, "decoded duration"),
        ({"loudness_lufs": -20.1}, "loudness"),
        ({"true_peak_db": -0.4}, "true peak"),
    ],
)
def test_a_fault_of_a_narration_fails_its_own_gate(change, gate):
    assert names(narration_gates(narration(), replace(GOOD, **change))) == [gate]


def test_a_take_that_lost_most_of_its_text_fails_the_narration():
    lost = narration()
    passage = lost.chapters[0].passages[0]
    long = replace(passage, sentences=(replace(passage.sentences[0], text=TEXT * 4),))
    lost = replace(lost, chapters=(replace(lost.chapters[0], passages=(long,)),))
    assert names(narration_gates(lost, GOOD)) == ["duration against text"]


# Text, and how long Piper (en) and espeak-ng (the others) took to say it.
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1250000", 3.9),
        ("HTML", 1.4),
        ("向量很好。", 1.6),
        ("Vektor menunjuk dari satu tempat ke tempat lain.", 3.4),
        ("a", 0.4),
    ],
)
def test_figures_abbreviations_and_other_scripts_are_plausible(text, seconds):
    least, most = expected_seconds(text)
    assert least <= seconds <= most + 1.5


def test_a_pace_is_known_from_twenty_takes_on_and_another_one_is_a_doubt():
    takes = [(TEXT, 4.6)] * 19
    assert pace_of(takes) is None
    pace = pace_of([*takes, (TEXT, 40.0)])
    assert failed(take_gates(TEXT, GOOD, pace=pace)) == ()
    for seconds in (1.9, 10.0):
        slow = take_gates(TEXT, replace(GOOD, duration_seconds=seconds), pace=pace)
        assert [(gate.name, gate.doubt) for gate in failed(slow) if gate.name == "pace"] == [("pace", True)]

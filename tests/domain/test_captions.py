import io
import json
import re

import av
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.captions import plain_text, srt, transcript, transcript_json, webvtt
from assets.domain.cues import CUE_WIDTH, LINE_WIDTH, cues, width
from assets.domain.timelines import Chapter, Passage, Sentence, Timeline, Word

CLOCK = r"(\d{2,}):([0-5]\d):([0-5]\d)[.,](\d{3})"


def seconds(clock: str) -> float:
    hours, minutes, whole, thousandths = map(int, re.fullmatch(CLOCK, clock).groups())
    return hours * 3600 + minutes * 60 + whole + thousandths / 1000


def parsed(text: str) -> list[tuple[float, float, str]]:
    """A reader of WebVTT and SubRip that shares nothing with the writer and takes no liberties."""
    found = []
    for block in re.split(r"\n\n+", text.removeprefix("WEBVTT\n\n").rstrip("\n")):
        if not block:
            continue
        number, times, *lines = block.split("\n")
        assert int(number) == len(found) + 1
        start, end = times.split(" --> ")
        assert lines
        assert not any("-->" in line for line in lines)
        found.append((seconds(start), seconds(end), "\n".join(lines)))
    return found


def spoken(cue: str) -> str:
    """The text of a WebVTT cue: tags away, escapes undone."""
    bare = re.sub(rf"<{CLOCK}>", "", cue)
    assert "<" not in bare
    assert ">" not in bare
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def timeline_of(*sentences: Sentence, duration: float, locale: str = "en") -> Timeline:
    passage = Passage("b1", "paragraph", sentences[0].start_seconds, sentences[-1].end_seconds, sentences)
    return Timeline("Title", locale, duration, (Chapter("One", 0.0, duration, (passage,)),))


def said(text: str, start: float, each: float = 0.4) -> Sentence:
    heard = tuple(Word(w, start + n * each, start + (n + 1) * each) for n, w in enumerate(text.split()))
    return Sentence(text, start, heard[-1].end_seconds, heard)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_sentence_is_a_cue_with_the_moment_of_each_word():
    made = webvtt(timeline_of(said("Vectors add up.", 1.0), duration=4))
    assert made == ("WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.600\nVectors <00:00:01.400>add <00:00:01.800>up.\n")


def test_markup_in_the_text_cannot_become_markup_of_the_captions():
    timeline = timeline_of(said("if a<b && b-->c then <i>stop</i>", 0.0), duration=9)
    ((_, _, cue),) = parsed(webvtt(timeline))
    assert spoken(cue) == "if a<b && b-->c then <i>stop</i>"
    ((_, _, plain),) = parsed(srt(timeline))
    assert "b→c" in plain


def test_hours_are_written_when_there_are_hours():
    made = webvtt(timeline_of(said("Late words.", 3_725.5), duration=3_730))
    assert "01:02:05.500 --> 01:02:06.700" in made
    assert "01:02:05,500 --> " in srt(timeline_of(said("Late words.", 3_725.5), duration=3_730))


def test_a_long_sentence_becomes_cues_that_can_be_read():
    text = " ".join(["A vector has a length and a direction,"] * 6) + " and that is all there is to it."
    timeline = timeline_of(said(text, 0.0), duration=60)
    made = cues(timeline)
    assert len(made) >= 4
    for cue in made:
        assert width(cue.text.replace("\n", " ")) <= CUE_WIDTH
        assert cue.text.count("\n") <= 1
        assert all(width(line) <= LINE_WIDTH + 6 for line in cue.text.split("\n"))
        assert cue.end_ms - cue.start_ms <= 7_400
        assert len(cue.text.split()) > 1
    assert squeezed("".join(cue.text for cue in made)) == squeezed(text)


def test_a_cut_is_made_where_a_reader_would_breathe():
    text = "When two arrows are laid end to end and nothing is between them, their sum is the arrow from first to last."
    first, second = (cue.text.replace("\n", " ") for cue in cues(timeline_of(said(text, 0.0, 0.2), duration=9)))
    assert first.endswith("them,")
    assert second.startswith("their")


def test_text_without_spaces_or_word_timings_is_cut_too():
    for text, locale in (("向量很好看" * 30, "zh"), ("เวกเตอร์มีขนาดและทิศทาง" * 12, "th")):
        timeline = timeline_of(Sentence(text, 0.0, 30.0), duration=31, locale=locale)
        made = cues(timeline)
        assert all(width(line) <= LINE_WIDTH + 4 for cue in made for line in cue.text.split("\n"))
        assert squeezed("".join(cue.text for cue in made)) == text
        assert "<" not in webvtt(timeline)


def test_ffmpeg_reads_the_captions_as_we_meant_them():
    timeline = timeline_of(said("Vectors <add> up.", 1.0), said("They do & will.", 3.0), duration=8)
    with av.open(io.BytesIO(webvtt(timeline).encode()), format="webvtt") as container:
        packets = [packet for packet in container.demux() if packet.size]
        assert [packet.pts for packet in packets] == [1000, 3000]
        assert [spoken(bytes(packet).decode()) for packet in packets] == ["Vectors <add> up.", "They do & will."]


def test_a_transcript_tells_the_player_all_it_needs():
    sentence = said("Satu dua.", 0.2)
    passages = (
        Passage("b1", "heading", 0.2, 1.0, (said("Judul", 0.2),)),
        Passage("b2", "paragraph", 1.5, 2.0, (sentence,)),
        Passage("b2", "paragraph", 2.2, 3.0, (sentence,)),
    )
    timeline = Timeline("Judul", "ar", 4.0, (Chapter("Judul", 0.2, 4.0, passages),))
    made = json.loads(transcript_json(timeline))
    assert made == transcript(timeline)
    assert (made["title"], made["locale"], made["dir"], made["duration"]) == ("Judul", "ar", "rtl", 4.0)
    assert made["chapters"] == [{"title": "Judul", "start": 0.2, "end": 4.0}]
    heading, paragraph = made["paragraphs"]
    assert (heading["kind"], paragraph["block"], paragraph["chapter"]) == ("heading", "b2", 0)
    assert (paragraph["start"], paragraph["end"], len(paragraph["sentences"])) == (1.5, 3.0, 2)
    assert paragraph["sentences"][0]["words"] == [["Satu", 0.2, 0.6], ["dua.", 0.6, 1.0]]
    assert plain_text(timeline) == "Judul\n\nSatu dua. Satu dua.\n"


def test_a_narration_without_a_word_still_has_valid_captions():
    empty = Timeline("T", "en", 1.0, ())
    assert webvtt(empty) == "WEBVTT\n"
    assert srt(empty) == ""
    assert transcript(empty)["paragraphs"] == []


WORD = st.text(st.sampled_from("abcé字<>&-,.;!\"'ا"), min_size=1, max_size=14).filter(
    lambda w: any(map(str.isalnum, w))
)


@st.composite
def timelines(draw) -> Timeline:
    now = draw(st.sampled_from([0.0, 0.2, 3_590.0]))
    sentences = []
    for _ in range(draw(st.integers(1, 5))):
        words = []
        start = now = max(0.0, now)
        for text in draw(st.lists(WORD, min_size=1, max_size=40)):
            end = now + draw(st.floats(0, 1.5, allow_nan=False))
            words.append(Word(text, now, end))
            now = end
        text = " ".join(word.text for word in words)
        sentences.append(Sentence(text, start, now, tuple(words) if draw(st.booleans()) else ()))
        now += draw(st.sampled_from([-0.4, 0.0, 0.15, 1.0]))  # no timeline of ours overlaps; captions never may
    return timeline_of(*sentences, duration=now + 0.5)


@given(timelines())
def test_captions_lose_nothing_and_their_times_always_rise(timeline):
    wanted = squeezed("".join(sentence.text for sentence in timeline.sentences))
    found = parsed(webvtt(timeline))
    assert squeezed("".join(spoken(text) for _, _, text in found)) == wanted
    latest = 0.0
    for start, end, text in found:
        assert latest <= start < end <= timeline.duration_seconds + 0.001
        inner = [seconds(clock) for clock in re.findall(r"<(\d[^>]*)>", text)]
        assert inner == sorted(set(inner))
        assert all(start < moment < end for moment in inner)
        latest = end
    subtitles = parsed(srt(timeline))
    assert [times[:2] for times in subtitles] == [times[:2] for times in found]
    assert squeezed("".join(text for *_, text in subtitles)).replace("→", "-->") == wanted

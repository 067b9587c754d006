"""Captions of a narration in every format, all from its one timeline: WebVTT, SRT, transcript JSON, plain text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from assets.domain.cues import Cue, cues
from assets.domain.keys import Locale
from assets.domain.timelines import Passage, Sentence, Timeline


def webvtt(timeline: Timeline) -> str:
    """The captions as WebVTT, a cue a sentence or a readable part of one, with the moment of each word inside."""
    blocks = [
        f"{number}\n{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n{_marked(cue)}"
        for number, cue in enumerate(cues(timeline), 1)
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def srt(timeline: Timeline) -> str:
    """The captions as SubRip, the same cues as the WebVTT. SubRip has no escapes, so an arrow becomes a sign."""
    return "".join(
        f"{number}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n{cue.text.replace('-->', '→')}\n\n"
        for number, cue in enumerate(cues(timeline), 1)
    )


def transcript(timeline: Timeline) -> dict[str, Any]:
    """The transcript as plain data; the studio's player reads it. Times are seconds with three decimals.

    ::

        {"title": str, "locale": "pt-BR", "dir": "ltr" | "rtl", "duration": float,
         "chapters": [{"title": str, "start": float, "end": float}],
         "paragraphs": [{"block": str, "kind": "heading" | "paragraph" | ..., "chapter": int,
                         "start": float, "end": float,
                         "sentences": [{"text": str, "start": float, "end": float,
                                        "words": [[text, start, end], ...]}]}]}

    `chapter` is an index of `chapters`. A paragraph is a block of the source, whatever number of takes it needed.
    `words` is empty where the voice gives no timings; else its texts, in order and with nothing but white space (or,
    in Chinese and Japanese, nothing) between them, are the sentence's text: find each from where the last ended.
    """
    return {
        "title": timeline.title,
        "locale": timeline.locale,
        "dir": "rtl" if Locale(timeline.locale).right_to_left else "ltr",
        "duration": round(timeline.duration_seconds, 3),
        "chapters": [
            {"title": c.title, "start": round(c.start_seconds, 3), "end": round(c.end_seconds, 3)}
            for c in timeline.chapters
        ],
        "paragraphs": [
            {
                "block": paragraph.passages[0].block_id,
                "kind": paragraph.passages[0].kind,
                "chapter": paragraph.chapter,
                "start": round(paragraph.passages[0].start_seconds, 3),
                "end": round(paragraph.passages[-1].end_seconds, 3),
                "sentences": [_sentence(sentence) for sentence in paragraph.sentences],
            }
            for paragraph in _paragraphs(timeline)
        ],
    }


def transcript_json(timeline: Timeline) -> str:
    """`transcript` as JSON text."""
    return json.dumps(transcript(timeline), ensure_ascii=False, separators=(",", ":")) + "\n"


def plain_text(timeline: Timeline) -> str:
    """What is said, a paragraph to a line, with a blank line between paragraphs and two between chapters."""
    chapters = (
        "\n\n".join(" ".join(sentence.text for sentence in paragraph.sentences) for paragraph in group)
        for _, group in groupby(_paragraphs(timeline), key=lambda paragraph: paragraph.chapter)
    )
    return "\n\n\n".join(chapters) + "\n"


@dataclass(frozen=True, slots=True)
class _Paragraph:
    chapter: int
    passages: Sequence[Passage]

    @property
    def sentences(self) -> Iterable[Sentence]:
        return (sentence for passage in self.passages for sentence in passage.sentences)


def _paragraphs(timeline: Timeline) -> Iterable[_Paragraph]:
    for number, chapter in enumerate(timeline.chapters):
        for _, passages in groupby(chapter.passages, key=lambda passage: (passage.block_id, passage.kind)):
            yield _Paragraph(number, tuple(passages))


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "start": round(sentence.start_seconds, 3),
        "end": round(sentence.end_seconds, 3),
        "words": [[w.text, round(w.start_seconds, 3), round(w.end_seconds, 3)] for w in sentence.words],
    }


def _clock(milliseconds: int, point: str) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"


def _marked(cue: Cue) -> str:
    """The cue's text with the moments of its words: WebVTT wants them to rise, strictly inside the cue."""
    latest = cue.start_ms
    parts: list[str] = []
    for piece in cue.pieces:
        if piece.at_ms is not None and latest < piece.at_ms < cue.end_ms:
            parts.append(f"<{_clock(piece.at_ms, '.')}>")
            latest = piece.at_ms
        parts.append(_escaped(piece.text) + piece.after)
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

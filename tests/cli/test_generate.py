"""`studio generate`: what it makes, what it skips, what an edit costs, and what it refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))
import provider_server as fake

pytestmark = pytest.mark.slow


def test_a_lesson_becomes_a_verified_narration(studio) -> None:
    made = studio.generate()
    assert made.code == 0, made.err
    report = made.json
    assert report["status"] == "completed"
    assert report["fresh"]
    assert not report["skipped"]
    assert report["error"] is None
    assert report["takes_bought"] == report["segments"] > 5
    assert report["attempts"] == 1
    assert report["run_id"]

    from assets.audio.measuring import decoded_duration_seconds

    assert decoded_duration_seconds(Path(report["audio"])) == pytest.approx(report["duration_seconds"], abs=0.1)
    transcript = json.loads(Path(report["transcript"]).read_text())
    assert transcript["duration"] == pytest.approx(report["duration_seconds"], abs=0.1)
    assert [chapter["title"] for chapter in transcript["chapters"]] == ["Tides", "The Moon", "The Sun"]
    assert Path(report["captions"]).read_text().startswith("WEBVTT")


def test_what_is_fresh_is_skipped(studio) -> None:
    studio.generate()
    again = studio.generate()
    assert again.code == 0
    assert again.json["skipped"]
    assert again.json["takes_bought"] == 0
    assert again.json["status"] == "completed"


def test_an_edit_costs_its_own_segments_and_its_undo_nothing(studio) -> None:
    lesson = studio.content / "tides.en.md"
    text = lesson.read_text()
    first = studio.generate().json

    lesson.write_text(text.replace("is pulled most, and so it bulges", "is pulled the most, so it bulges"))
    edited = studio.generate().json
    assert 1 <= edited["takes_bought"] <= 2
    assert edited["audio"] != first["audio"]

    lesson.write_text(text.replace("The sea rises", "Stand on a beach and wait.\n\nThe sea rises"))
    assert 1 <= studio.generate().json["takes_bought"] <= 2

    lesson.write_text(text)
    undone = studio.generate().json
    assert undone["takes_bought"] == 0
    assert undone["audio"] == first["audio"], "the earlier audio is back"


def test_author_and_layout_are_not_heard_and_make_nothing_stale(studio) -> None:
    studio.generate()
    lesson = studio.content / "tides.en.md"
    lesson.write_text(lesson.read_text().replace("title: Tides", "author: Somebody Else\ntitle: Tides") + "\n\n\n")
    assert studio.generate().json["skipped"]


def test_force_makes_a_new_version_and_buys_nothing(studio) -> None:
    studio.generate()
    forced = studio.generate("tides", "--force").json
    assert forced["version"] == 2
    assert forced["takes_bought"] == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["generate", "nowhere"], "There is no content 'nowhere'."),
        (["generate", "tides", "--locale", "fr"], "'tides' has no text in 'fr'."),
        (["generate", "tides", "--locale", "english"], "'english' is not a language tag."),
        (["generate", "tides", "--voice", "nobody"], "There is no voice 'nobody'."),
        (["generate", "pasang", "--locale", "id", "--voice", "joe"], "The voice 'joe' does not speak 'id'."),
        (["generate", "empty"], "empty.en.md"),
        (["generate", "../secrets"], "cannot be a content id"),
        (["generate"], "Name one content, or say --all."),
    ],
)
def test_a_request_that_cannot_be_served_is_one_sentence_and_exit_2(studio, words: list[str], sentence: str) -> None:
    studio.write("pasang.id.md", "# Pasang\n\nLaut naik dan turun.\n")
    studio.write("empty.en.md", "  \n")
    refused = studio.run(*words)
    assert refused.code == 2
    assert sentence in refused.err
    assert "Traceback" not in refused.err
    assert refused.out == ""
    in_json = studio.run(*words, "--json")
    assert in_json.code == 2
    assert in_json.json["error"]["message"]


def test_a_catalogue_with_bad_files_still_works(studio) -> None:
    studio.write("huge.en.md", "word " * 1_000_000)
    studio.write("react.jp.mdx", "# React\n")
    (studio.content / "binary.en.md").write_bytes(b"\xff\xfe\x00\x01")
    studio.write("tides/en.md", "# Another with the same id\n")
    listed = studio.run("list", "contents", "--json")
    assert listed.code == 0
    assert any(row["content"] == "tides" for row in listed.json["contents"])
    told = " ".join(f"{each['path']} {each['message']}" for each in listed.json["problems"])
    for name in ("huge.en.md", "react.jp.mdx", "binary", "tides/en.md"):
        assert name in told
    assert studio.generate().code == 0


def test_all_makes_what_is_missing_and_then_nothing(studio) -> None:
    studio.write("pasang.id.md", "# Pasang\n\nLaut naik dan turun.\n")
    (studio.content / "tides.en.md").unlink()
    made = studio.run("generate", "--all", "--json")
    assert made.code == 0, made.err
    assert [each["status"] for each in made.json["narrations"]] == ["completed"]
    assert studio.run("generate", "--all", "--json").json["narrations"] == []


def test_a_failed_narration_says_why_and_exits_1(studio) -> None:
    broken = (
        "from assets.domain.errors import Rejected\n"
        "from assets.providers.espeak import Espeak\n"
        "async def refuse(*a, **k): raise Rejected('The voice is closed today.', remedy='Come back tomorrow.')\n"
        "Espeak.speak = refuse"
    )
    failed = studio.run("generate", "tides", "--voice", "espeak", "--json", before=broken)
    assert failed.code == 1, failed.err
    assert failed.json["status"] == "failed"
    assert failed.json["error"] == {
        "code": "rejected",
        "message": "The voice is closed today.",
        "remedy": "Come back tomorrow.",
    }
    assert studio.generate().code == 0


def test_the_script_can_be_read_before_anything_is_spoken(studio) -> None:
    script = studio.run("script", "tides", "--json").json
    assert [section["title"] for section in script["sections"]] == ["Tides", "The Moon", "The Sun"]
    assert {each["outcome"] for each in script["coverage"]} <= {"spoken", "summarised", "left_out"}
    assert studio.run("status", "--json").json["narrations"] == []


def test_a_script_that_costs_money_is_written_only_when_that_is_said(studio) -> None:
    server = fake.Server().start()
    studio.environment.update(server.settings)
    try:
        refused = studio.run("script", "tides")
        assert refused.code == 2
        assert "sections are not written yet; writing what is missing costs about $0.00" in refused.err
        assert server.calls == []
        written = studio.run("script", "tides", "--write", "--json")
        assert written.code == 0, written.err
        bought = len(server.calls)
        assert bought == 3
        assert studio.run("script", "tides", "--json").json == written.json
        assert len(server.calls) == bought, "what is written is read, and not written again"
    finally:
        server.stop()

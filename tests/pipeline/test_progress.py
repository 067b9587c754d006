"""What a reader of the ledger sees while a narration is really made: sections, segments, joining, checking."""

import asyncio

from assets.domain.keys import NarrationKey
from assets.domain.progress import Step
from assets.pipeline.engine import Engine, Result
from assets.pipeline.opening import open_desk
from assets.settings import Settings
from assets.storage.ledger.work import Work

KEY = NarrationKey.of("tides", "en", "espeak")
LESSON = "# Tides\n\nThe sea rises and falls.\n\n## The Moon\n\nIt pulls.\n\n## The Sun\n\nIt pulls, too, but less.\n"


def test_each_step_can_be_read_while_it_lasts_and_the_time_left_only_shrinks(tmp_path, monkeypatch):
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "tides.en.md").write_text(LESSON)
    settings = Settings.from_environment(
        {"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(tmp_path / "content")}
    )
    desk = open_desk(settings)
    seen = []
    progress = Work._progress

    def watched(work, values):
        progress(work, values)
        narration = desk.ledger.narrations.get(KEY)
        seen.append((narration.progress, narration.segments_done))

    with desk.ledger:
        monkeypatch.setattr(Work, "_progress", watched)
        for again in (False, True):
            seen.clear()
            made = asyncio.run(Engine(desk, []).make(KEY, force=again))
            assert made.result is Result.MADE
            steps = list(dict.fromkeys(each.step for each, _ in seen))
            assert steps == [Step.SPEAKING, Step.JOINING, Step.CHECKING]
            heard = [each.sections_done for each, _ in seen if each.step is Step.SPEAKING]
            assert heard[-1] == 3 and heard == sorted(heard)
            assert {each.sections_total for each, _ in seen} == {3}
            assert seen[-1][1] == made.version.segments
            left = [each.remaining_seconds for each, _ in seen if each.remaining_seconds is not None]
            assert left == sorted(left, reverse=True)
            assert left

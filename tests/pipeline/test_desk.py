"""The desk: a text is there for whoever asks as soon as its file is, however young the last look at the folder."""

from __future__ import annotations

import time
from pathlib import Path

from assets.domain.keys import NarrationKey
from assets.pipeline.opening import open_desk
from assets.settings import Settings


def test_a_text_that_was_put_there_since_the_last_look_is_found(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "moon.md").write_text("# The Moon\n\nThe Moon is far.\n")
    given = {"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(tmp_path / "content")}
    desk = open_desk(Settings.from_environment(given))
    desk.wanted(NarrationKey.of("moon", "en", "espeak"))
    time.sleep(0.06)
    (tmp_path / "content" / "sun.md").write_text("# The Sun\n\nThe Sun is farther.\n")
    assert desk.wanted(NarrationKey.of("sun", "en", "espeak")).outline.title == "The Sun"
    desk.ledger.close()

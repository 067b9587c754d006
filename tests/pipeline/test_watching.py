from pathlib import Path

from assets.pipeline.opening import open_desk
from assets.pipeline.watching import Watching
from assets.settings import Settings


def test_an_edit_and_a_new_text_are_known_soon_without_anybody_asking(tmp_path: Path, wait_until):
    content = tmp_path / "content"
    content.mkdir()
    (content / "tides.en.md").write_text("# Tides\n\nThe sea rises.\n", encoding="utf-8")
    desk = open_desk(Settings.from_environment({"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(content)}))

    def titles() -> dict[str, str]:
        return {str(entry.source.content): entry.title for entry in desk.index.known(desk.catalogue())}

    with Watching(desk):
        wait_until(lambda: titles() == {"tides": "Tides"})
        (content / "tides.en.md").write_text("# Tides again\n\nThe sea rises.\n", encoding="utf-8")
        wait_until(lambda: titles().get("tides") == "Tides again")
        (content / "more").mkdir()
        (content / "more" / "en.md").write_text("# Rain\n\nIt falls.\n", encoding="utf-8")
        wait_until(lambda: titles().get("more") == "Rain")
        (content / "tides.en.md").unlink()
        wait_until(lambda: titles() == {"more": "Rain"})


def test_a_root_that_is_not_there_yet_is_waited_for(tmp_path: Path, wait_until, monkeypatch, caplog):
    monkeypatch.setattr("assets.pipeline.watching._TRY_AGAIN_SECONDS", 0.05)
    content = tmp_path / "content"
    desk = open_desk(Settings.from_environment({"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(content)}))
    with Watching(desk):
        wait_until(lambda: "cannot be watched now" in caplog.text)
        content.mkdir()
        (content / "tides.en.md").write_text("# Tides\n\nThe sea rises.\n", encoding="utf-8")
        wait_until(lambda: [entry.title for entry in desk.index.known(desk.catalogue())] == ["Tides"])

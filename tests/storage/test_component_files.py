"""A project's `components.toml` stands on the shipped table, and a page is read again when it says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.domain.errors import Refused
from assets.domain.keys import NarrationKey
from assets.pipeline.opening import open_desk
from assets.settings import Settings
from assets.storage.component_files import load
from assets.text.components import shipped_components

PAGE = "# Tides\n\n<Quiz>\nWho knows?\n</Quiz>\n\nThe sea rises.\n"


def test_a_project_without_a_table_has_the_shipped_one(tmp_path: Path) -> None:
    assert load(tmp_path) is shipped_components()


def test_a_table_adds_to_the_shipped_one_and_overrules_it(tmp_path: Path) -> None:
    (tmp_path / "components.toml").write_text('[Quiz]\nsay = "nothing"\n[Ad]\n', encoding="utf-8")
    known = load(tmp_path)
    assert [known.get(name).say for name in ("Quiz", "Ad", "InlineMath")] == ["nothing", "children", "mathematics"]
    assert known.digest != shipped_components().digest


def test_a_faulty_table_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "components.toml").write_text('[Quiz]\nsay = "loudly"\n', encoding="utf-8")
    with pytest.raises(Refused, match="'loudly'") as refused:
        load(tmp_path)
    assert "children" in refused.value.remedy


def test_the_catalogue_is_read_by_the_table_and_again_by_another(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "tides.mdx").write_text(PAGE, encoding="utf-8")
    settings = Settings.from_environment({"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(content)})
    key = NarrationKey.of("tides", "en", "espeak")

    def said() -> tuple[list[str], str, int]:
        desk = open_desk(settings)
        (entry,) = desk.entries()
        texts = [block.text for block in desk.outline(entry.source).blocks if block.text]
        fingerprint = desk.fingerprints([key]).get(key, "")
        desk.ledger.close()
        assert entry.facts is not None
        return texts, fingerprint, entry.facts.characters

    before = said()
    (content / "components.toml").write_text('[Quiz]\nsay = "nothing"\nreason = "a quiz"\n', encoding="utf-8")
    after = said()
    assert before[0] == ["Tides", "Who knows?", "The sea rises."]
    assert after[0] == ["Tides", "The sea rises."]
    assert after[2] < before[2]
    assert before[1] != after[1] != ""

"""Settings are data: checked, documented, and a mistyped name is told."""

from pathlib import Path

import pytest

from assets.domain.errors import Refused
from assets.settings import PROJECT, SETTINGS, Settings


def test_the_defaults_are_the_shipped_catalogue_and_a_folder_of_the_project() -> None:
    settings = Settings.from_environment({})
    assert settings.content == PROJECT / "data/catalogue/contents"
    assert settings.home == PROJECT / "data/runtime"
    assert settings.ledger_url == f"sqlite:///{settings.home}/ledger.db"
    assert not settings.warnings


def test_an_unknown_name_is_told_with_the_nearest_real_one() -> None:
    assert Settings.from_environment({"STUDIO_CONTNET": "x"}).warnings == (
        "STUDIO_CONTNET is not a setting; the nearest is STUDIO_CONTENT.",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STUDIO_PORT", "eighty"),
        ("STUDIO_PORT", "70000"),
        ("STUDIO_MAX_PARALLEL", "0"),
        ("STUDIO_SCRIPT_WRITER", "shakespeare"),
        ("STUDIO_APPROVAL", "perhaps"),
        ("STUDIO_DEFAULT_LOCALE", "english"),
        ("STUDIO_FILES_URL", "s3://bucket"),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence_with_a_remedy(name: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        Settings.from_environment({name: value})
    assert refused.value.message.endswith(".")
    assert refused.value.remedy


def test_a_relative_path_of_the_environment_starts_where_the_person_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment({"STUDIO_HOME": "here"}).home == tmp_path / "here"


def test_the_command_line_wins_over_the_environment() -> None:
    assert Settings.from_environment({"STUDIO_PORT": "1234"}, override={"STUDIO_PORT": "4321"}).port == 4321


def test_children_are_given_absolute_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = Settings.from_environment({"STUDIO_HOME": "h"}).for_children()
    assert given["STUDIO_HOME"] == str(tmp_path / "h")
    assert given["DAGSTER_HOME"] == str(tmp_path / "h" / "dagster")


@pytest.mark.parametrize("document", ["README.md", ".env.example"])
def test_every_setting_is_documented(document: str) -> None:
    text = (PROJECT / document).read_text(encoding="utf-8")
    assert [setting.name for setting in SETTINGS if setting.name not in text] == []


def test_what_is_shown_of_the_settings_holds_no_secret() -> None:
    named = {
        "OPENAI_API_KEY": "sk-secret",
        "ELEVENLABS_BASE_URL": "https://ada:secret@voices.example/v1",
        "STUDIO_LEDGER_URL": "postgresql+psycopg://ada:p%40secret@db/studio",
    }
    shown = {setting.name: value for setting, value in Settings.from_environment(named).shown}
    assert list(shown) == [setting.name for setting in SETTINGS]
    assert "secret" not in str(shown)
    assert shown["OPENAI_API_KEY"]
    assert not shown["ELEVENLABS_API_KEY"]
    assert shown["STUDIO_LEDGER_URL"].endswith("@db/studio")
    assert shown["STUDIO_PORT"] == "7860"

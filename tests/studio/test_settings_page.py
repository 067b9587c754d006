"""The page of settings: everything in effect, and nothing that is a secret."""

from dataclasses import replace

from assets.domain.people import Role
from assets.pipeline import upkeep
from assets.settings import SETTINGS, Settings
from assets.storage.people_file import PeopleFile
from studio_ui.pages.settings import SettingsPage
from studio_ui.services import Studio


def test_every_setting_is_there_with_what_it_does_and_no_secret(house):
    named = {"OPENAI_API_KEY": "sk-secret-1", "STUDIO_LEDGER_URL": "postgresql+psycopg://ada:secret-2@db/studio"}
    house.desk.settings = replace(house.settings, shown=Settings.from_environment(named).shown)
    _, values = SettingsPage(Studio(house.desk, house.orchestrator)).restore()
    assert [each["name"] for each in values] == [setting.name for setting in SETTINGS]
    assert all(each["help"] for each in values)
    assert "secret" not in str(values)


def test_who_may_come_in_is_named_with_the_role_and_nothing_else(house):
    file = PeopleFile(house.settings.users)
    page = SettingsPage(house.studio)
    assert page.restore()[0]["open"] is True
    file.add("ada", Role.EDITOR, "a few plain words")
    token = file.add_token("nightly", Role.LISTENER)
    people = page.restore()[0]
    assert people["users"] == [{"name": "ada", "role": "editor"}]
    assert people["tokens"] == [{"name": "nightly", "role": "listener"}]
    assert people["open"] is False
    assert "argon2" not in str(people)
    assert token not in str(people)
    house.settings.users.write_text("{")
    assert "nobody is let in" in page.restore()[0]["notice"]["message"]


def test_what_would_be_kept_up_to_date_is_said_before_it_is_switched_on(house, echoes, monkeypatch):
    monkeypatch.setattr(upkeep, "_SETTLED_SECONDS", 0.0)
    house.publish(echoes)
    page = SettingsPage(house.studio)
    assert page.look_ahead()["due"] == 0
    house.write("articles/echoes.en.md", "# Echoes\n\nAnother sound.\n")
    house.desk.look_again()
    page = SettingsPage(house.studio)
    told = page.look_ahead()
    assert (told["policy"]["when"], told["out_of_date"], told["under_way"], told["lately"]) == ("off", 1, 0, [])
    (due,) = told["narrations"]
    assert (due["title"], due["about"], due["why"], due["next"]) == ("Echoes", "English · Joe", "out_of_date", True)
    house.desk.ask(echoes, requested_by=upkeep.REQUESTED_BY)
    told = SettingsPage(house.studio).look_ahead()
    assert (told["due"], told["under_way"]) == (0, 1)
    assert [(one["title"], one["state"]) for one in told["lately"]] == [("Echoes", "live")]


def test_the_doctor_says_what_to_mend(house):
    house.write("broken.en.md", "")
    found = SettingsPage(house.studio).look()
    assert any(not each["ok"] and "broken" in each["detail"] for each in found["findings"])

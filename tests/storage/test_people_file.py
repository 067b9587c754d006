"""The file of people: hashes alone, changed by one at a time, and nobody let in when it cannot be read."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from assets.domain.errors import Refused
from assets.domain.people import Person, Role
from assets.storage.people_file import PeopleFile

PASSWORD = "a few plain words"


@pytest.fixture
def file(tmp_path):
    return PeopleFile(tmp_path / "home" / "users.json")


def test_nobody_is_in_before_somebody_was_added(file):
    assert not file.people().users
    assert file.check("ada", PASSWORD) is None


def test_a_name_and_its_password_belong_together_and_no_others_do(file):
    file.add("Ada", Role.EDITOR, PASSWORD)
    assert file.check(" ADA ", PASSWORD).role is Role.EDITOR
    assert file.check("ada", PASSWORD + "x") is None
    assert file.check("ada", "") is None
    assert file.check("bob", PASSWORD) is None
    assert file.check("ada", "x" * 100_000) is None


def test_the_file_holds_no_password_and_no_token_and_is_its_owners_alone(file):
    file.add("ada", Role.EDITOR, PASSWORD)
    token = file.add_token("nightly", Role.EDITOR)
    text = file.path.read_text()
    assert PASSWORD not in text
    assert token not in text
    assert token.rpartition("_")[2] not in text
    assert "$argon2id$" in text
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_whoever_has_no_password_comes_in_by_a_proxys_word_alone(file):
    file.add("ada", Role.OPERATOR, None)
    assert file.people().users["ada"].role is Role.OPERATOR
    for password in ("", "None", PASSWORD):
        assert file.check("ada", password) is None


def test_a_token_names_its_program_until_it_is_removed(file):
    token = file.add_token("night_ly", Role.EDITOR)
    assert file.people().bearer(token) == Person("night_ly", Role.EDITOR)
    for forged in (token[:-1], token + "a", token.replace("night_ly", "other"), "studio_night_ly_", "", "Bearer"):
        assert file.people().bearer(forged) is None
    file.remove_token("night_ly")
    assert file.people().bearer(token) is None


def test_a_change_made_elsewhere_is_seen_at_once(file):
    other = PeopleFile(file.path)
    assert not file.people().users
    other.add("ada", Role.LISTENER, PASSWORD)
    before = file.people().users["ada"].stamp
    other.add("ada", Role.EDITOR, None, replacing=True)
    assert file.people().users["ada"].stamp != before
    other.remove("ada")
    assert not file.people().users


@pytest.mark.parametrize("text", ["", "{", "[]", '{"users": {}}', '{"users": {"a": {"role": "god"}}, "tokens": {}}'])
def test_a_file_that_cannot_be_understood_lets_nobody_in(file, text):
    file.path.parent.mkdir()
    file.path.write_text(text)
    with pytest.raises(Refused, match="nobody is let in"):
        file.people()


@pytest.mark.parametrize("name", ["", "a b", "../x", "<b>", "ä", "a" * 65, "-a", "a\n"])
def test_a_name_is_plain(file, name):
    with pytest.raises(Refused):
        file.add(name if name != "a\n" else "a\nb", Role.LISTENER, PASSWORD)


def test_a_short_password_and_a_name_that_is_taken_are_refused(file):
    with pytest.raises(Refused, match="too short"):
        file.add("ada", Role.LISTENER, "123456789")
    file.add("ada", Role.LISTENER, PASSWORD)
    with pytest.raises(Refused, match="already"):
        file.add("ada", Role.OPERATOR, PASSWORD)
    with pytest.raises(Refused, match="no user"):
        file.remove("bob")
    with pytest.raises(Refused, match="no token"):
        file.remove_token("bob")


def test_many_who_add_at_once_lose_nobody(file):
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda n: PeopleFile(file.path).add(f"user-{n}", Role.LISTENER, None), range(24)))
    assert len(file.people().users) == 24

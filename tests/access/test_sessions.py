import pytest
from itsdangerous import URLSafeTimedSerializer

from assets.domain.people import Role
from assets.storage.people_file import People, User
from studio_ui.access import sessions as module
from studio_ui.access.sessions import Sessions

ADA = User("ada", Role.EDITOR, "hash")
PEOPLE = People({"ada": ADA})


def test_a_cookie_names_whom_it_was_given_to():
    sessions = Sessions()
    assert sessions.user(sessions.begin(ADA), PEOPLE) == ADA


def test_a_restart_ends_every_session():
    assert Sessions().user(Sessions().begin(ADA), PEOPLE) is None


def test_a_log_out_ends_that_session_and_no_other():
    sessions = Sessions()
    one, other = sessions.begin(ADA), sessions.begin(ADA)
    sessions.end(one)
    assert sessions.user(one, PEOPLE) is None
    assert sessions.user(other, PEOPLE) == ADA


@pytest.mark.parametrize(
    "now", [User("ada", Role.LISTENER, "hash"), User("ada", Role.EDITOR, "another"), User("bob", Role.EDITOR, "hash")]
)
def test_another_role_or_password_or_nobody_of_that_name_ends_the_session(now):
    sessions = Sessions()
    assert sessions.user(sessions.begin(ADA), People({now.name: now})) is None


def test_a_session_ends_after_its_time(monkeypatch):
    sessions = Sessions()
    cookie = sessions.begin(ADA)
    monkeypatch.setattr(module, "LIFETIME_SECONDS", -1)
    assert sessions.user(cookie, PEOPLE) is None


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "é", ".." * 1000])
def test_what_was_not_given_out_here_is_nobodys(cookie):
    sessions = Sessions()
    assert sessions.user(cookie, PEOPLE) is None
    sessions.end(cookie)


def test_a_cookie_of_another_key_is_nobodys():
    forged = URLSafeTimedSerializer("guessed", salt="session").dumps(["ada", ADA.stamp, "x"])
    assert Sessions().user(forged, PEOPLE) is None

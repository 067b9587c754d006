"""`studio user` and `studio token`, as they are typed."""

import json


def test_a_person_is_let_in_listed_and_sent_away(studio):
    added = studio.run("user", "add", "ada", "--role", "editor", "--no-password")
    assert (added.code, added.out.strip()) == (0, "ada may come in as editor.")
    assert "ada\teditor" in studio.run("user", "list").out
    again = studio.run("user", "add", "ada", "--no-password")
    assert again.code == 2
    assert "--replace" in again.err
    nobody_there = studio.run("user", "add", "bob")
    assert nobody_there.code == 2
    assert "--password-stdin" in nobody_there.err
    assert studio.run("user", "remove", "ada").code == 0
    assert "ada" not in studio.run("user", "list").out


def test_a_token_is_shown_once(studio):
    token = studio.run("token", "add", "nightly", "--role", "editor").out.strip()
    assert token.startswith("studio_nightly_")
    listed = studio.run("token", "list").out
    assert "nightly\teditor" in listed
    assert token not in listed
    assert studio.run("token", "remove", "nightly").code == 0


def test_each_tells_a_program_in_one_json_object(studio):
    def told(*words):
        return json.loads(studio.run(*words, "--json").out)

    assert told("user", "add", "ada", "--role", "editor", "--no-password") == {"name": "ada", "role": "editor"}
    (ada,) = told("user", "list")["users"]
    assert (ada["name"], ada["role"], ada["by"]) == ("ada", "editor", "proxy only")
    assert told("user", "remove", "ada") == {"name": "ada", "removed": True}
    assert told("user", "list") == {"users": []}
    assert told("token", "add", "nightly")["token"].startswith("studio_nightly_")
    assert [each["role"] for each in told("token", "list")["tokens"]] == ["listener"]
    assert told("token", "remove", "nightly")["removed"]


def test_an_address_for_others_wants_users_before_anything_starts(studio):
    refused = studio.run("up", "--host", "0.0.0.0")
    assert refused.code == 2
    assert "nobody would have to log in" in refused.err
    assert "studio user add" in refused.err
    assert "Traceback" not in refused.err

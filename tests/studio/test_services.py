import json
import shutil
from dataclasses import asdict

import pytest

from assets.domain.errors import Refused
from assets.domain.keys import Locale, NarrationKey
from assets.domain.narrations import Failure
from studio_ui.services import Studio


def test_a_request_claims_the_narration_and_submits_its_run(house, echoes):
    snapshot = house.studio.request(echoes)
    assert [key for key, _ in house.orchestrator.submitted] == [echoes]
    claim = house.desk.ledger.claims.get(house.orchestrator.submitted[0][1])
    assert claim.run_id == f"run-of-{claim.id}"
    assert (snapshot.words, snapshot.live, snapshot.action) == ("queued", True, None)
    assert snapshot.run_url.endswith(claim.run_id)


def test_a_run_that_cannot_be_submitted_is_no_failure_for_the_person_who_asked(house, echoes):
    house.orchestrator.reachable = False
    snapshot = house.studio.request(echoes)
    assert (snapshot.status, snapshot.failure) == ("pending", None)


def test_asking_for_what_is_being_made_joins_and_submits_nothing(house, echoes):
    house.studio.request(echoes)
    house.studio.request(echoes)
    assert len(house.orchestrator.submitted) == 1


def test_asking_for_what_is_fresh_makes_nothing_unless_it_is_forced(house, echoes):
    house.publish(echoes)
    assert house.studio.request(echoes).words == "ready"
    assert not house.orchestrator.submitted
    assert house.studio.request(echoes, force=True).words == "queued"
    assert len(house.orchestrator.submitted) == 1


def test_a_snapshot_says_in_words_how_far_the_speaking_is(house, echoes):
    work = house.begin(echoes)
    assert house.studio.snapshot(echoes).words == "writing the script"
    work.speaking(19)
    work.took(bought=4, reused=3)
    snapshot = house.studio.snapshot(echoes)
    assert snapshot.words == "speaking 7 of 19"
    assert snapshot.remaining_seconds is not None


def test_a_snapshot_names_the_files_of_the_version_and_its_timeline(house, echoes):
    version = house.publish(echoes)
    snapshot = house.studio.snapshot(echoes)
    assert snapshot.version["files"]["audio"] == "/media/articles/echoes/en/joe/v1/narration.mp3"
    assert snapshot.version["duration_seconds"] == version.duration_seconds
    assert set(snapshot.version["files"]) == set(version.files)
    assert snapshot.timeline[0]["kind"] == "asked"
    assert json.loads(json.dumps(snapshot.as_json()))["title"] == "Echoes"


def test_what_the_button_would_take_is_shown_before_it_is_pressed_and_only_then(house, echoes):
    plan = house.studio.snapshot(echoes).plan
    assert plan["cost_usd"] == 0
    assert plan["takes_to_buy"] == plan["segments"] > 0
    house.studio.request(echoes)
    assert house.studio.snapshot(echoes).plan is None, "it is on its way"
    house.studio.cancel(echoes)
    house.publish(echoes)
    assert house.studio.snapshot(echoes).plan is None, "there is nothing to make"
    house.write("articles/echoes.en.md", "# Echoes\n\nA sound comes back, and it is late.\n")
    assert house.studio.snapshot(echoes).plan["segments"] > 0


def test_an_edit_makes_the_narration_out_of_date_and_the_snapshot_says_why(house, echoes):
    house.publish(echoes)
    house.write("articles/echoes.en.md", "# Echoes\n\nA sound comes back, and it is late.\n")
    snapshot = house.studio.snapshot(echoes)
    assert (snapshot.words, snapshot.action, snapshot.fresh) == ("out of date", "update", False)
    assert snapshot.stale == "The text has changed."
    assert snapshot.version["number"] == 1


def test_a_failure_comes_with_its_remedy_and_the_last_good_version_stays(house, echoes):
    house.publish(echoes)
    house.begin(echoes, force=True).fail(Failure("busy", "The voice is busy.", "Try later."))
    snapshot = house.studio.snapshot(echoes)
    assert (snapshot.words, snapshot.action) == ("failed", "retry")
    assert snapshot.failure == {"code": "busy", "message": "The voice is busy.", "remedy": "Try later."}
    assert snapshot.version["number"] == 1


def test_a_cancelled_request_can_be_made_again(house, echoes):
    house.studio.request(echoes)
    cancelled = house.studio.cancel(echoes)
    assert (cancelled.words, cancelled.action) == ("cancelled", "make")
    with pytest.raises(Refused):
        house.studio.cancel(echoes)


def test_a_narration_whose_text_is_gone_can_still_be_heard(house, echoes):
    house.publish(echoes)
    shutil.rmtree(house.settings.content / "articles")
    snapshot = house.studio.snapshot(echoes)
    assert snapshot.words == "out of date"
    assert "articles/echoes" in snapshot.stale
    assert snapshot.version["files"]["audio"]
    assert house.studio.recent()[0]["title"] == "articles/echoes"


def test_a_narration_that_cannot_exist_is_refused(house):
    with pytest.raises(Refused, match="no content"):
        house.studio.snapshot(NarrationKey.of("articles/nothing", "en", "joe"))
    with pytest.raises(Refused, match="does not speak"):
        house.studio.snapshot(NarrationKey.of("articles/echoes", "id", "joe"))


def test_the_contents_have_titles_in_a_locale_they_exist_in(house):
    found = {entry.id: entry for entry in house.studio.contents()}
    assert found["articles/echoes"].title == "Echoes"
    assert found["articles/echoes"].locales == ("en", "id")
    assert found["subjects/greeting"].title == "التحية"
    assert found["subjects/greeting"].kind == "subject"


def test_one_text_that_cannot_be_read_hides_no_other(house):
    (house.settings.content / "articles/broken.en.md").write_bytes(b"\xff\xfe\xff broken")
    assert "articles/echoes" in {entry.id for entry in house.studio.contents()}


def test_a_voice_that_cannot_speak_the_locale_says_so(house):
    voices = {voice.key: voice for voice in house.studio.voices(Locale("id"))}
    assert voices["joe"].refusal == "Does not speak Indonesian."
    assert voices["espeak"].refusal == ""
    assert json.dumps([asdict(voice) for voice in voices.values()])


def test_the_invitation_makes_the_shortest_article_in_the_default_locale(house):
    assert str(house.studio.first_key()) == "articles/echoes@en@joe"


def test_without_any_text_the_invitation_says_what_to_do(house):
    shutil.rmtree(house.settings.content)
    house.settings.content.mkdir()
    with pytest.raises(Refused, match="nothing to narrate"):
        house.studio.first_key()


def test_recent_narrations_are_newest_first_and_say_how_they_are(house, echoes):
    house.publish(echoes)
    gema = NarrationKey.of("articles/echoes", "id", "espeak")
    house.studio.request(gema)
    recent = house.studio.recent()
    assert [(entry["title"], entry["phase"]) for entry in recent] == [("Gema", "queued"), ("Echoes", "ready")]
    assert recent[1]["query"] == "?content=articles/echoes&locale=en&voice=joe"


def test_open_pages_share_one_look_a_second(house, echoes):
    now = [0.0]
    studio = Studio(house.desk, house.orchestrator, clock=lambda: now[0])
    first = studio.snapshot(echoes)
    house.desk.ask(echoes)
    assert studio.snapshot(echoes) is first
    now[0] = 1.1
    assert studio.snapshot(echoes).words == "queued"


def test_the_revision_changes_exactly_when_something_else_does(house, echoes):
    before = house.studio.snapshot(echoes).as_json()["revision"]
    assert house.studio.snapshot(echoes).as_json()["revision"] == before
    house.desk.ask(echoes)
    assert house.studio.snapshot(echoes).as_json()["revision"] != before


def test_a_version_and_its_files_are_found_by_number_and_role(house, echoes):
    version = house.publish(echoes)
    assert house.studio.version(echoes, 1).id == version.id
    assert house.studio.file(version, "audio").stat().st_size == version.files["audio"].size
    with pytest.raises(Refused):
        house.studio.version(echoes, 2)
    with pytest.raises(Refused):
        house.studio.file(version, "cover")


def test_what_a_person_did_is_seen_at_once(house, echoes):
    studio = Studio(house.desk, house.orchestrator, clock=lambda: 0.0)
    assert studio.snapshot(echoes).words == "not asked"
    assert studio.request(echoes).words == "queued"
    assert studio.cancel(echoes).words == "cancelled"

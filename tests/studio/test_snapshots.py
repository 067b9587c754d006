from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assets.domain.keys import Locale, NarrationKey
from assets.domain.narrations import Narration, Version
from assets.domain.progress import Progress, Step
from assets.domain.states import Status
from studio_ui.labels import labels
from studio_ui.snapshots import Action, Phase, action, locale_name, media_url, phase, query, remaining_seconds, words

KEY = NarrationKey.of("articles/echoes", "pt-BR", "espeak")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
VERSION = Version(1, KEY, 3, "f", "s", 12.0, 4, 100, 4, 0, 0, NOW)


@pytest.mark.parametrize(
    ("status", "version", "fresh", "said", "offered"),
    [
        (None, None, False, "not asked", Action.MAKE),
        (Status.PENDING, None, False, "queued", None),
        (Status.GENERATING_SCRIPT, None, False, "writing the script", None),
        (Status.GENERATING_SPEECH, None, False, "speaking 7 of 19", None),
        (Status.GENERATING_SPEECH, VERSION, True, "speaking 7 of 19", None),
        (Status.COMPLETED, VERSION, True, "ready", Action.AGAIN),
        (Status.COMPLETED, VERSION, False, "out of date", Action.UPDATE),
        (Status.FAILED, None, False, "failed", Action.RETRY),
        (Status.FAILED, VERSION, False, "failed", Action.RETRY),
        (Status.CANCELLED, None, False, "cancelled", Action.MAKE),
        (Status.CANCELLED, VERSION, False, "cancelled", Action.UPDATE),
    ],
)
def test_every_status_has_words_and_the_button_that_goes_with_it(status, version, fresh, said, offered):
    narration = Narration(KEY, status, version, segments_done=7, segments_total=19)
    assert words(narration, fresh=fresh) == said
    assert action(narration, fresh=fresh) == offered


def test_every_phase_and_action_has_a_label_in_every_language_of_the_page():
    wanted = {f"phase_{each}" for each in Phase} | {f"action_{each}" for each in Action} | {"phase_refused"}
    for language, table in labels("narration").items():
        assert wanted <= table.keys(), language


def test_the_time_left_is_told_while_somebody_is_at_work():
    narration = Narration(KEY, Status.GENERATING_SPEECH, progress=Progress(Step.SPEAKING, remaining_seconds=12.34))
    assert remaining_seconds(narration) == 12.3
    assert remaining_seconds(replace(narration, status=Status.PENDING)) is None
    assert phase(narration, fresh=False) is Phase.SPEAKING


def test_addresses_are_made_of_the_key():
    assert query(KEY) == "?content=articles/echoes&locale=pt-BR&voice=espeak"
    assert media_url(VERSION, "transcript") == "/media/articles/echoes/pt-BR/espeak/v3/transcript.json"


@pytest.mark.parametrize(
    ("tag", "name"), [("en", "English"), ("id", "Indonesia"), ("ar", "العربية"), ("xh", "IsiXhosa"), ("ka", "ქართული")]
)
def test_a_locale_is_called_what_its_speakers_call_it(tag, name):
    assert locale_name(Locale(tag)) == name


def test_a_locale_that_nobody_has_a_name_for_is_called_by_its_tag():
    assert locale_name(Locale("tlh")) == "tlh"

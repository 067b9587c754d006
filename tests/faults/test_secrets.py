"""Keys are in no log, event, ledger row, Dagster record, file, error or page, even where a server repeats them."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from scenarios import KEY, fake, house

from assets.pipeline.settling import settle_spending
from assets.settings import Settings

SECRETS = (fake.ELEVENLABS_KEY, fake.OPENAI_KEY)
ROOT = Path(__file__).parents[2]


def leaks(text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [secret for secret in SECRETS if secret.encode() in data]


def leaking_files(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and leaks(path.read_bytes())]


@pytest.mark.parametrize(
    ("stage", "fault"),
    [
        ("speech", "key_refused"),
        ("speech", "bad_request"),
        ("script", "key_refused"),
        ("script", "bad_request"),
        ("speech", "time_out_billed"),
        ("script", "html"),
    ],
)
def test_a_server_that_repeats_the_key_does_not_get_it_into_what_we_keep(
    tmp_path: Path, stage: str, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    with house(tmp_path, call_seconds=2) as home:
        home.server.history_works = False
        home.server.fail(stage, fault, times=1_000)
        made = home.make()
        assert made.error is not None
        settle_spending(home.desk, apply=True)
        assert not leaks(f"{made.error} {made.error.remedy} {made.error!r} {made.error.__cause__!r} {made!r}")
        assert not leaks(repr(home.desk.settings))
    ours = [record for record in caplog.records if record.name.startswith(("assets", "studio_ui", "dagster"))]
    assert not leaks("\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in ours))
    assert leaking_files(tmp_path) == []


@pytest.mark.slow
def test_a_run_of_dagster_that_fails_with_the_key_in_the_answer_keeps_it_nowhere(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        home.server.fail("speech", "key_refused", times=1_000)
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("STUDIO_", "DAGSTER_"))}
        done = subprocess.run(
            [sys.executable, "-m", "studio_ui.cli", "generate", "tides", "--voice", "nina"],
            env={**kept, **home.environment, "PYTHONPATH": str(ROOT), "STUDIO_LOG_LEVEL": "debug"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert "ElevenLabs does not accept the key." in done.stdout + done.stderr
        assert not leaks(done.stdout + done.stderr)
        assert '"narration": "tides@en@nina"' in done.stderr  # its log was there to be looked at
        assert (tmp_path / "home" / "dagster").is_dir()
    assert leaking_files(tmp_path) == []


def test_what_the_page_and_the_command_line_show_has_no_key_in_it(tmp_path: Path) -> None:
    import json

    from assets.telemetry.metrics import exposition, registry
    from studio_ui.doctor import examine
    from studio_ui.report import report
    from studio_ui.services import Studio

    class Nobody:
        def submit(self, key: object, claim_id: str) -> str:
            return claim_id

        def run_url(self, run_id: str) -> str:
            return run_id

        def partition_url(self, key: object) -> str:
            return str(key)

    with house(tmp_path) as home:
        home.server.fail("speech", "bad_request", times=1_000)
        home.make()
        snapshot = Studio(home.desk, Nobody()).snapshot(KEY)
        assert snapshot.failure is not None
        shown = [json.dumps(snapshot.as_json()), json.dumps(report(home.desk.view(KEY), home.desk.files))]
        shown += [exposition(registry(home.desk))[0].decode()]
        shown += [str(finding.as_json()) for finding in examine(Settings.from_environment(home.environment))]
        wrong = {**home.environment, "ELEVENLABS_API_KEY": fake.OPENAI_KEY, "OPENAI_API_KEY": fake.ELEVENLABS_KEY + "x"}
        shown += [str(finding.as_json()) for finding in examine(Settings.from_environment(wrong))]
        assert not leaks("\n".join(shown))

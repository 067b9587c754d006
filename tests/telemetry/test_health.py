import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from assets.domain.keys import NarrationKey
from assets.pipeline.desk import Desk
from assets.pipeline.opening import open_desk
from assets.settings import Settings
from assets.telemetry import metrics, probes


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "tides.en.md").write_text("# Tides\n\nThe sea rises and falls.\n", encoding="utf-8")
    home = {"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_CONTENT": str(tmp_path / "content")}
    return open_desk(Settings.from_environment(home))


def told(desk: Desk) -> dict[str, float]:
    body, kind = metrics.exposition(metrics.registry(desk))
    assert kind.startswith("text/plain")
    lines = [line.rsplit(" ", 1) for line in body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_metrics_are_what_the_ledger_says(desk):
    before = told(desk)
    assert before['studio_narrations{status="pending"}'] == 0
    assert before["studio_claims_waiting"] == 0
    assert before["process_resident_memory_bytes"] > 10_000_000
    key = NarrationKey.of("tides", "en", "espeak")
    desk.ask(key)
    after = told(desk)
    assert after['studio_narrations{status="pending"}'] == 1
    assert after["studio_claims_waiting"] == 1
    assert 0 <= after["studio_oldest_waiting_seconds"] < 60
    desk.cancel(key)
    assert told(desk)['studio_claims_total{result="cancelled"}'] == 1


def test_a_process_is_ready_while_it_can_do_its_work_and_says_what_is_wrong_otherwise(desk):
    well, found = probes.ready(probes.checks(desk))
    assert well, found
    (desk.settings.content / "tides.en.md").unlink()
    desk.settings.content.rmdir()
    well, found = probes.ready(probes.checks(desk))
    assert not well
    assert "There is no folder" in found["content"]
    assert found["ledger"] == "ok"


def test_a_ledger_that_cannot_be_read_is_a_reason_not_to_be_ready(desk):
    desk.ledger.close()
    file = desk.settings.home / "ledger.db"
    for each in file.parent.glob("ledger.db*"):
        each.unlink()
    file.write_bytes(b"no database at all " * 500)
    well, found = probes.ready(probes.checks(desk))
    assert not well
    assert "not a ledger" in found["ledger"]


def test_a_process_without_pages_answers_on_a_port_of_its_own(desk):
    server = probes.serve(metrics.registry(desk), 0, probes.checks(desk))
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        assert json.load(urllib.request.urlopen(f"{address}/livez")) == {"status": "ok"}
        assert json.load(urllib.request.urlopen(f"{address}/readyz"))["ledger"] == "ok"
        assert b"studio_versions_total" in urllib.request.urlopen(f"{address}/metrics").read()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/other")
    finally:
        server.shutdown()
        server.server_close()

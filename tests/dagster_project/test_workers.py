"""Warm workers: a run is carried out, interrupted, survived and recovered, each in a process of its own."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest

from assets.domain.keys import NarrationKey
from dagster_project import line
from tests.dagster_project.conftest import Workers, wait_for

pytestmark = pytest.mark.slow


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie"


def process_of(workers: Workers, run_id: str) -> int:
    run = workers.instance.get_run_by_id(run_id)
    assert run is not None
    return int(run.tags["studio/process"].split()[-2])


def health(workers: Workers, run_id: str) -> str:
    return workers.instance.run_launcher.check_run_worker_health(workers.instance.get_run_by_id(run_id)).status.value


def test_a_run_is_carried_out_by_a_worker_that_is_kept_for_the_next(running: Workers) -> None:
    first = running.launch(running.write("first"))
    wait_for(lambda: running.status(first) == "SUCCESS")
    used = process_of(running, first)
    wait_for(lambda: any(each["pid"] == used and each["ready"] for each in running.health()["workers"]))
    second = running.launch(running.write("second"))
    wait_for(lambda: running.status(second) == "SUCCESS")
    assert process_of(running, second) == used, "the worker that is warm already"
    assert running.narration("second@en@espeak") == "completed"
    events = [event.dagster_event for event in running.instance.all_logs(second) if event.dagster_event]
    (key,) = [each.logs_captured_data.file_key for each in events if each.event_type_value == "LOGS_CAPTURED"]
    captured = running.instance.compute_log_manager.get_log_data([second, "compute_logs", key])
    assert b"STEP_SUCCESS" in (captured.stderr or b""), "what it printed is kept for Dagster's pages"


def test_a_worker_that_is_killed_fails_its_run_at_once_and_the_next_run_takes_over(running: Workers) -> None:
    key = running.write("doomed", paragraphs=80)
    run = running.launch(key)
    wait_for(lambda: running.narration(key) == "generating_speech")
    doomed = running.at(run)
    assert health(running, run) == "RUNNING"
    os.kill(doomed, signal.SIGKILL)
    wait_for(lambda: running.status(run) == "FAILURE", seconds=30)
    last = [event.message for event in running.instance.all_logs(run)][-1]
    assert f"pid: {doomed}" in last
    assert "signal 9" in last
    again = running.launch(key)
    wait_for(lambda: running.status(again) == "SUCCESS")
    assert running.narration(key) == "completed"


def test_terminate_cancels_the_narration_and_leaves_the_worker(running: Workers) -> None:
    key = running.write("unwanted", paragraphs=80)
    run = running.launch(key)
    wait_for(lambda: running.narration(key) == "generating_speech")
    worker = running.at(run)
    assert running.instance.run_launcher.terminate(run)
    wait_for(lambda: running.status(run) == "CANCELED", seconds=15)
    assert running.narration(key) == "cancelled"
    following = running.launch(running.write("wanted"))
    wait_for(lambda: running.status(following) == "SUCCESS")
    assert not gone(worker)


def test_only_the_owner_may_speak_to_the_pool(running: Workers) -> None:
    assert line.address(running.desk.settings.dagster_home).stat().st_mode & 0o077 == 0


def test_the_death_of_the_pool_is_the_death_of_its_workers_and_an_orderly_stop_hands_back(workers: Workers) -> None:
    workers.start()
    key = workers.write("long", paragraphs=80)
    run = workers.launch(key)
    wait_for(lambda: workers.narration(key) == "generating_speech")
    everybody = [each["pid"] for each in workers.health()["workers"]]
    assert workers.pool is not None
    os.kill(workers.pool.pid, signal.SIGKILL)
    wait_for(lambda: all(gone(pid) for pid in everybody), seconds=10)
    assert health(workers, run) == "FAILED"
    assert workers.desk.ledger.claims.gone(), "its claim is free for whoever comes next"

    workers.limits = "from dagster_project.worker import Limits\npool.Limits = lambda: Limits(runs=1)"
    workers.start()
    runs = [workers.launch(workers.write(name)) for name in ("moon", "sun", "tide")]
    wait_for(lambda: [workers.status(each) for each in runs] == ["SUCCESS"] * 3)
    used = {process_of(workers, each) for each in runs}
    assert len(used) == 3, "a worn worker is replaced, and runs at the same time have a process each"
    wait_for(lambda: all(gone(pid) for pid in used))

    again = workers.launch(key)
    wait_for(lambda: workers.desk.ledger.narrations.get(NarrationKey.parse(key)).run_id == again)
    everybody = [each["pid"] for each in workers.health()["workers"]]
    workers.pool.terminate()
    assert workers.pool.wait(20) == 0
    assert all(gone(pid) for pid in everybody)
    assert workers.narration(key) == "pending"
    assert workers.status(again) == "FAILURE"
    assert not line.address(workers.desk.settings.dagster_home).exists()


def test_without_a_pool_the_run_starts_as_dagster_does_it_and_says_why(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster._core.launcher import DefaultRunLauncher

    came = []
    monkeypatch.setattr(DefaultRunLauncher, "launch_run", lambda self, context: came.append(context.dagster_run.run_id))
    run = workers.launch(workers.write("moon"))
    assert came == [run]
    assert "studio up" in [event.message for event in workers.instance.all_logs(run)][-1]


def test_a_home_with_a_long_path_is_reached_by_a_socket_elsewhere(tmp_path: Path) -> None:
    far = tmp_path / ("a-folder-with-a-long-name" * 4)
    found = line.address(far)
    assert len(os.fsencode(found)) < 108
    assert found == line.address(far)
    assert found != line.address(far / "other")
    with pytest.raises(line.NoPool):
        line.ask(far, {"do": "health"})


def test_a_stale_socket_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    import socket

    left = socket.socket(socket.AF_UNIX)
    left.bind(str(line.address(tmp_path)))
    left.close()
    with pytest.raises(line.NoPool, match="does not answer"):
        line.ask(tmp_path, {"do": "health"}, patience=0.2)

"""The workers' health and metrics, over HTTP, from the program that `studio up` starts for them."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def answer(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as found:
            return found.status, found.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_workers_are_ready_when_the_pool_has_one_and_the_probes_say_what_they_are_at(workers: Any, wait_until) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    probes = subprocess.Popen(
        [sys.executable, "-m", "dagster_project.probes"],
        env={**workers.environment, "STUDIO_WORKERS_PORT": str(port)},
    )
    try:
        wait_until(lambda: not socket.socket().connect_ex(("127.0.0.1", port)))
        assert answer(port, "/livez")[0] == 200
        status, found = answer(port, "/readyz")
        assert (status, json.loads(found)["workers"]) == (503, "There is no pool of workers.")
        assert "studio_workers_up 0.0" in answer(port, "/metrics")[1]
        workers.start()
        assert answer(port, "/readyz")[0] == 200
        told = answer(port, "/metrics")[1]
        assert "studio_workers_up 1.0" in told
        assert 'studio_workers{state="ready"}' in told
        assert "studio_narrations" in told
    finally:
        probes.terminate()
        assert probes.wait(20) == 0

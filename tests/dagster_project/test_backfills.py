"""Backfills from Dagster's UI, over its GraphQL API: what is fresh costs nothing, what failed is made again alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._daemon.backfill import execute_backfill_iteration

from assets.defs.partitions import register
from assets.domain.errors import Rejected
from assets.providers.base import SpeechRequest
from assets.providers.espeak import Espeak
from dagster_project import worker
from dagster_project.definitions import workshop
from dagster_project.launcher import WarmRunLauncher
from tests.dagster_project.conftest import Workers, house

pytestmark = pytest.mark.slow

LAUNCH = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}"""
AGAIN = """
mutation ($id: String!) {
  reexecutePartitionBackfill(reexecutionParams: {parentRunId: $id, strategy: FROM_FAILURE}) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}"""
LOOK = """
query ($id: String!) {
  partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status description tags { key value } runs(limit: 50) { id } numPartitions }
  }
}"""
ASSETS = [{"path": ["audio"]}, {"path": ["script"]}]


class Webserver:
    """Dagster's GraphQL API and its backfill daemon, in this process, over a code server of its own."""

    def __init__(self, context: WorkspaceProcessContext) -> None:
        self._context = context

    def ask(self, query: str, **variables: Any) -> Any:
        from dagster_graphql.schema import create_schema

        found = create_schema().execute(
            query, context_value=self._context.create_request_context(), variable_values=variables
        )
        assert not found.errors, found.errors
        return next(iter(found.data.values()))

    def launch(self, names: list[str]) -> str:
        answer = self.ask(LAUNCH, params={"assetSelection": ASSETS, "partitionNames": names})
        assert answer["__typename"] == "LaunchBackfillSuccess", answer
        return str(answer["backfillId"])

    def work(self, house: Workers, backfill: str, rounds: int = 4) -> list[str]:
        """Let the daemon and the workers do what there is to do; the runs there were."""
        done: list[str] = []
        for _ in range(rounds):
            list(execute_backfill_iteration(self._context, logging.getLogger("daemon")))
            runs = [each["id"] for each in self.ask(LOOK, id=backfill)["runs"]]
            for run in runs:
                if run not in done:
                    house.instance.launch_run(run, self._context.create_request_context())
                    done.append(run)
        return done


@pytest.fixture
def home(tmp_path: Path, ready_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    with house(tmp_path, ready_home) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(workshop, "_desk", made.desk)
        monkeypatch.setattr(
            WarmRunLauncher, "launch_run", lambda _, context: worker._execute(made.instance, context.dagster_run.run_id)
        )
        yield made


@pytest.fixture
def webserver(home: Workers) -> Iterator[Webserver]:
    target = ModuleTarget("dagster_project.definitions", None, None, "narration")
    with WorkspaceProcessContext(home.instance, target) as context:
        yield Webserver(context)


def test_what_failed_is_made_again_alone_and_what_is_fresh_needs_no_run(
    home: Workers, webserver: Webserver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = sorted(home.write(f"{first}{second}lo") for first in "bdfgklmnpr" for second in "aeiou")
    bad = names[7:48:20]
    register(home.instance, names)
    speak = Espeak.speak

    async def refusing(self: Espeak, request: SpeechRequest) -> object:
        if any(name.partition("@")[0] in request.text for name in bad):
            raise Rejected("That is not spoken of.", remedy="Choose other words.")
        return await speak(self, request)

    monkeypatch.setattr(Espeak, "speak", refusing)
    first = webserver.launch(names)
    (run,) = webserver.work(home, first)
    assert home.status(run) == "FAILURE"
    happened = [each.dagster_event for each in home.instance.all_logs(run) if each.dagster_event]
    (why,) = [str(each.event_specific_data) for each in happened if each.is_step_failure]
    assert "3 of 50 narrations were not made" in why
    assert all(f"{name}: That is not spoken of. Choose other words." in why for name in bad)
    statuses = {name: home.partition(name) for name in names}
    assert {name for name, status in statuses.items() if status == "FAILED"} == set(bad)
    assert {status for name, status in statuses.items() if name not in bad} == {"MATERIALIZED"}

    monkeypatch.setattr(Espeak, "speak", speak)
    again = str(webserver.ask(AGAIN, id=first)["backfillId"])
    touched = [home.instance.get_run_by_id(each) for each in webserver.work(home, again)]
    partitions = [each.tags.get("dagster/partition") or each.tags["dagster/asset_partition_range_start"]
                  for each in touched if each]  # fmt: skip
    assert sorted(partitions) == sorted(bad), "those three, and nothing else"
    assert {home.partition(name) for name in names} == {"MATERIALIZED"}

    before = len(home.instance.get_runs())
    fresh = webserver.launch(names)
    found = webserver.ask(LOOK, id=fresh)
    assert found["status"] == "COMPLETED_SUCCESS", "before the daemon has even looked"
    assert f"{len(names)} of {len(names)} narrations are fresh" in found["description"]
    assert webserver.work(home, fresh, rounds=1) == []
    assert len(home.instance.get_runs()) == before

    home.write(names[4].partition("@")[0], paragraphs=2)
    stale = webserver.launch(names)
    assert f"{len(names) - 1} of {len(names)} narrations are fresh" in webserver.ask(LOOK, id=stale)["description"]
    (run,) = webserver.work(home, stale)
    assert names[4] in home.instance.get_run_by_id(run).tags.values()  # type: ignore[union-attr]

"""Dagster from outside: hands a claim's run to the running system over GraphQL, and links to its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from assets.domain.errors import StudioError
from assets.domain.keys import NarrationKey
from assets.telemetry import traces

LOCATION = "narration"
REPOSITORY = {"repositoryLocationName": LOCATION, "repositoryName": "__repository__"}
JOB = "narrate"
STEP = "narrate_partitions"
CLAIM_TAG = "studio/claim"
BATCH_TAG = "studio/batch"

_LAUNCH = """
mutation ($execution: ExecutionParams!) {
  launchRun(executionParams: $execution) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on Error { message }
  }
}"""

_ADD_PARTITION_AND_LAUNCH = """
mutation ($repository: RepositorySelector!, $partition: String!, $execution: ExecutionParams!) {
  addDynamicPartition(repositorySelector: $repository, partitionsDefName: "narrations", partitionKey: $partition) {
    __typename
    ... on PythonError { message }
    ... on UnauthorizedError { message }
  }
  launchRun(executionParams: $execution) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on Error { message }
  }
}"""

_TERMINATE = """
mutation ($run: String!) {
  terminateRun(runId: $run) { __typename ... on Error { message } }
}"""


class DagsterUnreachable(StudioError):
    """The Dagster webserver did not take the run; the claim stays pending and a sensor submits it."""

    code = "dagster_unreachable"
    transient = True


class DagsterOverHttp:
    """The Dagster webserver at one address."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def submit(self, key: NarrationKey, claim_id: str) -> str:
        """Queue the run that makes a claimed narration; returns its run id. Raises `DagsterUnreachable`.

        Submitting a claim twice does no harm: the run that comes second finds it taken and joins.
        """
        tags = {
            "dagster/partition": str(key),
            CLAIM_TAG: claim_id,
            "studio/content": str(key.content),
            "studio/locale": str(key.locale),
            "studio/voice": str(key.voice),
            "dagster/priority": "10",
        }
        return self._launch({}, tags, partition=str(key))

    def submit_together(self, claims: Mapping[NarrationKey, str]) -> str:
        """Queue one run that makes several claimed narrations; returns its run id. Raises `DagsterUnreachable`."""
        keys = sorted(str(key) for key in claims)
        config = {"narrations": keys, "claims": {str(key): claim_id for key, claim_id in claims.items()}}
        return self._launch({"ops": {STEP: {"config": config}}}, {BATCH_TAG: str(len(keys))})

    def _launch(self, config: dict[str, Any], tags: Mapping[str, str], *, partition: str = "") -> str:
        """Launch a run, its partition registered before in the same call: a person waits for this."""
        carried = {**tags, **traces.carried()}
        given: dict[str, Any] = {
            "execution": {
                "selector": {**REPOSITORY, "jobName": JOB},
                "runConfigData": config,
                "mode": "default",
                "executionMetadata": {"tags": [{"key": k, "value": v} for k, v in carried.items()]},
            }
        }
        if partition:
            given |= {"repository": REPOSITORY, "partition": partition}
        answer = self._ask(_ADD_PARTITION_AND_LAUNCH if partition else _LAUNCH, given)["launchRun"]
        if answer["__typename"] != "LaunchRunSuccess":
            raise DagsterUnreachable(f"Dagster did not take the run: {answer.get('message', answer['__typename'])}")
        return str(answer["run"]["runId"])

    def trouble(self) -> str:
        """Why runs cannot be handed to Dagster now, in one sentence; nothing when they can."""
        try:
            self._ask("{ version }", {})
        except DagsterUnreachable as fault:
            return fault.message
        return ""

    def terminate(self, run_id: str) -> None:
        """Ask Dagster to stop a run. Raises `DagsterUnreachable`."""
        self._ask(_TERMINATE, {"run": run_id})

    def run_url(self, run_id: str) -> str:
        """The page of a run."""
        return f"{self.url}/runs/{quote(run_id)}"

    def partition_url(self, key: NarrationKey) -> str:
        """The page of a narration's partition of the asset `audio`."""
        return f"{self.url}/assets/audio?view=partitions&partition={quote(str(key), safe='')}"

    def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = httpx.post(
                f"{self.url}/graphql",
                json={"query": query, "variables": variables},
                timeout=httpx.Timeout(15.0, connect=2.0),
                trust_env=False,
            )
            answer.raise_for_status()
            body = answer.json()
        except (httpx.HTTPError, ValueError) as fault:
            raise DagsterUnreachable(
                f"Dagster at {self.url} did not answer ({type(fault).__name__}).",
                remedy="Ask whoever runs this studio to start it; what was asked for is kept, and made then.",
                at_a_shell="Start it with `studio up`.",
            ) from fault
        if body.get("errors"):
            raise DagsterUnreachable(f"Dagster at {self.url} refused the call: {body['errors'][0]['message']}")
        data: dict[str, Any] = body["data"]
        return data

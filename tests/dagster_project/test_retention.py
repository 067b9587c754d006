"""Retention of runs: what is still true stays, and a pass looks at a few runs, not at all events."""

from collections.abc import Iterator

import dagster as dg
import pytest

from dagster_project.retention import forget_runs

KEYS = dg.DynamicPartitionsDefinition(name="narrations")


@dg.asset(partitions_def=KEYS)
def audio(context: dg.AssetExecutionContext) -> None:
    if context.run.tags.get("fail"):
        raise dg.Failure("no", allow_retries=False)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        made.add_dynamic_partitions("narrations", ["a", "b"])
        yield made


def run(instance: dg.DagsterInstance, key: str, **tags: str) -> str:
    done = dg.materialize([audio], instance=instance, partition_key=key, tags=tags, raise_on_error=False)
    return done.run_id


def there(instance: dg.DagsterInstance) -> set[str]:
    return {each.run_id for each in instance.get_runs()}


def test_only_runs_whose_work_was_superseded_are_forgotten(instance):
    first, latest = run(instance, "a"), run(instance, "a")
    other, failed = run(instance, "b"), run(instance, "b", fail="yes")
    assert forget_runs(instance, 1)[0] == 0, "they are of today"
    assert forget_runs(instance, -1)[0] == 2
    assert there(instance) == {latest, other}
    assert {first, failed}.isdisjoint(there(instance))
    assert set(instance.get_materialized_partitions(dg.AssetKey("audio"))) == {"a", "b"}


def test_each_pass_goes_on_behind_the_runs_that_are_kept(instance):
    kept = run(instance, "b")
    old = [run(instance, "a") for _ in range(4)]
    forgotten, cursor = forget_runs(instance, -1, looked_at=2)
    assert (forgotten, cursor) == (1, kept)
    forgotten, cursor = forget_runs(instance, -1, cursor, looked_at=2)
    assert (forgotten, cursor) == (2, kept)
    forgotten, cursor = forget_runs(instance, -1, cursor, looked_at=2)
    assert (forgotten, cursor) == (0, "")
    assert there(instance) == {kept, old[-1]}

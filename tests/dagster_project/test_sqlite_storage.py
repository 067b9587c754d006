"""Dagster's records with connections that stay open: the same files, sound under forks and crowds."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationPlanned
from dagster._core.definitions.partitions.subset import DefaultPartitionsSubset
from dagster._core.events import AssetMaterializationPlannedData, AssetObservationData, StepMaterializationData
from dagster._core.events.log import EventLogEntry

from dagster_project.sqlite_storage import Engines, KeptEventLogStorage

AUDIO = dg.AssetKey("audio")
_MOMENTS = {"create_timestamp", "migration_completed"}
RUN = "11111111-1111-1111-1111-111111111111"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that Dagster itself has made, to be copied: making it takes seconds."""
    folder = tmp_path_factory.mktemp("empty")
    with opened(folder, kept=False) as instance:
        instance.event_log_storage.store_event(made(RUN.replace("1", "0"), "before"))
        instance.wipe_assets([AUDIO])
    return folder


@pytest.fixture
def home(tmp_path: Path, empty: Path) -> Path:
    """A home of the test's own."""
    return Path(shutil.copytree(empty, tmp_path / "home"))


def opened(folder: Path, *, kept: bool) -> dg.DagsterInstance:
    storage = "storage:\n  custom:\n    module: dagster_project.sqlite_storage\n    class: KeptSqliteStorage\n"
    storage += f"    config:\n      base_dir: {folder}\n"
    (folder / "dagster.yaml").write_text("telemetry:\n  enabled: false\n" + (storage if kept else ""))
    return dg.DagsterInstance.from_config(str(folder))


def made(run: str, partition: str) -> EventLogEntry:
    """The event of a materialisation."""
    event = dg.DagsterEvent(
        "ASSET_MATERIALIZATION",
        job_name="narrate",
        event_specific_data=StepMaterializationData(
            dg.AssetMaterialization("audio", partition=partition, tags={"dagster/data_version": partition})
        ),
    )
    return EventLogEntry(
        error_info=None,
        level=20,
        user_message="",
        run_id=run,
        timestamp=time.time(),
        job_name="narrate",
        dagster_event=event,
    )


def partitions(instance: dg.DagsterInstance) -> set[str]:
    return set(instance.get_materialized_partitions(AUDIO))


def test_a_home_of_dagsters_own_opens_and_what_is_written_into_it_is_dagsters_to_read(home: Path) -> None:
    with opened(home, kept=False) as theirs:
        theirs.add_dynamic_partitions("narrations", ["a"])
        theirs.event_log_storage.store_event(made(RUN, "a"))
    with opened(home, kept=True) as ours:
        assert isinstance(ours.event_log_storage, KeptEventLogStorage)
        assert list(ours.get_dynamic_partitions("narrations")) == ["a"]
        ours.event_log_storage.store_event(made(RUN, "b"))
        ours.event_log_storage.store_event(made(RUN.replace("1", "2"), "c"))
        assert partitions(ours) == {"a", "b", "c"}
    assert not list(home.rglob("*.db-wal")), "closing leaves nothing open"
    with opened(home, kept=False) as theirs:
        assert partitions(theirs) == {"a", "b", "c"}
        assert [len(theirs.all_logs(run)) for run in (RUN, RUN.replace("1", "2"))] == [2, 1]
        assert theirs.event_log_storage.get_latest_tags_by_partition(
            AUDIO, dg.DagsterEventType.ASSET_MATERIALIZATION, ["dagster/data_version"]
        )["c"] == {"dagster/data_version": "c"}


def checked(check: str, partition: str | None, *, planned: bool = False, passed: bool = True) -> EventLogEntry:
    """The event of a check, planned or carried out."""
    said: Any = AssetCheckEvaluationPlanned(asset_key=AUDIO, check_name=check)
    if planned and partition:
        said = AssetCheckEvaluationPlanned(
            asset_key=AUDIO, check_name=check, partitions_subset=DefaultPartitionsSubset({partition, "another"})
        )
    elif not planned:
        said = dg.AssetCheckEvaluation(
            asset_key=AUDIO, check_name=check, passed=passed, metadata={}, partition=partition
        )
    kind = "ASSET_CHECK_EVALUATION_PLANNED" if planned else "ASSET_CHECK_EVALUATION"
    return made(RUN, "")._replace(dagster_event=dg.DagsterEvent(kind, "narrate", event_specific_data=said))


def everything_that_happens() -> list[EventLogEntry]:
    """Each kind of event that means something across runs, in an order in which they happen."""
    plain = made(RUN, "a")
    planned = AssetMaterializationPlannedData(AUDIO, partition="a")

    def happened(event: dg.DagsterEvent) -> EventLogEntry:
        return plain._replace(dagster_event=event)

    observed = AssetObservationData(dg.AssetObservation("audio", partition="a", tags={"dagster/data_version": "v"}))
    return [
        happened(dg.DagsterEvent("PIPELINE_START", "narrate")),
        happened(dg.DagsterEvent.build_asset_materialization_planned_event("narrate", "step", planned)),
        checked("is_sound", "a", planned=True),
        checked("is_clean", None, planned=True),
        plain,
        made(RUN, "b"),
        made(RUN, "a"),
        happened(dg.DagsterEvent("ASSET_OBSERVATION", "narrate", event_specific_data=observed)),
        checked("is_sound", "a"),
        checked("is_sound", "b", passed=False),
        checked("is_clean", None),
        plain._replace(dagster_event=None, user_message="a line in the log"),
        happened(dg.DagsterEvent("PIPELINE_SUCCESS", "narrate")),
    ]


def test_what_is_recorded_is_to_the_letter_what_dagster_records(empty: Path, tmp_path: Path) -> None:
    events, found = everything_that_happens(), {}
    for how in ("dagster", "one by one", "together"):
        home = Path(shutil.copytree(empty, tmp_path / how))
        with opened(home, kept=how != "dagster") as instance:
            if how == "together":
                instance.event_log_storage.store_event_batch(events)
            else:
                for each in events:
                    instance.event_log_storage.store_event(each)
        found[how] = {name: tables(home / "history" / "runs" / f"{name}.db") for name in ("index", RUN)}
    assert found["one by one"] == found["dagster"]
    assert found["together"] == found["dagster"]
    assert len(found["dagster"][RUN]["event_logs"]) == len(events)
    assert len(found["dagster"]["index"]["asset_check_executions"]) == 4


def tables(file: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of a database, without the moments at which they were written."""
    with closing(sqlite3.connect(file)) as database:
        database.row_factory = sqlite3.Row
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [
                {column: value for column, value in row.items() if column not in _MOMENTS}
                for row in map(dict, database.execute(f"SELECT * FROM {name}"))
            ]
            for name in names
        }


def test_fifty_events_open_each_file_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opens: list[str] = []
    connect = sqlite3.connect
    with opened(home, kept=True) as instance:
        instance.event_log_storage.store_event(made(RUN, "0"))
        monkeypatch.setattr(sqlite3.dbapi2, "connect", lambda *a, **k: [opens.append(str(a[0])), connect(*a, **k)][1])
        for number in range(50):
            instance.event_log_storage.store_event(made(RUN, str(number)))
        assert len(instance.all_logs(RUN)) == 51
    assert opens == []


def test_events_stored_together_are_there_all_or_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(home, kept=True) as instance:
        storage = instance.event_log_storage
        storage.store_event_batch([made(RUN, "a"), made(RUN, "b")])

        def fail(*_: object) -> None:
            raise OSError("the disk is full")

        monkeypatch.setattr(KeptEventLogStorage, "_store_asset_event_tags", fail)
        with pytest.raises(OSError, match="the disk is full"):
            storage.store_event_batch([made(RUN, each) for each in "cdefg"])
        assert partitions(instance) == {"a", "b"}
        assert len(instance.all_logs(RUN)) == 2


def test_a_forked_child_opens_its_own_and_leaves_its_parents_alone(tmp_path: Path) -> None:
    engines = Engines()
    address = f"sqlite:///{tmp_path}/one.db"
    with engines.of(address).begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.exec_driver_sql("CREATE TABLE kept (number INTEGER)")
        connection.exec_driver_sql("INSERT INTO kept VALUES (1)")
    mine = engines.of(address)

    def child() -> None:
        assert engines.of(address) is not mine
        with engines.of(address).begin() as own:
            own.exec_driver_sql("INSERT INTO kept VALUES (2)")
        engines.close(address)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(30)
    assert process.exitcode == 0
    assert (tmp_path / "one.db-wal").exists(), "the child did not take the parent's log away"
    with mine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES (3)")
        rows = connection.exec_driver_sql("SELECT number FROM kept").scalars().all()
    assert rows == [1, 2, 3]
    engines.close("")


def test_only_so_many_files_stay_open(tmp_path: Path) -> None:
    engines = Engines(most=3)
    for number in range(9):
        with engines.of(f"sqlite:///{tmp_path}/{number}.db").begin() as connection:
            connection.exec_driver_sql("CREATE TABLE kept (number INTEGER)")
    there = Path("/proc/self/fd")
    if there.is_dir():
        files = []
        for each in there.iterdir():
            with suppress(FileNotFoundError):  # the folder of this look itself
                files.append(each.readlink())
        assert sorted(file.name for file in files if file.parent == tmp_path) == ["6.db", "7.db", "8.db"]
    engines.close("")


CROWD = """
import os, sys, uuid
import dagster as dg
from pathlib import Path
from tests.dagster_project.test_sqlite_storage import made
instance = dg.DagsterInstance.from_config(sys.argv[1])
instance.event_log_storage.store_event(made(str(uuid.uuid4()), "parent"))  # open, and not to be shared
children = []
for writer in range(20):
    if (pid := os.fork()) == 0:
        code = 1
        try:
            run = str(uuid.uuid4())
            for number in range(15):
                instance.event_log_storage.store_event(made(run, f"{writer}-{number}"))
                instance.get_runs(limit=1)
            code = 0 if len(instance.all_logs(run)) == 15 else 2
        finally:
            os._exit(code)
    children.append(pid)
codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
assert codes == [0] * 20, codes
assert len(instance.get_materialized_partitions(dg.AssetKey("audio"))) == 301
"""


def test_twenty_forked_processes_write_at_once_and_none_finds_the_database_locked(home: Path) -> None:
    opened(home, kept=True).dispose()
    done = subprocess.run(
        [sys.executable, "-c", CROWD, str(home)],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "locked" not in done.stderr
    for file in home.rglob("*.db"):
        assert sqlite3.connect(file).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_whoever_follows_a_run_hears_of_each_event_as_it_comes(
    home: Path, wait_until: Callable[[Callable[[], bool]], None]
) -> None:
    heard: list[str | None] = []
    with opened(home, kept=True) as instance:
        storage = instance.event_log_storage
        storage.store_event(made(RUN, "before"))

        def hear(entry: EventLogEntry, _cursor: str) -> None:
            assert entry.dagster_event is not None
            heard.append(entry.dagster_event.partition)

        storage.watch(RUN, None, hear)
        for name in ("one", "two"):
            storage.store_event(made(RUN, name))
            wait_until(lambda name=name: name in heard)  # type: ignore[misc]
        storage.end_watch(RUN, hear)
    assert heard == ["before", "one", "two"]


def test_several_threads_read_while_one_writes(home: Path) -> None:
    """As the webserver does while a run is followed."""
    faults: list[BaseException] = []
    with opened(home, kept=True) as instance:
        instance.event_log_storage.store_event(made(RUN, "0"))

        def read() -> None:
            try:
                for _ in range(20):
                    assert partitions(instance)
                    assert instance.all_logs(RUN)
            except BaseException as fault:
                faults.append(fault)

        readers = [threading.Thread(target=read) for _ in range(4)]
        for each in readers:
            each.start()
        for number in range(20):
            instance.event_log_storage.store_event(made(RUN, str(number)))
        for each in readers:
            each.join()
    assert faults == []

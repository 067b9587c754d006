"""What crashes leave behind is found and mended, and what belongs to somebody living is left alone."""

import os
import subprocess
import sys

import pytest

from assets.domain.claims import Publication
from assets.domain.pieces import Reservation
from assets.domain.speech import Speech
from assets.domain.states import Status
from assets.domain.takes import Take, TakeRequest
from assets.storage.files import ROLES, Files
from assets.storage.processes import mark_of, this_process
from assets.storage.reconciliation import reconcile

A, B = "a" * 64, "b" * 64
REQUEST = TakeRequest("cd" + "0" * 62, "fake", "m", "v", "en", "Hello.", estimate_micros=10)
TAKE = Take.of(REQUEST, Speech(b"\0\0" * 10, 100, cost_micros=7))


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files")


def written(files, work):
    folder = files.work_folder(work.claim_id, work.attempt)
    for name in ROLES.values():
        (folder / name).write_text(name)
    return files.publish_folder(folder, work.key, work.fingerprint, work.claim_id, work.attempt)


def published(bench, files, fingerprint=A):
    work = bench.begun(fingerprint)
    work.speaking(1)
    return work.publish(Publication("5" * 64, 1.0, 1, 5, written(files, work)))


def all_files(files):
    return {path.relative_to(files.root).as_posix() for path in files.root.rglob("*") if path.is_file()}


def age(path, seconds=120):
    stat = path.stat()
    os.utime(path, (stat.st_atime - seconds, stat.st_mtime - seconds))


def test_a_studio_in_order_is_clean(bench, files):
    published(bench, files)
    work = bench.begun(B)
    files.put_take(TAKE, b"flac")
    bench.ledger.takes.adopt_found(TAKE)
    found = reconcile(bench.ledger, files)
    assert [each.subject for each in found.damaged] == [TAKE.key]  # adopted here without the facts of its file
    bench.ledger.takes.discard(TAKE.key)
    bench.ledger.takes.adopt_found(files.take(TAKE.key)[0])
    assert reconcile(bench.ledger, files, thorough=True).clean
    work.heartbeat()


def test_a_claim_whose_process_died_waits_again(bench, files):
    work = bench.begun()
    bench.dead.add(work.holder)
    assert reconcile(bench.ledger, files).freed == (bench.key,)
    assert bench.status() is Status.GENERATING_SCRIPT, "a dry run changes nothing"
    assert reconcile(bench.ledger, files, apply=True).freed == (bench.key,)
    assert bench.status() is Status.PENDING
    assert reconcile(bench.ledger, files).clean


def test_a_claim_whose_submission_was_lost_is_told(bench, files):
    claim_id = bench.ask().claim_id
    assert reconcile(bench.ledger, files).unsubmitted == ()
    bench.passes(61)
    assert [claim.id for claim in reconcile(bench.ledger, files).unsubmitted] == [claim_id]
    bench.ledger.claims.submitted(claim_id, "run-1")
    assert reconcile(bench.ledger, files).clean


def test_a_run_that_died_makes_its_claim_wait_for_a_submission_again(bench, files):
    work = bench.start(bench.ask().claim_id, run_id="run-1")
    bench.dead.add(work.holder)
    reconcile(bench.ledger, files, apply=True)
    bench.passes(61)
    assert [claim.id for claim in reconcile(bench.ledger, files).unsubmitted] == [work.claim_id]


def test_work_that_nobody_is_at_is_removed_and_work_of_the_living_stays(bench, files):
    work = bench.begun()
    mine = files.work_folder(work.claim_id, work.attempt)
    stale = files.work_folder(work.claim_id, work.attempt + 1)
    assert reconcile(bench.ledger, files, apply=True).orphans == (stale.relative_to(files.root).as_posix(),)
    assert mine.exists()
    bench.dead.add(work.holder)
    assert len(reconcile(bench.ledger, files, apply=True).orphans) == 1
    assert not mine.exists()


def test_a_folder_that_was_never_published_is_removed_once_nobody_can_publish_it(bench, files):
    version = published(bench, files)
    work = bench.begun(B)
    work.speaking(1)
    written(files, work)
    assert reconcile(bench.ledger, files, apply=True).orphans == ()
    bench.dead.add(work.holder)
    dry = reconcile(bench.ledger, files)
    assert len(dry.orphans) == len(ROLES)
    assert len(all_files(files)) == 2 * len(ROLES)
    assert reconcile(bench.ledger, files, apply=True).orphans == dry.orphans
    assert all_files(files) == {facts.path for facts in version.files.values()}
    assert len(list((files.root / "narrations/subjects/mathematics/vectors/en/joe").iterdir())) == 1


def test_the_folder_of_a_superseded_attempt_is_removed_while_the_next_is_at_work(bench, files):
    work = bench.begun()
    work.speaking(1)
    written(files, work)
    bench.dead.add(work.holder)
    bench.start(work.claim_id)
    assert len(reconcile(bench.ledger, files, apply=True).orphans) == len(ROLES)
    assert all_files(files) == set()


def test_a_file_of_unknown_origin_must_be_old_before_it_is_removed(bench, files):
    published(bench, files)
    strangers = [
        files.root / "narrations" / "notes.txt",
        files.root / "takes" / "x.tmp",
        files.root / "partial" / "what",
    ]
    for path in strangers:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("?")
    assert reconcile(bench.ledger, files, apply=True).clean
    for path in strangers:
        age(path)
    found = reconcile(bench.ledger, files, apply=True).orphans
    assert set(found) == {"narrations/notes.txt", "takes/x.tmp", "partial/what"}
    assert not any(path.exists() for path in strangers)


def test_a_half_written_file_belongs_to_its_process(bench, files):
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from assets.storage.processes import *; print(mark_of(this_process()), flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    (files.root / "partial").mkdir(parents=True)
    (files.root / "partial" / f"{mark_of(this_process())}-0.half").write_text("mine")
    (files.root / "partial" / f"{child.stdout.readline().strip()}-0.half").write_text("its")
    assert reconcile(bench.ledger, files, apply=True).clean
    child.kill()
    child.communicate()
    assert len(reconcile(bench.ledger, files, apply=True).orphans) == 1
    assert reconcile(bench.ledger, files).clean


def test_a_take_that_was_paid_for_and_not_known_is_adopted(bench, files):
    work = bench.begun()
    bench.ledger.takes.reserve(REQUEST, work)
    files.put_take(TAKE, b"flac")
    assert reconcile(bench.ledger, files, apply=True).clean, "its process lives and will say so itself"
    bench.dead.add(work.holder)
    assert reconcile(bench.ledger, files).adopted == (TAKE.key,)
    assert bench.ledger.takes.get(TAKE.key) is None
    assert reconcile(bench.ledger, files, apply=True).adopted == (TAKE.key,)
    assert bench.ledger.takes.get(TAKE.key).size == 4
    assert bench.ledger.spend.totals().settled_micros == 7
    assert reconcile(bench.ledger, files, thorough=True).clean


def test_half_a_take_is_removed(bench, files):
    files.put_take(TAKE, b"flac")
    files.resolve(f"takes/cd/{TAKE.key}.json").unlink()
    assert reconcile(bench.ledger, files, apply=True).orphans == (f"takes/cd/{TAKE.key}.flac",)
    assert all_files(files) == set()


def test_a_damaged_version_is_told_and_made_anew_when_it_is_asked_for(bench, files):
    version = published(bench, files)
    path = files.resolve(version.files["audio"].path)
    path.write_bytes(b"X" + path.read_bytes()[1:])
    assert reconcile(bench.ledger, files).clean
    found = reconcile(bench.ledger, files, thorough=True)
    assert [(each.subject, each.path) for each in found.damaged] == [(str(bench.key), version.files["audio"].path)]
    assert bench.ask(A, verify=files.verify).outcome == "fresh"
    reconcile(bench.ledger, files, thorough=True, apply=True)
    assert bench.ask(A, verify=files.verify).outcome == "claimed"


@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_a_take_whose_file_is_gone_is_made_again(bench, files, how):
    work = bench.begun()
    facts = files.put_take(TAKE, b"flac")
    bench.ledger.takes.store(bench.ledger.takes.reserve(REQUEST, work), TAKE, facts)
    path = files.resolve(facts.path)
    path.unlink() if how == "missing" else path.write_bytes(b"FLAC")
    thorough = how == "damaged"
    assert [each.subject for each in reconcile(bench.ledger, files, thorough=thorough).damaged] == [TAKE.key]
    reconcile(bench.ledger, files, thorough=thorough, apply=True)
    assert isinstance(bench.ledger.takes.reserve(REQUEST, work), Reservation)


def test_what_was_found_is_plain_data_too(bench, files):
    work = bench.begun()
    bench.dead.add(work.holder)
    assert reconcile(bench.ledger, files).as_json() == {
        "applied": False,
        "clean": False,
        "freed": [str(bench.key)],
        "unsubmitted": [],
        "orphans": [],
        "adopted": [],
        "damaged": [],
    }

"""Files: durable, whole or not there, and never outside of their root."""

import errno
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.domain.errors import Refused, Unwritable
from assets.domain.keys import NarrationKey
from assets.domain.narrations import FileFacts
from assets.domain.speech import Speech, WordTiming
from assets.domain.takes import Take, TakeRequest
from assets.storage.files import ROLES, Files

KEY = "ab" + "0" * 62
REQUEST = TakeRequest(KEY, "espeak", "", "en", "en", "Guten Morgen, schöne Welt.")
TAKE = Take.of(REQUEST, Speech(b"\1\0" * 500, 22050, (WordTiming(0.0, 0.25, 0, 5),), cost_micros=3, request_id="r"))
FLAC = b"fLaC" + bytes(range(256)) * 20
NARRATION = NarrationKey.of("subjects/optics", "pt-BR", "joe")
CLAIM = "0a1b2c3d-0000-4000-8000-000000000001"


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files")


def everything(files):
    return sorted(path.relative_to(files.root).as_posix() for path in files.root.rglob("*") if path.is_file())


def finished_folder(files, attempt=1):
    folder = files.work_folder(CLAIM, attempt)
    for name in ROLES.values():
        (folder / name).write_text(f"{name} of attempt {attempt}")
    return folder


def test_a_take_comes_back_as_it_was_put(files):
    facts = files.put_take(TAKE, FLAC)
    take, flac = files.take(KEY)
    assert flac == FLAC
    assert (take.text, take.words, take.samples, take.request_id) == (TAKE.text, TAKE.words, 500, "r")
    assert (take.size, take.sha256) == (facts.size, facts.sha256)
    assert facts.path == f"takes/ab/{KEY}.flac"
    assert everything(files) == [f"takes/ab/{KEY}.flac", f"takes/ab/{KEY}.json"]


def test_a_take_that_was_never_made_is_not_there(files):
    assert files.take(KEY) is None


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("flac", lambda content: content[:-1]),
        ("flac", lambda content: b"X" + content[1:]),
        ("flac", lambda content: b""),
        ("json", lambda content: content[:-5]),
        ("json", lambda content: b"[]"),
        ("json", lambda content: content.replace(KEY.encode(), b"c" * 64)),
        ("json", lambda content: content.replace(b'"samples": 500', b'"samples": 0')),
    ],
    ids=["cut", "one byte", "empty", "half a sheet", "another thing", "another take", "no length"],
)
def test_a_damaged_take_is_set_aside_and_made_again(files, caplog, name, damage):
    files.put_take(TAKE, FLAC)
    path = files.resolve(f"takes/ab/{KEY}.{name}")
    path.write_bytes(damage(path.read_bytes()))
    assert files.take(KEY) is None
    assert "Set aside" in caplog.text
    assert len(everything(files)) == 2
    assert all(name.startswith("quarantine/") for name in everything(files))
    files.put_take(TAKE, FLAC)
    assert files.take(KEY)[1] == FLAC


def test_a_take_without_its_sheet_was_never_finished(files):
    files.put_take(TAKE, FLAC)
    files.resolve(f"takes/ab/{KEY}.json").unlink()
    assert files.take(KEY) is None
    files.put_take(TAKE, FLAC)
    assert files.take(KEY) is not None


def test_a_take_that_is_there_is_not_written_over(files):
    first = files.put_take(TAKE, FLAC)
    assert files.put_take(TAKE, FLAC + b"another") == first
    assert files.take(KEY)[1] == FLAC


def test_a_script_comes_back_as_it_was_put_and_a_damaged_one_does_not(files):
    script = {"title": "Ångström", "sections": [{"segments": []}]}
    assert files.script("f" * 64) is None
    files.put_script("f" * 64, script)
    assert files.script("f" * 64) == script
    path = files.resolve(f"scripts/{'f' * 64}.json")
    path.write_text(path.read_text().replace("Ångström", "Bohr"))
    assert files.script("f" * 64) is None
    assert everything(files)[0].startswith("quarantine/")


def test_a_finished_folder_is_published_whole_with_the_facts_of_its_files(files):
    folder = finished_folder(files)
    facts = files.publish_folder(folder, NARRATION, "e" * 64, CLAIM, 1)
    assert set(facts) == set(ROLES)
    assert not folder.exists()
    place = "narrations/subjects/optics/pt-BR/joe/eeeeeeeeeeee-0a1b2c3d0000-1"
    assert facts["audio"].path == f"{place}/narration.mp3"
    for role, name in ROLES.items():
        assert files.damage(facts[role], thorough=True) == ""
        assert files.resolve(facts[role].path).read_text() == f"{name} of attempt 1"


def test_no_two_attempts_share_a_place_and_one_may_publish_its_own_again(files):
    first = files.publish_folder(finished_folder(files, 1), NARRATION, "e" * 64, CLAIM, 1)
    second = files.publish_folder(finished_folder(files, 2), NARRATION, "e" * 64, CLAIM, 2)
    assert first["audio"].path != second["audio"].path
    again = files.publish_folder(finished_folder(files, 2), NARRATION, "e" * 64, CLAIM, 2)
    assert again == second
    assert files.damage(first["audio"], thorough=True) == ""


def test_what_is_no_file_of_a_narration_is_not_published(files):
    folder = finished_folder(files)
    (folder / "notes.txt").write_text("private")
    with pytest.raises(Refused, match=r"notes\.txt"):
        files.publish_folder(folder, NARRATION, "e" * 64, CLAIM, 1)
    (folder / "notes.txt").unlink()
    (folder / "narration.mp3").unlink()
    (folder / "narration.mp3").symlink_to("/etc/hostname")
    with pytest.raises(Refused, match=r"narration\.mp3"):
        files.publish_folder(folder, NARRATION, "e" * 64, CLAIM, 1)


def test_a_work_folder_is_empty_whatever_was_left_in_it(files):
    (files.work_folder(CLAIM, 1) / "half.mp3").write_bytes(b"half")
    assert list(files.work_folder(CLAIM, 1).iterdir()) == []
    other = files.work_folder(CLAIM, 2)
    files.discard_work(CLAIM, 1)
    assert list((files.root / "partial").iterdir()) == [other]


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "../ledger.db",
        "takes/../../x",
        "/etc/passwd",
        "a//b",
        "a/./b",
        "a\\b",
        "a\0b",
        "a/",
        "link/x",
        "to",
    ],
)
def test_a_path_that_leads_out_is_refused(files, tmp_path, path):
    files.put_script("f" * 64, {})
    (tmp_path / "x").write_text("secret")
    (files.root / "link").symlink_to(tmp_path)
    (files.root / "to").symlink_to(tmp_path / "x")
    with pytest.raises(Refused, match="not a file of the studio"):
        files.resolve(path)


@given(st.text(max_size=40))
def test_whatever_is_asked_for_lies_below_the_root_or_is_refused(tmp_path_factory, path):
    files = Files(tmp_path_factory.getbasetemp() / "any")
    try:
        found = files.resolve(path)
    except Refused:
        return
    assert files.root in found.parents


@pytest.mark.parametrize("name", ["../../x", "ABCDEF0123", "", "ab/cd0000", "g" * 64, "a" * 65])
def test_a_name_that_is_no_hash_is_refused(files, name):
    for use in (files.take, files.script, lambda name: files.work_folder(name, 1)):
        with pytest.raises(Refused):
            use(name)


def test_a_root_behind_a_link_works(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files = Files(tmp_path / "link")
    files.put_take(TAKE, FLAC)
    assert files.take(KEY)[1] == FLAC


@pytest.mark.parametrize(
    ("spoil", "quick", "thorough"),
    [
        (lambda path: None, "", ""),
        (lambda path: path.unlink(), "missing", "missing"),
        (lambda path: path.write_bytes(b"short"), "bytes", "bytes"),
        (lambda path: path.write_bytes(b"X" + path.read_bytes()[1:]), "", "not what was stored"),
    ],
    ids=["whole", "missing", "cut", "one byte"],
)
def test_damage_is_found_quickly_by_size_and_thoroughly_by_every_byte(files, spoil, quick, thorough):
    facts = files.publish_folder(finished_folder(files), NARRATION, "e" * 64, CLAIM, 1)["audio"]
    spoil(files.resolve(facts.path))
    found = files.damage(facts), files.damage(facts, thorough=True)
    assert [bool(each) for each in found] == [bool(quick), bool(thorough)]
    assert quick in found[0]
    assert thorough in found[1]


def test_a_file_outside_of_the_root_counts_as_damaged(files):
    assert "cannot be read" in files.damage(FileFacts("../../etc/passwd", 1, "0" * 64))


def version_of(files):
    """Whatever has files is a version, as far as files go."""
    return SimpleNamespace(files=files)


def test_a_version_is_there_when_all_its_files_are_and_many_are_looked_at_with_the_same_eyes(files):
    folders = set()
    facts = [files.publish_folder(finished_folder(files, n), NARRATION, "e" * 64, CLAIM, n) for n in (1, 2)]
    assert all(files.verify(version_of(each), folders=folders) for each in facts)
    files.resolve(facts[1]["text"].path).write_text("short")
    assert [files.verify(version_of(each), folders=folders) for each in facts] == [True, False]
    shutil.rmtree(files.resolve(facts[0]["audio"].path).parent)
    assert not files.verify(version_of(facts[0]), folders=folders)
    assert not files.verify(version_of({}))


def test_a_link_within_the_root_is_followed_and_one_that_leads_out_is_not(files, tmp_path):
    facts = files.publish_folder(finished_folder(files), NARRATION, "e" * 64, CLAIM, 1)
    folder = files.resolve(facts["audio"].path).parent
    folder.rename(files.root / "moved")
    folder.symlink_to(files.root / "moved")
    assert files.verify(version_of(facts))
    (files.root / "moved").rename(tmp_path / "outside")
    folder.unlink()
    folder.symlink_to(tmp_path / "outside")
    assert not files.verify(version_of(facts))
    assert not files.verify(version_of({"audio": FileFacts("../outside/narration.mp3", 26, "0" * 64)}))


@pytest.mark.parametrize("step", ["write", "flush", "rename"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing_behind(files, monkeypatch, step):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    files.put_script("f" * 64, {})
    if step == "write":
        monkeypatch.setattr("pathlib.Path.open", full)
    elif step == "flush":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(Unwritable, match="The disk is full") as raised:
        files.put_take(TAKE, FLAC)
    assert raised.value.remedy
    monkeypatch.undo()
    assert everything(files) == [f"scripts/{'f' * 64}.json"]
    files.put_take(TAKE, FLAC)
    assert files.take(KEY) is not None


def test_a_root_that_cannot_be_a_folder_is_said_in_plain_words(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unwritable, match="cannot be read or written"):
        Files(tmp_path / "file").put_script("f" * 64, {})


def put_the_same_take(root):
    Files(root).put_take(TAKE, FLAC)


def test_several_processes_may_put_the_same_take_at_once(files):
    crowd = [
        multiprocessing.get_context("fork").Process(target=put_the_same_take, args=(files.root,)) for _ in range(6)
    ]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join()
    assert [process.exitcode for process in crowd] == [0] * 6
    assert files.take(KEY)[1] == FLAC
    assert list((files.root / "partial").iterdir()) == []


WRITE_FOR_EVER = """
import sys
from pathlib import Path
from assets.storage.files import Files
files = Files(Path(sys.argv[1]))
print("go", flush=True)
for number in range(1_000_000):
    files.put_script("f" * 64, {"number": number, "filling": "x" * 50_000})
"""


def test_a_writer_killed_at_any_moment_leaves_the_old_or_the_new_and_nothing_half(files):
    for _ in range(4):
        writer = subprocess.Popen([sys.executable, "-c", WRITE_FOR_EVER, str(files.root)], stdout=subprocess.PIPE)
        writer.stdout.readline()
        while not files.resolve(f"scripts/{'f' * 64}.json").exists():
            pass
        writer.kill()
        writer.communicate()
        script = files.script("f" * 64)
        assert script is not None
        assert len(script["filling"]) == 50_000
        shutil.rmtree(files.root / "scripts")


def test_the_sheet_beside_the_audio_can_be_read_by_a_person(files):
    files.put_take(TAKE, FLAC)
    sheet = json.loads(files.resolve(f"takes/ab/{KEY}.json").read_text())
    assert sheet["text"] == "Guten Morgen, schöne Welt."
    assert sheet["words"] == [[0.0, 0.25, 0, 5]]

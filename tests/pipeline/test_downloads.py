"""Downloads: made once when somebody wants them, kept, and honest about how far they are."""

import hashlib
import os
import threading
import time
from datetime import UTC, datetime

import av
import numpy as np
import pytest

from assets.audio.encoding import Mp3, Tags
from assets.audio.filters import frame
from assets.domain.errors import Corrupt, Refused
from assets.domain.keys import NarrationKey
from assets.domain.narrations import FileFacts, Version
from assets.pipeline import downloads as module
from assets.pipeline.downloads import Downloads
from assets.storage.files import RENDITION_DAYS, Files

TRANSCRIPT = '{"chapters": [{"title": "One", "start": 0, "end": 1}, {"title": "Two", "start": 1, "end": 2}]}'


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def version(files):
    folder = files.root / "narrations"
    folder.mkdir()
    wave = (0.3 * np.sin(2 * np.pi * 440 * np.arange(44_100) / 22_050)).astype(np.float32)
    with Mp3(folder / "a.mp3", 22_050, Tags("Echoes")) as mp3:
        mp3.write([frame(wave, 22_050)])
    (folder / "t.json").write_text(TRANSCRIPT)
    facts = {
        role: FileFacts(f"narrations/{name}", 1, hashlib.sha256((folder / name).read_bytes()).hexdigest())
        for role, name in (("audio", "a.mp3"), ("transcript", "t.json"))
    }
    key = NarrationKey.of("articles/echoes", "en", "joe")
    return Version(1, key, 1, "f", "s", 2.0, 1, 10, 0, 0, 0, datetime.now(UTC), files=facts)


def test_a_download_is_made_once_whoever_wants_it(files, version, monkeypatch):
    from assets.audio import renditions

    made = []
    render = renditions.render
    monkeypatch.setattr(renditions, "render", lambda *a, **k: (made.append(1), render(*a, **k)))
    downloads = Downloads(files)
    found = []
    threads = [threading.Thread(target=lambda: found.append(downloads.make(version, "m4b"))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert Downloads(files).make(version, "m4b") == found[0]
    assert made == [1]
    with av.open(str(found[0])) as container:
        assert [each["metadata"]["title"] for each in container.chapters()] == ["One", "Two"]
    assert not list((files.root / "partial").iterdir())


def test_progress_begins_it_and_says_when_it_is_ready(files, version, wait_until):
    downloads = Downloads(files)
    assert downloads.progress(version, "opus").ready in {False, True}
    wait_until(lambda: downloads.progress(version, "opus").ready)
    assert downloads.make(version, "opus").suffix == ".opus"


def test_a_download_that_failed_is_told_and_tried_again(files, version, monkeypatch):
    from assets.audio import renditions

    render = renditions.render

    def broken(*_args, **_kwargs):
        raise Corrupt("It is broken.", remedy="Mend it.")

    downloads = Downloads(files)
    monkeypatch.setattr(renditions, "render", broken)
    for _ in range(2):
        with pytest.raises(Corrupt, match="It is broken"):
            downloads.make(version, "m4b")
    monkeypatch.setattr(renditions, "render", render)
    with pytest.raises(Corrupt):  # a page that only looks how far it is would otherwise never be told
        downloads.progress(version, "m4b")
    assert downloads.make(version, "m4b").is_file()


def test_a_form_that_there_is_not_is_refused(files, version):
    with pytest.raises(Refused, match="m4b, opus"):
        Downloads(files).make(version, "../../etc/passwd")


def test_what_nobody_wanted_for_a_month_is_let_go_and_made_again(files, version):
    downloads = Downloads(files)
    old = downloads.make(version, "m4b")
    long_ago = time.time() - (RENDITION_DAYS + 1) * 86400
    os.utime(old, (long_ago, long_ago))
    young = downloads.make(version, "opus")
    assert files.forget_renditions() == 1
    assert (old.exists(), young.exists()) == (False, True)
    assert downloads.make(version, "m4b") == old


def test_whoever_keeps_a_rendition_does_not_go_through_all_the_others(files, version, monkeypatch):
    monkeypatch.setattr(Files, "under", lambda *_: pytest.fail("it went through all of them"))
    assert Downloads(files).make(version, "opus").is_file()


def test_another_rendering_is_another_file(files, version, monkeypatch):
    first = Downloads(files).make(version, "opus")
    monkeypatch.setattr(module, "_RENDERING", "another")
    assert Downloads(files).make(version, "opus") != first

"""Files: the one place that joins paths and writes audio, scripts and published narrations.

```
takes/ab/<key>.flac, <key>.json                    what was said, and everything about it
sections/ab/<key>.json                             sections of scripts that a paid writer wrote
hearings/ab/<key>.json                             what a listener wrote down of a take
scripts/<fingerprint>.json                         scripts, shared by the voices that say the same
narrations/<content>/<locale>/<voice>/<folder>/    published versions, each in a folder of its own
renditions/ab/<name>.<ending>                      made of the others when wanted; may go at any time
partial/                                           work that is not finished, and files half written
quarantine/                                        what was damaged, set aside for a person to look at
```
Whatever has its final name is complete and durable: it is written under `partial/`, flushed to the disk, and renamed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import shutil
import stat
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assets.domain.errors import Corrupt, Refused
from assets.domain.fingerprints import digest
from assets.domain.hearing import Heard
from assets.domain.keys import NarrationKey
from assets.domain.narrations import FileFacts, Version
from assets.domain.sections import Manuscript
from assets.domain.takes import Take
from assets.storage.disks import make_folder, put_in_place, saying_what_is_wrong, sync_folder, write_durably
from assets.storage.processes import mark_of, this_process

ROLES = {
    "audio": "narration.mp3",
    "captions": "captions.vtt",
    "subtitles": "subtitles.srt",
    "transcript": "transcript.json",
    "script": "script.json",
    "text": "script.txt",
}
"""What each file of a published narration is for, and its name."""

RENDITION_DAYS = 30
"""A rendition that nobody wanted for so long is removed: it can be made again."""

_ENDING = re.compile(r"[a-z0-9]{2,5}\Z")
_HASH = re.compile(r"[0-9a-f]{8,64}\Z")
_CLAIM = re.compile(r"[0-9a-f-]{8,36}\Z")
_log = logging.getLogger(__name__)


class Files:
    """The files below one folder; nothing is ever read or written outside of it.

    Paths that come out, and those that go into `resolve`, are relative to that folder and have forward slashes. All
    methods may be called from any thread and any number of processes. Raises `Unwritable` when the disk is
    full or denies access.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.abspath(root))  # noqa: PTH100 - without following links: `resolve` looks at those

    def resolve(self, relpath: str) -> Path:
        """The absolute path of a file. Raises `Refused` for one outside of the root, be it by name or by a link."""
        parts = relpath.split("/")
        plain = relpath and "\\" not in relpath and relpath.isprintable() and not {"", ".", ".."} & set(parts)
        path = self.root.joinpath(*parts) if plain else self.root
        if not plain or not path.resolve().is_relative_to(self.root.resolve()):
            raise Refused(f"'{relpath[:80]}' is not a file of the studio.", remedy="Use a path that the studio gave.")
        return path

    # Takes

    def take(self, key: str) -> tuple[Take, bytes] | None:
        """A take and its FLAC audio; None when it is not there.

        One that is not what was stored is set aside, logged, and then not there either: it is made again.
        """
        audio, sheet = self._take_paths(key)
        with saying_what_is_wrong(audio):
            try:
                flac, described = audio.read_bytes(), sheet.read_bytes()
            except FileNotFoundError:
                # The sheet is written last: without it the take was never finished.
                return None
        try:
            take = Take.from_json(_json_of(described))
            if take.key != key or take.size != len(flac) or take.sha256 != hashlib.sha256(flac).hexdigest():
                raise Corrupt(f"The take {key[:12]} is not what was stored.", remedy="It is made again.")
        except Corrupt as corrupt:
            self.set_aside(audio, sheet, why=corrupt.message)
            return None
        return take, flac

    def put_take(self, take: Take, flac: bytes) -> FileFacts:
        """Keep a take for ever; it is durable when this returns. One that is there already stays as it is."""
        audio, sheet = self._take_paths(take.key)
        if (there := self.take(take.key)) is not None:
            return FileFacts(self._relative(audio), there[0].size, there[0].sha256)
        facts = FileFacts(self._relative(audio), len(flac), hashlib.sha256(flac).hexdigest())
        described = {**take.as_json(), "size": facts.size, "sha256": facts.sha256}
        self._write(audio, flac)
        self._write(sheet, json.dumps(described, ensure_ascii=False, indent=1).encode())
        return facts

    def has_take(self, key: str) -> bool:
        """Whether a take is there, damaged or not."""
        return self._take_paths(key)[1].exists()

    # What was heard of takes

    def hearing(self, key: str) -> Heard | None:
        """What was heard of a take; None when nobody listened to it."""
        found = self._sealed(self._hearing_path(key), "hearing")
        return Heard(str(found["said"]), str(found["heard"]), str(found["listener"])) if found is not None else None

    def put_hearing(self, key: str, heard: Heard) -> None:
        """Keep what was heard of a take, instead of what was heard before."""
        self._seal(self._hearing_path(key), "hearing", {"take": key, **asdict(heard)})

    # Scripts

    def script(self, fingerprint: str) -> dict[str, Any] | None:
        """A script as plain data; None when it is not there. A damaged one is set aside and not there either."""
        return self._sealed(self._script_path(fingerprint), "script")

    def has_script(self, fingerprint: str) -> bool:
        """Whether a script is there, damaged or not."""
        return self._script_path(fingerprint).exists()

    def put_script(self, fingerprint: str, script: dict[str, Any]) -> None:
        """Keep a script for every narration that says the same."""
        self._seal(self._script_path(fingerprint), "script", script)

    def section(self, key: str) -> Manuscript | None:
        """A written section; None when it is not there. A damaged one is set aside and not there either."""
        path = self._section_path(key)
        found = self._sealed(path, "section")
        if found is None:
            return None
        made = Manuscript.from_json(found)
        if made.key != key:
            self.set_aside(path, why=f"The section {key[:12]} is another one.")
            return None
        return made

    def put_section(self, made: Manuscript) -> None:
        """Keep a written section for every script that says the same; it is durable when this returns."""
        self._seal(self._section_path(made.key), "section", made.as_json())

    def _sealed(self, path: Path, name: str) -> dict[str, Any] | None:
        with saying_what_is_wrong(path):
            try:
                kept = path.read_bytes()
            except FileNotFoundError:
                return None
        try:
            found = _json_of(kept)
            content = found.get(name)
            if not isinstance(content, dict) or found.get("sha256") != digest(content):
                raise Corrupt(f"The {name} {path.stem[:12]} is not what was stored.", remedy="It is written again.")
        except Corrupt as corrupt:
            self.set_aside(path, why=corrupt.message)
            return None
        return content

    def _seal(self, path: Path, name: str, content: dict[str, Any]) -> None:
        """Write plain data with its own hash beside it, so that damage is known when it is read."""
        kept = {"sha256": digest(content), name: content}
        self._write(path, json.dumps(kept, ensure_ascii=False, indent=1).encode())

    # Published narrations

    def work_folder(self, claim_id: str, attempt: int) -> Path:
        """An empty folder for the files of one attempt; what an earlier process left there is removed."""
        folder = self._work_folder(claim_id, attempt)
        with saying_what_is_wrong(folder):
            if folder.exists():
                shutil.rmtree(folder)
            make_folder(folder)
        return folder

    def discard_work(self, claim_id: str, attempt: int) -> None:
        """Remove the work folder of an attempt. What cannot be removed now, `reconcile` finds."""
        # Of this attempt only: another process may have taken the claim over and be at work in a folder of its own.
        shutil.rmtree(self._work_folder(claim_id, attempt), ignore_errors=True)

    def publish_folder(
        self, folder: Path, key: NarrationKey, fingerprint: str, claim_id: str, attempt: int
    ) -> dict[str, FileFacts]:
        """Move a finished work folder to its final place, durably and in one step; the facts of its files by role.

        The files must have the names of `ROLES`. No two attempts share a place, so a process that lost its claim
        cannot disturb what another has published. Raises `Refused` for an unknown file or one that is no file.
        """
        final = self._version_folder(key, fingerprint, claim_id, attempt)
        roles = {name: role for role, name in ROLES.items()}
        facts: dict[str, FileFacts] = {}
        with saying_what_is_wrong(final):
            for path in sorted(folder.iterdir()):
                if path.name not in roles or path.is_symlink() or not path.is_file():
                    raise Refused(f"'{path.name}' is no file of a narration.", remedy=f"Known: {', '.join(roles)}.")
                with path.open("rb") as file:
                    os.fsync(file.fileno())
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                place = self._relative(final / path.name)
                facts[roles[path.name]] = FileFacts(place, path.stat().st_size, sha256)
            sync_folder(folder)
            if final.exists():
                shutil.rmtree(final)
            put_in_place(folder, final)
        return facts

    def verify(self, version: Version, *, thorough: bool = False, folders: set[str] | None = None) -> bool:
        """Whether all files of a version are there in their size; when thorough, whether every byte is right.

        Whoever looks at thousands in a row keeps `folders`: those that were found to be no links meanwhile.
        """
        folders = set() if folders is None else folders
        return bool(version.files) and not any(
            (thorough or not self._is_plainly_there(facts, folders)) and self.damage(facts, thorough=thorough)
            for facts in version.files.values()
        )

    def _is_plainly_there(self, facts: FileFacts, folders: set[str]) -> bool:
        """Whether a file is there in its size, with no link on the way. Anything else is for `damage` to look into."""
        folder, _, name = facts.path.rpartition("/")
        try:
            if "\\" in facts.path or not name or not self._is_real(folder, folders):
                return False
            found = os.lstat(f"{self.root}/{facts.path}")
        except (OSError, ValueError):
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == facts.size

    def _is_real(self, folder: str, known: set[str]) -> bool:
        """Whether a folder lies below the root by its name and has no link on the way there."""
        if folder in known:
            return True
        above, _, name = folder.rpartition("/")
        if name in {"", ".", ".."} or (above and not self._is_real(above, known)):
            return False
        if not stat.S_ISDIR(os.lstat(f"{self.root}/{folder}").st_mode):
            return False
        known.add(folder)
        return True

    def damage(self, facts: FileFacts, *, thorough: bool = False) -> str:
        """What is wrong with a file, in a few words; empty when nothing is."""
        try:
            path = self.resolve(facts.path)
            size = path.stat().st_size
            if size != facts.size:
                return f"it has {size} bytes, not {facts.size}"
            if thorough:
                with path.open("rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != facts.sha256:
                        return "its bytes are not what was stored"
        except FileNotFoundError:
            return "it is missing"
        except (OSError, Refused) as error:
            return f"it cannot be read ({error})"
        return ""

    def take_facts(self, key: str, size: int, sha256: str) -> FileFacts:
        """Where the audio of a take lies, for `damage`."""
        return FileFacts(self._relative(self._take_paths(key)[0]), size, sha256)

    # Renditions

    def rendition(self, name: str, ending: str) -> Path | None:
        """A rendition that was kept; None when there is none. To ask for it is to want it: it stays longer."""
        path = self._rendition_path(name, ending)
        with saying_what_is_wrong(path):
            try:
                os.utime(path)
            except FileNotFoundError:
                return None
        return path

    def draft(self) -> Path:
        """Where a file may be written that is not finished; `keep_rendition` gives it its name."""
        # The name says who writes, so that what a dead process left behind is known at once for what it is.
        path = self._partial() / f"{mark_of(this_process())}-{uuid.uuid4().hex[:8]}.half"
        with saying_what_is_wrong(path):
            make_folder(path.parent)
        return path

    def keep_rendition(self, draft: Path, name: str, ending: str) -> Path:
        """Keep a finished draft under this name."""
        path = self._rendition_path(name, ending)
        with saying_what_is_wrong(path):
            put_in_place(draft, path)
        return path

    def forget_renditions(self) -> int:
        """Let go of the renditions that nobody wanted for a month; how many."""
        old, gone = time.time() - RENDITION_DAYS * 86400, 0
        with saying_what_is_wrong(self.root):
            for each in self.under("renditions"):
                with contextlib.suppress(FileNotFoundError):
                    if each.lstat().st_mtime < old:
                        self.remove(each)
                        gone += 1
        return gone

    # Housekeeping

    def read_json(self, path: Path) -> dict[str, Any]:
        """A description below the root as plain data. Raises `Corrupt` when it cannot be read as one."""
        try:
            return _json_of(path.read_bytes())
        except OSError as error:
            raise Corrupt(f"{self._relative(path)} cannot be read.", remedy="It is made again.") from error

    def under(self, folder: str) -> Iterator[Path]:
        """All files below one of the top folders, links included but never followed."""
        for where, _, names in os.walk(self.root / folder):
            for name in names:
                yield Path(where, name)

    def remove(self, path: Path) -> None:
        """Remove a file or folder below the root, and the folders that are empty without it. Raises `Refused`."""
        if not path.parent.resolve().is_relative_to(self.root.resolve()):
            raise Refused(f"{path} is not below the root of the files.", remedy="Nothing was removed.")
        with saying_what_is_wrong(path):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            for parent in path.relative_to(self.root).parents[:-2]:
                with contextlib.suppress(OSError):
                    (self.root / parent).rmdir()

    def set_aside(self, *paths: Path, why: str) -> None:
        """Move damaged files to `quarantine/`, where a person may look at them, and log it."""
        _log.warning("%s Set aside: %s.", why, ", ".join(self._relative(path) for path in paths))
        folder = self.resolve("quarantine")
        stamp = uuid.uuid4().hex[:8]
        with saying_what_is_wrong(folder):
            make_folder(folder)
            for path in paths:
                with contextlib.suppress(FileNotFoundError):
                    path.replace(folder / f"{path.stem}-{stamp}{path.suffix}")

    def _take_paths(self, key: str) -> tuple[Path, Path]:
        name = _checked(_HASH, key)
        return self.resolve(f"takes/{name[:2]}/{name}.flac"), self.resolve(f"takes/{name[:2]}/{name}.json")

    def _hearing_path(self, key: str) -> Path:
        name = _checked(_HASH, key)
        return self.resolve(f"hearings/{name[:2]}/{name}.json")

    def _script_path(self, fingerprint: str) -> Path:
        return self.resolve(f"scripts/{_checked(_HASH, fingerprint)}.json")

    def _section_path(self, key: str) -> Path:
        name = _checked(_HASH, key)
        return self.resolve(f"sections/{name[:2]}/{name}.json")

    def _rendition_path(self, name: str, ending: str) -> Path:
        return self.resolve(f"renditions/{_checked(_HASH, name)[:2]}/{name}.{_checked(_ENDING, ending)}")

    def _version_folder(self, key: NarrationKey, fingerprint: str, claim_id: str, attempt: int) -> Path:
        claim = _checked(_CLAIM, claim_id).replace("-", "")[:12]
        name = f"{_checked(_HASH, fingerprint)[:12]}-{claim}-{int(attempt)}"
        return self.resolve(f"narrations/{key.content}/{key.locale}/{key.voice}/{name}")

    def _work_folder(self, claim_id: str, attempt: int) -> Path:
        return self._partial() / f"{_checked(_CLAIM, claim_id)}-{int(attempt)}"

    def _partial(self) -> Path:
        return self.resolve("partial")

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _write(self, path: Path, content: bytes) -> None:
        half = self.draft()
        with saying_what_is_wrong(path):
            write_durably(half, content)
            try:
                put_in_place(half, path)
            except BaseException:
                half.unlink(missing_ok=True)
                raise


def _checked(pattern: re.Pattern[str], name: str) -> str:
    if not pattern.match(name):
        raise Refused(f"'{name[:80]}' cannot name a file of the studio.", remedy="Use a hash or the id of a claim.")
    return name


def _json_of(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise Corrupt("A description is not JSON.", remedy="It is made again.") from error
    if not isinstance(found, dict):
        raise Corrupt("A description is not an object.", remedy="It is made again.")
    return found

"""Reconciling: what the ledger says, what lies on the disk, and who is still alive, brought together again."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from assets.domain.claims import Claim
from assets.domain.errors import Corrupt
from assets.domain.keys import NarrationKey
from assets.domain.takes import Take
from assets.storage.files import Files
from assets.storage.ledger.ledger import Ledger
from assets.storage.processes import is_marked_alive

_WORK_FOLDER = re.compile(r"(?P<claim>[0-9a-f-]{36})-(?P<attempt>\d+)\Z")
_VERSION_FOLDER = re.compile(r"[0-9a-f]{8,12}-(?P<claim>[0-9a-f]{12})-(?P<attempt>\d+)\Z")
_TAKE_FILE = re.compile(r"(?P<key>[0-9a-f]{8,64})\.(flac|json)\Z")


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that the ledger names and that is not what it should be. `subject` is the narration or the take."""

    subject: str
    path: str
    what: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was found, and mended when `applied`.

    `freed`: narrations whose process is gone; they wait for the next. `unsubmitted`: claims that wait although no run
    was submitted for them; submitting them is for the caller. `orphans`: paths that nothing names; removed.
    `adopted`: keys of takes and sections that were paid for and not known; known from now on. `damaged`: what is made
    again when it is asked for next.
    """

    applied: bool
    freed: tuple[NarrationKey, ...] = ()
    unsubmitted: tuple[Claim, ...] = ()
    orphans: tuple[str, ...] = ()
    adopted: tuple[str, ...] = ()
    damaged: tuple[Damage, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether there was nothing to mend."""
        return not (self.freed or self.unsubmitted or self.orphans or self.adopted or self.damaged)

    def as_json(self) -> dict[str, Any]:
        """Plain data for the command line."""
        return {
            "applied": self.applied,
            "clean": self.clean,
            "freed": [str(key) for key in self.freed],
            "unsubmitted": [{"narration": str(claim.key), "claim": claim.id} for claim in self.unsubmitted],
            "orphans": list(self.orphans),
            "adopted": list(self.adopted),
            "damaged": [{"of": each.subject, "path": each.path, "what": each.what} for each in self.damaged],
        }


def reconcile(
    ledger: Ledger,
    files: Files,
    *,
    apply: bool = False,
    grace_seconds: float = 60,
    lost_after_seconds: float = 60,
    thorough: bool = False,
) -> Reconciliation:
    """Find what crashes left behind, and mend it when `apply` is set; safe while others are at work.

    What belongs to a process or a claim is judged by that at once. Only files that say nothing of their origin
    must be older than `grace_seconds`. `thorough` reads every byte of every file.
    """
    # The files are listed first: whatever the ledger learns of them afterwards is then found in it below.
    partial = sorted((files.root / "partial").glob("*"))
    published = sorted(files.under("narrations"))
    taken = sorted(files.under("takes"))
    written = sorted(files.under("sections"))

    gone = ledger.claims.gone()
    if apply:
        for claim in gone:
            ledger.claims.free(claim.id)
    ids = {claim.id for claim in gone}
    at_work = [claim for claim in ledger.claims.queue() if claim.holder is not None and claim.id not in ids]
    old = time.time() - grace_seconds

    orphans = [path for path in partial if _is_orphaned_work(path, at_work, old)]
    orphans += _orphaned_versions(ledger, files, published, at_work, old)
    adopted, unfinished = _stray_takes(ledger, files, taken, old, apply=apply)
    adopted += _stray_sections(ledger, files, written, apply=apply)
    orphans += unfinished
    if apply:
        for path in orphans:
            files.remove(path)
    return Reconciliation(
        applied=apply,
        freed=tuple(claim.key for claim in gone),
        unsubmitted=ledger.claims.unsubmitted(timedelta(seconds=lost_after_seconds)),
        orphans=tuple(path.relative_to(files.root).as_posix() for path in orphans),
        adopted=tuple(adopted),
        damaged=(
            *_damaged_versions(ledger, files, apply=apply, thorough=thorough),
            *_damaged_takes(ledger, files, apply=apply, thorough=thorough),
            *_missing_sections(ledger, files, apply=apply),
        ),
    )


def _is_orphaned_work(path: Path, at_work: list[Claim], old: float) -> bool:
    if match := _WORK_FOLDER.match(path.name):
        return not any(match["claim"] == claim.id and int(match["attempt"]) == claim.attempt for claim in at_work)
    alive = is_marked_alive(path.name.rpartition("-")[0]) if path.suffix == ".half" else None
    return alive is False or (alive is None and _is_older(path, old))


def _orphaned_versions(
    ledger: Ledger, files: Files, published: list[Path], at_work: list[Claim], old: float
) -> Iterator[Path]:
    named = {facts.path for version in ledger.versions.all() for facts in version.files.values()}
    for path in published:
        if path.relative_to(files.root).as_posix() in named:
            continue
        if match := _VERSION_FOLDER.match(path.parent.name):
            for claim in at_work:
                if claim.id.replace("-", "").startswith(match["claim"]) and claim.attempt == int(match["attempt"]):
                    break
            else:
                yield path
        elif _is_older(path, old):
            yield path


def _stray_takes(
    ledger: Ledger, files: Files, taken: list[Path], old: float, *, apply: bool
) -> tuple[list[str], list[Path]]:
    """Takes that the ledger does not know: those that are whole, and the files of those that are not."""
    by_key: dict[str, list[Path]] = {}
    orphans = []
    for path in taken:
        if match := _TAKE_FILE.match(path.name):
            by_key.setdefault(match["key"], []).append(path)
        elif _is_older(path, old):
            orphans.append(path)
    adopted = []
    known = ledger.takes.known(list(by_key))
    for key, paths in by_key.items():
        if key in known or ledger.takes.is_being_made(key):
            continue
        take = _whole_take(files, key, paths)
        if take is None:
            orphans += paths
        elif not apply or ledger.takes.adopt_found(take):
            adopted.append(key)
    return adopted, orphans


def _stray_sections(ledger: Ledger, files: Files, written: list[Path], *, apply: bool) -> list[str]:
    """Sections that were written and paid for, and that the ledger does not know, made known; damaged ones go aside."""
    keys = [path.stem for path in written if path.suffix == ".json"]
    known = ledger.sections.known(keys)
    adopted = []
    for key in keys:
        if key in known or ledger.sections.is_being_made(key):
            continue
        made = files.section(key)
        if made is not None and (not apply or ledger.sections.adopt_found(made)):
            adopted.append(key)
    return adopted


def _whole_take(files: Files, key: str, paths: list[Path]) -> Take | None:
    """The take of these files when both are there and right; looking changes nothing."""
    sheet = next((path for path in paths if path.suffix == ".json"), None)
    if sheet is None or len(paths) != 2:
        return None
    try:
        take = Take.from_json(files.read_json(sheet))
    except Corrupt:
        return None
    whole = take.key == key and not files.damage(files.take_facts(key, take.size, take.sha256), thorough=True)
    return take if whole else None


def _damaged_versions(ledger: Ledger, files: Files, *, apply: bool, thorough: bool) -> Iterator[Damage]:
    for version in ledger.versions.all():
        for facts in version.files.values():
            if what := files.damage(facts, thorough=thorough):
                if apply and (path := files.root / facts.path).exists():
                    # Out of the way, so that a quick look sees, too, that this version cannot be played.
                    files.set_aside(path, why=f"{version.key} version {version.number}: {what}.")
                yield Damage(str(version.key), facts.path, what)


def _damaged_takes(ledger: Ledger, files: Files, *, apply: bool, thorough: bool) -> Iterator[Damage]:
    for take in ledger.takes.all():
        facts = files.take_facts(take.key, take.size, take.sha256)
        if what := files.damage(facts, thorough=thorough):
            if apply:
                # Reading it sets it aside when it is damaged; one that is whole all the same is adopted later.
                files.take(take.key)
                ledger.takes.discard(take.key)
            yield Damage(take.key, facts.path, what)


def _missing_sections(ledger: Ledger, files: Files, *, apply: bool) -> Iterator[Damage]:
    for section in ledger.sections.all():
        if files.section(section.key) is None:
            if apply:
                ledger.sections.discard(section.key)
            yield Damage(section.key, f"sections/{section.key[:2]}/{section.key}.json", "it is missing or damaged")


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.lstat().st_mtime < moment
    except FileNotFoundError:
        return False

"""Downloads: a version in the formats that are made only when somebody wants them, once, and kept."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from assets.domain.errors import Corrupt, Refused
from assets.domain.fingerprints import digest
from assets.domain.narrations import Version
from assets.storage.files import Files

ENDINGS: Mapping[str, str] = MappingProxyType({"m4b": "m4b", "opus": "opus"})
"""The formats that there are, each with the ending of its file."""
_RENDERING = "1"
"""Raise it when a rendition of the same file would come out otherwise."""


@dataclass(slots=True)
class _Making:
    result: Future[Path]
    share: float = 0.0
    began: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is: the share that is done, and the seconds that are left, None before that can be said."""

    ready: bool
    share: float = 0.0
    remaining_seconds: float | None = None


class Downloads:
    """Makes renditions of versions, one at a time in this process: they are a courtesy, and narrations come first."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="download")
        self._being_made: dict[str, _Making] = {}

    def make(self, version: Version, form: str) -> Path:
        """The file of a version in a form of `ENDINGS`, made now when it is not there yet: half a minute for an hour.

        Raises `Refused` for a form that is not known, and `Corrupt` when the version's own file is damaged.
        """
        return self._begin(version, form, anew=True).result.result()

    def progress(self, version: Version, form: str) -> Progress:
        """How far it is; it is begun when nobody has yet. Raises like `make`, once, when it failed."""
        making = self._begin(version, form, anew=False)
        if making.result.done():
            making.result.result()
            return Progress(ready=True, share=1.0, remaining_seconds=0.0)
        share, took = making.share, time.monotonic() - making.began
        return Progress(False, round(share, 3), round(took / share * (1 - share), 1) if share > 0.02 else None)

    def _begin(self, version: Version, form: str, *, anew: bool) -> _Making:
        """The making that is under way, the kept file, or a new making; with `anew`, one that failed is forgotten."""
        if form not in ENDINGS or "audio" not in version.files:
            raise Refused(f"There is no '{form[:20]}' of this version.", remedy=f"Choose one of: {', '.join(ENDINGS)}.")
        name = digest({"of": version.files["audio"].sha256, "form": form, "rendering": _RENDERING})
        with self._lock:
            making = self._being_made.get(name)
            if making is not None and not making.result.done():
                return making
            if (kept := self._files.rendition(name, ENDINGS[form])) is not None:
                there: Future[Path] = Future()
                there.set_result(kept)
                return _Making(there)
            if making is not None and not anew:  # it failed
                return self._being_made.pop(name)
            making = _Making(Future())
            self._being_made[name] = making
        self._worker.submit(self._carry_out, making, version, form, name)
        return making

    def _carry_out(self, making: _Making, version: Version, form: str, name: str) -> None:
        making.began = time.monotonic()
        try:
            made = self._render(making, version, form, name)
        except BaseException as error:
            making.result.set_exception(error)
        else:
            with self._lock:
                self._being_made.pop(name, None)
            making.result.set_result(made)

    def _render(self, making: _Making, version: Version, form: str, name: str) -> Path:
        from assets.audio.encoding import ChapterTag
        from assets.audio.renditions import render

        def tell(share: float) -> None:
            making.share = share

        source = self._files.resolve(version.files["audio"].path)
        try:
            heard = json.loads(self._files.resolve(version.files["transcript"].path).read_bytes())
            chapters = [ChapterTag(each["title"], each["start"], each["end"]) for each in heard["chapters"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Corrupt("The transcript of this version cannot be read.", remedy="Make it again.") from error
        draft = self._files.draft()
        try:
            render(source, draft, form, chapters, progress=tell)
            return self._files.keep_rendition(draft, name, ENDINGS[form])
        finally:
            draft.unlink(missing_ok=True)

"""Downloads: a version in the formats that are made only when somebody wants them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from assets.domain.errors import Corrupt, Refused
from assets.domain.fingerprints import digest
from assets.domain.narrations import Version
from assets.pipeline.renditions import Making, Renditions
from assets.storage.files import Files

ENDINGS: Mapping[str, str] = MappingProxyType({"m4b": "m4b", "opus": "opus"})
"""The formats that there are, each with the ending of its file."""
_RENDERING = "2"
"""Raise it when a rendition of the same file would come out otherwise."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is: the share that is done, and the seconds that are left, None before that can be said."""

    ready: bool
    share: float = 0.0
    remaining_seconds: float | None = None


class Downloads:
    """Versions in other formats, one at a time in this process."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._renditions = Renditions(files)

    def make(self, version: Version, form: str) -> Path:
        """The file of a version in a form of `ENDINGS`, made now when it is not there: half a minute for an hour.

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

    def _begin(self, version: Version, form: str, *, anew: bool) -> Making:
        if form not in ENDINGS or "audio" not in version.files:
            raise Refused(f"There is no '{form[:20]}' of this version.", remedy=f"Choose one of: {', '.join(ENDINGS)}.")
        name = digest({"of": version.files["audio"].sha256, "form": form, "rendering": _RENDERING})
        return self._renditions.begin(
            name, ENDINGS[form], lambda draft, tell: self._render(draft, version, form, tell), anew=anew
        )

    def _render(self, draft: Path, version: Version, form: str, tell: Callable[[float], None]) -> None:
        from assets.audio.encoding import ChapterTag
        from assets.audio.renditions import render

        source = self._files.resolve(version.files["audio"].path)
        try:
            heard = json.loads(self._files.resolve(version.files["transcript"].path).read_bytes())
            chapters = [ChapterTag(each["title"], each["start"], each["end"]) for each in heard["chapters"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Corrupt("The transcript of this version cannot be read.", remedy="Make it again.") from error
        render(source, draft, form, chapters, progress=tell)

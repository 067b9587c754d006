"""What a listener wrote down of narrations, and the verdicts on it: for `studio listen` and for the pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from assets.domain.errors import Refused, StudioError
from assets.domain.hearing import Bounds, Judgement, Verdict
from assets.domain.keys import Locale, NarrationKey
from assets.domain.narrations import Version
from assets.pipeline.desk import Desk
from assets.pipeline.hearing import Hearing, bounds_for
from studio_ui.remembered import Remembered

VERDICT_SECONDS = 1.0
"""How long one look at what was heard serves all open pages."""


def hear(
    desk: Desk,
    key: NarrationKey,
    *,
    kept: bool = False,
    good: float | None = None,
    bad: float | None = None,
    quiet: bool = False,
) -> Judgement:
    """The verdict on what is published of a narration; `kept` judges what was heard before and listens to nothing.

    `good` and `bad` stand in for the bounds of the locale. Raises `Refused` when nothing is published, when there is no
    listener here, or for bounds that make no sense.
    """
    version = desk.ledger.narrations.get(key).version
    if version is None:
        raise Refused(
            f"Nothing of {key} has been published yet.", remedy=f"Make it with: studio generate {key.content}"
        )
    bounds = chosen_bounds(key.locale, good, bad)
    hearing = Hearing(desk)
    if not kept:
        from studio_ui.progress import Progress

        with Progress(quiet=quiet) as progress:
            hearing.listen(version, lambda done, total: progress.listening(key, done, total))
    return hearing.judgement(version, bounds)


def chosen_bounds(locale: Locale, good: float | None, bad: float | None) -> Bounds | None:
    """The bounds of a locale, or those that somebody chose instead. Raises `Refused` for what makes no sense."""
    bounds = bounds_for(locale)
    if good is None and bad is None:
        return bounds
    if bounds is None:
        raise Refused(f"No listener here can judge '{locale}'.", remedy="Leave its bounds alone.")
    bounds = replace(bounds, good=bounds.good if good is None else good, bad=bounds.bad if bad is None else bad)
    if not 0 <= bounds.good <= bounds.bad:
        raise Refused(
            f"What is good enough ({bounds.good:.0%}) cannot be more than what is bad ({bounds.bad:.0%}).",
            remedy="Turn them round.",
        )
    return bounds


class Verdicts:
    """The verdicts on published versions as plain data, from what was heard so far. May be used from any thread."""

    def __init__(self, desk: Desk, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._hearing = Hearing(desk)
        self._remembered = Remembered(VERDICT_SECONDS, clock=clock)

    def of(self, version: Version, good: float | None = None, bad: float | None = None) -> dict[str, Any]:
        """The verdict on a version, with every passage; `good` and `bad` stand in for the bounds of its locale.

        `missing` says why nothing can be listened to here, `command` how to have it done. Raises `Refused`, `Corrupt`.
        """
        key = version.key
        if good is None and bad is None:
            found = self._remembered.get(version.id, lambda: self._hearing.judgement(version))
        else:
            found = self._hearing.judgement(version, chosen_bounds(key.locale, good, bad))
        return {
            "version": version.number,
            **found.as_json(),
            "missing": self._hearing.refusal() or "",
            "command": f"studio listen {key.content} --locale {key.locale} --voice {key.voice}",
        }

    def heard(self, version: Version) -> int:
        """How many takes have been listened to; while that stays, the verdict does. Raises `Corrupt`."""
        return self._remembered.get(("heard", version.id), lambda: self._hearing.heard(version))

    def brief(self, versions: Iterable[Version]) -> list[dict[str, Any]]:
        """The verdicts on several versions, without their passages; one whose files are damaged has none."""
        found = []
        for version in versions:
            try:
                whole = self.of(version)
            except StudioError as error:
                found.append({"version": version.number, "error": error.as_json()})
                continue
            passages = whole.pop("passages")
            failed = sum(each["verdict"] == Verdict.FAIL.value for each in passages)
            found.append({**whole, "passages": len(passages), "failed": failed})
        return found


def lines(found: Judgement) -> Iterator[str]:
    """The verdict for a person to read, with every passage that did not pass and where it is."""
    yield f"{found.verdict.value}: {found.why}"
    for each in found.passages:
        if each.rate is not None and each.verdict is not Verdict.PASS:
            minutes, seconds = divmod(each.start_seconds, 60)
            yield f"  {int(minutes)}:{seconds:04.1f}  {each.rate:.0%}  {each.verdict.value}"
            yield f"    written: {each.said}"
            yield f"    heard:   {each.heard}"

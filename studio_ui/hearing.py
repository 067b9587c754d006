"""`studio listen`: what a listener wrote down of a narration, and the verdict on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assets.domain.errors import Refused
from assets.domain.hearing import Judgement, Verdict
from assets.domain.keys import NarrationKey
from assets.pipeline.desk import Desk
from assets.pipeline.hearing import Hearing, bounds_for


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
    bounds = bounds_for(key.locale)
    if good is not None or bad is not None:
        if bounds is None:
            raise Refused(f"No listener here can judge '{key.locale}'.", remedy="Leave --good and --bad out.")
        bounds = replace(bounds, good=bounds.good if good is None else good, bad=bounds.bad if bad is None else bad)
        if bounds.good > bounds.bad:
            raise Refused(f"--good {bounds.good} is more than --bad {bounds.bad}.", remedy="Turn them round.")
    hearing = Hearing(desk)
    if not kept:
        from studio_ui.progress import Progress

        with Progress(quiet=quiet) as progress:
            hearing.listen(version, lambda done, total: progress.listening(key, done, total))
    return hearing.judgement(version, bounds)


def lines(found: Judgement) -> Iterator[str]:
    """The verdict for a person to read, with every passage that did not pass and where it is."""
    yield f"{found.verdict.value}: {found.why}"
    for each in found.passages:
        if each.rate is not None and each.verdict is not Verdict.PASS:
            minutes, seconds = divmod(each.start_seconds, 60)
            yield f"  {int(minutes)}:{seconds:04.1f}  {each.rate:.0%}  {each.verdict.value}"
            yield f"    written: {each.said}"
            yield f"    heard:   {each.heard}"

"""The progress of narrations on a terminal, on stderr; silent where nobody watches."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from assets.domain.keys import NarrationKey
from assets.domain.narrations import Narration
from assets.domain.scripts import Script
from assets.domain.states import Status


class Progress:
    """A bar for the narration at work and, for a batch, one for all of them. An `Audience` of the engine."""

    def __init__(self, *, quiet: bool = False, total: int = 0) -> None:
        console = Console(stderr=True)
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f} of {task.total:.0f}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal or (quiet and not console.is_terminal),
        )
        self._all: TaskID | None = self._bars.add_task("All narrations", total=total) if total else None
        self._tasks: dict[NarrationKey, TaskID] = {}

    def __enter__(self) -> Progress:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def waiting(self, key: NarrationKey, why: str) -> None:
        """It has to wait."""
        self._bars.update(self._task(key), description=f"{key}: {why}")

    def scripted(self, key: NarrationKey, script: Script, fingerprint: str) -> None:  # noqa: ARG002 - an Audience
        """The script is there."""
        self._bars.update(self._task(key), total=len(script.segments), description=f"{key}: script written")

    def speaking(self, key: NarrationKey, done: int, total: int) -> None:
        """So many segments are spoken."""
        self._bars.update(self._task(key), completed=done, total=total, description=f"{key}: speaking")

    def listening(self, key: NarrationKey, done: int, total: int) -> None:
        """So many passages have been listened to."""
        self._bars.update(self._task(key), completed=done, total=total, description=f"{key}: listening")

    def mixing(self, key: NarrationKey, share: float) -> None:
        """The takes are being joined."""
        self._bars.update(self._task(key), description=f"{key}: joining {share:.0%}")

    def follow(self, narration: Narration) -> None:
        """Show the work of another process, as the ledger tells it."""
        stage = {
            Status.PENDING: "queued",
            Status.GENERATING_SCRIPT: "somebody is writing it",
            Status.GENERATING_SPEECH: "somebody is speaking it",
        }.get(narration.status or Status.PENDING, "")
        self._bars.update(
            self._task(narration.key),
            completed=narration.segments_done,
            total=narration.segments_total or 1,
            description=f"{narration.key}: {stage}",
        )

    def ended(self, key: NarrationKey) -> None:
        """One of the batch has ended."""
        if key in self._tasks:
            self._bars.remove_task(self._tasks.pop(key))
        if self._all is not None:
            self._bars.advance(self._all)

    def _task(self, key: NarrationKey) -> TaskID:
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(f"{key}", total=1)
        return self._tasks[key]

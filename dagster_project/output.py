"""What a run prints, kept where Dagster's pages look for it.

Dagster's own way is a `tail` and a Python process beside each stream, four processes a run, to print it a second time
into the server's log.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster._core.execution.compute_logs import redirect_to_file
from dagster._core.storage.compute_log_manager import CapturedLogContext, ComputeIOType
from dagster._core.storage.local_compute_log_manager import IO_TYPE_EXTENSION, LocalComputeLogManager

if TYPE_CHECKING:
    from dagster._serdes import ConfigurableClassData


class CapturedOutput(LocalComputeLogManager):
    """Files in the instance's folder; written by the run's process itself, which has one run at a time.

    A run in the process of somebody who watches it leaves its output on the terminal (`leave_it_to_the_terminal`).
    """

    _captures = True

    def leave_it_to_the_terminal(self) -> None:
        """Capture nothing: who started this process sees what it prints, its progress above all."""
        self._captures = False

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> CapturedOutput:
        """Dagster's way of making one from dagster.yaml."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def capture_logs(self, log_key: Sequence[str]) -> Iterator[CapturedLogContext]:
        """Everything that this process prints, libraries below Python included, until the end."""
        if not self._captures:
            yield CapturedLogContext(log_key)
            return
        out, err = (
            Path(self.get_captured_local_path(log_key, IO_TYPE_EXTENSION[kind]))
            for kind in (ComputeIOType.STDOUT, ComputeIOType.STDERR)
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        with redirect_to_file(sys.stdout, str(out)), redirect_to_file(sys.stderr, str(err)):
            yield CapturedLogContext(log_key)
        Path(self.complete_artifact_path(log_key)).touch()

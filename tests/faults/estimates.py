"""What narrations were expected to cost, beside what they cost: every text of a folder, through the whole pipeline."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from scenarios import house

from assets.domain.costs import error_percent
from assets.pipeline.engine import Engine, Made, Result
from assets.pipeline.opening import open_desk
from assets.settings import Settings


@dataclass(frozen=True)
class Priced:
    """One narration: what was expected and what it cost, in micros. `code` says why it could not be made."""

    name: str
    estimate: int
    cost: int
    code: str = ""

    @property
    def error_percent(self) -> float:
        """How far the estimate was off, in per cent of what it cost."""
        return error_percent(self.estimate, self.cost) or 0.0


def priced(folder: Path, content: Path, *, voice: str = "nina", most: int | None = None) -> list[Priced]:
    """Every text below `content` in one voice, each estimated at its own beginning, one after the other."""
    with house(folder) as home:
        settings = {
            **home.environment,
            "STUDIO_CONTENT": str(content),
            "STUDIO_CALL_TIMEOUT_SECONDS": "60",
            "STUDIO_MAX_PARALLEL": "1",
        }
        desk = open_desk(Settings.from_environment(settings))
        keys = desk.everything(voice=voice)[:most]

        async def run() -> list[Made]:
            return [made async for made in Engine(desk, ()).make_all(keys)]

        found = []
        for made in asyncio.run(run()):
            version = made.narration.version
            code = made.error.code if made.error else "" if made.result is Result.MADE else made.result.value
            sums = (version.estimate_micros, version.cost_micros) if version else (0, 0)
            found.append(Priced(str(made.key), *sums, code=code or ""))
            if made.error:
                sys.stderr.write(f"{made.key}: {made.error}\n")
        desk.ledger.close()
        return sorted(found, key=lambda each: each.name)

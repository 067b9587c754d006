"""The doctor: looks at everything a narration needs, and says how to mend what is not well."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx

from assets.domain.counting import counted
from assets.domain.errors import StudioError
from assets.pipeline.accounts import is_offered, standings
from assets.pipeline.hearing import Hearing
from assets.pipeline.opening import open_desk
from assets.settings import Settings

_LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, what was seen, and how to mend it."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""

    def as_json(self) -> dict[str, str | bool]:
        """Plain data for `studio doctor --json`."""
        return {"name": self.name, "ok": self.ok, "detail": self.detail, "remedy": self.remedy}


def examine(settings: Settings) -> list[Finding]:
    """Look at settings, disk, ledger, content, voices and services; nothing is bought and nothing is changed."""
    looks: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
        ("settings", _settings),
        ("disk", _disk),
        ("catalogue", _catalogue),
        ("accounts", _accounts),
        ("voices", _voices),
        ("listener", _listener),
        ("services", _services),
    )
    findings: list[Finding] = []
    for name, look in looks:
        try:
            findings += look(settings)
        except StudioError as error:
            findings.append(Finding(name, False, error.message, error.remedy))
        except OSError as fault:
            findings.append(Finding(name, False, str(fault), "Check the folder and its permissions."))
    return findings


def _settings(settings: Settings) -> Iterator[Finding]:
    for warning in settings.warnings:
        yield Finding("settings", False, warning, "Correct the name in the environment or in .env.")
    if not settings.warnings:
        yield Finding("settings", True, f"home is {settings.home}")


def _disk(settings: Settings) -> Iterator[Finding]:
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    yield Finding("disk", free > _LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free", "Free some space: 1 GB is too little.")
    open_desk(settings).ledger.close()
    yield Finding("ledger", True, "opens and is up to date")


def _catalogue(settings: Settings) -> Iterator[Finding]:
    catalogue = open_desk(settings).catalogue()
    count = len(catalogue.contents)
    yield Finding(
        "catalogue",
        count > 0,
        f"{counted(count, 'content')}, {counted(len(catalogue.sources), 'text')}",
        "Check STUDIO_CONTENT.",
    )
    for problem in catalogue.problems[:20]:
        yield Finding("catalogue", False, f"{problem.path}: {problem.message}", "Mend or move the file.")


def _accounts(settings: Settings) -> Iterator[Finding]:
    for each in standings(open_desk(settings)):
        yield Finding(each.name, each.ok, each.detail, each.remedy)


def _voices(settings: Settings) -> Iterator[Finding]:
    desk = open_desk(settings)
    locales = sorted({source.locale for source in desk.catalogue().sources})
    for voice in desk.voices().entries:
        if not is_offered(desk, voice):
            continue
        refusals = {locale: desk.refusal(voice, locale.tag) for locale in locales if voice.offered_for(locale)}
        spoken = [str(locale) for locale, refusal in refusals.items() if refusal is None]
        refused = next((refusal for refusal in refusals.values() if refusal), "")
        if refused and not spoken:
            yield Finding(f"voice {voice.key}", False, refused)
        else:
            yield Finding(f"voice {voice.key}", True, f"speaks {', '.join(spoken) or 'none of the catalogue'}")
    for locale in locales:
        if not any(desk.refusal(voice, locale.tag) is None for voice in desk.voices().for_locale(locale)):
            yield Finding("voices", False, f"no voice speaks '{locale}'", "Add one to voices.toml.")


def _listener(settings: Settings) -> Iterator[Finding]:
    refusal = Hearing(open_desk(settings)).refusal()
    # Narrations are made without one, so its absence is nothing to mend.
    yield Finding("listener", True, f"{refusal} Without it nothing is listened to." if refusal else "can listen")


def _services(settings: Settings) -> Iterator[Finding]:
    for name, url in (
        ("studio", f"{settings.studio_url}/healthz"),
        ("Dagster webserver", f"{settings.dagster_url}/server_info"),
    ):
        try:
            httpx.get(url, timeout=2.0, trust_env=False).raise_for_status()
            yield Finding(name, True, f"answers at {url}")
        except httpx.HTTPError:
            # The command line works without the servers, so their absence is nothing to mend.
            yield Finding(name, True, "is not running; start it with `studio up`")

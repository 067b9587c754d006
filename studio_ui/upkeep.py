"""What would be kept up to date by itself, before it is switched on: for the command line and for a page."""

from __future__ import annotations

from typing import Any

from assets.domain.costs import MICROS, total
from assets.domain.errors import StudioError
from assets.domain.freshness import Policy, When
from assets.domain.keys import NarrationKey
from assets.pipeline.desk import Desk
from assets.pipeline.upkeep import AT_ONCE, REQUESTED_BY, Upkeep
from studio_ui.snapshots import locale_name, page_url

_WORDS = {
    When.OFF: "off: nothing is made by itself",
    When.CHANGE: "on: soon after a text has changed",
    When.NIGHTLY: "on: in the night, between one and five o'clock",
}


def outlook(desk: Desk, policy: Policy | None = None, *, rows: int = 50) -> dict[str, Any]:
    """What upkeep would do under a policy, that of the settings or another, as plain data. Raises `Refused`.

    `narrations` has the first `rows` of those due, in their order; money is dollars.
    """
    chosen = policy or desk.settings.keep_fresh
    found = Upkeep(desk, chosen).outlook()
    planned = {each.key: each for each in found.planned}
    affordable = set(found.affordable)
    all_together = total(each.estimate for each in found.planned if each.key in affordable)
    return {
        "policy": {
            "when": desk.settings.keep_fresh.when.value,
            "words": _WORDS[desk.settings.keep_fresh.when],
            "contents": list(chosen.contents),
            "missing": chosen.missing,
            "usd_per_day": chosen.per_day / MICROS if chosen.per_day is not None else None,
            "at_once": AT_ONCE,
        },
        "due": len(found.due),
        "out_of_date": sum(1 for each in found.due if each.why == "out of date"),
        "never_made": sum(1 for each in found.due if each.why == "never made"),
        "just_edited": found.settling,
        "affordable": len(affordable),
        "estimated_usd": all_together.micros / MICROS,
        "left_usd": found.left_micros / MICROS if found.left_micros is not None else None,
        "narrations": [
            {
                "narration": str(each.key),
                "why": each.why,
                "listens": each.listens,
                "estimated_usd": planned[each.key].estimate.micros / MICROS if each.key in planned else 0.0,
                "next": each.key in affordable,
                "refusal": planned[each.key].refusal if each.key in planned else "",
            }
            for each in found.due[:rows]
        ],
    }


_SHOWN = 20


def for_page(desk: Desk) -> dict[str, Any]:
    """The same for people: titles and addresses, what is under way, and what was done last. Raises `Refused`."""
    found = outlook(desk, rows=_SHOWN)
    for each in found["narrations"]:
        each |= {**_about(desk, NarrationKey.parse(each.pop("narration"))), "why": each["why"].replace(" ", "_")}
    return {
        **found,
        "under_way": desk.ledger.upkeep.live(REQUESTED_BY),
        "lately": [
            {
                **_about(desk, claim.key),
                "state": claim.state.value,
                "at": (claim.ended_at or claim.asked_at).isoformat(),
                "cost_usd": claim.cost_micros / MICROS,
            }
            for claim in desk.ledger.upkeep.lately(REQUESTED_BY, _SHOWN)
        ],
    }


def _about(desk: Desk, key: NarrationKey) -> dict[str, str]:
    try:
        title, voice = desk.title(key.content.path, key.locale.tag), desk.voices().get(key.voice).name
    except StudioError:  # its text or its voice is gone
        title, voice = key.content.path, key.voice.name
    return {
        "title": title,
        "lang": key.locale.tag,
        "about": f"{locale_name(key.locale)} · {voice}",
        "url": page_url(key),
    }

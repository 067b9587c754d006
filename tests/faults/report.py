"""Writes docs/reliability.md: every fault, every death, every crowd and what each cost, measured now.

    python tests/faults/report.py [--texts FOLDER]

It takes a quarter of an hour on two cores. `FOLDER` holds the texts whose estimates are compared with what they cost;
by default the shipped catalogue.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent))
from crowds import Crowd, edits, shared_text, the_same_key, under_a_cap
from deaths import BOUNDARIES, POINTS, Death, death, killer
from estimates import Priced, priced
from scenarios import Told, all_scenarios, scenario

from assets.settings import PROJECT

DOCUMENT = PROJECT / "docs/reliability.md"
STAGES = {"script": "script", "speech": "speech, ElevenLabs", "plain_speech": "speech, OpenAI"}
Found = TypeVar("Found")


@dataclass
class Measured:
    """Everything that was let happen."""

    faults: list[Told]
    deaths: dict[tuple[str, str], Death]
    crowds: dict[str, Crowd]
    edits: dict[str, tuple[int, int]]
    prices: list[Priced]


def in_a_folder(do: Callable[[Path], Found]) -> Found:
    """Do something in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return do(Path(folder))


def told(things: list[Found], what: str) -> Iterator[Found]:
    """The same things, while whoever waits sees how far it is."""
    for number, thing in enumerate(things, 1):
        sys.stderr.write(f"\r{what}: {number} of {len(things)}   ")
        yield thing
    sys.stderr.write("\n")


def measure(texts: Path) -> Measured:
    """Let all of it happen."""
    faults = [in_a_folder(lambda f, e=each: scenario(f, *e)) for each in told(all_scenarios(), "faults")]
    with killer() as killing:
        deaths = {p: in_a_folder(lambda f, p=p: death(f, killing, *p)) for p in told(POINTS, "deaths")}
    crowds = {
        "200 requests for one narration, 20 processes": in_a_folder(the_same_key),
        "50 narrations that share two of their three sections, each asked for by 4 processes": in_a_folder(shared_text),
        "60 narrations over 20 processes under a cap of $1": in_a_folder(under_a_cap),
    }
    sys.stderr.write("edits and estimates\n")
    return Measured(faults, deaths, crowds, in_a_folder(edits), in_a_folder(lambda f: priced(f, texts)))


def dollars(micros: int) -> str:
    """Micros as a reader likes them."""
    return f"${micros / 1e6:.6f}"


def fault_rows(found: list[Told]) -> Iterator[str]:
    """One row for each fault."""
    for each in found:
        how = {"once": "", "always": "; until it is mended"}.get(each.how, f"; {each.how}")
        first = each.first if not each.code else f"{each.first}: `{each.code}`"
        money = f"{dollars(each.settled)} + {dollars(each.held)}" if each.held else dollars(each.settled)
        yield (
            f"| {STAGES[each.stage]} | {each.fault.replace('_', ' ')}{how} | {first} | {each.calls} / {each.billed} "
            f"| {money} / {dollars(each.bill)} | {each.recovery} | {each.finally_} "
            f"| {dollars(each.settled_in_the_end)} / {dollars(each.bill_in_the_end)} | {each.twice_in_the_end} |"
        )


def yes(true: bool) -> str:
    """A word for a table; the bad one stands out."""
    return "yes" if true else "NO"


def death_rows(found: dict[tuple[str, str], Death]) -> Iterator[str]:
    """One row for each boundary."""
    for name in BOUNDARIES:
        mine = [died for (boundary, _), died in found.items() if boundary == name]
        yield (
            f"| {name} | {', '.join(when for boundary, when in found if boundary == name)} "
            f"| {max(died.in_flight for died in mine)} | {sum(died.twice for died in mine)} "
            f"| {sum(died.remade for died in mine)} | {yes(all(died.settled == died.bill for died in mine))} "
            f"| {yes(all(died.clean and died.fresh for died in mine))} |"
        )


def crowd_rows(found: dict[str, Crowd]) -> Iterator[str]:
    """One row for each crowd."""
    for name, came in found.items():
        ended = ", ".join(f"{count} {how}" for how, count in sorted(came.ended.items()))
        codes = ", ".join(f"{count} `{code}`" for code, count in came.codes.items())
        yield (
            f"| {name} | {ended}{f' ({codes})' if codes else ''} | {came.scripts} | {came.takes} | {came.twice} "
            f"| {dollars(came.settled)} / {dollars(came.bill)} | {dollars(came.most_ever)} | {came.most_under_way} |"
        )


def summary(found: Measured) -> Iterator[str]:
    """What most people want to know."""
    made = [each for each in found.prices if not each.code]
    errors = [abs(each.error_percent) for each in made]
    estimated, cost = sum(each.estimate for each in made), sum(each.cost for each in made)
    worst = max(made, key=lambda each: abs(each.error_percent))
    deaths, faults = found.deaths.values(), found.faults
    above = [each.settled_in_the_end - each.bill_in_the_end for each in faults]
    off = 100 * (estimated - cost) / cost
    yield (
        f"- {len(faults)} faults: {sum(each.finally_ == 'made' for each in faults)} end in a verified narration, at "
        "once or when asked again after the cause is mended; "
        f"{sum(not each.sound for each in faults)} published audio that is not as it should be."
    )
    yield (
        f"- In {above.count(0)} of them the ledger ends equal to the provider's bill, to the millionth of a dollar; in "
        f"{sum(each > 0 for each in above)} it ends higher, because a call was lost where no history can tell and was "
        f"written down as paid; in {sum(each < 0 for each in above)} it ends lower."
    )
    yield (
        f"- {len(deaths)} deaths at {len(BOUNDARIES)} boundaries: {sum(died.twice for died in deaths)} pieces bought "
        f"twice, {sum(died.remade for died in deaths)} finished takes made again, at most "
        f"{max(died.in_flight for died in deaths)} calls unknown at the death, "
        f"{sum(not died.clean for died in deaths)} with anything left over."
    )
    yield (
        f"- Estimate against actual over {len(made)} texts, {dollars(cost)} in all: {off:+.2f} % of the whole, "
        f"{sum(each <= 1 for each in errors)} of {len(made)} within 1 %, median error "
        f"{statistics.median(errors):.2f} %, worst {worst.error_percent:+.1f} % ({worst.name}, {dollars(worst.cost)})."
    )


def estimate_rows(found: list[Priced]) -> Iterator[str]:
    """One row for each text."""
    for each in found:
        if each.code:
            yield f"| {each.name} | | | not made: `{each.code}` |"
        else:
            yield f"| {each.name} | {dollars(each.estimate)} | {dollars(each.cost)} | {each.error_percent:+.2f} % |"


def page(found: Measured) -> str:
    """The document."""
    parts = {
        "summary": summary(found),
        "faults": fault_rows(found.faults),
        "deaths": death_rows(found.deaths),
        "crowds": crowd_rows(found.crowds),
        "edits": (f"| {name} | {scripts} | {takes} |" for name, (scripts, takes) in found.edits.items()),
        "estimates": estimate_rows(found.prices),
    }
    template = Path(__file__).with_name("reliability.md.template").read_text(encoding="utf-8")
    return template.format(**{name: "\n".join(rows) for name, rows in parts.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, default=PROJECT / "data/catalogue/contents")
    given = parser.parse_args()
    DOCUMENT.write_text(page(measure(given.texts.resolve())), encoding="utf-8")


if __name__ == "__main__":
    main()

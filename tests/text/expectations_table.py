"""The expectations as data, and as a table: `python tests/text/expectations_table.py`."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from assets.domain.keys import Locale
from assets.text.saying.say import say


@dataclass(frozen=True)
class Expectation:
    """One case: what is written, what is to be said, and the rule it stands for."""

    written: str
    said: str
    rule: str


@dataclass(frozen=True)
class Promise:
    """How many cases a language has at least, and the share of them that is met."""

    cases: int
    share: float


LEAST = {
    "en": Promise(400, 1.0),
    "id": Promise(250, 1.0),
    "de": Promise(100, 0.95),
    "es": Promise(100, 0.95),
    "fr": Promise(100, 0.95),
}


def expectations(language: str) -> list[Expectation]:
    """The cases of a language, in the order of its file."""
    lines = Path(__file__).parent.joinpath("expectations", f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    return [Expectation(*line.split("\t")) for line in lines if line and not line.startswith("# ")]


def known_faults() -> list[tuple[str, Expectation]]:
    """What is known to be said wrongly, with the language; the rule is the reason."""
    lines = Path(__file__).parent.joinpath("expectations", "known_faults.tsv").read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if line and not line.startswith("# ")]
    return [(language, Expectation(*rest)) for language, *rest in cells]


def met(language: str, each: Expectation) -> str:
    """What is said for it now."""
    return say(each.written, Locale(language)).text


def main() -> None:
    """Print the share of each language, and what is said otherwise than expected."""
    for language in sys.argv[1:] or list(LEAST):
        found = expectations(language)
        missed = [each for each in found if met(language, each) != each.said]
        rules = Counter(each.rule.partition(":")[0] for each in found)
        share = 100 * (1 - len(missed) / len(found))
        sys.stdout.write(
            f"{language}: {len(found) - len(missed)} of {len(found)} met ({share:.1f} %), {len(rules)} rules\n"
        )
        for each in missed:
            is_said = met(language, each)
            sys.stdout.write(f"  {each.written!r} ({each.rule})\n    is said {is_said!r}\n    not     {each.said!r}\n")


if __name__ == "__main__":
    main()

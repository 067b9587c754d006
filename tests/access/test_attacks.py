"""Every attack of the table gets what the table says, to the letter, and none gets a secret."""

import sys
from pathlib import Path

import pytest

from assets.settings import PROJECT

sys.path.insert(0, str(Path(__file__).parent))
from attacks import ATTACKS


@pytest.fixture(scope="module")
def attacked(guarded):
    """The guarded studio while it runs, so that its queue and its tools work as well."""
    with guarded.client() as running:
        guarded.running = running
        yield guarded


def test_the_table_is_as_long_as_it_claims_and_stands_in_the_documentation():
    assert len(ATTACKS) >= 30
    document = (PROJECT / "docs/security.md").read_text(encoding="utf-8")
    assert [attack.what for attack in ATTACKS if f"| {attack.what} |" not in document] == []


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.what)
def test_an_attack_gets_what_the_table_says(attacked, attack):
    assert attack.tried(attacked) == attack.gets

"""Writes docs/security.md: every attack of the table, tried now, and what it got.

python tests/access/report.py
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from attacks import ATTACKS
from conftest import build_guarded

from assets.domain.people import Role
from assets.settings import PROJECT
from studio_ui.access.guards import declared_role
from studio_ui.access.rules import RULES
from studio_ui.site import PAGES

DOCUMENT = PROJECT / "docs/security.md"
HEAD = """# Security

Written by `make security`; `tests/access/test_attacks.py` holds it to the letter.

## Who may do what

A *listener* reads and listens, an *editor* also asks for narrations and edits, an *operator* also decides about money,
batches and settings. Every request passes one gate (`studio_ui/access/gate.py`), every event of a page, endpoint and
tool one guard (`studio_ui/access/guards.py`). What nobody thought of needs an operator. Sessions are signed with a key
that lives in the process: a restart ends them all. Passwords are kept as Argon2id hashes, tokens as SHA-256 of 256
random bits.

| who | may use |
|---|---|
"""
BETWEEN = """
## What is not defended

- The studio speaks plain HTTP. Where a network lies between, a proxy with TLS belongs before it.
- The Dagster webserver has no log-in. It listens on 127.0.0.1 alone; whoever has an account on that machine reaches
  it, and reaches the studio where no users are set up.
- A limit holds for one process and is forgotten when it starts again.
- Gradio needs inline scripts, so the content security policy keeps data from leaving, but would not stop a script that
  got in; that none does is the work of fixed templates and `textContent`.

## Attacks, and what each gets

"""


def doors() -> Iterator[str]:
    """Who may use which addresses and events, from the tables that decide it."""
    addresses: dict[Role | None, list[str]] = {}
    for rule in RULES:
        methods = "" if "GET" in rule.methods else "POST "
        addresses.setdefault(rule.least, []).append(f"`{methods}{rule.path}{'…' if rule.path.endswith('/') else ''}`")
    for page in PAGES:
        addresses.setdefault(page.least, []).append(f"page `{page.address}`")
    for least in (None, *Role):
        yield f"| {least.word if least else 'anybody'} | {', '.join(dict.fromkeys(addresses.get(least, ())))} |\n"


def events(blocks: object) -> Iterator[str]:
    """Which events need which role."""
    needed: dict[str, set[str]] = {}
    for event in blocks.fns.values():
        if event.fn is not None:
            least = declared_role(event.fn) or Role.OPERATOR
            needed.setdefault(least.word, set()).add(f"`{event.fn.__qualname__.replace('<locals>.', '')}`")
    for role in Role:
        yield f"- {role.word}: {', '.join(sorted(needed.get(role.word, ())))}\n"


def main() -> int:
    """Try every attack and write down what it got. 1 when one got something else than the table says."""
    from studio_ui import site

    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        guarded = build_guarded(Path(folder))
        text = HEAD + "".join(doors()) + "\nEvents, endpoints and tools:\n\n"
        text += "".join(events(site.build(guarded.house.studio))) + BETWEEN
        text += "| kind | attack | what it gets |\n|---|---|---|\n"
        with guarded.client() as running:
            guarded.running = running
            for number, attack in enumerate(ATTACKS, 1):
                sys.stderr.write(f"\rattacks: {number} of {len(ATTACKS)}   ")
                got = attack.tried(guarded)
                if got != attack.gets:
                    wrong += 1
                    sys.stderr.write(f"\n{attack.what}: {got}, and not: {attack.gets}\n")
                text += f"| {attack.kind} | {attack.what} | {got.replace('|', '/')} |\n"
        guarded.house.desk.ledger.close()
    sys.stderr.write("\n")
    text += f"\n{len(ATTACKS)} attacks; none got a secret, a file outside, work or money.\n"
    DOCUMENT.write_text(text, encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

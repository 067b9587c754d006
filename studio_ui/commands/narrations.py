"""Commands that ask for narrations, make them and tell how they stand."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from assets.domain.counting import counted
from assets.domain.errors import Refused
from assets.settings import Settings
from studio_ui.commands import arguments
from studio_ui.commands.arguments import desk_of, key_of
from studio_ui.commands.printing import print_json, print_narration, print_table, say

if TYPE_CHECKING:
    from assets.domain.keys import NarrationKey
    from assets.pipeline.desk import Desk
    from assets.pipeline.wanted import View


@click.command()
@click.argument("content", required=False)
@arguments.locale
@arguments.voice
@click.option("--all", "everything", is_flag=True, help="Every narration that is missing or stale.")
@click.option("--force", is_flag=True, help="Make it again although it is fresh.")
@arguments.as_json
def generate(
    content: str | None, locale: str | None, voice: str | None, everything: bool, force: bool, as_json: bool
) -> None:
    """Make a narration now, in this process, through the same Dagster assets; no server is needed."""
    from studio_ui.generate import generate_all, generate_one

    if everything == (content is not None):
        raise Refused("Name one content, or say --all.", remedy="`studio list contents` shows what there is.")
    desk = desk_of()
    if content is not None:
        outcome = generate_one(desk, key_of(desk, content, locale, voice), force=force, quiet=as_json)
        print_narration(outcome.data, as_json)
        sys.exit(0 if outcome.ok else 1)
    found = generate_all(desk, locale=locale, voice=voice, force=force, quiet=as_json)
    outcomes = found.made
    failed = [each for each in outcomes if not each.ok]
    if as_json:
        print_json({"narrations": [each.data for each in outcomes], "failed": len(failed), "fresh": found.fresh})
    else:
        for each in outcomes:
            print_narration(each.data, as_json=False)
        total = len(outcomes) + found.fresh
        click.echo(
            f"{total - len(failed)} of {counted(total, 'narration is', 'narrations are')} up to date, "
            f"{len(outcomes) - len(failed)} made now."
        )
    sys.exit(1 if failed else 0)


@click.command()
@arguments.content
@arguments.locale
@arguments.voice
@click.option("--force", is_flag=True, help="Make it again although it is fresh.")
@click.option("--wait", is_flag=True, help="Stay until it is ready, has failed or waits for approval.")
@click.option("--approval", is_flag=True, help="Stop before it is spoken, until somebody approves the script.")
@arguments.as_json
def request(
    content: str, locale: str | None, voice: str | None, force: bool, wait: bool, approval: bool, as_json: bool
) -> None:
    """Ask the running system for a narration."""
    from studio_ui.generate import request_one

    desk = desk_of()
    key = key_of(desk, content, locale, voice)
    outcome = request_one(desk, key, force=force, wait=wait, quiet=as_json, approval=approval)
    print_narration(outcome.data, as_json)
    sys.exit(0 if outcome.ok else 1)


@click.command()
@click.argument("content", required=False)
@arguments.locale
@arguments.voice
@arguments.as_json
def status(content: str | None, locale: str | None, voice: str | None, as_json: bool) -> None:
    """Show how one narration stands, or all that were ever asked for."""
    from studio_ui.report import report

    desk = desk_of()
    if content is not None:
        print_narration(report(desk.view(key_of(desk, content, locale, voice)), desk.files), as_json)
        return
    rows = [
        report(_view(desk, each.key), desk.files)
        for each in desk.ledger.narrations.find(locale=locale, voice=voice, limit=None)
    ]
    if as_json:
        print_json({"narrations": rows})
    elif rows:
        for row in rows:
            print_narration(row, as_json=False)
    else:
        click.echo("Nothing has been asked for yet. Try: studio generate --all")


@click.command(name="list")
@click.argument("what", type=click.Choice(["contents", "voices", "narrations"]))
@arguments.as_json
def list_(what: str, as_json: bool) -> None:
    """List contents, voices or narrations."""
    from studio_ui.listings import contents, narrations, voices

    rows, problems = {"contents": contents, "voices": voices, "narrations": narrations}[what](desk_of())
    if as_json:
        print_json({what: rows, "problems": problems})
        return
    print_table(rows)
    for problem in problems:
        say(f"Passed over: {problem['path']}: {problem['message']}")


@click.command()
@click.argument("contents", nargs=-1)
@arguments.locale
@arguments.voice
@arguments.as_json
def plan(contents: tuple[str, ...], locale: str | None, voice: str | None, as_json: bool) -> None:
    """Before paying: segments, characters, money, listening time, and how much is reused. Asks for nothing."""
    from studio_ui.planning import plan_of

    desk = desk_of()
    keys = [key_of(desk, content, locale, voice) for content in contents]
    found = plan_of(desk, keys or None, locale=locale, voice=voice)
    if as_json:
        print_json(found)
        return
    print_table(found["narrations"])
    for name, amount in found["total"].items():
        click.echo(f"{name}: {amount}")


@click.command()
@click.option("--contents", help="Patterns with commas between, such as articles/*; default: those of the settings.")
@click.option("--missing/--no-missing", default=None, help="Count those that were never made, too.")
@click.option("--usd-per-day", help="Money for a day; default: that of the settings.")
@arguments.as_json
def fresh(contents: str | None, missing: bool | None, usd_per_day: str | None, as_json: bool) -> None:
    """Show what would be kept up to date by itself, before it is switched on; nothing is asked for."""
    from studio_ui.upkeep import outlook

    given = {
        "STUDIO_KEEP_FRESH_CONTENTS": contents,
        "STUDIO_KEEP_FRESH_MISSING": None if missing is None else "yes" if missing else "no",
        "STUDIO_KEEP_FRESH_USD_PER_DAY": usd_per_day,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    found = outlook(desk_of(Settings.from_environment(override=chosen)))
    if as_json:
        print_json(found)
        return
    click.echo(f"Upkeep is {found['policy']['words']}.")
    click.echo(
        f"{counted(found['due'], 'narration is', 'narrations are')} due "
        f"({found['out_of_date']} out of date, {found['never_made']} never made), "
        f"{counted(found['just_edited'], 'more was', 'more were')} edited a moment ago."
    )
    left = "no cap" if found["left_usd"] is None else f"${found['left_usd']:.2f} left"
    click.echo(f"It would make {found['affordable']} of the first now, for ${found['estimated_usd']:.4f} ({left}).")
    print_table(found["narrations"])
    if found["policy"]["when"] == "off":
        say("Switch it on with STUDIO_KEEP_FRESH=change or nightly.")


@click.command()
@arguments.content
@arguments.locale
@arguments.voice
@click.option("--kept", is_flag=True, help="Judge what was heard before; listen to nothing new.")
@click.option("--good", type=click.FloatRange(0, 1), help="Another error rate that is good enough, such as 0.1.")
@click.option("--bad", type=click.FloatRange(0, 1), help="Another rate from which on a single passage fails.")
@arguments.as_json
def listen(
    content: str,
    locale: str | None,
    voice: str | None,
    kept: bool,
    good: float | None,
    bad: float | None,
    as_json: bool,
) -> None:
    """Listen to the published narration, and say whether what is heard is what is written."""
    from studio_ui.hearing import hear, lines

    desk = desk_of()
    found = hear(desk, key_of(desk, content, locale, voice), kept=kept, good=good, bad=bad, quiet=as_json)
    if as_json:
        print_json(found.as_json())
    else:
        for line in lines(found):
            click.echo(line)
    sys.exit(1 if found.verdict.value == "fail" else 0)


def _view(desk: Desk, key: NarrationKey) -> View:
    """The view of a narration, also when its text or voice is gone by now."""
    from assets.pipeline.wanted import View

    try:
        return desk.view(key)
    except Refused as refused:
        return View(desk.ledger.narrations.get(key), str(key.content), fresh=False, stale=refused.message)

"""Commands that show, edit and approve what is said."""

from __future__ import annotations

from typing import Any

import click

from assets.domain.counting import counted
from assets.domain.errors import Refused
from studio_ui.commands import arguments
from studio_ui.commands.arguments import desk_of, key_of
from studio_ui.commands.printing import print_json, say


@click.command()
@arguments.content
@arguments.locale
@arguments.voice
@click.option("--write", is_flag=True, help="Have it written where that costs money.")
@click.option("--lines", is_flag=True, help="Number the lines as `studio edit` names them, and mark those edited.")
@arguments.as_json
def script(content: str, locale: str | None, voice: str | None, write: bool, lines: bool, as_json: bool) -> None:
    """Show what will be said, with its coverage map and its edits; nothing is asked for and nothing is spoken."""
    from assets.pipeline.reviewing import Reviewing
    from studio_ui.listings import script_of
    from studio_ui.reviews import data_of

    desk = desk_of()
    key = key_of(desk, content, locale, voice)
    found = script_of(desk, key, write=write)
    review = data_of(Reviewing(desk).review(key))
    if as_json:
        print_json({**found.as_json(), "review": review})
        return
    if lines:
        _print_lines(review)
    else:
        click.echo(found.spoken_text)
    outcomes = [each.outcome for each in found.coverage]
    say(", ".join(f"{counted(outcomes.count(o), 'block')} {o.replace('_', ' ')}" for o in dict.fromkeys(outcomes)))
    for warning in found.warnings:
        say(warning)
    _say_edits(review)


@click.command()
@arguments.content
@click.argument("line", type=int, required=False)
@click.argument("text", required=False)
@arguments.locale
@arguments.voice
@click.option("--release", type=int, metavar="EDIT", help="Let go of an edit: what was written is said again.")
@click.option("--yes", is_flag=True, help="Make the change; without it only its price is shown.")
@arguments.as_json
def edit(
    content: str,
    line: int | None,
    text: str | None,
    locale: str | None,
    voice: str | None,
    release: int | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Have a LINE of a script (see `studio script --lines`) said as TEXT; an empty TEXT leaves it out.

    The edit holds for all voices that are written for in the same style, and keeps its passage from being written anew
    until it is released. Only what changed is spoken again, by the next `studio generate` or `studio request`.
    """
    from assets.pipeline.reviewing import Reviewing
    from studio_ui.reviews import change_of, data_of, price_of

    desk = desk_of()
    key, reviewing = key_of(desk, content, locale, voice), Reviewing(desk)
    if release is not None:
        review = data_of(reviewing.release(key, release, by="command line"))
        if as_json:
            print_json({"released": release, "review": review})
        else:
            click.echo(f"Edit {release} is released.")
        return
    if line is None or text is None:
        raise Refused("Name a line and what is to be said.", remedy="`studio script --lines` shows the lines.")
    change = change_of(reviewing.review(key), line, text)
    price = price_of(reviewing.price(key, change))
    if yes:
        reviewing.edit(key, change, by="command line")
    if as_json:
        print_json({"made": yes, "price": price})
        return
    then = "would be" if not yes else "is" if len(price["out_of_date"]) == 1 else "are"
    click.echo(
        f"{counted(price['segments'], 'segment')} to speak, {counted(price['characters'], 'character')}, "
        f"${price['cost_usd']:.4f}; {counted(len(price['out_of_date']), 'published narration')} {then} out of date."
    )
    for doubt in price["doubts"]:
        say(doubt)
    if not yes:
        say("Nothing was changed; say --yes to make the change.")


@click.command()
@arguments.content
@arguments.locale
@arguments.voice
@arguments.as_json
def approve(content: str, locale: str | None, voice: str | None, as_json: bool) -> None:
    """Approve a script as `studio script` shows it now: it may be spoken, in every voice that says it."""
    from assets.pipeline.reviewing import Reviewing

    desk = desk_of()
    given = Reviewing(desk).approve(key_of(desk, content, locale, voice), by="command line")
    if as_json:
        print_json({"approved": True, "by": given.by, "at": given.at.isoformat(timespec="seconds")})
    else:
        click.echo("Approved. `studio request` or `studio generate` has it spoken.")


def _print_lines(review: dict[str, Any]) -> None:
    for chapter in review["chapters"]:
        click.echo(f"\n{chapter['title']}")
        for passage in chapter["passages"]:
            for line in passage["lines"]:
                click.echo(f"{line['number']:4} {'*' if line['edited'] else ' '} {line['said'] or '(left out)'}")


def _say_edits(review: dict[str, Any]) -> None:
    for chapter in review["chapters"]:
        for passage in chapter["passages"]:
            if (edit := passage["edit"]) is not None:
                lines = ", ".join(str(line["number"]) for line in passage["lines"] if line["edited"])
                say(f"Edit {edit['id']} by {edit['by']}, {edit['at']}: line {lines}.")
                if edit["source_changed"]:
                    say("  Its source has changed since: look at it, then edit it again or release it.")
                for doubt in passage["doubts"]:
                    say(f"  {doubt}")
    for edit in review["homeless"]:
        say(f"Edit {edit['id']} by {edit['by']} is not said: its source is gone. Release it when it is not needed.")

"""The command line `studio`: exit 0 when it is done, 1 when the work failed, 2 when the request was refused.

With `--json` exactly one JSON object goes to stdout and nothing else; progress and logs go to stderr.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from assets.domain.errors import Refused, StudioError
from assets.settings import Settings
from studio_ui import people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assets.domain.keys import NarrationKey
    from assets.pipeline.desk import Desk, View

_content = click.argument("content")
_locale = click.option("--locale", help="Language tag of the text; default: STUDIO_DEFAULT_LOCALE.")
_voice = click.option(
    "--voice", help="Key of the voice; default: the first in voices.toml that can speak the locale here."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="narration-studio")
def studio() -> None:
    """Turn lessons and articles into narrations."""


@studio.command()
@click.option("--host", help="Address the studio listens on.")
@click.option("--port", type=int, help="Port of the studio.")
@click.option("--dagster-port", type=int, help="Port of the Dagster webserver.")
@click.option("--fake-providers", is_flag=True, help="Try paid scripts and voices without a key: nobody is billed.")
def up(host: str | None, port: int | None, dagster_port: int | None, fake_providers: bool) -> None:
    """Start the studio, the Dagster webserver and its daemon together."""
    from dagster_project.home import prepare
    from dagster_project.line import address
    from studio_ui import pretend
    from studio_ui.access.gate import Door
    from studio_ui.up import free_port
    from studio_ui.up import up as run

    named = {"STUDIO_HOST": host, "STUDIO_PORT": port, "STUDIO_DAGSTER_PORT": dagster_port}
    given = {name: str(value) for name, value in named.items() if value is not None}
    provider_port = free_port() if fake_providers else None
    settings = pretend.settings(given, provider_port) if provider_port else Settings.from_environment(override=given)
    Door.of(settings).require_guarded()
    _say("Preparing the ledger and Dagster's storage…")
    _desk(settings).ledger.close()
    prepare(settings)
    run(settings, workers_at=address(settings.dagster_home), provider_port=provider_port)


@studio.command()
@click.argument("content", required=False)
@_locale
@_voice
@click.option("--all", "everything", is_flag=True, help="Every narration that is missing or stale.")
@click.option("--force", is_flag=True, help="Make it again although it is fresh.")
@_json
def generate(
    content: str | None, locale: str | None, voice: str | None, everything: bool, force: bool, as_json: bool
) -> None:
    """Make a narration now, in this process, through the same Dagster assets; no server is needed."""
    from studio_ui.generate import generate_all, generate_one

    if everything == (content is not None):
        raise Refused("Name one content, or say --all.", remedy="`studio list contents` shows what there is.")
    desk = _desk()
    if content is not None:
        outcome = generate_one(desk, _key(desk, content, locale, voice), force=force, quiet=as_json)
        _print_narration(outcome.data, as_json)
        sys.exit(0 if outcome.ok else 1)
    found = generate_all(desk, locale=locale, voice=voice, force=force, quiet=as_json)
    outcomes = found.made
    failed = [each for each in outcomes if not each.ok]
    if as_json:
        _print_json({"narrations": [each.data for each in outcomes], "failed": len(failed), "fresh": found.fresh})
    else:
        for each in outcomes:
            _print_narration(each.data, as_json=False)
        total = len(outcomes) + found.fresh
        click.echo(
            f"{total - len(failed)} of {total} narrations are up to date, {len(outcomes) - len(failed)} made now."
        )
    sys.exit(1 if failed else 0)


@studio.command()
@_content
@_locale
@_voice
@click.option("--force", is_flag=True, help="Make it again although it is fresh.")
@click.option("--wait", is_flag=True, help="Stay until it is ready, has failed or waits for approval.")
@click.option("--approval", is_flag=True, help="Stop before it is spoken, until somebody approves the script.")
@_json
def request(
    content: str, locale: str | None, voice: str | None, force: bool, wait: bool, approval: bool, as_json: bool
) -> None:
    """Ask the running system for a narration."""
    from studio_ui.generate import request_one

    desk = _desk()
    key = _key(desk, content, locale, voice)
    outcome = request_one(desk, key, force=force, wait=wait, quiet=as_json, approval=approval)
    _print_narration(outcome.data, as_json)
    sys.exit(0 if outcome.ok else 1)


@studio.command()
@_content
@_locale
@_voice
@_json
def approve(content: str, locale: str | None, voice: str | None, as_json: bool) -> None:
    """Approve a script as `studio script` shows it now: it may be spoken, in every voice that says it."""
    from assets.pipeline.reviewing import Reviewing

    desk = _desk()
    given = Reviewing(desk).approve(_key(desk, content, locale, voice), by="command line")
    if as_json:
        _print_json({"approved": True, "by": given.by, "at": given.at.isoformat(timespec="seconds")})
    else:
        click.echo("Approved. `studio request` or `studio generate` has it spoken.")


@studio.command()
@click.argument("content", required=False)
@_locale
@_voice
@_json
def status(content: str | None, locale: str | None, voice: str | None, as_json: bool) -> None:
    """Show how one narration stands, or all that were ever asked for."""
    from studio_ui.report import report

    desk = _desk()
    if content is not None:
        _print_narration(report(desk.view(_key(desk, content, locale, voice)), desk.files), as_json)
        return
    rows = [
        report(_view(desk, each.key), desk.files)
        for each in desk.ledger.narrations.find(locale=locale, voice=voice, limit=None)
    ]
    if as_json:
        _print_json({"narrations": rows})
    elif rows:
        for row in rows:
            _print_narration(row, as_json=False)
    else:
        click.echo("Nothing has been asked for yet. Try: studio generate --all")


@studio.command(name="list")
@click.argument("what", type=click.Choice(["contents", "voices", "narrations"]))
@_json
def list_(what: str, as_json: bool) -> None:
    """List contents, voices or narrations."""
    from studio_ui.listings import contents, narrations, voices

    rows, problems = {"contents": contents, "voices": voices, "narrations": narrations}[what](_desk())
    if as_json:
        _print_json({what: rows, "problems": problems})
        return
    _print_table(rows)
    for problem in problems:
        _say(f"Passed over: {problem['path']}: {problem['message']}")


@studio.command()
@click.argument("contents", nargs=-1)
@_locale
@_voice
@_json
def plan(contents: tuple[str, ...], locale: str | None, voice: str | None, as_json: bool) -> None:
    """Before paying: segments, characters, money, listening time, and how much is reused. Asks for nothing."""
    from studio_ui.planning import plan_of

    desk = _desk()
    keys = [_key(desk, content, locale, voice) for content in contents]
    found = plan_of(desk, keys or None, locale=locale, voice=voice)
    if as_json:
        _print_json(found)
        return
    _print_table(found["narrations"])
    for name, amount in found["total"].items():
        click.echo(f"{name}: {amount}")


@studio.command()
@_content
@_locale
@_voice
@click.option("--write", is_flag=True, help="Have it written where that costs money.")
@click.option("--lines", is_flag=True, help="Number the lines as `studio edit` names them, and mark those edited.")
@_json
def script(content: str, locale: str | None, voice: str | None, write: bool, lines: bool, as_json: bool) -> None:
    """Show what will be said, with its coverage map and its edits; nothing is asked for and nothing is spoken."""
    from assets.pipeline.reviewing import Reviewing
    from studio_ui.listings import script_of
    from studio_ui.reviews import data_of

    desk = _desk()
    key = _key(desk, content, locale, voice)
    found = script_of(desk, key, write=write)
    review = data_of(Reviewing(desk).review(key))
    if as_json:
        _print_json({**found.as_json(), "review": review})
        return
    if lines:
        _print_lines(review)
    else:
        click.echo(found.spoken_text)
    outcomes = [each.outcome for each in found.coverage]
    _say(", ".join(f"{outcomes.count(o)} blocks {o.replace('_', ' ')}" for o in dict.fromkeys(outcomes)))
    for warning in found.warnings:
        _say(warning)
    _say_edits(review)


@studio.command()
@_content
@click.argument("line", type=int, required=False)
@click.argument("text", required=False)
@_locale
@_voice
@click.option("--release", type=int, metavar="EDIT", help="Let go of an edit: what was written is said again.")
@click.option("--yes", is_flag=True, help="Make the change; without it only its price is shown.")
@_json
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

    desk = _desk()
    key, reviewing = _key(desk, content, locale, voice), Reviewing(desk)
    if release is not None:
        review = data_of(reviewing.release(key, release, by="command line"))
        if as_json:
            _print_json({"released": release, "review": review})
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
        _print_json({"made": yes, "price": price})
        return
    click.echo(
        f"{price['segments']} segments to speak, {price['characters']} characters, ${price['cost_usd']:.4f}; "
        f"{len(price['out_of_date'])} published narrations {'are' if yes else 'would be'} out of date."
    )
    for doubt in price["doubts"]:
        _say(doubt)
    if not yes:
        _say("Nothing was changed; say --yes to make the change.")


@studio.group()
def batch() -> None:
    """Many narrations at once: plan them, begin, pause, resume, cancel, and retry what failed."""


@batch.command(name="start")
@click.option("--content", "contents", multiple=True, help="A content, or a folder of them; more than once.")
@click.option("--locale", "locales", multiple=True, help="A language; more than once. Default: all.")
@click.option("--voice", "voices", multiple=True, help="A voice; more than once. Default: what there is, or the first.")
@click.option(
    "--which",
    type=click.Choice(["outdated", "missing", "stale", "all"]),
    default="outdated",
    show_default=True,
    help="What was never made or is out of date, one of these alone, or everything anew.",
)
@click.option("--approval", is_flag=True, help="Stop each before it is spoken, until its script is approved.")
@click.option("--name", default="", help="What to call the batch.")
@click.option("--yes", is_flag=True, help="Begin; without it only the plan is shown.")
@_json
def batch_start(
    contents: tuple[str, ...],
    locales: tuple[str, ...],
    voices: tuple[str, ...],
    which: str,
    approval: bool,
    name: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Show what a batch would take, and with --yes begin it; the running system makes it."""
    from assets.domain.batches import Selection, Which
    from assets.pipeline.batching import chosen, parsed, plan_batch
    from studio_ui.batches import batch_data, plan_data

    desk = _desk()
    selection = Selection(parsed(contents), locales, voices, Which(which))
    keys = chosen(desk, selection)
    plan = plan_batch(desk, keys, lambda done: None if done % 50 else _say(f"{done} of {len(keys)} planned…"))
    data: dict[str, Any] = {"plan": plan_data(plan), "batch": None}
    if yes:
        made = desk.ledger.batches.make(
            plan.keys,
            name=name or f"{len(plan.keys)} narrations, {which}",
            force=selection.which is Which.ALL,
            approval=approval,
            requested_by="command line",
            estimate_micros=plan.estimate.micros,
        )
        data["batch"] = batch_data(made)
    if as_json:
        _print_json(data)
        return
    for what, amount in data["plan"].items():
        click.echo(f"{what}: {amount}")
    _say(f"Batch {data['batch']['id'][:8]} has begun." if yes else "Nothing was begun; say --yes to begin.")


@batch.command(name="list")
@_json
def batch_list(as_json: bool) -> None:
    """The newest batches."""
    from studio_ui.batches import batch_data

    rows = [batch_data(each) for each in _desk().ledger.batches.recent()]
    if as_json:
        _print_json({"batches": rows})
        return
    shown = ("id", "name", "state", "done", "total", "to_retry", "cost_usd", "at")
    _print_table([{name: row[name][:8] if name == "id" else row[name] for name in shown} for row in rows])


@batch.command(name="show")
@click.argument("batch_id")
@_json
def batch_show(batch_id: str, as_json: bool) -> None:
    """How a batch stands, what failed and why, and each of its narrations."""
    from studio_ui.batches import batch_data, cause_data, item_data

    batches = _desk().ledger.batches
    found = batches.get(batch_id)
    causes = [cause_data(cause) for cause in batches.causes(found.id)]
    items = [item_data(item) for item in batches.items(found.id, limit=None)]
    if as_json:
        _print_json({**batch_data(found), "causes": causes, "narrations": items})
        return
    _print_table(items)
    for cause in causes:
        click.echo(f"{cause['count']} x {cause['code']}: {cause['message']} {cause['remedy']}".rstrip())


def _batch_verb(name: str, help_: str) -> None:
    @batch.command(name=name, help=help_)
    @click.argument("batch_id")
    @_json
    def verb(batch_id: str, as_json: bool) -> None:
        from assets.pipeline.batching import resume
        from studio_ui.batches import batch_data

        desk = _desk()
        verbs = {"pause": desk.ledger.batches.pause, "cancel": desk.ledger.batches.cancel}
        data = batch_data(resume(desk, batch_id) if name == "resume" else verbs[name](batch_id))
        if as_json:
            _print_json(data)
        else:
            click.echo(f"Batch {data['id'][:8]} is {data['state']}: {data['done']} of {data['total']} done.")


_batch_verb("pause", "Ask for nothing more of a batch; what is being made is finished.")
_batch_verb("resume", "Go on with a paused batch.")
_batch_verb("cancel", "End a batch for good and stop its work.")


@batch.command(name="retry")
@click.argument("batch_id")
@click.option("--cause", help="Only what failed for this reason; `studio batch show` names them.")
@_json
def batch_retry(batch_id: str, cause: str | None, as_json: bool) -> None:
    """Ask again for what was not made."""
    count = _desk().ledger.batches.retry(batch_id, cause=cause)
    if as_json:
        _print_json({"retried": count})
    else:
        click.echo(f"{count} narrations are asked for again.")


@studio.command()
@click.option("--contents", help="Patterns with commas between, such as articles/*; default: those of the settings.")
@click.option("--missing/--no-missing", default=None, help="Count those that were never made, too.")
@click.option("--usd-per-day", help="Money for a day; default: that of the settings.")
@_json
def fresh(contents: str | None, missing: bool | None, usd_per_day: str | None, as_json: bool) -> None:
    """Show what would be kept up to date by itself, before it is switched on; nothing is asked for."""
    from studio_ui.upkeep import outlook

    given = {
        "STUDIO_KEEP_FRESH_CONTENTS": contents,
        "STUDIO_KEEP_FRESH_MISSING": None if missing is None else "yes" if missing else "no",
        "STUDIO_KEEP_FRESH_USD_PER_DAY": usd_per_day,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    found = outlook(_desk(Settings.from_environment(override=chosen)))
    if as_json:
        _print_json(found)
        return
    click.echo(f"Upkeep is {found['policy']['words']}.")
    click.echo(
        f"{found['due']} narrations are due ({found['out_of_date']} out of date, {found['never_made']} never made), "
        f"{found['just_edited']} more were edited a moment ago."
    )
    left = "no cap" if found["left_usd"] is None else f"${found['left_usd']:.2f} left"
    click.echo(f"It would make {found['affordable']} of the first now, for ${found['estimated_usd']:.4f} ({left}).")
    _print_table(found["narrations"])
    if found["policy"]["when"] == "off":
        _say("Switch it on with STUDIO_KEEP_FRESH=change or nightly.")


@studio.command()
@_content
@_locale
@_voice
@click.option("--kept", is_flag=True, help="Judge what was heard before; listen to nothing new.")
@click.option("--good", type=click.FloatRange(0, 1), help="Another error rate that is good enough, such as 0.1.")
@click.option("--bad", type=click.FloatRange(0, 1), help="Another rate from which on a single passage fails.")
@_json
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

    desk = _desk()
    found = hear(desk, _key(desk, content, locale, voice), kept=kept, good=good, bad=bad, quiet=as_json)
    if as_json:
        _print_json(found.as_json())
    else:
        for line in lines(found):
            click.echo(line)
    sys.exit(1 if found.verdict.value == "fail" else 0)


@studio.command()
@_json
def doctor(as_json: bool) -> None:
    """Check keys, voices, models, disk and services: what works, and how to mend what does not."""
    from studio_ui.doctor import examine

    findings = examine(Settings.from_environment())
    if as_json:
        _print_json({"ok": all(f.ok for f in findings), "findings": [f.as_json() for f in findings]})
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.ok else 'MEND'}  {finding.name}: {finding.detail}")
            if not finding.ok and finding.remedy:
                click.echo(f"      {finding.remedy}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@studio.command()
@click.option("--apply", "apply_", is_flag=True, help="Settle what is found; without it nothing is changed.")
@click.option(
    "--lost",
    type=click.Choice(["paid", "unpaid"]),
    help="What to write down for calls of which nobody can tell whether they were billed.",
)
@_json
def reconcile(apply_: bool, lost: str | None, as_json: bool) -> None:
    """Settle lost calls, free dead claims, find orphans and damaged files; a dry run unless --apply."""
    from studio_ui.settle import settle

    if lost and not apply_:
        raise Refused("--lost changes the record of spending.", remedy="Say --apply as well.")
    found = settle(_desk(), apply=apply_, lost=lost)
    if as_json:
        _print_json(found)
        return
    for name, entries in found.items():
        if isinstance(entries, list):
            click.echo(f"{name}: {len(entries) or 'none'}")
            for entry in entries[:50]:
                click.echo(f"  {entry}")
    if not apply_:
        _say("Nothing was changed; say --apply to settle it.")


studio.add_command(people.user)
studio.add_command(people.token)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every designed error is one sentence on stderr, never a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        studio.main(words, prog_name="studio", standalone_mode=False)
    except click.exceptions.Abort:
        _end(words, "cancelled", "Stopped.", "", 1)
    except click.ClickException as fault:
        _end(words, "usage", fault.format_message(), "`studio --help` shows what there is.", 2)
    except Refused as refused:
        _end(words, refused.code, refused.message, refused.remedy, 2)
    except StudioError as error:
        _end(words, error.code, error.message, error.remedy, 1)
    except KeyboardInterrupt:
        _end(words, "cancelled", "Stopped.", "", 1)


def _end(words: Sequence[str], code: str, message: str, remedy: str, status: int) -> None:
    if "--json" in words:
        _print_json({"error": {"code": code, "message": message, "remedy": remedy}})
    else:
        _say(f"{message} {remedy}".strip())
    sys.exit(status)


def _desk(settings: Settings | None = None) -> Desk:
    from assets.pipeline.opening import open_desk
    from assets.telemetry import logs, traces

    settings = settings or Settings.from_environment()
    logs.set_up(settings, "command line", level="ERROR")  # how things go is told by the commands themselves
    traces.set_up(settings, "command line")
    for warning in settings.warnings:
        _say(warning)
    return open_desk(settings)


def _key(desk: Desk, content: str, locale: str | None, voice: str | None) -> NarrationKey:
    from assets.domain.keys import Locale, NarrationKey

    tag = Locale(locale) if locale else desk.settings.default_locale
    chosen = voice or desk.default_voice(tag).key.name
    return NarrationKey.of(content.strip("/"), tag.tag, chosen)


def _view(desk: Desk, key: NarrationKey) -> View:
    """The view of a narration, also when its text or voice is gone by now."""
    from assets.pipeline.desk import View

    try:
        return desk.view(key)
    except Refused as refused:
        return View(desk.ledger.narrations.get(key), str(key.content), fresh=False, stale=refused.message)


def _say(text: str) -> None:
    click.echo(text, err=True)


def _print_json(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))


def _print_narration(data: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(data)
        return
    name = f"{data['content']} ({data['locale']}, {data['voice']})"
    if data["error"]:
        click.echo(f"{name}: {data['status']}. {data['error']['message']} {data['error']['remedy']}".rstrip())
        return
    words = [data["status"]]
    if data["fresh"]:
        words = ["fresh"]
    elif data["stale"]:
        words.append(f"out of date: {data['stale']}")
    if data["duration_seconds"]:
        minutes, seconds = divmod(round(data["duration_seconds"]), 60)
        words.append(f"{minutes}:{seconds:02d}")
    if data["skipped"]:
        words.append("nothing to do")
    elif data["takes_bought"] or data["takes_reused"]:
        words.append(f"{data['takes_bought']} takes made, {data['takes_reused']} reused, ${data['cost_usd']:.4f}")
        if data["estimate_error_percent"] is not None:
            words.append(f"estimated ${data['estimated_usd']:.4f} ({data['estimate_error_percent']:+.1f} %)")
        if data["saved_usd"]:
            words.append(f"${data['saved_usd']:.4f} saved by reuse")
    click.echo(f"{name}: {', '.join(words)}")
    if data["audio"]:
        click.echo(f"  {data['audio']}")


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
                _say(f"Edit {edit['id']} by {edit['by']}, {edit['at']}: line {lines}.")
                if edit["source_changed"]:
                    _say("  Its source has changed since: look at it, then edit it again or release it.")
                for doubt in passage["doubts"]:
                    _say(f"  {doubt}")
    for edit in review["homeless"]:
        _say(f"Edit {edit['id']} by {edit['by']} is not said: its source is gone. Release it when it is not needed.")


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        click.echo("There is none.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, name in enumerate(rows[0]):
        table.add_column(name, overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(*(", ".join(v) if isinstance(v, list) else str(v if v is not None else "") for v in row.values()))
    # Into a file or a pipe each row stays one line, whatever its length.
    Console(width=None if sys.stdout.isatty() else 400).print(table)


if __name__ == "__main__":
    main()

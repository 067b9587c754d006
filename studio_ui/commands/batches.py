"""`studio batch`: many narrations at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from assets.domain.counting import counted
from studio_ui.commands import arguments
from studio_ui.commands.arguments import desk_of
from studio_ui.commands.printing import print_json, print_table, say

if TYPE_CHECKING:
    from assets.domain.batches import Batch

_WORTH_A_WORD_BEFORE = 200
"""So many narrations take a while to be worked out."""


@click.group()
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
@click.option("--cap", default="", help="What it may cost at most, in dollars; it stops there, and can go on later.")
@click.option("--yes", is_flag=True, help="Begin; without it only the plan is shown.")
@arguments.as_json
def batch_start(
    contents: tuple[str, ...],
    locales: tuple[str, ...],
    voices: tuple[str, ...],
    which: str,
    approval: bool,
    name: str,
    cap: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Show what a batch would take, and with --yes begin it; the running system makes it."""
    from assets.domain.batches import Selection, Which
    from assets.pipeline.batching import chosen, parsed, plan_batch, plan_batch_at_once
    from studio_ui.batches import batch_data, micros_of, plan_data

    desk, cap_micros = desk_of(), micros_of(cap)
    selection = Selection(parsed(contents), locales, voices, Which(which))
    keys = chosen(desk, selection)
    if len(keys) > _WORTH_A_WORD_BEFORE:
        about = plan_data(plan_batch_at_once(desk, keys))
        say(f"About ${about['cost_usd']:.2f}; {about['by_rule']} of {len(keys)} by the length of their texts alone…")
    plan = plan_batch(desk, keys, lambda done: None if done % 50 else say(f"{done} of {len(keys)} planned…"))
    data: dict[str, Any] = {"plan": plan_data(plan), "batch": None}
    if yes:
        made = desk.ledger.batches.make(
            plan.keys,
            name=name or f"{counted(len(plan.keys), 'narration')}, {which}",
            force=selection.which is Which.ALL,
            approval=approval,
            requested_by="command line",
            estimate_micros=plan.estimate.micros,
            cap_micros=cap_micros,
        )
        data["batch"] = batch_data(made)
    if as_json:
        print_json(data)
        return
    for what, amount in data["plan"].items():
        if amount not in (None, []):
            click.echo(f"{what}: {amount}")
    say(f"Batch {data['batch']['id'][:8]} has begun." if yes else "Nothing was begun; say --yes to begin.")


@batch.command(name="list")
@arguments.as_json
def batch_list(as_json: bool) -> None:
    """The newest batches."""
    from studio_ui.batches import batch_data

    rows = [batch_data(each) for each in desk_of().ledger.batches.recent()]
    if as_json:
        print_json({"batches": rows})
        return
    shown = ("id", "name", "state", "done", "total", "to_retry", "cost_usd", "at")
    print_table([{name: row[name][:8] if name == "id" else row[name] for name in shown} for row in rows])


@batch.command(name="show")
@click.argument("batch_id")
@arguments.as_json
def batch_show(batch_id: str, as_json: bool) -> None:
    """How a batch stands, what failed and why, and each of its narrations."""
    from studio_ui.batches import batch_data, cause_data, item_data

    batches = desk_of().ledger.batches
    found = batches.get(batch_id)
    causes = [cause_data(cause) for cause in batches.causes(found.id)]
    items = [item_data(item) for item in batches.items(found.id, limit=None)]
    if as_json:
        print_json({**batch_data(found), "causes": causes, "narrations": items})
        return
    print_table(items)
    for cause in causes:
        click.echo(f"{cause['count']} x {cause['code']}: {cause['message']} {cause['remedy']}".rstrip())


def _tell(found: Batch, as_json: bool) -> None:
    from studio_ui.batches import batch_data

    data = batch_data(found)
    if as_json:
        print_json(data)
    else:
        click.echo(f"Batch {data['id'][:8]} is {data['state']}: {data['done']} of {data['total']} done.")


@batch.command(name="resume")
@click.argument("batch_id")
@click.option("--cap", default="", help="Another cap, in dollars.")
@arguments.as_json
def batch_resume(batch_id: str, cap: str, as_json: bool) -> None:
    """Go on with a batch that was paused, or stopped by a cap, an empty account or a refused key."""
    from assets.pipeline.batching import resume
    from studio_ui.batches import micros_of

    _tell(resume(desk_of(), batch_id, micros_of(cap)), as_json)


def _batch_verb(name: str, help_: str) -> None:
    @batch.command(name=name, help=help_)
    @click.argument("batch_id")
    @arguments.as_json
    def verb(batch_id: str, as_json: bool) -> None:
        batches = desk_of().ledger.batches
        _tell({"pause": batches.pause, "cancel": batches.cancel}[name](batch_id), as_json)


_batch_verb("pause", "Ask for nothing more of a batch; what is being made is finished.")
_batch_verb("cancel", "End a batch for good and stop its work.")


@batch.command(name="retry")
@click.argument("batch_id")
@click.option("--cause", help="Only what failed for this reason; `studio batch show` names them.")
@arguments.as_json
def batch_retry(batch_id: str, cause: str | None, as_json: bool) -> None:
    """Ask again for what was not made."""
    count = desk_of().ledger.batches.retry(batch_id, cause=cause)
    if as_json:
        print_json({"retried": count})
    else:
        click.echo(f"{counted(count, 'narration is', 'narrations are')} asked for again.")

"""Commands that start the studio, look whether it is well, and put it in order."""

from __future__ import annotations

import sys

import click

from assets.domain.errors import Refused
from assets.settings import Settings
from studio_ui.commands import arguments
from studio_ui.commands.arguments import desk_of
from studio_ui.commands.printing import print_json, say


@click.command()
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
    say("Preparing the ledger and Dagster's storage…")
    desk_of(settings).ledger.close()
    prepare(settings)
    run(settings, workers_at=address(settings.dagster_home), provider_port=provider_port)


@click.command()
@arguments.as_json
def doctor(as_json: bool) -> None:
    """Check keys, voices, models, disk and services: what works, and how to mend what does not."""
    from studio_ui.doctor import examine

    findings = examine(Settings.from_environment())
    if as_json:
        print_json({"ok": all(f.ok for f in findings), "findings": [f.as_json() for f in findings]})
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.ok else 'MEND'}  {finding.name}: {finding.detail}")
            if not finding.ok and finding.remedy:
                click.echo(f"      {finding.remedy}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@click.command()
@click.option("--apply", "apply_", is_flag=True, help="Settle what is found; without it nothing is changed.")
@click.option(
    "--lost",
    type=click.Choice(["paid", "unpaid"]),
    help="What to write down for calls of which nobody can tell whether they were billed.",
)
@arguments.as_json
def reconcile(apply_: bool, lost: str | None, as_json: bool) -> None:
    """Settle lost calls, free dead claims, find orphans and damaged files; a dry run unless --apply."""
    from studio_ui.settle import settle

    if lost and not apply_:
        raise Refused("--lost changes the record of spending.", remedy="Say --apply as well.")
    found = settle(desk_of(), apply=apply_, lost=lost, tell=say)
    if as_json:
        print_json(found)
        return
    for name, entries in found.items():
        if isinstance(entries, list):
            click.echo(f"{name}: {len(entries) or 'none'}")
            for entry in entries[:50]:
                click.echo(f"  {entry}")
    if not apply_:
        say("Nothing was changed; say --apply to settle it.")

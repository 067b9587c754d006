"""`studio user` and `studio token`: who may log in, and which programs may call."""

from __future__ import annotations

import sys
from typing import Any

import click

from assets.domain.errors import Refused
from assets.domain.people import Role
from assets.settings import Settings

_role = click.option(
    "--role", type=click.Choice([role.word for role in Role]), default=Role.LISTENER.word, show_default=True
)


def _file() -> Any:  # noqa: ANN401 - imported where it is used: hashing is of no use to the other commands
    from assets.storage.people_file import PeopleFile

    return PeopleFile(Settings.from_environment().users)


@click.group()
def user() -> None:
    """People who may log in to the studio."""


@user.command(name="add")
@click.argument("name")
@_role
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.option("--no-password", is_flag=True, help="Only a proxy may say that it is this person.")
@click.option("--replace", is_flag=True, help="Give somebody who is there a new password or role.")
def add_user(name: str, role: str, password_stdin: bool, no_password: bool, replace: bool) -> None:
    """Let somebody in: asks for a password, twice."""
    if no_password:
        password = None
    elif password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif not sys.stdin.isatty():
        raise Refused("There is nobody to ask for a password.", remedy="Say --password-stdin, or --no-password.")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    added = _file().add(name, Role.named(role), password, replacing=replace)
    click.echo(f"{added.name} may come in as {added.role.word}.")


@user.command(name="list")
def list_users() -> None:
    """Show who may come in, as what, and since when."""
    for each in _file().people().users.values():
        click.echo(f"{each.name}\t{each.role.word}\t{each.since}\t{'password' if each.password else 'proxy only'}")


@user.command(name="remove")
@click.argument("name")
def remove_user(name: str) -> None:
    """Let somebody in no longer; their sessions end at once."""
    _file().remove(name)
    click.echo(f"{name} may come in no longer.")


@click.group()
def token() -> None:
    """Tokens for programs, where people have to log in."""


@token.command(name="add")
@click.argument("name")
@_role
def add_token(name: str, role: str) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    click.echo(_file().add_token(name, Role.named(role)))


@token.command(name="list")
def list_tokens() -> None:
    """Show the tokens there are, as what, and since when."""
    for each in _file().people().tokens.values():
        click.echo(f"{each.name}\t{each.role.word}\t{each.since}")


@token.command(name="remove")
@click.argument("name")
def remove_token(name: str) -> None:
    """Make a token worthless, at once."""
    _file().remove_token(name)
    click.echo(f"The token {name} is worth nothing now.")

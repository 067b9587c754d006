"""`studio user` and `studio token`: who may log in, and which programs may call."""

from __future__ import annotations

import sys
from typing import Any

import click

from assets.domain.errors import Refused
from assets.domain.people import Role
from assets.settings import Settings
from studio_ui.commands import arguments
from studio_ui.commands.printing import print_json

_role = click.option(
    "--role", type=click.Choice([role.word for role in Role]), default=Role.LISTENER.word, show_default=True
)


def _file() -> Any:  # noqa: ANN401 - imported where it is used: hashing is of no use to the other commands
    from assets.storage.people_file import PeopleFile

    return PeopleFile(Settings.from_environment().users)


def _tell(data: dict[str, Any], words: str, as_json: bool) -> None:
    if as_json:
        print_json(data)
    elif words:
        click.echo(words)


@click.group()
def user() -> None:
    """People who may log in to the studio."""


@user.command(name="add")
@click.argument("name")
@_role
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.option("--no-password", is_flag=True, help="Only a proxy may say that it is this person.")
@click.option("--replace", is_flag=True, help="Give somebody who is there a new password or role.")
@arguments.as_json
def add_user(name: str, role: str, password_stdin: bool, no_password: bool, replace: bool, as_json: bool) -> None:
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
    _tell({"name": added.name, "role": added.role.word}, f"{added.name} may come in as {added.role.word}.", as_json)


@user.command(name="list")
@arguments.as_json
def list_users(as_json: bool) -> None:
    """Show who may come in, as what, and since when."""
    rows = [
        {
            "name": each.name,
            "role": each.role.word,
            "since": each.since,
            "by": "password" if each.password else "proxy only",
        }
        for each in _file().people().users.values()
    ]
    _tell({"users": rows}, "\n".join("\t".join(row.values()) for row in rows), as_json)


@user.command(name="remove")
@click.argument("name")
@arguments.as_json
def remove_user(name: str, as_json: bool) -> None:
    """Let somebody in no longer; their sessions end at once."""
    _file().remove(name)
    _tell({"name": name, "removed": True}, f"{name} may come in no longer.", as_json)


@click.group()
def token() -> None:
    """Tokens for programs, where people have to log in."""


@token.command(name="add")
@click.argument("name")
@_role
@arguments.as_json
def add_token(name: str, role: str, as_json: bool) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    made = _file().add_token(name, Role.named(role))
    _tell({"name": name, "role": role, "token": made}, made, as_json)


@token.command(name="list")
@arguments.as_json
def list_tokens(as_json: bool) -> None:
    """Show the tokens there are, as what, and since when."""
    tokens = _file().people().tokens.values()
    rows = [{"name": each.name, "role": each.role.word, "since": each.since} for each in tokens]
    _tell({"tokens": rows}, "\n".join("\t".join(row.values()) for row in rows), as_json)


@token.command(name="remove")
@click.argument("name")
@arguments.as_json
def remove_token(name: str, as_json: bool) -> None:
    """Make a token worthless, at once."""
    _file().remove_token(name)
    _tell({"name": name, "removed": True}, f"The token {name} is worth nothing now.", as_json)

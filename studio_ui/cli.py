"""The command line `studio`: exit 0 when it is done, 1 when the work failed, 2 when the request was refused.

With `--json` exactly one JSON object goes to stdout and nothing else; progress and logs go to stderr.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from assets.domain.errors import Refused, StudioError
from studio_ui.commands import batches, narrations, people, scripts, system
from studio_ui.commands.printing import print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="narration-studio")
def studio() -> None:
    """Turn lessons and articles into narrations."""


for _command in (
    system.up,
    narrations.generate,
    narrations.request,
    narrations.status,
    narrations.list_,
    narrations.plan,
    narrations.fresh,
    narrations.listen,
    scripts.script,
    scripts.edit,
    scripts.approve,
    batches.batch,
    system.doctor,
    system.reconcile,
    people.user,
    people.token,
):
    studio.add_command(_command)


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
        _end(words, refused.code, refused.message, refused.at_a_shell, 2)
    except StudioError as error:
        _end(words, error.code, error.message, error.at_a_shell, 1)
    except KeyboardInterrupt:
        _end(words, "cancelled", "Stopped.", "", 1)


def _end(words: Sequence[str], code: str, message: str, remedy: str, status: int) -> None:
    if "--json" in words:
        print_json({"error": {"code": code, "message": message, "remedy": remedy}})
    else:
        say(f"{message} {remedy}".strip())
    sys.exit(status)


if __name__ == "__main__":
    main()

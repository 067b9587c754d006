"""What other programs may ask: plain typed functions, through Gradio's API and, the same ones, as tools of MCP.

`Endpoints(studio).offer()` inside the blocks of the site makes them `/request`, `/status` and so on. Each says what
role it takes; a refusal reaches the caller as one sentence with its remedy.

Their docstrings are what the callers read; the parameter `request` is filled in by Gradio and not theirs.
"""

from __future__ import annotations

import json
from typing import Any

import gradio as gr
from gradio.blocks import BlockFunction

from assets.domain.errors import Refused, StudioError
from assets.domain.keys import Locale, NarrationKey
from assets.domain.people import Role
from studio_ui import listings
from studio_ui.access.guards import asker, requires
from studio_ui.planning import plan_of
from studio_ui.routes.status import contract
from studio_ui.services import Studio
from studio_ui.snapshots import Phase, Snapshot

VERBS = ("request", "status", "plan", "list", "script", "retry", "cancel")
MOST_AT_ONCE = 100
"""How many narrations one call plans, and how many entries one call lists."""

Answer = dict[str, Any]


class Endpoints:
    """The verbs of one studio for programs."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def offer(self) -> None:
        """Make each an endpoint of the blocks that are being built.

        Outside Gradio's queue: the work itself is Dagster's, and a tool of MCP is called in the request that asks.
        """
        for name in VERBS:
            gr.api(getattr(self, name), api_name=name, queue=False)

    @staticmethod
    def answer_in_json(blocks: gr.Blocks) -> None:
        """Make the tools of the mounted blocks answer with JSON; Gradio gives what Python would print."""
        from mcp.types import TextContent

        server = blocks.mcp_server_obj
        if server is None:
            raise StudioError(f"The tools cannot be offered: {blocks.mcp_error}", remedy="Run `make setup`.")

        def as_json(data: list[Any], _: str) -> list[TextContent]:
            return [TextContent(type="text", text=json.dumps(each, ensure_ascii=False)) for each in data]

        server.postprocess_output_data = as_json  # type: ignore[method-assign]

    @staticmethod
    def fill_in_defaults(blocks: gr.Blocks) -> None:
        """Let whoever sends plain values leave out the last ones, as those do who knew a verb before it had them.

        Gradio's own clients do it; others would get an error of the server. A value that has no default is refused.
        """
        validate = blocks.validate_inputs

        def filled(event: BlockFunction, inputs: list[Any]) -> None:
            if event.api_name in VERBS:
                inputs += [each.value for each in event.inputs[len(inputs) :]]  # type: ignore[union-attr]
            validate(event, inputs)

        blocks.validate_inputs = filled  # type: ignore[method-assign]

    @requires(Role.EDITOR)
    def request(  # noqa: D417
        self,
        content: str,
        request: gr.Request,
        locale: str = "",
        voice: str = "",
        force: bool = False,
        approval: bool = False,
    ) -> dict[str, Any]:
        """Ask for a narration and say how it stands. What is fresh is not made again, and what is under way is joined.

        Poll `status` until `status` is "completed", "failed" or "cancelled". What waits for approval is "cancelled"
        with the error "approval_wanted".

        Args:
            content: Id of a lesson or article, such as "articles/tides"; `list` shows them.
            locale: Language tag of the text, such as "en"; empty: the studio's default.
            voice: Key of the voice; empty: the first that speaks the locale.
            force: Make it again although it is fresh; that may cost money.
            approval: Stop before it is spoken, until a person has approved its script on the studio's page.

        Returns:
            The narration: status, fresh, audio, transcript and script as addresses, duration_seconds, cost_usd, error.
        """
        key = self._key(content, locale, voice)
        asked = {"force": _flag("force", force), "approval": _flag("approval", approval)}
        return _answer(self.studio.request(key, **asked, by=asker(request).name), request)

    @requires(Role.LISTENER)
    def status(  # noqa: D417
        self, content: str, request: gr.Request, locale: str = "", voice: str = ""
    ) -> dict[str, Any]:
        """How a narration stands, and where its files are.

        Args:
            content: Id of a lesson or article.
            locale: Language tag of the text; empty: the studio's default.
            voice: Key of the voice; empty: the first that speaks the locale.

        Returns:
            The narration: status, fresh, audio, transcript and script as addresses, duration_seconds, cost_usd, error.
        """
        return _answer(self.studio.snapshot(self._key(content, locale, voice)), request)

    @requires(Role.LISTENER)
    def plan(self, contents: list[str], locale: str = "", voice: str = "") -> dict[str, Any]:
        """What narrations would take before anything is paid: segments, characters, money, and how much is reused.

        Args:
            contents: Ids of lessons or articles, at most 100.
            locale: Language tag of the texts; empty: the studio's default.
            voice: Key of the voice; empty: the first that speaks the locale.

        Returns:
            A row for each narration, and their total.
        """
        if not isinstance(contents, list) or not 1 <= len(contents) <= MOST_AT_ONCE:
            raise Refused(
                f"`contents` has to name 1 to {MOST_AT_ONCE} contents.",
                remedy="`list` shows them; `studio plan` on the command line plans them all.",
            )
        keys = [self._key(content, locale, voice) for content in contents]
        return plan_of(self.studio.desk, keys, locale=None, voice=None)

    @requires(Role.LISTENER)
    def list(self, what: str, offset: int = 0, limit: int = 50) -> dict[str, Any]:
        """List what there is: contents, voices or narrations.

        Args:
            what: "contents", "voices" or "narrations".
            offset: How many entries to pass over.
            limit: How many to give, at most 100.

        Returns:
            `entries`, and `total`, how many there are in all.
        """
        listers = {"contents": listings.contents, "voices": listings.voices, "narrations": listings.narrations}
        if not isinstance(what, str) or what not in listers:
            raise Refused(f"There is no list of {str(what)[:40]!r}.", remedy="Use contents, voices or narrations.")
        first, most = _count("offset", offset, 0, 10_000_000), _count("limit", limit, 1, MOST_AT_ONCE)
        rows, _ = listers[what](self.studio.desk)
        return {"entries": rows[first : first + most], "total": len(rows)}

    @requires(Role.LISTENER)
    def script(self, content: str, locale: str = "", voice: str = "") -> dict[str, Any]:
        """What will be said, segment by segment, and what becomes of each block of the source.

        Costs nothing: a script that is still to be paid for is refused.

        Args:
            content: Id of a lesson or article.
            locale: Language tag of the text; empty: the studio's default.
            voice: Key of the voice; empty: the first that speaks the locale.

        Returns:
            The script: sections with their segments, coverage, warnings.
        """
        return listings.script_of(self.studio.desk, self._key(content, locale, voice)).as_json()

    @requires(Role.EDITOR)
    def retry(  # noqa: D417
        self, content: str, request: gr.Request, locale: str = "", voice: str = ""
    ) -> dict[str, Any]:
        """Ask again for a narration that failed or was cancelled. What was made until then is not paid for again.

        Args:
            content: Id of a lesson or article.
            locale: Language tag of the text; empty: the studio's default.
            voice: Key of the voice; empty: the first that speaks the locale.

        Returns:
            The narration, as `status` gives it.
        """
        key = self._key(content, locale, voice)
        now = self.studio.snapshot(key)
        if now.phase not in {Phase.FAILED, Phase.CANCELLED}:
            raise Refused(f"'{key}' has neither failed nor been cancelled: {now.words}.", remedy="Use `request`.")
        return _answer(self.studio.request(key, force=now.fresh, by=asker(request).name), request)

    @requires(Role.EDITOR)
    def cancel(  # noqa: D417
        self, content: str, request: gr.Request, locale: str = "", voice: str = ""
    ) -> dict[str, Any]:
        """Stop the work on a narration. Its published version stays, and so does every piece that was paid for.

        Args:
            content: Id of a lesson or article.
            locale: Language tag of the text; empty: the studio's default.
            voice: Key of the voice; empty: the first that speaks the locale.

        Returns:
            The narration, as `status` gives it.
        """
        return _answer(self.studio.cancel(self._key(content, locale, voice)), request)

    def _key(self, content: str, locale: str, voice: str) -> NarrationKey:
        """The narration that is meant. Gradio passes on whatever it was sent, so that nothing is text before this."""
        for name, value in (("content", content), ("locale", locale), ("voice", voice)):
            if not isinstance(value, str):
                raise Refused(f"`{name}` has to be text.", remedy="Send it as a JSON string.")
        tag = Locale(locale) if locale else self.studio.default_locale
        chosen = voice or self.studio.desk.voices().default_for(tag).key.name
        return NarrationKey.of(content.strip("/"), tag.tag, chosen)


def _answer(snapshot: Snapshot, request: gr.Request) -> Answer:
    return contract(snapshot, str(request.base_url).rstrip("/"))


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise Refused(f"`{name}` has to be true or false.", remedy="Send it as a JSON boolean.")
    return value


def _count(name: str, value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most or value % 1:
        raise Refused(f"`{name}` has to be a whole number from {least} to {most}.", remedy="Mend the call.")
    return int(value)

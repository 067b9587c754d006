"""Script review: the source beside what will be said; a line is edited, priced before that, and alone spoken again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from assets.domain.errors import Refused, StudioError
from assets.domain.hearing import Verdict
from assets.domain.keys import Locale, NarrationKey
from assets.domain.people import Role
from assets.domain.states import Status
from assets.pipeline.reviewing import Change, Reviewing
from studio_ui.access.guards import asker, requires
from studio_ui.choices import Choice, choose
from studio_ui.components.parts import PLAIN, part
from studio_ui.reviews import data_of, listened, price_of
from studio_ui.services import Studio
from studio_ui.snapshots import locale_name, page_url, query, revision

PAGE = "review"
_MOST_WAITING = 50
_BEFORE_IT_IS_WRITTEN = frozenset({Status.PENDING.value, Status.GENERATING_SCRIPT.value})


def build(blocks: gr.Blocks, studio: Studio) -> None:
    """The page, below the masthead."""
    page = ReviewPage(studio)
    with gr.Column(elem_id="reviewing", elem_classes="page"):
        bar = part("reviewbar", PAGE)
        script = part("script", PAGE)
        pricing = part("pricing", PAGE)
    shown = [bar, script]
    blocks.load(page.restore, None, shown, **PLAIN)
    bar.restore(page.restore, None, shown, **PLAIN)
    bar.look(page.look, None, shown, **PLAIN)
    bar.speak(page.speak, None, shown, **PLAIN)
    bar.write(page.write, None, shown, **PLAIN)
    bar.approve(page.approve, None, shown, **PLAIN)
    script.price(page.price, None, pricing, **PLAIN)
    script.save(page.save, None, shown, **PLAIN)
    script.release(page.release, None, shown, **PLAIN)


class ReviewPage:
    """What the page does when something happens on it; the address says which script it is about."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.reviewing = Reviewing(studio.desk)

    @requires(Role.LISTENER)
    def restore(self, request: gr.Request) -> list[Any]:
        """The script that the address names, or what there is to review."""
        return self._shown(request)

    @requires(Role.EDITOR, limited=False)
    def price(self, request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        """What a change of a line would come to; nothing is changed."""
        asked = {"passage": list(event.passage), "line": int(event.line), "text": str(event.text)}
        try:
            return {"asked": asked, "price": price_of(self.reviewing.price(_key(self.studio, request), _change(event)))}
        except StudioError as error:
            return {"asked": asked, "notice": error.as_json()}

    @requires(Role.EDITOR)
    def save(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Have a line said in other words from now on; the page is told what became of its words."""
        by, notice = asker(request).name, None
        try:
            self.reviewing.edit(_key(self.studio, request), _change(event), by=by)
        except StudioError as error:
            notice = error.as_json()
        bar, script = self._shown(request, notice=notice)
        return [bar, script and {**script, "saved": notice is None, "notice": notice}]

    @requires(Role.EDITOR)
    def release(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Let go of an edit."""
        by = asker(request).name
        return self._do(request, lambda key: self.reviewing.release(key, int(event.edit), by=by))

    @requires(Role.EDITOR)
    def approve(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Approve the script that the page shows, and have it spoken."""
        by, seen = asker(request).name, str(event.script)

        def spoken(key: NarrationKey) -> None:
            self.reviewing.approve(key, by=by, seen=seen)
            self.studio.request(key, by=by)

        return self._do(request, spoken)

    @requires(Role.EDITOR)
    def speak(self, request: gr.Request) -> list[Any]:
        """Bring the narration up to date with its script."""
        by = asker(request).name
        return self._do(request, lambda key: self.studio.request(key, by=by))

    @requires(Role.EDITOR)
    def write(self, request: gr.Request) -> list[Any]:
        """Have the script written and nothing spoken yet."""
        by = asker(request).name
        return self._do(request, lambda key: self.studio.request(key, by=by, approval=True))

    @requires(Role.LISTENER)
    def look(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """What changed since the page last looked; nothing is sent or drawn when nothing did."""
        return self._shown(request, known=(str(event.revision), str(event.seen)))

    def _do(self, request: gr.Request, verb: Callable[[NarrationKey], object]) -> list[Any]:
        try:
            verb(_key(self.studio, request))
        except StudioError as error:
            return self._shown(request, notice=error.as_json())
        return self._shown(request)

    def _shown(
        self, request: gr.Request, notice: dict[str, str] | None = None, known: tuple[str, str] = ("", "")
    ) -> list[Any]:
        """The bar and the script; what the page has already, by the revisions of both in `known`, is not sent again."""
        script: dict[str, Any] | None = None
        try:
            choice = _choice(self.studio, request)
            if choice is None:
                bar: dict[str, Any] = {"waiting": self._waiting(), "contents": self._contents()}
            elif choice.key is None:
                bar = {"notice": choice.problem}
            else:
                bar = self._bar(choice.key, request)
            bar["revision"] = revision(bar)
            if bar["revision"] == known[0]:
                return [gr.skip(), gr.skip()]
            if choice is not None and choice.key is not None:
                if bar["seen"] == known[1]:
                    return [bar, gr.skip()]
                script = data_of(self.reviewing.review(choice.key))
                verdict = self._verdict(choice.key)
                bar |= {"homeless": script["homeless"], "coverage": script["coverage"], "verdict": None}
                if verdict is not None:
                    script = listened(script, verdict["passages"])
                    bar["verdict"] = {**verdict, "passages": len(verdict["passages"])}
                script |= {
                    "moment": f"{page_url(choice.key)}&version={verdict['version']}" if verdict else "",
                    "lang": choice.key.locale.tag,
                    "can_edit": bar["can_edit"],
                    "title": bar["title"],
                }
        except StudioError as error:
            bar, script = {"notice": error.as_json()}, None
            bar["revision"] = revision(bar)
            if bar["revision"] == known[0]:
                return [gr.skip(), gr.skip()]
        return [{**bar, "notice": notice or bar.get("notice")}, script]

    def _bar(self, key: NarrationKey, request: gr.Request) -> dict[str, Any]:
        """What can be done with the script, and how its narration stands."""
        snapshot = self.studio.snapshot(key)
        wanted = self.studio.desk.wanted(key)
        approval = self.studio.ledger.approvals.of(wanted.script_fingerprint)
        version = snapshot.version["number"] if snapshot.version else None
        heard = self._heard(key)
        edits = [*(each.edit.id for each in wanted.edits.placed), *(each.id for each in wanted.edits.homeless)]
        bar: dict[str, Any] = {
            "title": snapshot.title,
            "lang": snapshot.locale,
            "locale_name": snapshot.locale_name,
            "voice_name": snapshot.voice_name,
            "narration": page_url(key),
            "others": [
                {"query": query(NarrationKey(key.content, locale, key.voice)), "name": locale_name(locale)}
                for locale in self.studio.desk.catalogue().locales(key.content)
                if locale != key.locale
            ],
            "phase": snapshot.phase.value,
            "live": snapshot.live,
            "failure": snapshot.failure,
            "done": snapshot.segments_done,
            "total": snapshot.segments_total,
            "stale": snapshot.stale,
            "stale_by": snapshot.stale_by,
            "fresh": snapshot.fresh,
            "plan": snapshot.plan,
            "script": wanted.script_fingerprint,
            "approved_by": approval.by if approval else "",
            "edits": len(wanted.edits.placed),
            "can_edit": asker(request).role >= Role.EDITOR,
            "seen": revision(
                [
                    wanted.script_fingerprint,
                    edits,
                    bool(snapshot.plan and snapshot.plan["script_usd"]),
                    snapshot.status in _BEFORE_IT_IS_WRITTEN,
                    version,
                    heard,
                ]
            ),
        }
        return {**bar, "revision": revision(bar)}

    def _heard(self, key: NarrationKey) -> int:
        """How much of the published version has been listened to; nothing of one whose files are damaged."""
        version = self.studio.ledger.narrations.get(key).version
        try:
            return self.studio.verdicts.heard(version) if version else 0
        except StudioError:
            return 0

    def _verdict(self, key: NarrationKey) -> dict[str, Any] | None:
        """What listening to the published version came to; None where there is none, or its files are damaged."""
        version = self.studio.ledger.narrations.get(key).version
        if version is None:
            return None
        try:
            found = self.studio.verdicts.of(version)
        except StudioError:  # the page of the narration says what is wrong with it
            return None
        return {**found, "failed": sum(each["verdict"] == Verdict.FAIL.value for each in found["passages"])}

    def _waiting(self) -> list[dict[str, Any]]:
        """The narrations whose script waits for somebody."""
        held = self.studio.ledger.narrations.find(statuses={Status.CANCELLED}, limit=None)
        return [
            {"query": query(each.key), "title": self._title(each.key), "locale_name": locale_name(each.key.locale)}
            for each in held
            if each.waits_for_approval
        ][:_MOST_WAITING]

    def _title(self, key: NarrationKey) -> str:
        try:
            return self.studio.desk.title(key.content.path, key.locale.tag)
        except StudioError:
            return key.content.path

    def _contents(self) -> list[dict[str, Any]]:
        return [
            {
                "id": entry.id,
                "title": entry.title,
                "locales": [{"tag": tag, "name": locale_name(Locale(tag))} for tag in entry.locales],
            }
            for entry in self.studio.contents()
        ]


def _choice(studio: Studio, request: gr.Request) -> Choice | None:
    """The narration that the address names; None when it names none."""
    named = {name: request.query_params.get(name) or None for name in ("content", "locale", "voice")}
    return choose(studio, **named, exactly=True) if named["content"] else None


def _key(studio: Studio, request: gr.Request) -> NarrationKey:
    choice = _choice(studio, request)
    if choice is None or choice.key is None:
        raise Refused("The address names no script.", remedy="Choose one on the review page.")
    return choice.key


def _change(event: gr.EventData) -> Change:
    return Change(tuple(str(name) for name in event.passage), int(event.line), str(event.seen), str(event.text))

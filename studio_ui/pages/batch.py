"""Many at once: choose, see the plan and the cap, confirm; then watch, pause, resume, cancel, and retry by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from assets.domain.batches import Selection, Which
from assets.domain.errors import Refused, StudioError
from assets.domain.keys import Locale, NarrationKey
from assets.domain.people import Role
from assets.pipeline.batching import can_go_on
from studio_ui.access.guards import asker, requires
from studio_ui.batches import batch_data, cause_data, item_data, micros_of, plan_data
from studio_ui.batching import Batching
from studio_ui.components.parts import PLAIN, part
from studio_ui.services import Studio
from studio_ui.snapshots import locale_name, page_url, revision

PAGE = "batch"
LIVE_SECONDS = 1.5
"""How often an open page asks while a plan or a batch is being made."""
IDLE_SECONDS = 10.0
_FOUND = 30
_ITEMS = 200
_RECENT = 20

Shown = Mapping[str, Any] | None


def build(blocks: gr.Blocks, studio: Studio) -> None:
    """The page, below the masthead."""
    page = BatchPage(studio)
    with gr.Column(elem_id="batching", elem_classes="page"):
        batch = part("batch", PAGE)
        chooser = part("chooser", PAGE)
        found = part("found", PAGE)
    timer = gr.Timer(LIVE_SECONDS)
    shown = [batch, chooser, timer]
    blocks.load(page.restore, None, shown, **PLAIN)
    batch.restore(page.restore, None, shown, **PLAIN)
    for name, verb in {"pause": page.pause, "resume": page.resume, "cancel": page.cancel, "retry": page.retry}.items():
        getattr(batch, name)(verb, None, shown, **PLAIN)
    chooser.plan(page.plan, None, shown, **PLAIN)
    chooser.begin(page.begin, None, shown, **PLAIN)
    chooser.search(page.search, None, found, **PLAIN)
    timer.tick(page.tick, [batch, chooser], shown, **PLAIN)


class BatchPage:
    """What the page does when something happens on it; the address says which batch, or what is chosen."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.batching = Batching(studio)

    @requires(Role.OPERATOR)
    def restore(self, request: gr.Request) -> list[Any]:
        """The batch that the address names; else the newest ones and what can be chosen."""
        return self._shown(request)

    @requires(Role.OPERATOR)
    def plan(self, request: gr.Request) -> list[Any]:
        """Plan what the address chooses."""
        try:
            self.batching.plan(_selection(request), anew=True)
        except StudioError as error:
            return self._shown(request, notice=error.as_json())
        return self._shown(request)

    @requires(Role.OPERATOR)
    def begin(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Begin the batch whose plan is shown, and turn the page to it."""
        try:
            selection = _selection(request)
            name = " ".join(str(event.name).split())[:120] or str(event.otherwise)[:120]
            by = asker(request).name
            made = self.batching.begin(
                selection, name=name, approval=bool(event.approval), by=by, cap_micros=micros_of(str(event.cap))
            )
        except StudioError as error:
            return self._shown(request, notice=error.as_json())
        return self._shown(request, batch_id=made.id)

    @requires(Role.OPERATOR)
    def search(self, event: gr.EventData) -> dict[str, Any]:
        """Contents and folders that words name."""
        wanted = str(event.text).strip().casefold()
        contents = self.studio.contents()
        folders = Counter(folder for entry in contents for folder in _folders(entry.id))
        found = [
            {"id": folder, "title": folder, "count": count}
            for folder, count in sorted(folders.items())
            if wanted in folder.casefold()
        ]
        found += [
            {"id": entry.id, "title": entry.title, "count": 0}
            for entry in contents
            if wanted in entry.title.casefold() or wanted in entry.id.casefold()
        ]
        return {"asked": str(event.text), "found": found[:_FOUND], "more": max(0, len(found) - _FOUND)}

    @requires(Role.OPERATOR)
    def pause(self, request: gr.Request) -> list[Any]:
        """Ask for nothing more."""
        return self._do(request, self.batching.pause)

    @requires(Role.OPERATOR)
    def resume(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Go on, under another cap where one was written."""
        return self._do(request, lambda batch_id: self.batching.resume(batch_id, micros_of(str(event.cap))))

    @requires(Role.OPERATOR)
    def cancel(self, request: gr.Request) -> list[Any]:
        """End it for good."""
        return self._do(request, self.batching.cancel)

    @requires(Role.OPERATOR)
    def retry(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Ask again for everything that failed, for what has one cause, or for one narration."""
        cause, narration = str(event.cause or "") or None, str(event.narration or "")
        return self._do(
            request,
            lambda batch_id: self.batching.retry(
                batch_id, cause=cause, key=NarrationKey.parse(narration) if narration else None
            ),
        )

    @requires(Role.OPERATOR)
    def tick(self, batch: Shown, chooser: Shown, request: gr.Request) -> list[Any]:
        """What changed since the page last looked."""
        shown = self._shown(request)
        same = [
            bool(now) and now.get("revision") == then["revision"]
            for now, then in zip((batch or {}, chooser or {}), shown[:2], strict=True)
        ]
        if all(same):
            return [gr.skip()] * 3
        return [*(gr.skip() if unchanged else value for unchanged, value in zip(same, shown, strict=False)), shown[2]]

    def _do(self, request: gr.Request, verb: Callable[[str], object]) -> list[Any]:
        try:
            verb(_named(request, "id"))
        except StudioError as error:
            return self._shown(request, notice=error.as_json())
        return self._shown(request)

    def _shown(self, request: gr.Request, *, notice: dict[str, str] | None = None, batch_id: str = "") -> list[Any]:
        """The values of batch, chooser and timer."""
        named = batch_id or _named(request, "id")
        if named:
            batch, live = self._batch(named, notice, go=batch_id)
            return [batch, _sealed({"hidden": True}), gr.Timer(LIVE_SECONDS if live else IDLE_SECONDS)]
        recent = [batch_data(each) for each in self.studio.ledger.batches.recent(_RECENT)]
        for each in recent:
            each.pop("remaining_seconds")  # the list is no clock
        chooser, planning = self._chooser(request, notice)
        live = planning or any(each["state"] == "running" for each in recent)
        return [_sealed({"recent": recent}), chooser, gr.Timer(LIVE_SECONDS if live else IDLE_SECONDS)]

    def _batch(self, batch_id: str, notice: dict[str, str] | None, go: str) -> tuple[dict[str, Any], bool]:
        batches = self.studio.ledger.batches
        try:
            found = batches.get(batch_id)
        except Refused as refused:
            return _sealed({"notice": refused.as_json()}), False
        items = batches.items(found.id, limit=_ITEMS)
        causes = batches.causes(found.id)
        shown = {
            "batch": batch_data(found),
            "can_go_on": can_go_on(found, causes),
            "causes": [cause_data(cause) for cause in causes],
            "items": [{**item_data(item), "title": self._title(item.key), "url": page_url(item.key)} for item in items],
            "more": max(0, found.total - len(items)),
            "notice": notice,
            "go": go,
        }
        return _sealed(shown), not found.ended

    def _chooser(self, request: gr.Request, notice: dict[str, str] | None) -> tuple[dict[str, Any], bool]:
        plan: dict[str, Any] | None = None
        progress: dict[str, int] | None = None
        try:
            selection = _selection(request)
            if _named(request, "plan"):
                made = self.batching.plan(selection)
                if (ready := made.plan or made.rough) is not None:
                    plan = plan_data(ready)
                if not made.future.done():
                    progress = {"done": made.done, "total": made.total}
        except StudioError as error:
            selection, notice = Selection(), notice or error.as_json()
        catalogue = self.studio.desk.catalogue()
        locales = sorted({source.locale for source in catalogue.sources}, key=str)
        shown = {
            "hidden": False,
            "locales": [{"tag": tag.tag, "name": locale_name(tag)} for tag in locales],
            "voices": [{"key": voice.key.name, "name": voice.name} for voice in self.studio.desk.voices().entries],
            "chosen": {
                "contents": [{"id": name, "title": self._name(name)} for name in selection.contents],
                "locales": list(selection.locales),
                "voices": list(selection.voices),
                "which": selection.which.value,
            },
            "plan": plan,
            "progress": progress,
            "notice": notice,
        }
        return _sealed(shown), progress is not None

    def _title(self, key: NarrationKey) -> str:
        try:
            title = self.studio.desk.title(key.content.path, key.locale.tag)
        except StudioError:
            title = key.content.path
        return f"{title} · {locale_name(key.locale)} · {key.voice}"

    def _name(self, content: str) -> str:
        return next((entry.title for entry in self.studio.contents() if entry.id == content), content)


def _sealed(value: dict[str, Any]) -> dict[str, Any]:
    return {**value, "revision": revision(value)}


def _named(request: gr.Request, name: str) -> str:
    return str(request.query_params.get(name) or "")


def _selection(request: gr.Request) -> Selection:
    """What the address chooses. Raises `Refused`."""

    def names(name: str) -> tuple[str, ...]:
        return tuple(sorted({each for each in _named(request, name).split(",") if each}))

    which = _named(request, "which") or Which.OUTDATED.value
    if which not in {each.value for each in Which}:
        raise Refused(f"'{which[:40]}' is nothing that a batch can be of.", remedy="Choose anew.")
    locales = names("locales")
    for tag in locales:
        Locale(tag)
    return Selection(names("contents"), locales, names("voices"), Which(which))


def _folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]

"""The desk: where a narration is asked for, and where anyone learns what is true about it.

Everything a person sees goes through here, in the studio as on the command line: the catalogue and the voices, the
fingerprint that the text of this moment asks for, whether what is published is fresh, and the claim when it is not.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from assets.domain.contents import Catalogue, Entry, Source
from assets.domain.costs import Prices
from assets.domain.edits import NOWHERE, Edit, Placing, edited_fingerprint, edits_digest, place
from assets.domain.errors import Refused, StudioError
from assets.domain.fingerprints import (
    MIX_VERSION,
    Writer,
    audio_fingerprint,
    digest,
    outline_digest,
    script_fingerprint,
    voice_digest,
)
from assets.domain.keys import ContentId, Locale, NarrationKey, VoiceKey
from assets.domain.lexicons import Lexicon, touched_digest
from assets.domain.narrations import Asked, Narration, Version
from assets.domain.outlines import Outline
from assets.domain.scripts import Script
from assets.domain.states import Status
from assets.domain.voices import Voice, Voices
from assets.pipeline.reading import outline_of, read_many, reader_version
from assets.pipeline.wanted import Manner, Provenance, View, Wanted, edited_texts, texts_of
from assets.providers.base import PaidScriptWriter, PaidSpeechProvider, ScriptWriter, SpeechProvider, TakesIpa
from assets.providers.registry import script_writer, speech_provider
from assets.settings import Settings
from assets.storage import component_files
from assets.storage.catalogue_index import CatalogueIndex
from assets.storage.content_files import Stamp, read, scan
from assets.storage.files import Files
from assets.storage.ledger.ledger import Ledger
from assets.storage.lexicon_files import LexiconFiles
from assets.text.saying.say import SAYING_VERSION, speaks

_CATALOGUE_LASTS_SECONDS = 1.0
_HEARD_IN_MEMORY = 200_000
_MISSING_LASTS_SECONDS = 0.05
_OUTLINES_IN_MEMORY = 200
_SCAN_AT_MOST_ONE_IN = 20
"""A large catalogue is looked through less often, so that looking never takes more than a twentieth of the time."""


class Desk:
    """Answers for one process; cheap to make, reads what it needs when it is needed; safe to use from threads."""

    def __init__(self, settings: Settings, ledger: Ledger, files: Files) -> None:
        self.settings = settings
        self.ledger = ledger
        self.files = files
        self.lexicons = LexiconFiles(settings.shipped_lexicons, settings.lexicons)
        self.components = component_files.load(settings.content)
        self._lock = threading.Lock()
        self._catalogue: tuple[float, float, Catalogue] | None = None
        self._voices: tuple[tuple[int, int], Voices] | None = None
        self._prices: Prices | None = None
        self._heard: dict[tuple[str, str, bool], str] = {}
        self._outlines: OrderedDict[Source, tuple[Stamp, Outline]] = OrderedDict()
        self.index = CatalogueIndex(
            settings.home / "catalogue.db",
            settings.content,
            settings.default_locale,
            partial(read_many, components=self.components),
            reader_version(self.components.digest),
        )

    def catalogue(self) -> Catalogue:
        """What may be asked for, read from the content root; read again when the last look is a second old or more."""
        return self._looked()

    def _looked(self, *, again: bool = False) -> Catalogue:
        with self._lock:
            began = time.monotonic()
            good_until, missing_until, found = self._catalogue or (0.0, 0.0, None)
            if found is None or began > (missing_until if again else good_until):
                found = scan(self.settings.content, self.settings.default_locale)
                took = time.monotonic() - began
                good = max(_CATALOGUE_LASTS_SECONDS, _SCAN_AT_MOST_ONE_IN * took)
                self._catalogue = (began + took + good, began + took + max(_MISSING_LASTS_SECONDS, took), found)
            return found

    def _source(self, content: ContentId, locale: Locale) -> Source:
        """The source of a text. One that is not there yet may have been put there since the last look."""
        try:
            return self.catalogue().source(content, locale)
        except Refused:
            return self._looked(again=True).source(content, locale)

    def voices(self) -> Voices:
        """The voices of `voices.toml`, read again when the file changed. Raises `Refused` for a faulty file."""
        from assets.storage.voice_files import load

        with self._lock:
            try:
                facts = self.settings.voices.stat()
            except OSError:
                return load(self.settings.voices)
            stamp = (facts.st_mtime_ns, facts.st_size)
            if self._voices is None or self._voices[0] != stamp:
                self._voices = (stamp, load(self.settings.voices))
            return self._voices[1]

    def prices(self) -> Prices:
        """The price list. Raises `Refused` for a faulty file."""
        from assets.storage.price_files import load

        with self._lock:
            if self._prices is None:
                self._prices = load(self.settings.prices)
            return self._prices

    def refusal(self, voice: Voice, locale: str) -> str | None:
        """Why this voice cannot speak this locale here, with the remedy, or None when it can."""
        try:
            self.voices().require(voice.key, Locale(locale))
            return self.speech_provider(voice).refusal(voice, Locale(locale))
        except Refused as refused:
            return str(refused)

    def default_voice(self, locale: Locale) -> Voice:
        """The first voice of a locale that can speak here, or the first of all, whose refusal says what it lacks.

        Raises `Refused` when no voice is offered for the locale.
        """
        offered = self.voices().for_locale(locale)
        able = (each for each in offered if self.speech_provider(each).refusal(each, locale) is None)
        return next(able, None) or self.voices().default_for(locale)

    def writer(self) -> ScriptWriter:
        """The script writer that the settings choose."""
        return script_writer(self.settings.script_writer, self.settings)

    def speech_provider(self, voice: Voice) -> SpeechProvider:
        """Who speaks in this voice, with the account of the settings."""
        return speech_provider(voice.provider, self.settings)

    def costs_money(self, wanted: Wanted) -> bool:
        """Whether its script or its voice is paid for."""
        return isinstance(self.writer(), PaidScriptWriter) or isinstance(
            self.speech_provider(wanted.voice), PaidSpeechProvider
        )

    def title(self, content: str, locale: str) -> str:
        """The title of a content in a locale. Raises `Refused` when there is no such text or it cannot be read."""
        return self.index.facts(self._source(ContentId(content), Locale(locale))).title

    def entries(self, *, read: bool = True) -> tuple[Entry, ...]:
        """Every source of the catalogue with its facts: title, description, digest, length.

        What has changed since the last look is read first, and 12,000 unchanged files take a fraction of a second. With
        `read` off nothing is read: a text that nobody has read yet has no facts. Raises `Refused`.
        """
        return self.index.refresh() if read else self.index.known(self.catalogue())

    def look_again(self, progress: Callable[[int, int], None] | None = None) -> tuple[Entry, ...]:
        """What the catalogue holds at this moment; whoever asks later is told the same. Raises `Refused`."""
        with self._lock:
            self._catalogue = None
        return self.index.refresh(progress)

    def fingerprints(
        self, keys: Iterable[NarrationKey] | None = None, *, entries: Iterable[Entry] | None = None
    ) -> dict[NarrationKey, str]:
        """The fingerprint that each narration asks for now, of all that may be asked for or of those named.

        What cannot be made now (its text, locale or voice will not do) is left out. Compare it with
        `ledger.narrations.fingerprints()` to see what is fresh, 50,000 in a second or two. Whoever has just had the
        `entries` of the catalogue gives them, and it is not looked through once more.
        """
        known = self.entries() if entries is None else entries
        texts = {(e.source.content, e.source.locale): (e.source, e.facts.outline) for e in known if e.facts}
        manners: dict[tuple[VoiceKey, Locale], Manner | None] = {}
        scripts: dict[tuple[str, str, str], str] = {}
        edited = self.ledger.edits.by_script()
        # Asked once for all: 50,000 times each would take seconds.
        lexicons: dict[Locale, Lexicon] = {}
        written_anew = isinstance(self.writer(), PaidScriptWriter)
        found = {}
        for key in self.everything() if keys is None else keys:
            spoken = (key.voice, key.locale)
            if spoken not in manners:
                manners[spoken] = self._manner_or_none(*spoken)
            source, outline = texts.get((key.content, key.locale), (None, ""))
            manner = manners[spoken]
            if source is None or not outline or manner is None:
                continue
            written = (outline, key.locale.tag, manner.written)
            if written not in scripts:
                scripts[written] = script_fingerprint(outline, locale=key.locale.tag, writer=manner.writer)
            script, placing = scripts[written], NOWHERE
            if edited and (edits := edited.get((key.content.path, key.locale.tag, manner.style))):
                placing = place(edits, self.outline(self.catalogue().source(key.content, key.locale)))
                script = edited_fingerprint(script, placing)
            if key.locale not in lexicons:
                lexicons[key.locale] = self.lexicons.of(key.locale)
            own = written_anew or bool(placing.placed)
            heard = self._touched(
                manner, lexicons[key.locale], script, placing, outline, partial(self.index.spoken, source), own=own
            )
            found[key] = audio_fingerprint(script, manner.spoken, manner.saying, heard)
        return found

    def fresh(self, keys: Collection[NarrationKey]) -> dict[NarrationKey, Narration]:
        """Those of the narrations that are exactly what their texts ask for now and that nobody is at, files verified.

        For many at once: ten thousand in two seconds, where asking for each takes a minute.
        """
        current = self.current(self.fingerprints(keys))
        return {key: narration for key, narration in current.items() if narration.status is Status.COMPLETED}

    def current(self, fingerprints: Mapping[NarrationKey, str]) -> dict[NarrationKey, Narration]:
        """Those whose version has the fingerprint that is given for them, files verified, whoever is at them."""
        folders = set[str]()
        published = self.ledger.narrations.published_as(fingerprints)
        return {
            each.key: each for each in published if each.version and self.files.verify(each.version, folders=folders)
        }

    def outline(self, source: Source) -> Outline:
        """The outline of a source, parsed again only when its file changed. Raises `Refused`."""
        try:
            stamp = Stamp.of((self.settings.content / source.path).stat())
        except OSError as fault:
            raise Refused(f"{source.path} is gone.", remedy="Put the file back, or ask for another content.") from fault
        with self._lock:
            kept = self._outlines.get(source)
            if kept is not None and kept[0] == stamp:
                self._outlines.move_to_end(source)
                return kept[1]
        outline = outline_of(source, read(self.settings.content, source), self.components)
        with self._lock:
            self._outlines[source] = (stamp, outline)
            if len(self._outlines) > _OUTLINES_IN_MEMORY:
                self._outlines.popitem(last=False)
        return outline

    def text_stamp(self, key: NarrationKey) -> Stamp | None:
        """Another one whenever the file of its text is written; None where there is none."""
        try:
            return Stamp.of((self.settings.content / self.catalogue().source(key.content, key.locale).path).stat())
        except (Refused, OSError):
            return None

    def wanted(self, key: NarrationKey, *, edits: Sequence[Edit] | None = None) -> Wanted:
        """What the narration would be made of now. Raises `Refused` when content, locale or voice will not do.

        `edits` are asked about instead of those that are kept.
        """
        source = self._source(key.content, key.locale)
        voice = self.voices().require(key.voice, key.locale)
        manner = self._manner(voice, key.locale)
        if edits is None:
            edits = self.ledger.edits.of(key.content.path, key.locale.tag, manner.style)
        return self._wanted(key, source, voice, manner, edits)

    def wanted_by_many(self, keys: Iterable[NarrationKey]) -> Iterator[tuple[NarrationKey, Wanted | Refused]]:
        """What each narration would be made of now, or why it cannot be made: voices and edits are looked up once."""
        edited = self.ledger.edits.by_script()
        manners: dict[tuple[VoiceKey, Locale], tuple[Voice, Manner]] = {}
        for key in keys:
            try:
                source = self._source(key.content, key.locale)
                if (spoken := (key.voice, key.locale)) not in manners:
                    voice = self.voices().require(*spoken)
                    manners[spoken] = (voice, self._manner(voice, key.locale))
                voice, manner = manners[spoken]
                edits = edited.get((key.content.path, key.locale.tag, manner.style), ())
                yield key, self._wanted(key, source, voice, manner, edits)
            except Refused as refused:
                yield key, refused

    def _wanted(self, key: NarrationKey, source: Source, voice: Voice, manner: Manner, edits: Sequence[Edit]) -> Wanted:
        outline = self.outline(source)
        said = outline_digest(outline)
        written = script_fingerprint(said, locale=key.locale.tag, writer=manner.writer)
        placing = place(edits, outline)
        script = edited_fingerprint(written, placing)
        lexicon = self.lexicons.of(key.locale)
        own = self._is_its_own(placing)
        heard = self._touched(manner, lexicon, script, placing, said, lambda: texts_of(outline), own=own)
        return Wanted(
            key=key,
            source=source,
            outline=outline,
            voice=voice,
            writer=manner.writer,
            written_fingerprint=written,
            edits=placing,
            script_fingerprint=script,
            voice_digest=manner.spoken,
            fingerprint=audio_fingerprint(script, manner.spoken, manner.saying, heard),
            made_of=Provenance(
                outline=said,
                writer=manner.written,
                voice=manner.spoken,
                mix=MIX_VERSION,
                saying=manner.saying,
                lexicon=heard,
                edits=edits_digest(placing),
            ),
            lexicon=lexicon,
            takes_ipa=manner.takes_ipa,
        )

    def texts(self, wanted: Wanted) -> tuple[str, ...]:
        """What will be said, as far as it is known: the script, or until it is written, the source and its edits."""
        if self._is_its_own(wanted.edits) and (found := self._script_texts(wanted.script_fingerprint)):
            return found
        return (*texts_of(wanted.outline), *edited_texts(wanted.edits))

    def _is_its_own(self, edits: Placing) -> bool:
        """Whether a script says other words than its source: a paid writer's, or one that people edited."""
        return bool(edits.placed) or isinstance(self.writer(), PaidScriptWriter)

    def _script_texts(self, script: str) -> tuple[str, ...]:
        kept = self.files.script(script)
        return tuple(segment.text for segment in Script.from_json(kept).segments) if kept is not None else ()

    def _touched(
        self,
        manner: Manner,
        lexicon: Lexicon,
        script: str,
        edits: Placing,
        outline: str,
        source: Callable[[], Iterable[str]],
        *,
        own: bool,
    ) -> str:
        """The digest of the entries that are heard in a narration; `outline` and `source` are those of its text.

        `own` says whether its script says other words than its source.
        """
        if not lexicon.entries:
            return ""
        own = own and self.files.has_script(script)
        name = script if own else f"{outline} {script}" if edits.placed else outline
        heard = (name, lexicon.digest, manner.takes_ipa)
        if heard not in self._heard:
            if len(self._heard) >= _HEARD_IN_MEMORY:
                self._heard.clear()
            texts = (self._script_texts(script) if own else ()) or (*source(), *edited_texts(edits))
            self._heard[heard] = touched_digest(lexicon.touched(texts, ipa=manner.takes_ipa), ipa=manner.takes_ipa)
        return self._heard[heard]

    def _manner(self, voice: Voice, locale: Locale) -> Manner:
        """How a voice says a text of a locale. Raises `Refused` when it, or whoever writes for it, cannot."""
        provider, written_by = self.speech_provider(voice), self.writer()
        if (refusal := provider.refusal(voice, locale)) is not None:
            raise Refused(refusal)
        if isinstance(written_by, PaidScriptWriter) and (refusal := written_by.refusal()) is not None:
            raise Refused(refusal)
        directions = provider.directions(voice) if isinstance(provider, PaidSpeechProvider) else ()
        style = written_by.style(voice.persona, directions)
        writer = Writer(written_by.name, written_by.model, written_by.prompt_version, style)
        spoken = voice_digest(voice, locale=locale.tag, adapter_version=provider.adapter_version)
        takes_ipa = isinstance(provider, TakesIpa) and provider.takes_ipa(voice)
        return Manner(writer, digest(writer.parts()), spoken, SAYING_VERSION if speaks(locale) else "", takes_ipa)

    def _manner_or_none(self, voice: VoiceKey, locale: Locale) -> Manner | None:
        try:
            return self._manner(self.voices().require(voice, locale), locale)
        except Refused:
            return None

    def view(self, key: NarrationKey) -> View:
        """What is true about a narration now. Raises `Refused` like `wanted`."""
        wanted = self.wanted(key)
        narration = self.ledger.narrations.get(key)
        version = narration.version
        if version is None:
            return View(narration, wanted.outline.title, fresh=False)
        if not self.files.verify(version):
            return View.of_stale(narration, wanted.outline.title, ("files",))
        if version.fingerprint == wanted.fingerprint:
            return View(narration, wanted.outline.title, fresh=True)
        return View.of_stale(narration, wanted.outline.title, self._why_stale(wanted, version))

    def ask(
        self,
        key: NarrationKey,
        *,
        force: bool = False,
        requested_by: str = "",
        priority: int = 0,
        approval: bool = False,
        run_id: str = "",
    ) -> Asked:
        """Ask for a narration: fresh, joined or newly claimed. Raises `Refused` before anything is written.

        With `approval` it stops before it is spoken until a person has approved its script.
        """
        wanted = self.wanted(key)
        return self.ledger.claims.ask(
            key,
            wanted.fingerprint,
            verify=self.files.verify,
            force=force,
            requested_by=requested_by,
            priority=priority,
            approval=approval,
            run_id=run_id,
        )

    def cancel(self, key: NarrationKey) -> Narration:
        """Stop the work on a narration; its published version stays. Raises `Refused` when there is none."""
        return self.ledger.claims.cancel(key)

    def everything(self, *, locale: str | None = None, voice: str | None = None) -> tuple[NarrationKey, ...]:
        """Every narration that may be asked for, sorted: each text in each voice offered for its locale.

        With neither `locale` nor `voice` that is the whole catalogue. Raises `Refused` for an unknown name.
        """
        voices = self.voices()
        wanted_locale = Locale(locale) if locale else None
        wanted_voice = voices.get(voice) if voice else None
        offered: dict[Locale, tuple[Voice, ...]] = {}
        keys = []
        for source in self.catalogue().sources:
            if wanted_locale is not None and source.locale != wanted_locale:
                continue
            if source.locale not in offered:
                offered[source.locale] = tuple(
                    each
                    for each in voices.for_locale(source.locale)
                    if self.speech_provider(each).refusal(each, source.locale) is None
                )
            keys += [
                NarrationKey(source.content, source.locale, each.key)
                for each in offered[source.locale]
                if wanted_voice is None or each.key == wanted_voice.key
            ]
        return tuple(sorted(keys, key=str))

    def default_narrations(self, locale: str | None = None) -> tuple[NarrationKey, ...]:
        """Every text of the catalogue in the default voice of its locale; texts that no voice speaks are left out."""
        voices, keys = self.voices(), []
        for source in self.catalogue().sources:
            if locale is None or source.locale == Locale(locale):
                for each in voices.for_locale(source.locale):
                    if self.speech_provider(each).refusal(each, source.locale) is None:
                        keys.append(NarrationKey(source.content, source.locale, each.key))
                        break
        return tuple(sorted(keys, key=str))

    def _why_stale(self, wanted: Wanted, version: Version) -> tuple[str, ...]:
        try:
            script = json.loads(self.files.resolve(version.files["script"].path).read_bytes())
            reasons = wanted.made_of.differs_from(script["made_of"])
        except (OSError, ValueError, KeyError, StudioError):
            reasons = ()
        return reasons or ("unknown",)

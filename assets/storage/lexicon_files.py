"""Lexicons on disk: `<locale>.toml` in the folder that is shipped and in the one of the project.

```toml
version = 3

[[entry]]
written = "Nabu"
said = "nah boo"
ipa = "ˈnɑːbuː"
cased = true                # only in these letters
before = ["the", "of"]      # only after one of these words
after = ["engine"]          # only before one of these words
note = "the project's own name"
```
A file is of one locale: `en.toml` is for all English, `en-GB.toml` for British English on top of it. Of two entries
for the same thing the project's counts. Writing keeps what people wrote beside the entries.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import tomllib
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.domain.errors import ContentChanged, Refused
from assets.domain.keys import Locale, looks_like_locale
from assets.domain.lexicons import Entry, Lexicon
from assets.storage.disks import make_folder, put_in_place, saying_what_is_wrong, write_durably

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_TEXTS, _LISTS = ("written", "said", "ipa", "note"), ("before", "after")


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as a page shows it: the file of which locale it is in, and whether that is the project's own."""

    entry: Entry
    locale: Locale
    own: bool


class LexiconFiles:
    """The lexicons of a project: those that are shipped, which are never written, and its own. Safe from threads."""

    def __init__(self, shipped: Path, own: Path) -> None:
        self._shipped, self._own = shipped, own
        self._lock = threading.Lock()
        self._read: dict[Path, tuple[tuple[int, int], int, tuple[Entry, ...]]] = {}
        self._lexicons: dict[Locale, tuple[tuple[tuple[Entry, ...], ...], Lexicon]] = {}

    def of(self, locale: Locale) -> Lexicon:
        """The lexicon for texts of a locale, as the files are now. Raises `Refused` for a faulty file."""
        with self._lock:
            parts = tuple(self._entries(path)[1] for path in self._paths(locale))
            kept = self._lexicons.get(locale)
            if kept is None or kept[0] != parts:
                kept = (parts, Lexicon(entry for part in parts for entry in part))
                self._lexicons[locale] = kept
            return kept[1]

    def listed(self, locale: Locale) -> tuple[Listed, ...]:
        """Every entry that texts of a locale may be said by, sorted by what is written. Raises `Refused`."""
        found: dict[str, Listed] = {}
        with self._lock:
            for path in self._paths(locale):
                for entry in self._entries(path)[1]:
                    found[entry.name] = Listed(entry, Locale(path.stem), path.parent == self._own)
        return tuple(sorted(found.values(), key=lambda each: (each.entry.written.casefold(), each.entry.name)))

    def locales(self) -> tuple[Locale, ...]:
        """The locales that there is a file for, sorted."""
        names = {
            path.stem for folder in (self._shipped, self._own) if folder.is_dir() for path in folder.glob("*.toml")
        }
        return tuple(Locale(name) for name in sorted(names) if looks_like_locale(name))

    def version(self, locale: Locale) -> int:
        """The version of the project's own file of a locale; 0 where there is none. Raises `Refused`."""
        with self._lock:
            return self._entries(self._own / f"{locale.tag}.toml")[0]

    def add(self, locale: Locale, entry: Entry, *, expected: int | None = None) -> int:
        """Put an entry into the project's file of a locale, in place of one for the same thing; the new version.

        Raises `Refused` for an entry that cannot be used, `ContentChanged` when the file is of another version than
        `expected` by now, `Unwritable` when the disk does not take it.
        """
        entry.require_sound()

        def change(document: TOMLDocument) -> None:
            _drop(document, entry.name)
            import tomlkit

            tables = document.setdefault("entry", tomlkit.aot())
            tables.append(_table(entry))

        return self._write(locale, change, expected)

    def remove(self, locale: Locale, name: str, *, expected: int | None = None) -> int:
        """Take an entry out of the project's file of a locale; the new version.

        Raises `Refused` when it is not there (shipped entries stay; overrule them), and like `add`.
        """

        def change(document: TOMLDocument) -> None:
            if not _drop(document, name):
                raise Refused(
                    f"The project's lexicon for {locale} has no such entry.",
                    remedy="It may be gone already, or be shipped: add one for the same word to overrule it.",
                )

        return self._write(locale, change, expected)

    def _paths(self, locale: Locale) -> tuple[Path, ...]:
        """The files for a locale; the later one counts."""
        tags = dict.fromkeys((locale.language, locale.tag))
        return tuple(folder / f"{tag}.toml" for folder in (self._shipped, self._own) for tag in tags)

    def _entries(self, path: Path) -> tuple[int, tuple[Entry, ...]]:
        try:
            facts = path.stat()
        except OSError:
            return 0, ()
        stamp = (facts.st_mtime_ns, facts.st_size)
        kept = self._read.get(path)
        if kept is None or kept[0] != stamp:
            version, entries = _parsed(path, path.read_bytes())
            kept = (stamp, version, entries)
            self._read[path] = kept
        return kept[1], kept[2]

    def _write(self, locale: Locale, change: Callable[[TOMLDocument], None], expected: int | None) -> int:
        import tomlkit

        path = self._own / f"{locale.tag}.toml"
        with saying_what_is_wrong(path), self._lock, _alone(self._own):
            before = path.read_bytes() if path.exists() else b""
            version, _ = _parsed(path, before)
            if expected is not None and expected != version:
                raise ContentChanged(
                    f"The lexicon for {locale} has been changed meanwhile: it is version {version}, not {expected}.",
                    remedy="Look at it again, and then change it.",
                )
            document = tomlkit.parse(before.decode())
            change(document)
            document["version"] = version + 1
            if not before:
                document.add(tomlkit.comment(f"How words are said in {locale.tag} in this project."))
            after = tomlkit.dumps(document).encode()
            _parsed(path, after)
            half = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
            write_durably(half, after)
            put_in_place(half, path)
            return version + 1


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else writes to a folder of lexicons meanwhile, in this process or another."""
    make_folder(folder)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _parsed(path: Path, content: bytes) -> tuple[int, tuple[Entry, ...]]:
    """Version and entries of a file. Raises `Refused` and names the entry that is at fault."""
    where = f"The lexicon '{path.name}'"
    try:
        document = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Refused(f"{where} is not TOML: {fault}.", remedy="Mend that line of it.") from fault
    version, tables = document.pop("version", 0), document.pop("entry", [])
    if document or not isinstance(version, int) or not isinstance(tables, list):
        unknown = next(iter(document), "version" if not isinstance(version, int) else "entry")
        raise Refused(f"{where} has a '{unknown}' that is not understood.", remedy="It has version and [[entry]].")
    try:
        return version, tuple(_entry(table) for table in tables)
    except Refused as refused:
        raise Refused(f"{where}: {refused.message}", remedy=refused.remedy) from refused


def _entry(table: Mapping[str, Any]) -> Entry:
    known: dict[str, Any] = {}
    for field, value in table.items():
        if field in _LISTS and isinstance(value, list) and all(isinstance(word, str) for word in value):
            known[field] = tuple(value)
        elif (field in _TEXTS and isinstance(value, str)) or (field == "cased" and isinstance(value, bool)):
            known[field] = value
        else:
            raise Refused(
                f"'{field}' of an entry is not understood.",
                remedy="An entry has written, said, ipa, note (texts), before, after (lists of words) and cased.",
            )
    return Entry(**{"written": "", **known}).require_sound()


def _table(entry: Entry) -> Any:  # noqa: ANN401 - a table of tomlkit
    import tomlkit

    table = tomlkit.table()
    for field in _TEXTS:
        if value := getattr(entry, field):
            table[field] = value
    if entry.cased:
        table["cased"] = True
    for field in _LISTS:
        if value := getattr(entry, field):
            table[field] = list(value)
    return table


def _drop(document: TOMLDocument, name: str) -> bool:
    tables = document.get("entry", [])
    for at, table in enumerate(tables):
        if _entry(table.unwrap()).name == name:
            del tables[at]
            return True
    return False

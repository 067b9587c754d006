"""The content root on disk: which files are sources, and what each says."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.domain.contents import LARGEST_FILE_BYTES, Catalogue, Problem, Source
from assets.domain.errors import Refused
from assets.domain.keys import ContentId, Locale, looks_like_locale

_PAGE = re.compile(r"(.+)\.(?:mdx?|html?)\Z", re.IGNORECASE)
_MEANT_AS_LOCALE = re.compile(r"[A-Za-z]{2}[-_][A-Za-z]{2}\Z")
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of a file: while it says the same, the file need not be read again.

    Times are nanoseconds. `changed` is the time of the inode: it tells of an edit that kept size and `modified`.
    """

    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, facts: os.stat_result) -> Stamp:
        """The stamp in what `stat` says."""
        return cls(facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class Survey:
    """The catalogue at one moment, and the stamp of each source's file by its path."""

    catalogue: Catalogue
    stamps: Mapping[str, Stamp]


@dataclass(frozen=True, slots=True)
class _Page:
    """A file whose name says that it is a page. `fault` says why it cannot be a source, or nothing."""

    path: str
    stem: str
    fault: str = ""
    stamp: Stamp | None = None


def scan(root: Path, default_locale: Locale) -> Catalogue:
    """The catalogue of a content root. Reads names and sizes, no file: 12,000 pages take about a quarter of a second.

    A file that cannot be a source is a `Problem` of the catalogue. Raises `Refused` when there is no such folder.
    """
    return survey(root, default_locale).catalogue


def survey(root: Path, default_locale: Locale) -> Survey:
    """The same with the stamps of the files. Raises `Refused` when there is no such folder."""
    try:
        pages = sorted(_pages(root, os.path.realpath(root), "", ()), key=lambda page: page.path)
    except OSError as fault:
        raise Refused(
            f"The content root '{root}' cannot be read: {fault.strerror or fault}.",
            remedy="Set STUDIO_CONTENT to the folder of your lessons and articles.",
        ) from fault
    sources: dict[tuple[ContentId, Locale], Source] = {}
    problems: list[Problem] = []
    stamps: dict[str, Stamp] = {}
    for page in pages:
        try:
            if page.fault:
                raise Refused(page.fault)
            source = _source(page, default_locale)
        except Refused as refused:
            problems.append(Problem(page.path, str(refused)))
            continue
        first = sources.setdefault((source.content, source.locale), source)
        if first is source:
            assert page.stamp is not None, "a page without a fault was looked at"
            stamps[source.path] = page.stamp
        else:
            problems.append(
                Problem(
                    page.path,
                    f"'{source.content}' in '{source.locale}' is given by '{first.path}' already; "
                    f"'{page.path}' is not used. Remove or rename one of the two.",
                )
            )
    return Survey(Catalogue(tuple(sources.values()), tuple(problems)), stamps)


def read(root: Path, source: Source) -> str:
    """The text of a source. Raises `Refused` when the file is gone, unreadable, empty, too large or not UTF-8."""
    try:
        with (root / source.path).open("rb") as file:
            data = file.read(LARGEST_FILE_BYTES + 1)
    except OSError as fault:
        raise Refused(
            f"'{source.path}' cannot be read: {fault.strerror or fault}.",
            remedy="Put the file back or make it readable, and ask again.",
        ) from fault
    if len(data) > LARGEST_FILE_BYTES:
        raise Refused(_too_large(source.path, (root / source.path).stat().st_size))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refused(
            f"'{source.path}' is not UTF-8 text (byte {fault.start + 1}).", remedy="Save it as UTF-8 and ask again."
        ) from fault
    if not text.strip():
        raise Refused(f"'{source.path}' is empty.", remedy="Write its text, or remove the file.")
    return text


def _pages(folder: Path | str, root: str, inside: str, above: tuple[str, ...]) -> Iterator[_Page]:
    """The pages of a folder and of all below it. `above` holds the real paths of the folders on the way here."""
    here = above[-1] if above else root
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = f"{inside}{entry.name}"
            page = _PAGE.match(entry.name)
            if entry.is_symlink() and not _leads_inside(entry.path, root):
                if page:
                    yield _Page(path, page[1], f"'{path}' is a link that leads out of the content root or nowhere.")
            elif entry.is_dir():
                real = os.path.realpath(entry.path) if entry.is_symlink() else f"{here}{os.sep}{entry.name}"
                if real not in above and real != root:
                    yield from _below(entry, root, path, (*above, real))
            elif page:
                yield _page(entry, path, page[1])


def _below(entry: os.DirEntry[str], root: str, path: str, above: tuple[str, ...]) -> Iterator[_Page]:
    try:
        yield from _pages(entry.path, root, f"{path}/", above)
    except OSError as fault:
        yield _Page(path, "", f"The folder '{path}' cannot be read: {fault.strerror or fault}.")


def _leads_inside(path: str, root: str) -> bool:
    real = os.path.realpath(path)
    return real.startswith(root + os.sep) and Path(real).exists()


def _page(entry: os.DirEntry[str], path: str, stem: str) -> _Page:
    try:
        facts = entry.stat()
    except OSError as fault:
        return _Page(path, stem, f"'{path}' cannot be read: {fault.strerror or fault}.")
    if facts.st_size > LARGEST_FILE_BYTES:
        return _Page(path, stem, _too_large(path, facts.st_size))
    return _Page(path, stem, "" if facts.st_size else f"'{path}' is empty.", Stamp.of(facts))


def _too_large(path: str, size: int) -> str:
    megabytes, most = size / _MEGABYTE, LARGEST_FILE_BYTES // _MEGABYTE
    return f"'{path}' has {megabytes:.1f} MB; a page may have {most} MB. Split it into several contents."


def _source(page: _Page, default_locale: Locale) -> Source:
    """The source a file is by its name: `<dir>/<locale>`, `<name>.<locale>`, or `<name>` in the default locale."""
    folder, slash, _ = page.path.rpartition("/")
    name, dot, last = page.stem.rpartition(".")
    if not _is_locale(last):
        return Source(ContentId(f"{folder}{slash}{page.stem}"), default_locale, page.path)
    locale = Locale(last)
    if dot:
        return Source(ContentId(f"{folder}{slash}{name}"), locale, page.path)
    if not folder:
        raise Refused(f"'{page.path}' lies at the top of the content root.", remedy="Put it into a folder of its own.")
    return Source(ContentId(folder), locale, page.path)


def _is_locale(part: str) -> bool:
    """Whether a part of a name is a locale or surely meant as one: `EN` and `pt_br` are told, not taken for names."""
    if looks_like_locale(part) or (_MEANT_AS_LOCALE.match(part) and looks_like_locale(part[:2].lower())):
        return True
    return len(part) == 2 and looks_like_locale(part.lower())

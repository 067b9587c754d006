"""The espeak-ng C library: loaded once, one call at a time, because its state is global to the process."""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from assets.domain.errors import ProviderError

_SYNCHRONOUS = 2
_NO_EXIT = 0x8000
_POSITION_IN_CHARACTERS = 1
_UTF8 = 1
"""The only flag: without those for SSML and phonemes, `<b>` and `[[x]]` are read as any other text."""
_IPA_WITH_TIES = 0x02 | 0x80 | ord("^") << 8
"""IPA, with `^` between the two halves of one sound: t^ʃ, a^ɪ."""
_RATE, _PITCH = 1, 3
_WORD = 1
_LOCK = threading.Lock()
_REINSTALL = "Reinstall it with: pip install -e .[embedded]"


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


_Receive = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


def library() -> EspeakLibrary:
    """The library of this process. Raises `ProviderError` when it cannot be loaded."""
    with _LOCK:
        return _loaded()


@cache
def _loaded() -> EspeakLibrary:
    return EspeakLibrary()


class EspeakLibrary:
    """The loaded library. Get it from `library()`: a second one would share, and spoil, the state of the first.

    `readers` maps a lower-case language tag to the name of the espeak voice that reads it best.
    """

    def __init__(self) -> None:
        import espeakng_loader

        try:
            # Names stay local to this copy, so that the one inside Piper is neither used nor disturbed.
            self._library = ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_LOCAL)
            data = espeakng_loader.get_data_path()
        except (OSError, RuntimeError) as error:
            raise ProviderError(f"espeak cannot be loaded: {error}.", remedy=_REINSTALL) from error
        self._declare()
        self.sample_rate: int = self._library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _NO_EXIT)
        if self.sample_rate <= 0:
            raise ProviderError("espeak cannot read its data.", remedy=_REINSTALL)
        self._pcm = bytearray()
        self._events: list[tuple[int, int]] = []
        self._receive = _Receive(self._take)
        self._library.espeak_SetSynthCallback(self._receive)
        self.readers = self._best_readers(Path(data))
        self.variants = frozenset(path.name for path in (Path(data) / "voices" / "!v").iterdir())

    def speak(self, text: str, reader: str, *, rate_wpm: int, pitch: int) -> tuple[bytes, list[tuple[int, int]]]:
        """16-bit mono PCM, and for each word as espeak sees it its place in the text and its first sample.

        Raises `ProviderError` when the library reports a fault.
        """
        encoded = text.encode()
        with _LOCK:
            self._pcm, self._events = bytearray(), []
            self._check(self._library.espeak_SetVoiceByName(reader.encode()), f"read with the voice '{reader}'")
            self._check(self._library.espeak_SetParameter(_RATE, rate_wpm, 0), f"speak {rate_wpm} words a minute")
            self._check(self._library.espeak_SetParameter(_PITCH, pitch, 0), f"speak at pitch {pitch}")
            status = self._library.espeak_Synth(
                encoded, len(encoded) + 1, 0, _POSITION_IN_CHARACTERS, 0, _UTF8, None, None
            )
            self._check(status, f"speak '{text[:40]}'")
            return bytes(self._pcm), self._events

    def phonemes(self, text: str, reader: str) -> str:
        """How a text is read, in IPA: `^` ties the halves of one sound, a space parts the words, stress is marked.

        Punctuation is gone. Raises `ProviderError` when the library reports a fault.
        """
        rest = ctypes.c_void_p(ctypes.cast(ctypes.c_char_p(encoded := text.encode()), ctypes.c_void_p).value)
        clauses = []
        with _LOCK:
            self._check(self._library.espeak_SetVoiceByName(reader.encode()), f"read with the voice '{reader}'")
            while encoded and rest.value:
                read = self._library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA_WITH_TIES)
                clauses.append((read or b"").decode())
        return " ".join(filter(None, (clause.strip() for clause in clauses)))

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        if samples and count > 0:
            self._pcm += ctypes.string_at(samples, count * 2)
        index = 0
        while events[index].type:
            if events[index].type == _WORD:
                # espeak counts characters from 1.
                self._events.append((events[index].text_position - 1, events[index].sample))
            index += 1
        return 0

    def _best_readers(self, data: Path) -> dict[str, str]:
        best: dict[str, tuple[int, str]] = {}
        listed = self._library.espeak_ListVoices(None)
        index = 0
        while listed[index]:
            name = listed[index].contents.identifier.decode()
            if _dictionary(data, name).is_file():
                for priority, tag in _languages(listed[index].contents.languages):
                    best[tag] = min(best.get(tag, (256, "")), (priority, name), key=lambda one: one[0])
            index += 1
        return {tag: name for tag, (_, name) in best.items()}

    def _declare(self) -> None:
        self._library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
        self._library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        self._library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
        self._library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._library.espeak_SetParameter.argtypes = [ctypes.c_int] * 3
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]

    @staticmethod
    def _check(status: int, wish: str) -> None:
        if status:
            raise ProviderError(f"espeak could not {wish} (status {status}).", remedy=_REINSTALL)


def _dictionary(data: Path, voice: str) -> Path:
    """The pronunciations that a voice needs. Some voices are listed without any, and say nothing."""
    described = (data / "lang" / voice).read_text(encoding="utf-8")
    named = re.search(r"^\s*dictionary\s+(\S+)", described, re.M) or re.search(r"^\s*language\s+(\w+)", described, re.M)
    return data / f"{named[1] if named else voice}_dict"


def _languages(address: int) -> Iterator[tuple[int, str]]:
    """The languages of a voice as the C library keeps them: a byte of priority and a tag each, until a zero."""
    while priority := ctypes.string_at(address, 1)[0]:
        tag = ctypes.string_at(address + 1)
        yield priority, tag.decode().lower()
        address += len(tag) + 2

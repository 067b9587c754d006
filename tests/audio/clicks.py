"""A detector of clicks: what jumps at a moment as the sound around it does not."""

from __future__ import annotations

import numpy as np

_NEAR_SECONDS = 0.02
_CLICK_SECONDS = 0.0008
_TIMES = 6.0
_LEAST = 0.002
"""A jump of 0.2 % of full scale in silence is heard on headphones; below, nothing is."""


def clicks(wave: np.ndarray, rate: int, moments) -> list[tuple[float, float]]:
    """The moments at which there is a click, and how many times it stands out.

    A click is as broad as the spectrum and gone at once: its second difference, which takes away what swings slowly, is
    far above that of the hundredths of a second before and after it. Speech is not: its edges last for milliseconds.
    """
    edges = np.abs(np.diff(wave, 2))
    found = []
    for moment in moments:
        at, near, short = round(moment * rate), round(_NEAR_SECONDS * rate), max(1, round(_CLICK_SECONDS * rate))
        around = edges[max(0, at - near) : at + near]
        if len(around) < 4 * short:
            continue
        peak = int(np.argmax(around))
        rest = np.r_[around[: max(0, peak - short)], around[peak + short + 1 :]]
        times = float(around[peak] / max(1e-9, np.percentile(rest, 99)))
        if around[peak] > _LEAST and times > _TIMES:
            found.append((moment, times))
    return found

"""What each speech model can do. A new model is one more entry; nothing else in the house knows a model's name.

The facts are the vendors' own documentation and SDKs, as of November 2026; what a server refuses all the same ends
as `Rejected` with its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

V3_DIRECTIONS = (
    "warmly",
    "excited",
    "curious",
    "surprised",
    "amused",
    "reassuring",
    "thoughtful",
    "whispers",
    "laughs",
    "sighs",
    "pauses",
)


@dataclass(frozen=True, slots=True)
class Range:
    """The values that a setting may have: anything between, or one of `steps` where a model knows steps alone."""

    least: float
    most: float
    steps: tuple[float, ...] = ()

    def admits(self, value: object) -> bool:
        """Whether a value may be sent."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return value in self.steps if self.steps else self.least <= value <= self.most

    def __str__(self) -> str:
        return " or ".join(map(str, self.steps)) if self.steps else f"a number from {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """One model: the most characters of a call, and what may be sent along.

    `stitching`: it takes the text before and after as context. `language_code`: it takes the language by name; else it
    hears it from the text. `credits_per_character` is how the provider counts what it bills.
    """

    name: str
    limit_chars: int
    settings: Mapping[str, Range | None]
    """The settings it takes and their values; None for true or false."""
    directions: tuple[str, ...] = ()
    stitching: bool = False
    language_code: bool = False
    instructions: bool = False
    credits_per_character: float = 1.0


_UNIT = Range(0.0, 1.0)
_V2_SETTINGS = {
    "stability": _UNIT,
    "similarity_boost": _UNIT,
    "style": _UNIT,
    "speed": Range(0.7, 1.2),
    "use_speaker_boost": None,
}
_FAST_SETTINGS = {name: allowed for name, allowed in _V2_SETTINGS.items() if name not in {"style", "use_speaker_boost"}}

ELEVENLABS: Mapping[str, SpeechModel] = MappingProxyType(
    {
        model.name: model
        for model in (
            SpeechModel("eleven_multilingual_v2", 10_000, _V2_SETTINGS, stitching=True),
            SpeechModel(
                "eleven_v3",
                5_000,
                {"stability": Range(0.0, 1.0, (0.0, 0.5, 1.0))},
                directions=V3_DIRECTIONS,
                language_code=True,
            ),
            SpeechModel(
                "eleven_flash_v2_5",
                40_000,
                _FAST_SETTINGS,
                stitching=True,
                language_code=True,
                credits_per_character=0.5,
            ),
            SpeechModel(
                "eleven_turbo_v2_5",
                40_000,
                _FAST_SETTINGS,
                stitching=True,
                language_code=True,
                credits_per_character=0.5,
            ),
        )
    }
)

OPENAI: Mapping[str, SpeechModel] = MappingProxyType(
    {
        model.name: model
        for model in (
            SpeechModel("tts-1", 4_096, {"speed": Range(0.25, 4.0)}),
            SpeechModel("tts-1-hd", 4_096, {"speed": Range(0.25, 4.0)}),
            SpeechModel("gpt-4o-mini-tts", 4_096, {}, instructions=True),
        )
    }
)

_THINKING = {"o1": 16_000, "o3": 16_000, "o4": 16_000, "gpt-5": 16_000}
"""Families of script models that think before they write, and the tokens to be allowed for it."""


def thinking_tokens(model: str) -> int:
    """How many tokens a script model may use before it writes."""
    return next((tokens for family, tokens in _THINKING.items() if model.startswith(family)), 0)


def fault_of(model: SpeechModel, settings: Mapping[str, object]) -> str:
    """What is wrong with a voice's settings for a model, as one sentence; empty when they may be sent.

    A setting that another model knows is left out when it is sent (`accepted`) and is not faulty: a voice may be moved
    from model to model. Values out of range and names that no model knows are.
    """
    known = {name for each in (*ELEVENLABS.values(), *OPENAI.values()) for name in each.settings}
    for name, value in settings.items():
        if name not in known:
            return f"'{name}' is no setting of any model; {model.name} takes {', '.join(model.settings) or 'none'}."
        if name not in model.settings:
            continue
        allowed = model.settings[name]
        if allowed is None:
            if not isinstance(value, bool):
                return f"{name} must be true or false."
        elif not allowed.admits(value):
            return f"{name} must be {allowed} for {model.name}."
    return ""


def accepted(
    model: SpeechModel, settings: Mapping[str, str | int | float | bool]
) -> dict[str, str | int | float | bool]:
    """The settings that a model takes, out of those of a voice."""
    return {name: value for name, value in settings.items() if name in model.settings}

"""How the studio looks to Gradio's own components; `static/studio.css` dresses the rest with the same colours."""

from __future__ import annotations

import hashlib
from pathlib import Path

import gradio as gr

_STATIC = Path(__file__).parent / "static"

# name: (light, dark). The pairs of text and ground reach a contrast of 4.5 at least (WCAG 2.2 AA).
PAPER = ("#faf8f3", "#151613")
CARD = ("#ffffff", "#1d1f1b")
INK = ("#1d1b16", "#ecebe4")
SOFT = ("#5d584c", "#b1ae9f")
LINE = ("#d9d3c4", "#3d4038")
ACCENT = ("#1d5b4f", "#7fcbb2")
ON_ACCENT = ("#ffffff", "#0f1f1a")

# Of the fonts that Gradio carries, most files hold no Latin letters at all (a subset for another script); these two do.
_WEIGHTS = (400, 700)


def build() -> gr.themes.Base:
    """The theme: warm paper, dark ink, one green, in light and dark."""
    tokens: dict[str, tuple[str, str]] = {
        "body_background_fill": PAPER,
        "body_text_color": INK,
        "body_text_color_subdued": SOFT,
        "background_fill_primary": CARD,
        "background_fill_secondary": PAPER,
        "block_background_fill": CARD,
        "block_border_color": LINE,
        "block_info_text_color": SOFT,
        "block_label_text_color": SOFT,
        "block_title_text_color": SOFT,
        "border_color_primary": LINE,
        "border_color_accent": ACCENT,
        "color_accent_soft": PAPER,
        "input_background_fill": CARD,
        "input_border_color": LINE,
        "input_border_color_focus": ACCENT,
        "input_placeholder_color": SOFT,
        "checkbox_background_color": CARD,
        "checkbox_background_color_selected": ACCENT,
        "checkbox_border_color": SOFT,
        "checkbox_border_color_selected": ACCENT,
        "checkbox_label_background_fill": CARD,
        "checkbox_label_background_fill_selected": CARD,
        "checkbox_label_border_color": LINE,
        "checkbox_label_text_color": INK,
        "checkbox_label_text_color_selected": INK,
        "button_primary_background_fill": ACCENT,
        "button_primary_text_color": ON_ACCENT,
        "link_text_color": ACCENT,
    }
    theme = gr.themes.Base(
        font=[gr.themes.LocalFont("IBM Plex Sans", weights=_WEIGHTS), "system-ui", "Noto Sans", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "monospace"],
        radius_size=gr.themes.sizes.radius_md,
        text_size=gr.themes.sizes.text_md,
    )
    values = {name: light for name, (light, _) in tokens.items()} | {
        f"{name}_dark": dark for name, (_, dark) in tokens.items()
    }
    return theme.set(**values, block_shadow="none", block_border_width="0px", input_shadow="none")


def head() -> str:
    """What goes into the head of every page: all stylesheets, the common one first; a change gives a new address."""
    first = _STATIC / "studio.css"
    sheets = [first, *sorted(path for path in _STATIC.glob("*.css") if path != first)]
    links = [
        f'<link rel="stylesheet" href="/studio/{sheet.name}?{hashlib.sha256(sheet.read_bytes()).hexdigest()[:12]}">'
        for sheet in sheets
    ]
    return (
        "".join(links) + '<link rel="icon" href="/studio/favicon.svg" type="image/svg+xml">'
        '<meta name="color-scheme" content="light dark">'
        '<script src="/studio/door/turned_away.js"></script>'
    )

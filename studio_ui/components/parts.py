"""The page's own components: plain `gr.HTML` with a fixed skeleton and a script each.

Data goes in through `value` alone, and the scripts write it with `textContent`. A template with data in it would run
that data: Gradio pastes it into a JavaScript template literal. They are no subclasses, because for every subclass
Gradio writes a `.pyi` file into the source folder when it is imported.
"""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from studio_ui.labels import LABELS

STATIC = Path(__file__).parent.parent / "static"


def part(name: str) -> gr.HTML:
    """The component made of `static/<name>.html` and, where there is one, `static/<name>.js`.

    Its value is plain data; what its script triggers are its events: `stage.ask`, `hero.begin`.
    """
    script = STATIC / f"{name}.js"
    return gr.HTML(
        None,
        html_template=(STATIC / f"{name}.html").read_text(encoding="utf-8"),
        js_on_load=script.read_text(encoding="utf-8") if script.exists() else None,
        labels=LABELS if script.exists() else {},
        apply_default_css=False,
        container=False,
        elem_id=name,
    )

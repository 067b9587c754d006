"""The pages' own components: plain `gr.HTML` with a fixed skeleton and a script each.

Data goes in through `value` alone, and the scripts write it with `textContent`. A template with data in it would run
that data: Gradio pastes it into a JavaScript template literal. They are no subclasses, because for every subclass
Gradio writes a `.pyi` file into the source folder when it is imported.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from studio_ui.labels import labels

STATIC = Path(__file__).parent.parent / "static"

PLAIN: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
"""How every event of a page is called: at once and outside the queue, and not offered to other programs."""


def part(name: str, page: str, value: object = None) -> gr.HTML:
    """The component made of `static/<name>.html` and, where there is one, `static/<name>.js`, with the words of a page.

    Its value is plain data; what its script triggers are its events: `stage.ask`, `hero.begin`. The script finds
    what `static/site.js` offers in `site`: `site.words`, `site.clock` and the like.
    """
    script = STATIC / f"{name}.js"
    common = (STATIC / "site.js").read_text(encoding="utf-8")
    return gr.HTML(
        value,
        html_template=(STATIC / f"{name}.html").read_text(encoding="utf-8"),
        js_on_load=common + script.read_text(encoding="utf-8") if script.exists() else None,
        labels=labels(page) if script.exists() else {},
        apply_default_css=False,
        container=False,
        elem_id=name,
    )

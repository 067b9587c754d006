"""The web application: our own routes first, then the pages of Gradio at the root."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from assets.settings import Settings
from studio_ui import gradio_environment
from studio_ui.access import log_in
from studio_ui.access.gate import Door, Gate
from studio_ui.access.guards import guard_events
from studio_ui.access.limits import Limiter
from studio_ui.access.nowhere import Nowhere
from studio_ui.access.refusals import Refusals
from studio_ui.access.sessions import Sessions
from studio_ui.routes import health, listening, looking, media, reference, status
from studio_ui.security import BodyLimit, ClosedDoors, OwnHostOnly, SecurityHeaders, answering_names
from studio_ui.services import Studio

STATIC = Path(__file__).parent / "static"
_TURN_SECONDS = 0.001
"""So long a page waits, at each of its many steps, for what is reckoned aside; Python would have five."""


def create_app(settings: Settings, studio: Studio) -> FastAPI:
    """The studio as a FastAPI application. Raises `Refused` where others could come in and nobody would ask who."""
    door, sessions = Door.of(settings), Sessions()
    door.require_guarded()
    gradio_environment.prepare(settings)
    import gradio as gr

    from studio_ui import site, theme
    from studio_ui.endpoints import Endpoints
    from studio_ui.labels import gradio_labels

    # Said of every site with several pages, although server-side rendering is turned off below.
    warnings.filterwarnings("ignore", message="SSR mode is not supported with multi-page apps")
    sys.setswitchinterval(_TURN_SECONDS)
    app = FastAPI(title="Narration Studio", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(log_in.router(door, sessions))
    for routes in (open_routes := [media.router(studio), listening.router(studio), status.router(studio)]):
        app.include_router(routes)
    app.include_router(reference.router(open_routes))
    app.include_router(health.router(studio))
    app.include_router(looking.router(studio))
    app.add_api_route("/favicon.ico", lambda: FileResponse(STATIC / "favicon.svg"), include_in_schema=False)
    app.mount("/studio", StaticFiles(directory=STATIC), name="studio")
    blocks = site.build(studio)
    guard_events(blocks, Limiter(settings.asks_per_minute, settings.asks_per_minute))
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        theme=theme.build(),
        head=theme.head(),
        i18n=gradio_labels(),
        show_error=False,
        run_history=False,
        enable_monitoring=False,
        max_file_size="1mb",
        footer_links=[],
        allowed_paths=[],
        ssr_mode=False,
        pwa=False,
        mcp_server=True,
    )
    Endpoints.answer_in_json(blocks)
    Endpoints.fill_in_defaults(blocks)
    # The last one added sees a request first.
    app.add_middleware(Refusals)
    app.add_middleware(BodyLimit)
    app.add_middleware(Gate, door=door, sessions=sessions, pages={page.address: page.least for page in site.PAGES})
    app.add_middleware(Nowhere, offered=site.offered)
    app.add_middleware(ClosedDoors)
    app.add_middleware(OwnHostOnly, hosts=answering_names(settings.host, settings.host_names))
    app.add_middleware(SecurityHeaders)
    return app


def serve(settings: Settings) -> None:
    """Serve the studio until a signal ends it. Raises `Refused` for settings it cannot serve with."""
    import uvicorn

    from assets.pipeline.opening import open_desk
    from assets.pipeline.watching import Watching
    from studio_ui.orchestrator import DagsterOverHttp

    Door.of(settings).require_guarded()
    desk = open_desk(settings)
    with desk.ledger, Watching(desk):
        app = create_app(settings, Studio(desk, DagsterOverHttp(settings.dagster_url)))
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # whose word about the caller counts is decided by the gate
            timeout_graceful_shutdown=3,  # an open page must not hold the server back from stopping
        )

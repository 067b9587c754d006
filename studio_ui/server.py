"""The web application: our own routes first, then the Gradio page at the root."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from assets.settings import Settings
from studio_ui import gradio_environment
from studio_ui.routes import media, status
from studio_ui.security import LOOPBACK, BodyLimit, ClosedDoors, OwnHostOnly, SecurityHeaders, require_loopback
from studio_ui.services import Studio

STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings, studio: Studio) -> FastAPI:
    """The studio as a FastAPI application. Raises `Refused` for an address that is not this machine's own."""
    require_loopback(settings.host)
    gradio_environment.prepare(settings)
    import gradio as gr

    from studio_ui import theme
    from studio_ui.labels import gradio_labels
    from studio_ui.pages import home

    app = FastAPI(title="Narration Studio", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(media.router(studio))
    app.include_router(status.router(studio))
    app.add_api_route("/favicon.ico", lambda: FileResponse(STATIC / "favicon.svg"), include_in_schema=False)
    app.mount("/studio", StaticFiles(directory=STATIC), name="studio")
    gr.mount_gradio_app(
        app,
        home.build(studio),
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
        mcp_server=False,
    )
    # The last one added sees a request first.
    app.add_middleware(ClosedDoors)
    app.add_middleware(BodyLimit)
    app.add_middleware(OwnHostOnly, hosts=LOOPBACK | {settings.host})
    app.add_middleware(SecurityHeaders)
    return app


def serve(settings: Settings) -> None:
    """Serve the studio until a signal ends it. Raises `Refused` for settings it cannot serve with."""
    import uvicorn

    from assets.pipeline.opening import open_desk
    from studio_ui.orchestrator import DagsterOverHttp

    require_loopback(settings.host)
    desk = open_desk(settings)
    with desk.ledger:
        app = create_app(settings, Studio(desk, DagsterOverHttp(settings.dagster_url)))
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,  # an open page must not hold the server back from stopping
        )

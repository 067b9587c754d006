"""Health and metrics, for supervisors, load balancers and Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from assets.telemetry import metrics, probes
from studio_ui.services import Studio


def router(studio: Studio) -> APIRouter:
    """`/livez`: the process answers. `/readyz`: it can do its work. `/metrics`: figures for Prometheus."""
    routes = APIRouter()
    registry = metrics.registry(studio.desk)
    checks = probes.checks(studio.desk)

    @routes.get("/livez")
    def livez() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/readyz")
    def readyz() -> JSONResponse:
        well, found = probes.ready(checks)
        # Said, not counted: without Dagster people still listen, and what they ask for is kept until it is back.
        found["dagster"] = studio.orchestrator.trouble() or "ok"
        return JSONResponse(found, 200 if well else 503, headers={"Cache-Control": "no-store"})

    @routes.get("/metrics")
    def figures() -> Response:
        body, kind = metrics.exposition(registry)
        return Response(body, media_type=kind)

    return routes

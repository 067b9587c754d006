"""Traces: what a narration's time went into, from the request over its run and calls to its publication.

Off unless STUDIO_TRACES names a collector (OTLP over HTTP); then a process sends its spans there, in the background.
The thread of a trace goes from process to process as a tag of the run.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assets.domain.errors import Refused, StudioError
from assets.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

TAG = "studio/trace"
"""The tag of a run that holds the trace it belongs to."""
_log = logging.getLogger(__name__)
_provider: TracerProvider | None = None


def set_up(settings: Settings, process: str) -> None:
    """Begin to send this process's spans, where the settings ask for it. Raises `Refused` without the packages."""
    global _provider
    if not settings.traces or _provider is not None:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as fault:
        raise Refused(
            "STUDIO_TRACES is set, but the packages that send traces are not installed.",
            remedy="Install the extra `traces` (`pip install -e '.[traces]'`), or leave it empty.",
        ) from fault
    resource = Resource.create({"service.name": "narration-studio", "service.instance.id": process})
    _provider = TracerProvider(resource=resource)
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{settings.traces}/v1/traces")))


def flush() -> None:
    """Send what has not been sent: a process that ends at once calls it last."""
    if _provider is not None:
        _provider.force_flush(5_000)


@contextmanager
def span(name: str, **attributes: str | int | float) -> Iterator[None]:
    """What happens inside is one span, below the one around it. Errors are named by their code, never quoted."""
    if _provider is None:
        yield
        return
    from opentelemetry.trace import Status, StatusCode

    tracer = _provider.get_tracer("narration-studio")
    with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as current:
        current.set_attributes({f"studio.{key}": value for key, value in attributes.items() if value != ""})
        try:
            yield
        except BaseException as fault:
            code = fault.code if isinstance(fault, StudioError) else type(fault).__name__
            current.set_status(Status(StatusCode.ERROR, code))
            raise


def carried() -> dict[str, str]:
    """The tags that take the trace of this moment into another process; none when there is no trace."""
    if _provider is None:
        return {}
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    into: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(into)
    return {TAG: into["traceparent"]} if "traceparent" in into else {}


@contextmanager
def continued(tags: Mapping[str, str]) -> Iterator[None]:
    """What happens inside belongs to the trace that the tags carry, if any."""
    if _provider is None or TAG not in tags:
        yield
        return
    from opentelemetry.context import attach, detach
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    token = attach(TraceContextTextMapPropagator().extract({"traceparent": tags[TAG]}))
    try:
        yield
    finally:
        detach(token)

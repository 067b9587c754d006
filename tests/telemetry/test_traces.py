"""Traces, sent by a process of its own to a collector that only listens."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

trace_service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")

SECRET = "sk-test-0123456789abcdef"
PROGRAM = f"""
from assets.domain.errors import KeyRefused
from assets.settings import Settings
from assets.telemetry import traces

traces.set_up(Settings.from_environment(), "worker")
with traces.span("request", narration="tides@en@joe"):
    tags = traces.carried()
with traces.continued(tags), traces.span("run", run="r1"):
    with traces.span("narration", narration="tides@en@joe"):
        try:
            with traces.span("provider call", account="openai", attempt=1):
                raise KeyRefused("OpenAI does not accept {SECRET}.", remedy="Mend it.")
        except KeyRefused:
            pass
traces.flush()
"""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[Any]]]:
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                import gzip

                body = gzip.decompress(body)
            assert SECRET.encode() not in body
            got.append(trace_service.ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()


def run(studio: Any, code: str, **more: str) -> None:
    subprocess.run([sys.executable, "-c", code], env={**studio.environment, **more}, check=True, timeout=120)


def spans(got: list[Any]) -> dict[str, Any]:
    return {
        span.name: span
        for request in got
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }


def test_a_trace_goes_from_the_request_over_its_run_to_the_call_and_quotes_no_error(studio, collector):
    address, got = collector
    run(studio, PROGRAM, STUDIO_TRACES=address, OPENAI_API_KEY=SECRET)
    found = spans(got)
    assert found["run"].parent_span_id == found["request"].span_id
    assert found["narration"].parent_span_id == found["run"].span_id
    assert found["provider call"].parent_span_id == found["narration"].span_id
    assert len({span.trace_id for span in found.values()}) == 1
    assert found["provider call"].status.message == "key_refused"
    named = {a.key: a.value.string_value for a in found["narration"].attributes}
    assert named == {"studio.narration": "tides@en@joe"}


def test_a_narration_made_on_the_command_line_is_one_trace(studio, collector):
    address, got = collector
    from dataclasses import replace

    made = replace(studio, environment={**studio.environment, "STUDIO_TRACES": address}).generate()
    assert made.code == 0, made.err
    found = spans(got)
    assert {"run", "narration", "script", "speech", "publish"} <= set(found)
    assert found["publish"].parent_span_id == found["narration"].span_id
    assert len({span.trace_id for span in found.values()}) == 1


def test_without_the_setting_nothing_of_it_is_loaded(studio):
    run(
        studio,
        "import sys\nfrom assets.settings import Settings\nfrom assets.telemetry import traces\n"
        "traces.set_up(Settings.from_environment(), 'x')\n"
        "with traces.span('request'): assert traces.carried() == {}\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]",
    )

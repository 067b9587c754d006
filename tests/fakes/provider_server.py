"""A server on this machine that speaks enough of ElevenLabs' and OpenAI's HTTP for their real SDKs.

It bills, keeps a history, and fails as it is told: `Server.fail("speech", "reset_after_billing")` meets the next call.
It can run in a test's own process, or as a program of its own, for several processes and for trying the paid path
without a key:

    python tests/fakes/provider_server.py --port 8901 [--voice] [--latency 0.2]

With `--voice` it speaks with the embedded eSpeak, so that there are words to hear; otherwise it hums, which is quick.
As a program it is told to fail by `POST /_fail {"stage": "speech", "name": "...", "times": 1}`, and says what it
counted at `GET /_ledger`.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import socket
import struct
import threading
import time
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

import numpy as np

RATE = 24_000
ELEVENLABS_KEY = "sk_test_elevenlabs_0123456789abcdef"
OPENAI_KEY = "sk-test-openai-0123456789abcdef"
VOICES = {
    "21m00Tcm4TlvDq8ikWAM": "Rachel",
    "AZnzlk1XvdvUeBnXmlld": "Domi",
    "EXAVITQu4vr4xnSDxMaL": "Sarah",
    "MF3mGyEYCl7XYWbV9V6O": "Elli",
    "TxGEqnHWrfWFTfGW9XjX": "Josh",
}
_MARKED = re.compile(r"^<<(\d+)>> \(([a-z ]+)\)\n(.*?)(?=^<<\d+>> \(|\Z)", re.MULTILINE | re.DOTALL)
_TOKENS = re.compile(r"\w{1,5}|[^\w\s]")


@dataclass
class Call:
    """One call as the server saw it: what was asked for, how it answered, and what it put on its bill."""

    stage: str
    text: str
    fault: str = ""
    characters: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    id: str = ""

    @property
    def billed(self) -> bool:
        """Whether it is on the bill."""
        return bool(self.characters or self.completion_tokens)


@dataclass
class _Fault:
    stage: str
    name: str
    times: int
    matching: str


@dataclass
class Server:
    """The state of the server, for whoever runs it in a process of their own."""

    latency_seconds: float = 0.0
    history_works: bool = True
    history_shows: bool = True
    hang_seconds: float = 30.0
    dawdle_seconds: float = 0.3
    key: str = ""
    speaks: bool = False
    characters_left: int = 1_000_000
    limit_at_once: int = 1_000
    calls: list[Call] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    written: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    _faults: list[_Fault] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _http: ThreadingHTTPServer | None = None

    def start(self, port: int = 0) -> Server:
        """Listen on loopback."""

        class Listening(ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

        self._http = Listening(("127.0.0.1", port), type("Bound", (_Handler,), {"server_state": self}))
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Listen no more."""
        assert self._http is not None
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._http is not None
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def settings(self) -> dict[str, str]:
        """What to put into the environment to be its customer."""
        return {
            "ELEVENLABS_API_KEY": ELEVENLABS_KEY,
            "ELEVENLABS_BASE_URL": self.url,
            "OPENAI_API_KEY": OPENAI_KEY,
            "OPENAI_BASE_URL": f"{self.url}/v1",
            "STUDIO_SCRIPT_HISTORY": "yes",
        }

    def fail(self, stage: str, name: str, times: int = 1, matching: str = "") -> None:
        """Let the next calls of a stage whose text has `matching` in it fail, each in this way.

        A stage is `script`, `speech` (ElevenLabs) or `plain_speech` (OpenAI).
        """
        if name not in FAULTS[stage]:
            raise KeyError(f"{name} is no fault of {stage}")
        with self._lock:
            self._faults.append(_Fault(stage, name, times, matching))

    def behave(self) -> None:
        """Fail no more."""
        with self._lock:
            self._faults.clear()

    def next_fault(self, stage: str, text: str) -> str:
        """How the next call is to fail; empty for well."""
        with self._lock:
            for fault in self._faults:
                if fault.stage == stage and fault.times > 0 and fault.matching in text:
                    fault.times -= 1
                    return fault.name
        return ""

    def billed(self, stage: str) -> list[Call]:
        """The calls on the bill."""
        with self._lock:
            return [call for call in self.calls if call.stage == stage and call.billed]

    def made(self, stage: str) -> list[Call]:
        """All calls, billed or not."""
        with self._lock:
            return [call for call in self.calls if call.stage == stage]

    def wait_until_idle(self) -> None:
        """Until no call is being carried out; those whose customer is gone are, too."""
        deadline = time.monotonic() + 20
        while self.under_way:
            assert time.monotonic() < deadline, "a call that never ends"
            time.sleep(0.02)

    def as_json(self) -> dict[str, Any]:
        """What was counted, for another process."""
        with self._lock:
            return {"calls": [asdict(call) for call in self.calls], "most_under_way": self.most_under_way}


# What the server does when it is told to fail. `billed` faults are carried out, and on the bill, before they go wrong.

STATUS = {
    "too_many_concurrent": (429, {"detail": {"status": "too_many_concurrent_requests", "message": "Too many."}}, {}),
    "system_busy": (429, {"detail": {"status": "system_busy", "message": "Busy."}}, {}),
    "retry_after": (429, {"detail": {"status": "rate_limit_exceeded", "message": "Slow."}}, {"Retry-After": "1"}),
    "retry_after_far": (429, {"detail": {"status": "rate_limit_exceeded", "message": "S."}}, {"Retry-After": "9999"}),
    "key_refused": (401, {"detail": {"status": "invalid_api_key", "message": f"Invalid key {ELEVENLABS_KEY}"}}, {}),
    "quota": (401, {"detail": {"status": "quota_exceeded", "message": "Nothing left."}}, {}),
    "bad_request": (400, {"detail": {"status": "invalid_text", "message": f"Bad text, {ELEVENLABS_KEY}"}}, {}),
    "no_voice": (404, {"detail": {"status": "voice_not_found", "message": "A voice was not found."}}, {}),
    "policy": (403, {"detail": {"status": "content_against_policy", "message": "Against the policy."}}, {}),
    "unprocessable": (422, {"detail": [{"loc": ["body"], "msg": "Field required", "type": "missing"}]}, {}),
    "error_500": (500, {"detail": {"status": "internal", "message": "Oh."}}, {}),
    "error_503": (503, {"detail": {"status": "unavailable", "message": "Down."}}, {}),
    "error_html": (500, "<html><body>Internal Server Error</body></html>", {}),
}
OPENAI_STATUS = {
    "retry_after": (429, {"error": {"code": "rate_limit_exceeded", "message": "Slow."}}, {"Retry-After": "1"}),
    "retry_after_far": (429, {"error": {"code": "rate_limit_exceeded", "message": "S."}}, {"Retry-After": "9999"}),
    "key_refused": (401, {"error": {"code": "invalid_api_key", "message": f"Incorrect key: {OPENAI_KEY}"}}, {}),
    "quota": (429, {"error": {"code": "insufficient_quota", "message": "You exceeded your quota."}}, {}),
    "bad_request": (400, {"error": {"code": "bad", "message": f"Bad, {OPENAI_KEY}"}}, {}),
    "no_model": (404, {"error": {"code": "model_not_found", "message": "No such model."}}, {}),
    "policy": (403, {"error": {"code": "policy", "message": "Against the policy."}}, {}),
    "unprocessable": (422, {"error": {"code": "unprocessable", "message": "Cannot."}}, {}),
    "error_500": (500, {"error": {"code": "server_error", "message": "Oh."}}, {}),
    "system_busy": (503, {"error": {"code": "overloaded", "message": "Overloaded."}}, {}),
    "error_html": (500, "<html><body>Internal Server Error</body></html>", {}),
}
BROKEN_LINES = (
    "reset_before_billing",
    "reset_after_billing",
    "time_out_billed",
    "time_out_billed_late",
    "time_out_unbilled",
    "cut_body",
)
GATEWAY = ("gateway_502_unbilled", "gateway_504_billed")
BAD_BODIES = ("bad_json", "html", "empty_body")
BAD_SPEECH = (
    "bad_base64",
    "no_audio",
    "silence",
    "clipped",
    "next_line_bleeds_in",
    "cut_short",
    "short_alignment",
)
BAD_SCRIPTS = (
    "empty",
    "refusal",
    "cut_off",
    "wrong_language",
    "markup",
    "stray_direction",
    "numbers_missing",
    "formulas_missing",
    "blocks_missing",
    "no_marks",
)
FAULTS = {
    "speech": ("slow", *STATUS, *BROKEN_LINES, *GATEWAY, *BAD_BODIES, *BAD_SPEECH),
    "plain_speech": ("slow", *OPENAI_STATUS, *BROKEN_LINES, *GATEWAY, "empty_body", *BAD_SPEECH[2:-1]),
    "script": ("slow", *OPENAI_STATUS, *BROKEN_LINES, *GATEWAY, *BAD_BODIES, *BAD_SCRIPTS),
}
UNBILLED = {*STATUS, *OPENAI_STATUS, "reset_before_billing", "time_out_unbilled", "gateway_502_unbilled"}


class _Handler(BaseHTTPRequestHandler):
    server_state: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        where, query = urlparse(self.path), parse_qs(urlparse(self.path).query)
        path, state = where.path, self.server_state
        if path == "/_ledger":
            return self._json(200, state.as_json())
        if not self._admitted():
            return None
        with state._lock:
            state.requests.append(("GET", self.path, None))
        if path == "/v1/history":
            return self._history(query)
        if match := re.fullmatch(r"/v1/history/([\w-]+)/audio", path):
            item = next((each for each in state.history if each["history_item_id"] == match[1]), None)
            return self._bytes(200, item["_pcm"], "audio/pcm") if item else self._json(404, {"detail": "none"})
        if path == "/v1/user/subscription":
            limit = 1_000_000
            return self._json(
                200, {"tier": "creator", "character_count": limit - state.characters_left, "character_limit": limit}
            )
        if match := re.fullmatch(r"/v1/voices/(\w+)", path):
            if match[1] in VOICES:
                return self._json(200, {"voice_id": match[1], "name": VOICES[match[1]]})
            status, body, _ = STATUS["no_voice"]
            return self._json(status, body)
        if match := re.fullmatch(r"/v1/models/(.+)", path):
            return self._json(200, {"id": match[1], "object": "model", "created": 0, "owned_by": "fake"})
        if path == "/v1/chat/completions":
            return self._kept(query)
        return self._json(404, {"detail": {"status": "not_found", "message": path}})

    def do_POST(self) -> None:
        state = self.server_state
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        path, query = urlparse(self.path).path, parse_qs(urlparse(self.path).query)
        if path == "/_fail":
            state.fail(body["stage"], body["name"], body.get("times", 1), body.get("matching", ""))
            return self._json(200, {})
        if not self._admitted():
            return None
        with state._lock:
            state.requests.append(("POST", self.path, body))
            state.under_way += 1
            state.most_under_way = max(state.most_under_way, state.under_way)
            crowded = state.under_way > state.limit_at_once
        try:
            if match := re.fullmatch(r"/v1/text-to-speech/(\w+)/with-timestamps", path):
                return self._speak(match[1], body, query, "too_many_concurrent" if crowded else "")
            if path == "/v1/chat/completions":
                return self._write(body)
            if path == "/v1/audio/speech":
                return self._speak_plainly(body)
            return self._json(404, {"detail": {"status": "not_found", "message": path}})
        finally:
            with state._lock:
                state.under_way -= 1

    # ElevenLabs

    def _speak(self, voice: str, body: dict[str, Any], query: dict[str, list[str]], forced: str) -> None:
        state, text = self.server_state, body["text"]
        fault = forced or state.next_fault("speech", text)
        call = Call("speech", text, fault, id=f"req-{uuid.uuid4().hex[:12]}")
        with state._lock:
            state.calls.append(call)
        time.sleep(state.latency_seconds + (0.5 if fault == "slow" else 0))
        if fault in STATUS:
            return self._status(STATUS[fault])
        if voice not in VOICES:
            return self._status(STATUS["no_voice"])
        if query.get("output_format") != ["pcm_24000"]:
            return self._json(400, {"detail": {"status": "invalid_output_format", "message": "Not here."}})
        if body["model_id"] == "eleven_v3" and ({"previous_text", "next_text"} & set(body)):
            return self._json(400, {"detail": {"status": "unsupported", "message": "No stitching with v3."}})
        spoken = re.sub(r"\[[^\]]*\]\s*", "", text) if body["model_id"] == "eleven_v3" else text
        self._dawdle(fault)
        pcm = bad_audio(fault, spoken, self._voice(spoken))
        rate = 0.5 if "_v2_5" in body["model_id"] else 1.0
        if fault not in UNBILLED:
            with state._lock:
                call.characters = len(text) * rate
                state.characters_left -= len(text)
                if state.history_shows:
                    state.history.append(
                        {
                            "history_item_id": f"item-{call.id}",
                            "request_id": call.id,
                            "voice_id": voice,
                            "model_id": body["model_id"],
                            "text": text,
                            "date_unix": int(time.time()),
                            "character_count_change_from": 0,
                            "character_count_change_to": len(text) * rate,
                            "content_type": "audio/pcm",
                            "state": "created",
                            "source": "TTS",
                            "alignments": {
                                "alignment": alignment(text, len(pcm)),
                                "normalized_alignment": alignment(text, len(pcm)),
                            },
                            "_pcm": self._voice(spoken) if fault in {"bad_base64", "no_audio"} else pcm,
                        }
                    )
        if self._broken(fault):
            return None
        times = alignment(text, len(pcm))
        if fault == "short_alignment":
            times = {name: values[: len(values) // 2] for name, values in times.items()}
        sound: str | None = base64.b64encode(pcm).decode()
        if fault == "bad_base64":
            sound = "§not base64§"
        answer = {"audio_base64": sound, "alignment": times, "normalized_alignment": times}
        if fault == "no_audio":
            del answer["audio_base64"]
        headers = {"request-id": call.id, "character-cost": str(call.characters)}
        return self._answer(fault, answer, headers)

    def _history(self, query: dict[str, list[str]]) -> None:
        state = self.server_state
        if not state.history_works:
            return self._json(500, {"detail": {"status": "internal", "message": "No history today."}})
        after = int(query.get("date_after_unix", ["0"])[0])
        voice = query.get("voice_id", [None])[0]
        with state._lock:
            found = [
                {name: value for name, value in item.items() if not name.startswith("_")}
                for item in reversed(state.history)
                if item["date_unix"] >= after and voice in {None, item["voice_id"]}
            ]
        start = query.get("start_after_history_item_id", [None])[0]
        if start:
            ids = [item["history_item_id"] for item in found]
            found = found[ids.index(start) + 1 :]
        size = int(query.get("page_size", ["100"])[0])
        page = found[:size]
        last = page[-1]["history_item_id"] if page else None
        return self._json(200, {"history": page, "has_more": len(found) > size, "last_history_item_id": last})

    # OpenAI

    def _speak_plainly(self, body: dict[str, Any]) -> None:
        state, text = self.server_state, body["input"]
        fault = state.next_fault("plain_speech", text)
        call = Call("plain_speech", text, fault, id=f"req-{uuid.uuid4().hex[:12]}")
        with state._lock:
            state.calls.append(call)
        time.sleep(state.latency_seconds + (0.5 if fault == "slow" else 0))
        if fault in OPENAI_STATUS:
            return self._status(OPENAI_STATUS[fault])
        self._dawdle(fault)
        pcm = bad_audio(fault, text, self._voice(text))
        if fault not in UNBILLED:
            call.characters = len(text)
        if self._broken(fault):
            return None
        if fault in BAD_BODIES:
            return self._answer(fault, {}, {})
        return self._bytes(200, pcm, "audio/pcm", {"x-request-id": call.id})

    def _write(self, body: dict[str, Any]) -> None:
        state = self.server_state
        asked = next(m["content"] for m in body["messages"] if m["role"] == "user")
        title = re.search(r"Write the section '(.*?)'", asked)
        fault = state.next_fault("script", asked)
        call = Call("script", title[1] if title else "", fault, id=f"chatcmpl-{uuid.uuid4().hex[:12]}")
        with state._lock:
            state.calls.append(call)
        time.sleep(state.latency_seconds + (0.5 if fault == "slow" else 0))
        if fault in OPENAI_STATUS:
            return self._status(OPENAI_STATUS[fault])
        self._dawdle(fault)
        blocks = [(number, kind, text.strip()) for number, kind, text in _MARKED.findall(asked)]
        words = bad_script(fault, blocks)
        message: dict[str, Any] = {"role": "assistant", "content": words}
        if fault == "refusal":
            message = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
        prompt = sum(len(_TOKENS.findall(m["content"])) + 4 for m in body["messages"])
        completion = {
            "id": call.id,
            "object": "chat.completion",
            "created": int(time.time()),
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "length" if fault == "cut_off" else "stop"}],
            "usage": {
                "prompt_tokens": prompt,
                "completion_tokens": max(1, len(_TOKENS.findall(words))),
                "total_tokens": prompt + len(_TOKENS.findall(words)),
            },
        }
        if fault not in UNBILLED:
            with state._lock:
                call.prompt_tokens = completion["usage"]["prompt_tokens"]
                call.completion_tokens = completion["usage"]["completion_tokens"]
                if body.get("store") and state.history_shows:
                    state.written.append({**completion, "metadata": body.get("metadata") or {}})
        if self._broken(fault):
            return None
        return self._answer(fault, completion, {})

    def _kept(self, query: dict[str, list[str]]) -> None:
        state = self.server_state
        if not state.history_works:
            return self._json(500, {"error": {"code": "server_error", "message": "No history today."}})
        wanted = {name[9:-1]: values[0] for name, values in query.items() if name.startswith("metadata[")}
        with state._lock:
            found = [each for each in reversed(state.written) if wanted.items() <= each["metadata"].items()]
        ids = (found[0]["id"], found[-1]["id"]) if found else (None, None)
        return self._json(
            200, {"object": "list", "data": found, "first_id": ids[0], "last_id": ids[1], "has_more": False}
        )

    # How it answers, and how it does not

    def _admitted(self) -> bool:
        given = self.headers.get("xi-api-key") or (self.headers.get("authorization") or "").removeprefix("Bearer ")
        if given in {ELEVENLABS_KEY, OPENAI_KEY, self.server_state.key} - {""}:
            return True
        openai = "authorization" in {name.lower() for name in self.headers}
        status, body, _ = (OPENAI_STATUS if openai else STATUS)["key_refused"]
        length = int(self.headers.get("content-length") or 0) if self.command == "GET" else 0
        self.rfile.read(length)
        self._json(status, body)
        return False

    def _hang(self) -> None:
        """Wait until the customer has gone."""
        deadline = time.monotonic() + self.server_state.hang_seconds
        self.connection.settimeout(0.05)
        while time.monotonic() < deadline:
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break

    def _dawdle(self, fault: str) -> None:
        """Be so slow that the customer has gone, and has asked the history, before the work is done and billed."""
        if fault == "time_out_billed_late":
            self._hang()
            time.sleep(self.server_state.dawdle_seconds)

    def _broken(self, fault: str) -> bool:
        """Do what a broken line does; True when there is nothing left to answer."""
        if fault in {"reset_before_billing", "reset_after_billing"}:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return True
        if fault.startswith("time_out_"):
            self._hang()
            self.close_connection = True
            return True
        if fault == "cut_body":
            self.wfile.write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{"au')
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return True
        if fault in GATEWAY:
            self._bytes(int(fault[8:11]), b"<html>gateway</html>", "text/html")
            return True
        return False

    def _answer(self, fault: str, answer: dict[str, Any], headers: dict[str, str]) -> None:
        if fault == "bad_json":
            return self._bytes(200, b'{"audio_base64": "AAAA", "choices": [', "application/json", headers)
        if fault == "html":
            return self._bytes(200, b"<html><body>Sign in to the network</body></html>", "text/html")
        if fault == "empty_body":
            return self._bytes(200, b"", "application/json", headers)
        return self._json(200, answer, headers)

    def _status(self, answer: tuple[int, Any, dict[str, str]]) -> None:
        status, body, headers = answer
        if isinstance(body, str):
            return self._bytes(status, body.encode(), "text/html", headers)
        return self._json(status, body, headers)

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self._bytes(status, json.dumps(body).encode(), "application/json", headers)

    def _bytes(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in {**(headers or {}), "content-type": kind, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _voice(self, text: str) -> bytes:
        return spoken_aloud(text) if self.server_state.speaks else hum(text)


def hum(text: str, seconds: float | None = None) -> bytes:
    """A tone that rises and falls like speech and is as long as the text needs."""
    if seconds is None:
        seconds = max(0.6, sum(0.2 if unicodedata.east_asian_width(each) in "WF" else 0.065 for each in text))
    moments = np.arange(int(seconds * RATE)) / RATE
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * moments)
    ends = np.minimum(1.0, np.minimum(moments, seconds - moments) / 0.05)
    tone = np.sin(2 * np.pi * (140 + len(text) % 40) * moments) + 0.4 * np.sin(2 * np.pi * 420 * moments)
    return (6500 * syllables * ends * tone).astype("<i2").tobytes()


def spoken_aloud(text: str) -> bytes:
    """Words to hear, by the embedded eSpeak, at the rate that was asked for."""
    import asyncio

    import av

    from assets.domain.keys import Locale, VoiceKey
    from assets.domain.voices import Voice
    from assets.providers.base import SpeechRequest
    from assets.providers.espeak import Espeak

    voice = Voice(VoiceKey("espeak"), "eSpeak", "espeak", "espeak-ng-1.52", "default", ("*",))
    speech = asyncio.run(Espeak().speak(SpeechRequest(text, Locale("en"), voice)))
    frame = av.AudioFrame.from_ndarray(np.frombuffer(speech.pcm, "<i2").reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = speech.sample_rate
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    return b"".join(part.to_ndarray().tobytes() for part in (*resampler.resample(frame), *resampler.resample(None)))


def bad_audio(fault: str, text: str, pcm: bytes) -> bytes:
    """The audio of a voice that fails."""
    match fault:
        case "silence":
            return bytes(len(pcm))
        case "clipped":
            loud = np.frombuffer(pcm, "<i2").astype(np.float64) * 12
            return np.clip(loud, -32768, 32767).astype("<i2").tobytes()
        case "next_line_bleeds_in":
            return pcm + hum(text, seconds=0.5 * len(text) + 8)
        case "cut_short":
            return pcm[: len(pcm) // 40 * 2]
    return pcm


def alignment(text: str, size: int) -> dict[str, list[Any]]:
    """A moment for every character."""
    seconds = size / 2 / RATE
    step = seconds / max(1, len(text))
    return {
        "characters": list(text),
        "character_start_times_seconds": [round(at * step, 4) for at in range(len(text))],
        "character_end_times_seconds": [round((at + 1) * step, 4) for at in range(len(text))],
    }


def bad_script(fault: str, blocks: list[tuple[str, str, str]]) -> str:
    """What a model writes that says each block in its own words, or fails to."""
    said = [(number, kind, text if text[-1:] in ".!?:…。！？" else f"{text}.") for number, kind, text in blocks]
    change: dict[str, Callable[[str], str]] = {
        "markup": lambda text: f"**{text}** `code`",
        "stray_direction": lambda text: f"[dances] {text}",
        "numbers_missing": lambda text: re.sub(r"\d+", "many", text),
        "wrong_language": lambda _: "Das ist ein ganz anderer Satz, der in einer anderen Sprache geschrieben wurde.",
    }
    match fault:
        case "empty":
            return ""
        case "refusal":
            return ""
        case "no_marks":
            return "\n".join(text for _, _, text in said)
        case "blocks_missing":
            said = said[:1] if len(said) > 1 else []
        case "formulas_missing":
            said = [(n, k, "As you can see." if k == "mathematics" else text) for n, k, text in said]
        case "cut_off":
            said = [(n, k, text[: len(text) // 2]) for n, k, text in said]
    change_one = change.get(fault, lambda text: text)
    return "\n\n".join(f"<<{number}>> {change_one(text)}" for number, _, text in said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer takes")
    parser.add_argument("--voice", action="store_true", help="speak, and do not hum")
    parser.add_argument("--hang", type=float, default=30.0, help="seconds after which a hung call is let go")
    parser.add_argument("--key", default="", help="a key that is accepted beside those of the tests")
    given = parser.parse_args()
    server = Server(key=given.key, latency_seconds=given.latency, speaks=given.voice, hang_seconds=given.hang).start(
        given.port
    )
    print(server.url, flush=True)  # noqa: T201 - for whoever started it
    threading.Event().wait()


if __name__ == "__main__":
    main()

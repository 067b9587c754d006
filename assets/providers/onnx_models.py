"""ONNX models: loaded once in a process, from bytes, on one thread a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def session(model: bytes, *, also: str) -> InferenceSession:
    """A session of a model, with one more output, which the model computes and does not hand out.

    One thread a run: several segments at once are 2.7 times slower when each takes every core. The memory of the
    longest run is kept for the next: without that, a run of Kokoro takes four times as much.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # A memory plan is kept for every length of input ever seen, and no two sentences are of one length.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(_with_output(model, also), options, providers=["CPUExecutionProvider"])


def _with_output(model: bytes, name: str) -> bytes:
    """The ONNX model with one more output: repeated fields of a protobuf merge, so it is enough to append one."""
    field = name.encode()
    for tag in (0x0A, 0x62, 0x3A):  # ValueInfoProto.name, GraphProto.output, ModelProto.graph
        field = bytes((tag, len(field))) + field
    return model + field

"""The files of checkpoints: safetensors, read and written with NumPy alone.

Eight bytes with the header's size (little-endian), the header (JSON: element type, shape and byte
range of every tensor), then the numbers without gaps. Source:
https://github.com/huggingface/safetensors, README, "Format".
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .errors import CheckpointError

_TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}
_NAMES: dict[np.dtype[Any], str] = {np.dtype("<f4"): "F32", np.dtype("<f8"): "F64"}
_LARGEST_HEADER = 1 << 20
_LARGEST_FILE = 1 << 32
# The checksum is the first entry of the metadata, at a place that does not depend on the others.
_CHECKSUM_START = b'{"__metadata__":{"checksum":"'
_CHECKSUM_PLACE = slice(8 + len(_CHECKSUM_START), 8 + len(_CHECKSUM_START) + 64)


@dataclass
class SafetensorsFile:
    """Text by name, and tensors by name.

    Attributes:
        metadata: every entry is text.
        tensors: of single or double precision.
    """

    metadata: dict[str, str] = field(default_factory=dict)
    tensors: dict[str, np.ndarray] = field(default_factory=dict)


def read(path: str | Path) -> SafetensorsFile:
    """Reads a file whole, and proves that every byte is as it was written.

    Args:
        path: a checkpoint of metarl.

    Returns:
        Its metadata and tensors.

    Raises:
        CheckpointError: the file cannot be read, is cut short, is damaged, or is none of metarl's.
    """
    try:
        if Path(path).stat().st_size > _LARGEST_FILE:
            raise CheckpointError(f"'{path}' is larger than a checkpoint can be (4 GiB)")
        data = Path(path).read_bytes()
    except OSError as error:
        raise CheckpointError(f"cannot read '{path}': {error.strerror}") from error
    return decode(data, str(path))


def decode(data: bytes, origin: str) -> SafetensorsFile:
    """As `read`, from bytes; `origin` is what errors name."""

    def fail(reason: str) -> CheckpointError:
        return CheckpointError(
            f"the checkpoint '{origin}' is damaged: {reason}. Take another checkpoint of the run."
        )

    if len(data) < 8:
        raise fail(f"it has {len(data)} bytes")
    size = int.from_bytes(data[:8], "little")
    if size > _LARGEST_HEADER or 8 + size > len(data):
        raise fail("it is shorter than its header says, or no safetensors file")
    try:
        header = json.loads(data[8 : 8 + size].decode("utf-8"))
        metadata = header.pop("__metadata__", {})
    except (ValueError, AttributeError, RecursionError) as error:
        raise fail("its header is not JSON") from error
    if not isinstance(metadata, dict) or metadata.get("format") != "metarl-checkpoint":
        raise CheckpointError(f"'{origin}' is a safetensors file, but no checkpoint of metarl")
    if digest(data) != metadata.get("checksum"):
        raise fail("its checksum does not match")
    numbers = memoryview(data)[8 + size :]
    tensors: dict[str, np.ndarray] = {}
    end = 0
    try:
        for name, entry in header.items():
            dtype = _TYPES[entry["dtype"]]
            shape = tuple(int(length) for length in entry["shape"])
            start, stop = (int(offset) for offset in entry["data_offsets"])
            if start != end or stop > len(numbers) or min(shape, default=0) < 0:
                raise fail(f"the tensor '{name}' is not where its header says")
            if math.prod(shape) * dtype.itemsize != stop - start:
                raise fail(f"the tensor '{name}' has not the size of its shape")
            tensors[name] = np.frombuffer(numbers[start:stop], dtype).reshape(shape).copy()
            end = stop
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise fail("its header is not that of tensors in single or double precision") from error
    if end != len(numbers):
        raise fail("it is longer than its header says")
    return SafetensorsFile({str(key): str(value) for key, value in metadata.items()}, tensors)


def encode(file: SafetensorsFile) -> bytes:
    """The bytes of a checkpoint, its checksum taken anew.

    Args:
        file: its entry `checksum`, where there is one, is replaced.

    Returns:
        What `decode` reads, and metarl too.
    """
    keys = ["checksum", *sorted(set(file.metadata) - {"checksum"})]
    metadata = {key: "0" * 64 if key == "checksum" else file.metadata[key] for key in keys}
    header: dict[str, object] = {"__metadata__": metadata}
    offset, parts = 0, []
    # Larger elements first keeps every number aligned.
    for name in sorted(file.tensors, key=lambda name: (-file.tensors[name].itemsize, name)):
        values = np.ascontiguousarray(file.tensors[name])
        stop = offset + values.nbytes
        header[name] = {
            "dtype": _NAMES[values.dtype],
            "shape": list(values.shape),
            "data_offsets": [offset, stop],
        }
        parts.append(values.tobytes())
        offset = stop
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    data = len(text).to_bytes(8, "little") + text + b"".join(parts)
    checksum = digest(data).encode()
    return data[: _CHECKSUM_PLACE.start] + checksum + data[_CHECKSUM_PLACE.stop :]


def digest(data: bytes) -> str:
    """The SHA-256 of a checkpoint with 64 zeros in the place of its checksum, in hexadecimal."""
    place = _CHECKSUM_PLACE
    return hashlib.sha256(data[: place.start] + b"0" * 64 + data[place.stop :]).hexdigest()

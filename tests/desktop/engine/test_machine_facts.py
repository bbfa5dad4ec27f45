"""What the engine process says of this computer is what the system says."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.engine.client import ProcessEngine
from desktop.engine.machine import DeviceKind, Machine
from desktop.engine.machine_facts import build_name
from desktop.engine.memory_use import machine_memory


def test_the_process_tells_processor_memory_and_build() -> None:
    engine = ProcessEngine()
    machine = engine.look()
    assert engine.process_id is None
    assert DeviceKind.CPU in [device.kind for device in machine.devices]
    assert 1 <= machine.cores <= machine.threads
    assert machine.threads <= (os.cpu_count() or 1)
    assert 0 < machine.available_bytes <= machine.memory_bytes
    assert machine.library
    assert machine.features


def test_a_fingerprint_holds_while_memory_comes_and_goes() -> None:
    machine = Machine(cores=4, threads=8, memory_bytes=16 << 30, available_bytes=1 << 30)
    assert machine.fingerprint == replace(machine, available_bytes=2 << 30).fingerprint
    assert machine.fingerprint != replace(machine, cores=8).fingerprint
    assert machine.fingerprint != replace(machine, library="other").fingerprint


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's files")
def test_a_container_s_limit_counts(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 4096 kB\nMemAvailable:    3072 kB\nX:\n")
    assert machine_memory(tmp_path, tmp_path) == (4 << 20, 3 << 20)
    (tmp_path / "memory.max").write_text("2097152\n")
    (tmp_path / "memory.current").write_text("1572864\n")
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 524288\n")
    assert machine_memory(tmp_path, tmp_path) == (2 << 20, 1 << 20)
    (tmp_path / "memory.max").write_text("max\n")
    assert machine_memory(tmp_path, tmp_path) == (4 << 20, 3 << 20)
    (tmp_path / "meminfo").write_text("nonsense")
    assert machine_memory(tmp_path, tmp_path) == (0, 0)


def test_another_build_has_another_name(tmp_path: Path) -> None:
    (tmp_path / "libllama.so").write_bytes(b"1")
    one = build_name(tmp_path)
    (tmp_path / "libggml-cuda.so").write_bytes(b"1")
    assert build_name(tmp_path) != one
    assert build_name(tmp_path / "none") == ""

"""What a computer offers the engine: devices, memory, cores, and the build of llama.cpp.

Plain values that come over the pipe, so that whoever plans can be shown any computer. Reads
nothing itself and knows no llama.cpp: `machine_facts` does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum


class DeviceKind(StrEnum):
    """As ggml tells them apart; ACCEL helps a CPU with its own memory, OTHER is not known here."""

    CPU = "cpu"
    GPU = "gpu"
    INTEGRATED = "integrated"
    ACCEL = "accel"
    OTHER = "other"


@dataclass(frozen=True)
class Device:
    """One device of one backend of llama.cpp.

    Attributes:
        name: llama.cpp's own, e.g. "CUDA0".
        description: the driver's, e.g. "NVIDIA GeForce RTX 4060".
        backend: "CUDA", "Vulkan", "MTL", "CPU", "BLAS"...
        kind: what it is.
        total_bytes: its memory; 0 where the backend does not tell.
        free_bytes: of these, free when it was asked. The asking process's own share (a CUDA context
            takes some hundred megabytes) is taken off already.
    """

    name: str
    description: str
    backend: str
    kind: DeviceKind
    total_bytes: int
    free_bytes: int


@dataclass(frozen=True)
class Machine:
    """The computer as the engine process sees it.

    Attributes:
        devices: of all backends.
        features: instructions the CPU backend was built with and uses, e.g. "AVX2".
        cores: physical cores this process may use.
        threads: logical processors it may use.
        memory_bytes: of the computer, or of the container where that is less; 0: not told.
        available_bytes: of these, to be had without pushing others out.
        library: names the build of llama.cpp; another build is another name.
        can_offload: the build has a backend for a GPU, whether there is one or not.
    """

    devices: tuple[Device, ...] = ()
    features: tuple[str, ...] = ()
    cores: int = 1
    threads: int = 1
    memory_bytes: int = 0
    available_bytes: int = 0
    library: str = ""
    can_offload: bool = False

    @property
    def gpus(self) -> tuple[Device, ...]:
        """Those llama.cpp would use: an integrated one only where there is no other."""
        real = tuple(d for d in self.devices if d.kind is DeviceKind.GPU)
        return real or tuple(d for d in self.devices if d.kind is DeviceKind.INTEGRATED)

    @property
    def free_gpu_bytes(self) -> int:
        return sum(device.free_bytes for device in self.gpus)

    @property
    def fingerprint(self) -> str:
        """The same as long as hardware and build are; what is free does not count."""
        lasting = [
            [[d.name, d.description, d.total_bytes] for d in self.devices],
            sorted(self.features),
            self.cores,
            self.threads,
            self.memory_bytes >> 28,  # a container's limit and a BIOS's share move a little
            self.library,
        ]
        return hashlib.sha256(json.dumps(lasting).encode()).hexdigest()[:24]

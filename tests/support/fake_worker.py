"""A worker without llama.cpp that fails in the way its first argument says.

Speaks the real protocol, so that the client can be shown faults that no model file produces. The
second argument is a file that counts how often the process was started. A mode with "gpu" in it has
a GPU, unless it is hidden; FAKE_GPU_FREE says how many bytes of it are free. In the mode "gpu-full"
a load takes what `cost` says, which no planner knows, and aborts where that is not there.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from desktop.engine import protocol
from desktop.engine.base import (
    Attention,
    CacheType,
    Done,
    Loaded,
    Plan,
    Reason,
    Started,
    Stats,
    Tuned,
)
from desktop.engine.machine import Device, DeviceKind, Machine

GIB, MIB = 1 << 30, 1 << 20
TOTAL = 24 * GIB


def say(event: protocol.Event) -> None:
    os.write(1, protocol.encode(event))


def beat() -> None:
    while True:
        say(protocol.Alive(0.0, 0, Stats(1, 2, 3)))
        time.sleep(0.1)


def die(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(10)


def count_starts(file: Path) -> int:
    with file.open("a") as log:
        log.write("x")
    return file.stat().st_size


def free_bytes() -> int:
    return int(os.environ.get("FAKE_GPU_FREE", 12 * GIB))


def machine(mode: str) -> Machine:
    if "gpu" not in mode or os.environ.get("CUDA_VISIBLE_DEVICES") == "-1":
        return Machine(cores=2, threads=2, library="fake")
    gpu = Device("CUDA0", "Test GPU", "CUDA", DeviceKind.GPU, TOTAL, free_bytes())
    return Machine((gpu,), cores=2, threads=2, library="fake", can_offload=True)


def cost(plan: Plan) -> int:
    """Bytes on the GPU of a model of 4B's shape: 36 blocks, an output, a cache, and buffers."""
    if not plan.gpu_layers:
        return 0
    row = 4096 if plan.cache is CacheType.F16 else 2176
    blocks = min(plan.gpu_layers - 1, 36)
    return 219 * MIB + blocks * (55 * MIB + row * plan.context) + 330 * MIB


def before_hello(mode: str) -> None:
    if mode == "gpu-untouchable" and os.environ.get("CUDA_VISIBLE_DEVICES") != "-1":
        die(signal.SIGABRT)
    if mode == "bad-library" and os.environ.get("LLAMA_CPP_LIB_PATH"):
        sys.exit(70)
    if mode == "mute":
        time.sleep(60)
    elif mode == "exit":
        sys.exit(3)
    elif mode == "too-old":
        die(signal.SIGILL)
    elif mode == "garbage":
        os.write(1, b"\xff\x00garbage\n{}\n[]\n" + b"x" * 100_000 + b"\n")


def load(mode: str, request: protocol.Load) -> None:
    if mode == "too-old-at-load":
        die(signal.SIGILL)
    if mode == "gpu-aborts" and request.plan.gpu_layers:
        die(signal.SIGABRT)
    if mode == "hang-load":
        time.sleep(60)
    if mode == "too-big" or (mode == "big" and request.plan.context > 2048):
        say(protocol.Failed(request.id, "model_too_big", {}))
        return
    left = -1
    if mode == "gpu-full" and (left := free_bytes() - cost(request.plan)) < 0:
        die(signal.SIGABRT)
    device = "Test GPU" if request.plan.gpu_layers else "CPU"
    loaded = Loaded(request.plan, "qwen3", "", 1, 36, device, 8192, 0.0, left_bytes=left)
    say(protocol.ModelLoaded(request.id, loaded))


def generate(mode: str, request: protocol.Generate, starts: int) -> None:
    say(protocol.ReplyStarted(request.id, Started(1, 0, 1, 0)))
    say(protocol.ReplyText(request.id, "我"))
    if mode == "die-often" and starts <= 2:
        die(signal.SIGKILL)
    if "abort-once" in mode and starts == 1:
        die(signal.SIGABRT)
    if mode == "still" and starts == 1:
        time.sleep(60)
    if mode == "garbage":
        os.write(1, b"native print\n" * 10 + b'{"type":"ReplyText","id":1}\n')
    if mode == "stale":
        say(protocol.ReplyText(request.id + 1000, "other"))
    say(protocol.ReplyText(request.id, "在"))
    say(protocol.ReplyDone(request.id, Done(Reason.END_OF_TURN, 2, 0.0, 0.1)))
    if mode == "tunes":
        say(protocol.TrialDone(0, Tuned(2, 64, Attention.OFF, 0.1, 0.2)))


def check_health(mode: str, request: protocol.CheckHealth, starts: int) -> None:
    if mode == "sick" and starts == 1:
        die(signal.SIGABRT)
    if mode == "stuck" and starts == 1:
        time.sleep(60)
    say(protocol.Healthy(request.id))


def main() -> None:
    mode, file = sys.argv[1], Path(sys.argv[2])
    starts = count_starts(file)
    before_hello(mode)
    version = 99 if mode == "newer" else protocol.VERSION
    say(protocol.Hello(version, machine(mode)))
    threading.Thread(target=beat, daemon=True).start()
    for line in sys.stdin.buffer:
        request = protocol.decode_request(line)
        if isinstance(request, protocol.Load):
            load(mode, request)
        elif isinstance(request, protocol.Generate):
            generate(mode, request, starts)
        elif isinstance(request, protocol.CheckHealth):
            check_health(mode, request, starts)
        elif isinstance(request, protocol.Quit):
            return


if __name__ == "__main__":
    main()

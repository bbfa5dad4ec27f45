"""Takes a GPU's memory so that only so much is left, for `squeeze`: another program, as it were.

Runs as a process of its own: python -m desktop.benchmarks.gpu_holder. For every line on stdin,
`leave BYTES` or `free`, it prints the bytes that are free then; it ends with stdin and gives all
back. Speaks to the CUDA driver itself (cuda.h), which is there wherever a GPU of NVIDIA's works.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from contextlib import ExitStack
from types import TracebackType
from typing import Protocol

CHUNKS = (1 << 30, 1 << 26, 1 << 22, 1 << 21)


class Squeezer(Protocol):
    """Leaves so much free of a GPU's memory."""

    def leave(self, size: int) -> int:
        """Bytes that are free now; as near to `size` as it goes."""
        ...

    def free(self) -> int:
        """Bytes that are free now."""
        ...


class HolderProcess:
    """A `Squeezer` whose memory another process takes."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "desktop.benchmarks.gpu_holder"]
        self._stack = ExitStack()
        self._process = self._stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )

    def __enter__(self) -> HolderProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._stack.close()

    def leave(self, size: int) -> int:
        return self._ask(f"leave {size}")

    def free(self) -> int:
        return self._ask("free")

    def _ask(self, line: str) -> int:
        pipes = self._process
        assert pipes.stdin is not None
        assert pipes.stdout is not None
        pipes.stdin.write(line + "\n")
        pipes.stdin.flush()
        answer = pipes.stdout.readline()
        if not answer:
            raise SystemExit("no GPU of NVIDIA's, or no driver for it: nothing to squeeze")
        return int(answer)


class _Cuda:
    """The first GPU, through the driver."""

    def __init__(self) -> None:
        name = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
        self._driver = ctypes.CDLL(name)
        self._must("cuInit", 0)
        device, context = ctypes.c_int(), ctypes.c_void_p()
        self._must("cuDeviceGet", ctypes.byref(device), 0)
        self._must("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
        self._must("cuCtxSetCurrent", context)
        self._held: list[tuple[int, ctypes.c_uint64]] = []

    def free(self) -> int:
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        self._must("cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(total))
        return free.value

    def leave(self, size: int) -> int:
        """Give back until enough is free, then take what is too much, in ever smaller pieces."""
        while self._held and self.free() < size:
            self._must("cuMemFree_v2", self._held.pop()[1])
        for chunk in CHUNKS:
            while self.free() - size >= chunk and self._take(chunk):
                pass
        return self.free()

    def _take(self, chunk: int) -> bool:
        address = ctypes.c_uint64()
        if self._driver.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(chunk)):
            return False
        self._held.append((chunk, address))
        return True

    def _must(self, name: str, *arguments: object) -> None:
        status = getattr(self._driver, name)(*arguments)
        if status:
            raise OSError(f"{name}: {status}")


def main() -> None:
    """Answer lines until there are no more."""
    cuda = _Cuda()
    for line in sys.stdin:
        words = line.split()
        print(cuda.leave(int(words[1])) if words[0] == "leave" else cuda.free(), flush=True)


if __name__ == "__main__":
    main()

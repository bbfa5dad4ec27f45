"""A GPU is found where the system keeps word of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.graphics import Graphics, System, find_graphics, this_system

SMI = "GPU 0: NVIDIA GeForce RTX 4060 (UUID: GPU-1)\nGPU 1: NVIDIA T4 (UUID: GPU-2)\n"


def system(
    folder: Path, platform: str = "linux", *, vulkan: bool = False, smi: str = "", cpu: str = "x86"
) -> System:
    return System(platform, cpu, folder / "proc", folder / "sys", lambda: vulkan, lambda: smi)


def test_nvidia_s_driver_names_its_gpus(tmp_path: Path) -> None:
    card = tmp_path / "proc" / "driver" / "nvidia" / "gpus" / "0000:01:00.0"
    card.mkdir(parents=True)
    (card / "information").write_text("Model: \t\t NVIDIA H100\nIRQ: 1\n")
    assert find_graphics(system(tmp_path)) == [Graphics("NVIDIA H100", "cuda")]


def test_without_these_files_nvidia_smi_is_asked(tmp_path: Path) -> None:
    found = find_graphics(system(tmp_path, "win32", smi=SMI))
    assert [gpu.name for gpu in found] == ["NVIDIA GeForce RTX 4060", "NVIDIA T4"]


@pytest.mark.parametrize("vulkan", [True, False])
def test_others_count_where_vulkan_is_installed(tmp_path: Path, vulkan: bool) -> None:
    for number, vendor in enumerate(("0x1002", "0x8086", "0x1af4")):
        device = tmp_path / "sys" / "class" / "drm" / f"card{number}" / "device"
        device.mkdir(parents=True)
        (device / "vendor").write_text(f"{vendor}\n")
    found = find_graphics(system(tmp_path, vulkan=vulkan))
    assert [gpu.name for gpu in found] == (["AMD GPU", "Intel GPU"] if vulkan else [])


def test_apple_s_own_processors_have_one(tmp_path: Path) -> None:
    assert find_graphics(system(tmp_path, "darwin", cpu="arm64"))[0].backend == "metal"
    assert find_graphics(system(tmp_path, "darwin")) == []


def test_this_computer_can_be_asked() -> None:
    assert isinstance(find_graphics(this_system()), list)

"""`xinyu doctor`: what this computer offers the engine, and what would make it quicker.

Asks the engine process (devices, memory, features of the build), the system (a GPU the build
overlooks), the data folder and the fonts, and names the exact command where another build of
llama-cpp-python is needed. Changes nothing. Exit 1 where there is something to do.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TextIO

from desktop.engine.base import Plan
from desktop.engine.client import ProcessEngine
from desktop.engine.machine import Machine
from desktop.engine.plans import FILE_NAME, PlanBook, Remembered, model_fingerprint, plan_key
from desktop.errors import XinyuError
from desktop.graphics import Graphics
from desktop.paths import Paths
from desktop.wording import Wording

MIB = 1 << 20
# Less than this to be had, and even a small model has to be read from the disk again and again.
LITTLE_MEMORY = 1 << 30
LITTLE_DISK = 1 << 30
PACKAGE = "llama-cpp-python"


@dataclass(frozen=True)
class Finding:
    """One thing to say.

    Attributes:
        code: of the sentence.
        details: what fills it.
        problem: something has to be done about it.
    """

    code: str
    details: Mapping[str, str | int]
    problem: bool = False


@dataclass(frozen=True)
class Diagnosis:
    """All of it; what could not be asked is None."""

    machine: Machine | None
    graphics: tuple[Graphics, ...]
    remembered: Remembered | None
    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        return not any(finding.problem for finding in self.findings)


@dataclass(frozen=True)
class Patient:
    """What is looked at.

    Attributes:
        paths: of this person.
        engine: asked what it sees.
        graphics: of the system.
        font_families: by purpose, "" for none.
        library: folder of a build of one's own, or None.
        model: whose remembered plan is told.
    """

    paths: Paths
    engine: ProcessEngine
    graphics: Sequence[Graphics]
    font_families: Callable[[], Mapping[str, str]]
    library: Path | None
    model: Path


def diagnose(patient: Patient) -> Diagnosis:
    """Look at everything, whatever the rest says."""
    machine, findings = _look(patient)
    remembered = None
    if machine is not None:
        findings += _machine_findings(machine)
        findings += _build_findings(machine, patient)
        remembered = _remembered(patient, machine)
    if remembered is not None:
        findings.append(_plan_finding(remembered, patient.model))
    findings += [*_folder_findings(patient.paths.home), *_font_findings(patient.font_families)]
    return Diagnosis(machine, tuple(patient.graphics), remembered, tuple(findings))


def _look(patient: Patient) -> tuple[Machine | None, list[Finding]]:
    """Ask the engine process; a build that does not load leaves the installed one to be asked."""
    try:
        machine = patient.engine.look(patient.library)
    except XinyuError as error:
        failed = [Finding(error.code, error.details, problem=True)]
        if patient.library is None:
            return None, failed
        return _look_at_installed(patient), failed
    if patient.library is None:
        return machine, []
    return machine, [Finding("doctor_library_loads", {"folder": str(patient.library)})]


def _look_at_installed(patient: Patient) -> Machine | None:
    try:
        return patient.engine.look()
    except XinyuError:
        return None


def _machine_findings(machine: Machine) -> list[Finding]:
    features = " ".join(machine.features) or "-"
    memory = {"total": machine.memory_bytes // MIB, "available": machine.available_bytes // MIB}
    short = machine.memory_bytes > 0 and machine.available_bytes < LITTLE_MEMORY
    found = [
        Finding("doctor_processor", {"cores": machine.cores, "threads": machine.threads,
                                     "features": features}),
        Finding("doctor_memory_short" if short else "doctor_memory", memory, short),
    ]  # fmt: skip
    for device in machine.gpus:
        details: dict[str, str | int] = {"name": device.description, "backend": device.backend}
        details |= {"total": device.total_bytes // MIB, "free": device.free_bytes // MIB}
        found.append(Finding("doctor_gpu", details))
    return found


def _build_findings(machine: Machine, patient: Patient) -> list[Finding]:
    """A GPU that the system has and the build does not use."""
    if machine.gpus:
        return []
    if not patient.graphics:
        return [Finding("doctor_no_gpu", {})]
    first = patient.graphics[0]
    if machine.can_offload:
        return [Finding("doctor_gpu_unseen", {"gpu": first.name}, problem=True)]
    build = _builds(patient.paths.assets)[first.backend]
    details = {"gpu": first.name, "backend": build["name"], "needs": build["needs"]}
    return [Finding("doctor_cpu_build", {**details, "command": command(build)}, problem=True)]


def _builds(assets: Path) -> Mapping[str, Mapping[str, str]]:
    try:
        return tomllib.loads((assets / "doctor.toml").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise XinyuError("assets_damaged", path=str(assets)) from error


def command(build: Mapping[str, str], platform: str = sys.platform) -> str:
    """What installs this build into the Python that runs us."""
    if platform == "win32":
        return build["windows"].format(python=f'"{sys.executable}"', version=_version())
    return build["posix"].format(python=shlex.quote(sys.executable), version=_version())


def _version() -> str:
    return metadata.version(PACKAGE)


def _remembered(patient: Patient, machine: Machine) -> Remembered | None:
    book = PlanBook(patient.paths.home / FILE_NAME)
    return book.plan(plan_key(model_fingerprint(patient.model), machine, Plan()))


def _plan_finding(known: Remembered, model: Path) -> Finding:
    plan = known.plan
    details: dict[str, str | int] = {"layers": plan.gpu_layers, "context": plan.context}
    return Finding("doctor_plan", {"model": model.name, "cache": plan.cache, **details})


def _folder_findings(home: Path) -> list[Finding]:
    """Whether it can be written, and how much room is left on its disk."""
    folder = home
    while not folder.exists():
        folder = folder.parent
    probe = folder / ".xinyu-doctor"
    try:
        probe.write_bytes(b"")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError:
        return [Finding("store_folder_unwritable", {"folder": str(home)}, problem=True)]
    short = free < LITTLE_DISK
    code = "doctor_disk_short" if short else "doctor_folder"
    return [Finding(code, {"folder": str(home), "free": free // MIB}, short)]


def _font_findings(font_families: Callable[[], Mapping[str, str]]) -> list[Finding]:
    try:
        families = font_families()
    except ImportError:
        return [Finding("window_package_missing", {}, problem=True)]
    missing = [purpose for purpose in ("chinese", "emoji") if not families.get(purpose)]
    if missing:
        return [Finding(f"font_missing_{purpose}", {}, problem=True) for purpose in missing]
    return [Finding("doctor_fonts", {"families": ", ".join(filter(None, families.values()))})]


def print_diagnosis(diagnosis: Diagnosis, wording: Wording, as_json: bool, out: TextIO) -> None:
    """For programs one JSON object; for people a line for each finding."""
    if as_json:
        out.write(json.dumps({"healthy": diagnosis.healthy, **asdict(diagnosis)}) + "\n")
        return
    for finding in diagnosis.findings:
        mark = "✗" if finding.problem else "✓"
        out.write(f"{mark} {wording.sentence(finding.code, finding.details)}\n")

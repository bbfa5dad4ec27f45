"""What the commands print: figures as lines for a terminal. Knows no stage, only their tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from converter.bar import duration, readable


def export_report(out: Path, figures: dict[str, Any]) -> str:
    """A finished export."""
    tokens = figures["tokens"]
    lines = [f"{out}: {figures['architecture']}, {figures['parameters'] / 1e6:.2f} M parameters"]
    lines += [f"  {n}  {f['size'] / 1e6:.1f} MB" for n, f in figures["files"].items()]
    lines += [f"  token ids equal on {tokens['strings']} strings, {tokens['tokens']} tokens"]
    for kind, found in figures.get("logits", {}).items():
        lines.append(_logits_line(kind, found))
    lines += _chat_lines(figures.get("chat"))
    divergence = figures.get("divergence")
    if divergence:
        lines.append(f"  against {divergence['reference']} on {divergence['texts']}:")
        lines += [_divergence_line(kind, found) for kind, found in divergence["files"].items()]
    return "\n".join(lines)


def estimate_report(found: Any) -> str:
    """What an export would write and take."""
    lines = [f"{found.parameters / 1e6:.2f} M parameters; nothing was written"]
    lines += [f"  {kind:7} {readable(size)}" for kind, size in found.files.items()]
    lines.append(f"  disk    {readable(found.needed)} meanwhile, {readable(found.free)} free")
    here = f", here are {readable(found.memory_here)}" if found.memory_here else ""
    lines.append(f"  memory  about {readable(found.writing_memory)} to merge and write,")
    lines.append(f"          about {readable(found.proving_memory)} to prove{here}")
    lines += [f"  {duration(stage.seconds):>7} {stage.name}" for stage in found.stages]
    lines.append(f"  {duration(found.seconds):>7} in all, tried out on this machine as it is now")
    if found.memory_here and found.proving_memory > found.memory_here:
        lines.append("  The proofs need more memory than is here: a larger machine can prove it.")
    return "\n".join(lines)


def adapter_report(out: Path, figures: dict[str, Any]) -> str:
    """A finished adapter file."""
    lines = [
        f"{out}: {figures['method']}, {figures['modules']} modules, ranks {figures['ranks']}, "
        f"{figures['size'] / 1e6:.1f} MB",
        f"  only over the base {figures['adapter.base.sha256']}",
    ]
    if "logits" in figures:
        lines.append(_logits_line(figures["type"], figures["logits"]))
    return "\n".join(lines)


def verify_report(found: dict[str, Any]) -> str:
    """A file that is equal to its folder."""
    tokens = found["tokens"]
    lines = [
        f"{found['file']} ({found['quantisation']}) is equal to the folder:",
        f"  {found['metadata_keys_equal']} metadata keys equal",
        f"  largest tensor error {found['largest_tensor_error']:.4f}",
        f"  token ids equal on {tokens['strings']} strings, {tokens['tokens']} tokens",
    ]
    if "logits" in found:
        lines.append(_logits_line(found["quantisation"], found["logits"]))
    lines += _chat_lines(found["chat"])
    lines.append(_divergence_line(found["quantisation"], found["divergence"]))
    return "\n".join(lines)


def publish_report(entries: list[dict[str, Any]]) -> str:
    """What stands in the catalogue now."""
    return "\n".join(
        f"{entry['id']}: {entry['file']}, {entry['size'] / 1e6:.1f} MB, "
        + ", ".join(f"{b / 1e6:.0f} MB at {n} tokens" for n, b in entry["memory"].items())
        + f", {entry['speed']['reply_tokens_per_second']} tokens a second"
        for entry in entries
    )


def _chat_lines(found: dict[str, Any] | None) -> list[str]:
    if not found:
        return []
    wanted = found["reference"]
    if not any(wanted["ended"]):
        return ["  a chat of two turns: the model itself does not end its replies"]
    replies = ", ".join(f"{name} {one['tokens']}" for name, one in found.items())
    return [f"  a chat of two turns ends where it should (tokens of each reply: {replies})"]


def _logits_line(kind: str, found: dict[str, Any]) -> str:
    return (
        f"  {kind} against Hugging Face: NMSE {found['nmse']:.1e}, top-1 {found['top1']:.2%} of "
        f"{found['positions']} positions, {found['continuations_equal']} of "
        f"{found['continuations']} greedy continuations equal"
    )


def _divergence_line(kind: str, found: dict[str, Any]) -> str:
    verdict = ""
    if "target" in found:
        verdict = f"  ({'within' if found['within'] else 'ABOVE'} the target {found['target']})"
    return (
        f"    {kind:7} mean KL {found['kl_mean']:.5f} +- {found['kl_error']:.5f}, "
        f"99.9 % {found['kl_999']:.4f}, top-1 {found['top1']:.2%}, "
        f"perplexity x {found['perplexity_ratio']:.4f}{verdict}"
    )


def serve_report(found: dict[str, Any]) -> str:
    """A folder for a server."""
    lines = [f"{found['out']}: {found['model']} for {found['people']} talks at the same time"]
    lines.append(f"  context  {found['context']} tokens each; template: {found['template']}")
    lines.append(f"  start    {found['out']}/start.sh, found at {found['address']}")
    lines.append("  clients  server.toml and server.key, into /etc/xinyu of each computer")
    return "\n".join(lines)

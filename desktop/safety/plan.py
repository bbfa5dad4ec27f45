"""The safety plan: its six questions, when it is to be read again, how it is said as text.

The order and the idea of the six steps are Stanley and Brown's safety planning intervention; the
words are this project's own (assets/i18n/messages.toml) and the answers are the person's. Nothing
here writes a plan: no model, no screening and no clock ever changes one. Knows no window.
"""

from __future__ import annotations

from desktop.store.records import PLAN_STEPS, EmergencyContact, SafetyPlan
from desktop.wording import Wording

REVIEW_DAYS = 30
_DAY = 86_400.0


def step_codes() -> list[tuple[str, str]]:
    """For each step the codes of its question and of what may help to answer it."""
    return [(f"plan_step_{step}", f"plan_hint_{step}") for step in range(1, PLAN_STEPS + 1)]


def is_due(plan: SafetyPlan, now: float) -> bool:
    """Whether the plan is to be read again: `now` in seconds since 1970."""
    return plan.reviewed_at is not None and now - plan.reviewed_at >= REVIEW_DAYS * _DAY


def plan_text(plan: SafetyPlan, wording: Wording) -> str:
    """The whole plan as plain text; a step without words says that it is empty."""
    parts = []
    for number, ((question, _), text) in enumerate(zip(step_codes(), plan.steps, strict=True), 1):
        said = text or wording.sentence("plan_step_empty")
        indented = "\n".join(f"   {line}" for line in said.splitlines())
        parts.append(f"{number}. {wording.sentence(question)}\n{indented}")
    return "\n".join(parts)


def message_to(contact: EmergencyContact, wording: Wording) -> str:
    """What the person may copy and send themselves: their own words, else a suggestion."""
    return contact.message or wording.sentence("contact_message", {"name": contact.name})

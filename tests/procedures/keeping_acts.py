"""What tests of the policy's keeping share: short ways to bring a version, keep a baseline, change a text."""

from datetime import date
from typing import Any

from builders import OWN_TEXT, World

from forethought.acknowledgements import procedures as acknowledgements
from forethought.audit.models import Entry
from forethought.policies import procedures, standing
from forethought.policies.models import Baseline, Policy, Revision, Version
from forethought.policies.text import Text

MARCH_2019, FEBRUARY_2023, BEGAN = date(2019, 3, 1), date(2023, 2, 1), date(2026, 10, 21)


def verbs() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("verb", flat=True))


def policy_now(world: World) -> Policy:
    found = standing.policy_of(world.school.id)
    assert found is not None
    return found


def brought(world: World, label: str, in_force_on: date, **more: Any) -> Version:
    return procedures.bring_version(
        policy=policy_now(world),
        **{
            "label": label,
            "summary": "Redrafted.",
            "who": "The head",
            "in_force_on": in_force_on,
            "text": OWN_TEXT,
            "by": world.head,
            "at": world.at,
            **more,
        },
    )


def put_in_force(world: World, version: Version) -> None:
    policy = policy_now(world)
    acknowledgements.put_in_force(policy=policy, version=policy.version, bring=version, by=world.head, at=world.at)


def a_baseline(world: World, label: str, **more: Any) -> Baseline:
    fields: dict[str, Any] = {
        "supplier": "The HR service",
        "forum": "JCC",
        "agreed_on": FEBRUARY_2023,
        "text": OWN_TEXT,
    }
    return procedures.keep_baseline(
        **{"school": world.school, "label": label, **fields, "by": world.head, "at": world.at, **more}
    )


def change(world: World, revision: Revision, text: Text, **more: Any) -> None:
    procedures.change_text(
        **{
            "revision": revision,
            "version": revision.version,
            "text": text,
            "label": revision.label,
            "summary": "",
            "by": world.head,
            "at": world.at,
            **more,
        }
    )

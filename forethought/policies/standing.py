"""Where the policy stands: which version is in force, what a change rests on, which sentences lead nowhere yet."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import QuerySet

from forethought.core.clock import london
from forethought.policies import rules
from forethought.policies.models import (
    Approval,
    Baseline,
    Consultation,
    Policy,
    PolicyText,
    Response,
    Revision,
    SentenceLink,
    Version,
)
from forethought.policies.sentences import key_of, sentences_of
from forethought.policies.text import Paragraph, Text, from_plain


def policy_of(school_id: uuid.UUID) -> Policy | None:
    """The school's policy as it stands, or nothing before anybody began."""
    return Policy.objects.select_related("in_force__text", "school").filter(pk=school_id).first()


def text_of(text: PolicyText | None) -> Text:
    """The paragraphs of a kept text; none for a version that was brought along without its words."""
    return from_plain(text.paragraphs) if text is not None else ()


def versions() -> "QuerySet[Version]":
    """Every version of the school in scope, newest first. Policy F4."""
    found: QuerySet[Version] = Version.objects.select_related("text", "approval", "baseline").order_by(
        "-in_force_on", "-published_at"
    )
    return found


def version_on(day: date) -> Version | None:
    """The version that was in force on a day (London), or nothing: a case cites a clause as it was then. Policy F4."""
    return versions().filter(in_force_on__lte=day).first()


def open_revision() -> Revision | None:
    """The change that is on its way, if any. There is one at most."""
    found: Revision | None = (
        Revision.objects.exclude(status__in=[rules.Status.PUBLISHED, rules.Status.DROPPED])
        .select_related("text", "based_on__text", "baseline__text")
        .first()
    )
    return found


def before(revision: Revision) -> PolicyText | None:
    """What a change is compared with: the version in force when it began, else the baseline it began from."""
    if revision.based_on_id and revision.based_on and revision.based_on.text_id:
        return revision.based_on.text
    return revision.baseline.text if revision.baseline_id and revision.baseline else None


def agreed(policy: Policy) -> frozenset[bytes]:
    """The texts that need no new consultation: the one in force, and baselines that were agreed with the unions.

    Policy F2, F3. The model policy as shipped was agreed with nobody, so it is not among them.
    """
    found = {bytes(policy.in_force.text.fingerprint)} if policy.in_force and policy.in_force.text else set()
    base = Baseline.objects.filter(agreed_on__isnull=False, text__isnull=False)
    found |= {bytes(mark) for mark in base.values_list("text__fingerprint", flat=True)}
    return frozenset(found)


def last_consultation(revision: Revision) -> Consultation | None:
    """The consultation on a change that was opened last, unless it was withdrawn."""
    found: Consultation | None = (
        revision.consultations.filter(withdrawn_at__isnull=True)
        .select_related("text", "before", "revision")
        .order_by("-opened_at")
        .first()
    )
    return found


def consulted_on(revision: Revision) -> Consultation | None:
    """The consultation on a change's text as it is now that was closed last, if there is one. Policy F3.

    One about another text of the same change is none, even if it came later; a withdrawn one neither.
    """
    return closed_on(revision).filter(text=revision.text_id).first()


def closed_on(revision: Revision) -> "QuerySet[Consultation]":
    """The consultations on a change that were closed, and not withdrawn; the last first."""
    found: QuerySet[Consultation] = (
        revision.consultations.filter(closed_at__isnull=False, withdrawn_at__isnull=True)
        .select_related("text", "before", "revision")
        .order_by("-closed_at")
    )
    return found


def last_approval(revision: Revision) -> Approval | None:
    """The approval of a change that was given last."""
    return revision.approvals.select_related("text").order_by("-approved_at").first()


def standing_of(policy: Policy, revision: Revision) -> rules.Standing:
    """What approving and publishing a change rests on now, by fingerprints. Policy F3."""
    closed, approval = consulted_on(revision) or closed_on(revision).first(), last_approval(revision)
    return rules.Standing(
        text=bytes(revision.text.fingerprint),
        consulted=bytes(closed.text.fingerprint) if closed else None,
        outcome=closed.outcome if closed else "",
        agreed=agreed(policy),
        approved=bytes(approval.text.fingerprint) if approval and approval.text else None,
    )


def views_of(consultation: Consultation) -> rules.Views:
    """How many views came in time, how many wait for a written reply, and who was for and against. Policy F3."""
    responses = Response.objects.filter(consultation=consultation)
    rows = responses.filter(late=False).order_by("responded_at", "pk")
    last: dict[tuple[uuid.UUID | None, uuid.UUID | None], str] = {}
    count = 0
    for union, person, stance in rows.values_list("invitation__union", "person", "stance"):
        count += 1
        # A union says one thing, whoever speaks for it; a member of staff speaks for themselves.
        last[union, None if union else person] = stance
    against = [union for (union, _), stance in last.items() if stance == rules.Stance.NOT_AGREE]
    return rules.Views(
        in_time=count,
        unreplied=responses.filter(reply__isnull=True).count(),
        agreeing=sum(stance in {rules.Stance.AGREE, rules.Stance.COMMENTS} for stance in last.values()),
        against=len(against),
        unions_against=sum(union is not None for union in against),
    )


def links_of(paragraphs: Iterable[Paragraph]) -> Mapping[bytes, frozenset[str]]:
    """Which clauses each sentence of a text serves, by the key of its words. Sentences without any are left out."""
    return links_by_key({key_of(sentence) for one in paragraphs for sentence in sentences_of(one.words)})


def links_by_key(keys: Collection[bytes]) -> Mapping[bytes, frozenset[str]]:
    """Which clauses sentences serve, of those with these keys."""
    found: dict[bytes, set[str]] = {}
    for key, clause in SentenceLink.objects.values_list("key", "clause"):
        if bytes(key) in keys:
            found.setdefault(bytes(key), set()).add(clause)
    return {key: frozenset(clauses) for key, clauses in found.items()}


def first_here(policy: Policy) -> date | None:
    """The day from which versions are in force here, before which alone older ones may still be added.

    What was in force here is the version in force now, and each that a change was made to.
    """
    if policy.in_force_id is None or policy.in_force is None:
        return None
    replaced = Version.objects.filter(pk__in=Revision.objects.values("based_on")).order_by("in_force_on").first()
    return min(policy.in_force.in_force_on, replaced.in_force_on) if replaced else policy.in_force.in_force_on


def started_on(policy: Policy) -> date:
    """The London day on which the school began here: what was in force before may be brought along."""
    return london(policy.school.created_at).date()

"""Keeping the policy: whose it is, where its text came from, and each change until people are asked about it."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, count

from django.db.models import QuerySet

from forethought.audit.procedures import Actor, acting
from forethought.core.clock import london
from forethought.core.errors import Refused, insist
from forethought.people import procedures as people
from forethought.people.models import Appointment, Person, Role, School
from forethought.policies import rules
from forethought.policies.clauses import clauses
from forethought.policies.linking import carry_links, link_all
from forethought.policies.models import Approval, Baseline, Policy, Revision, Union, Version
from forethought.policies.moves import change_policy, keep_text, move, stay, unmoved
from forethought.policies.sentences import key_of, sentences_of
from forethought.policies.standing import first_here, open_revision, started_on, text_of
from forethought.policies.text import Paragraph, Text, why_not_text

#: The label of the baseline that the model policy makes, and whose text it is.
MODEL = "Model policy"
SUPPLIER = "Forethought"


def start_policy(*, school: School, by: Actor, at: datetime) -> Policy:
    """Begin to keep the school's policy here. Done once, when the school is founded. Policy F1."""
    with acting("policies.start_policy", by=by, at=at, about=school.id):
        policy, _ = Policy.objects.get_or_create(
            school=school, defaults={"started_at": at, "moved_at": at, "moved_by": str(by.id)}
        )
    return policy


def change_ownership(
    *,
    policy: Policy,
    version: int,
    author: str,
    body: rules.Body,
    consult_days: int,
    read_days: int,
    answer_days: int,
    own_words: bool,
    decides: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Say who keeps the policy, which body approves it, and how long people have. Policy F1, F3, 3.6.

    `decides`: whether who asks may record decisions of the approving body; only then may it become another.
    """
    insist(rules.why_not_choose_body(current=policy.body, chosen=body, decides=decides), "F1")
    if not rules.FEWEST_CONSULT_DAYS <= consult_days <= rules.MOST_CONSULT_DAYS:
        few, most = rules.FEWEST_CONSULT_DAYS, rules.MOST_CONSULT_DAYS
        raise Refused(f"A consultation lasts between {few} and {most} working days.", "F3")
    if not 1 <= read_days <= 60 or not 1 <= answer_days <= 20:
        raise Refused("Give 1 to 60 working days for reading, and 1 to 20 for an answer.", "3.6")
    with acting("policies.change_ownership", by=by, at=at, about=policy.pk, facts={"body": str(body)}):
        change_policy(
            policy,
            version=version,
            by=by,
            at=at,
            author=author,
            body=body,
            consult_days=consult_days,
            read_days=read_days,
            answer_days=answer_days,
            own_words=own_words,
        )


@dataclass(frozen=True)
class Contact:
    """Somebody whom the school does not know yet: an officer who speaks for a union and does not work here."""

    name: str
    email: str


def recognise_union(*, school: School, name: str, representative: Person | Contact, by: Actor, at: datetime) -> Union:
    """Note a recognised union and who speaks for it, who then has a union representative's home.

    Policy F3. Its members are asked for nowhere.
    """
    with acting("policies.recognise_union", by=by, at=at) as event:
        if not name.strip():
            raise Refused("Write the name of the union.", "F3")
        if Union.objects.filter(name__iexact=name.strip(), ended_at__isnull=True).exists():
            raise Refused("That union is on the list already. End it there to name another representative.", "F3")
        if isinstance(representative, Contact):
            representative = people.add_contact(
                school=school, name=representative.name, email=representative.email, by=by, at=at
            )
        if representative.left_at is not None:
            raise Refused("They are no longer here. Choose somebody else to speak for the union.", "F3")
        if not speaks(representative):
            people.appoint(person=representative, role=Role.UNION, by=by, at=at)
        union = Union.objects.create(school=school, name=name.strip(), representative=representative, recognised_at=at)
        event.about = union.id
    return union


def speaks(person: Person) -> QuerySet[Appointment]:
    """The appointment by which somebody is a union's representative now, if they are one."""
    return Appointment.objects.filter(person=person, role=Role.UNION, ends_at__isnull=True)


def end_union(*, union: Union, by: Actor, at: datetime) -> None:
    """Take a union off the list from now on. What it said before stays. Policy F3.

    Whoever spoke for no other union loses the representative's home.
    """
    with acting("policies.end_union", by=by, at=at, about=union.id):
        if not Union.objects.filter(pk=union.pk, ended_at__isnull=True).update(ended_at=at):
            raise Refused("That union was taken off the list before.", "F3")
        person = union.representative
        if not Union.objects.filter(representative=person, ended_at__isnull=True).exists():
            for appointment in speaks(person):
                people.end_appointment(appointment=appointment, by=by, at=at)


def keep_baseline(
    *,
    school: School,
    label: str,
    supplier: str,
    forum: str,
    agreed_on: date | None,
    text: Text | None,
    by: Actor,
    at: datetime,
) -> Baseline:
    """Keep a text as its supplier gave it, locked: nobody can edit it, not even here. Policy F2.

    With `agreed_on` and `forum` it was agreed with the unions; then the school may adopt it unchanged.
    """
    if text is not None:
        insist(why_not_text(text), "F2")
    if agreed_on is not None and agreed_on > london(at).date():
        raise Refused("The day it was agreed has not come yet.", "F2")
    if (agreed_on is None) != (not forum.strip()):
        raise Refused("Give both the day it was agreed and the forum that agreed it, or neither.", "F2")
    with acting("policies.keep_baseline", by=by, at=at) as event:
        label = label.strip()
        if not label:
            raise Refused("Give the baseline a number or a name.", "F2")
        if Baseline.objects.filter(label__iexact=label).exists():
            raise Refused(f"There is a baseline “{label}” already, and a baseline is never changed.", "F2")
        kept = keep_text(school.id, text, at) if text is not None else None
        baseline = Baseline.objects.create(
            school=school,
            label=label,
            supplier=supplier,
            forum=forum,
            agreed_on=agreed_on,
            text=kept,
            kept_at=at,
            kept_by=str(by.id),
        )
        event.about = baseline.id
        if kept is not None:
            event.commitments["text"] = bytes(kept.fingerprint).hex()
    return baseline


def model_text() -> Text:
    """The model policy as one text, clause by clause, each under its id. Policy F2."""
    return tuple(Paragraph(one.id, one.title, one.words) for one in clauses().values())


def keep_model(*, school: School, by: Actor, at: datetime) -> Baseline:
    """Take the model policy as this version of the program ships it, its sentences linked to their clauses.

    Policy F2, F4. A newer program brings a newer text, which becomes a baseline of its own.
    """
    text = model_text()
    with acting("policies.keep_model", by=by, at=at) as event:
        kept = keep_text(school.id, text, at)
        found = Baseline.objects.filter(text=kept, supplier=SUPPLIER).first()
        if found is None:
            found = Baseline.objects.create(
                school=school, label=model_label(at), supplier=SUPPLIER, text=kept, kept_at=at, kept_by=str(by.id)
            )
            # Once: what the school linked otherwise since then stays as it chose.
            link_all(model_links(text), found, by, at)
        event.about = found.id
        event.commitments["text"] = bytes(kept.fingerprint).hex()
    return found


def model_links(text: Text) -> dict[bytes, frozenset[str]]:
    """The clauses that sentences of the model policy serve: the one each stands in, or several that say the same."""
    links: dict[bytes, frozenset[str]] = {}
    for one in text:
        for sentence in sentences_of(one.words):
            links[key_of(sentence)] = links.get(key_of(sentence), frozenset()) | {one.number}
    return links


def model_label(at: datetime) -> str:
    """A label for the model policy that no other baseline bears: its plain name, else with the month it came."""
    taken = {label.casefold() for label in Baseline.objects.values_list("label", flat=True)}
    dated = f"{MODEL}, {london(at).date():%B %Y}"
    names = chain([MODEL, dated], (f"{dated}, {number}" for number in count(2)))
    return next(name for name in names if name.casefold() not in taken)


def bring_version(
    *,
    policy: Policy,
    label: str,
    summary: str,
    who: str,
    in_force_on: date,
    text: Text | None,
    body: rules.Body | None = None,
    met_on: date | None = None,
    minute: str = "",
    review_on: date | None = None,
    by: Person,
    at: datetime,
) -> Version:
    """Add a version from before the school began here to its table: its dates, and its words where they are still here.

    Policy F1, F4. With the meeting that approved it, its review date comes along, past or not.
    """
    if text is not None:
        insist(why_not_text(text), "F4")
    insist(rules.why_not_meeting(met_on=met_on, minute=minute, review=review_on, today=london(at).date()), "F1")
    with acting("policies.bring_version", by=by, at=at) as event:
        # Asked inside, of the policy as it is now: somebody may just have put a version in force.
        policy.refresh_from_db()
        insist(
            rules.why_not_bring(in_force_on=in_force_on, started_on=started_on(policy), oldest_here=first_here(policy)),
            "F4",
        )
        insist(why_not_label(label), "F4")
        kept = keep_text(policy.school_id, text, at) if text is not None else None
        approval = None
        if met_on is not None:
            approval = Approval.objects.create(
                school_id=policy.school_id,
                text=kept,
                basis=rules.Basis.BROUGHT,
                body=body or policy.body,
                met_on=met_on,
                minute=minute,
                review_on=review_on or rules.review_on(met_on),
                approved_at=at,
                approved_by=by,
            )
        version = Version.objects.create(
            school_id=policy.school_id,
            label=label.strip(),
            summary=summary,
            who=who,
            in_force_on=in_force_on,
            text=kept,
            approval=approval,
            brought=True,
            published_at=at,
            published_by=str(by.id),
        )
        event.about = version.id
        if kept is not None:
            event.commitments["text"] = bytes(kept.fingerprint).hex()
    return version


def why_not_label(label: str) -> str | None:
    """Each version has a name of its own in the table. Policy F4."""
    if not label.strip():
        return "Give the version a number or a name."
    if Version.objects.filter(label__iexact=label.strip()).exists():
        return f"There is a version “{label.strip()}” already, and a version is never changed."
    return None


def why_not_bring_into_force(policy: Policy, bring: Version) -> str | None:
    """Only the newest version brought along, only once, and only while no change is on its way. Policy F3, F4."""
    if policy.in_force_id is not None:
        return "A version is in force here already. A change goes the whole way."
    if open_revision() is not None:
        # Its difference is shown against what was in force when it began: nothing. That would no longer be true.
        return "A change is on its way. Publish it or drop it first."
    if bring.text_id is None:
        return "This version’s words are not here, so nobody could read it. Add it with its text."
    newest = Version.objects.order_by("-in_force_on", "-published_at").first()
    if newest is not None and newest.pk != bring.pk:
        return f"“{newest.label}” is newer. Only the newest can be the one in force."
    return None


def bring_into_force(*, policy: Policy, version: int, bring: Version, by: Actor, at: datetime) -> None:
    """Say which of the versions brought along is the one in force now, so that people can be asked to read it.

    Policy F1, F4. Once: afterwards only a published change replaces it.
    """
    with acting("policies.bring_into_force", by=by, at=at, about=bring.id):
        insist(why_not_bring_into_force(policy, bring), "F4")
        review = bring.approval.review_on if bring.approval else None
        change_policy(policy, version=version, by=by, at=at, in_force=bring, review_on=review)


def start_revision(*, policy: Policy, baseline: Baseline | None, by: Actor, at: datetime) -> Revision:
    """Begin a change: to the version in force, or a first text from a baseline. Policy F3."""
    with acting("policies.start_revision", by=by, at=at) as event:
        if open_revision() is not None:
            raise Refused("A change is on its way already. Go on with that one, or drop it first.", "F3")
        current = policy.in_force
        text = baseline.text if baseline is not None else current.text if current is not None else None
        if text is None:
            raise Refused("There is no text to begin with. Choose a baseline, or bring your own.", "F2")
        revision = Revision.objects.create(
            school_id=policy.school_id,
            label=next_label(),
            based_on=current,
            baseline=baseline or (current.baseline if current else None),
            text=text,
            started_at=at,
            started_by=str(by.id),
            moved_at=at,
            moved_by=str(by.id),
        )
        event.about = revision.id
    return revision


def next_label() -> str:
    """The next whole number after the largest that a version bears, or after how many there are."""
    labels = set(Version.objects.values_list("label", flat=True))
    numbers = [int(label) for label in labels if label.isascii() and label.isdigit() and len(label) <= LONGEST_COUNT]
    return str(max(numbers, default=len(labels)) + 1)


#: A longer row of figures is no version that somebody counts on from.
LONGEST_COUNT = 6


def change_text(
    *, revision: Revision, version: int, text: Text, label: str, summary: str, by: Actor, at: datetime
) -> None:
    """Write the changed text. Whatever was consulted on or approved before was another text. Policy F3, F4.

    A sentence that changed keeps the links of the one it came from.
    """
    unmoved(revision, version)
    insist(rules.why_not_move("change_text", status=revision.status), "F3")
    insist(why_not_text(text), "F4")
    with acting("policies.change_text", by=by, at=at, about=revision.id) as event:
        label = label.strip()
        if label != revision.label:
            insist(why_not_label(label), "F4")
        old = text_of(revision.text)
        kept = keep_text(revision.school_id, text, at)
        carry_links(old, text, revision, by, at)
        move(revision, "change_text", version=version, by=by, at=at, text=kept, label=label, summary=summary)
        event.commitments["text"] = bytes(kept.fingerprint).hex()


def describe_revision(*, revision: Revision, version: int, label: str, summary: str, by: Actor, at: datetime) -> None:
    """Say what the version will be called, and what changes and why. The text stays, and what was decided about it.

    Policy F4. Not while people are being asked: they answer what they were told.
    """
    unmoved(revision, version)
    insist(rules.why_not_move("change_text", status=revision.status), "F3")
    with acting("policies.describe_revision", by=by, at=at, about=revision.id):
        label = label.strip()
        if label != revision.label:
            insist(why_not_label(label), "F4")
        stay(revision, version=version, by=by, at=at, label=label, summary=summary)


def drop_revision(*, revision: Revision, version: int, by: Actor, at: datetime) -> None:
    """Give a change up. Its text and whatever was said about it stay on record. Policy F3."""
    unmoved(revision, version)
    insist(rules.why_not_move("drop_revision", status=revision.status), "F3")
    with acting("policies.drop_revision", by=by, at=at, about=revision.id):
        move(revision, "drop_revision", version=version, by=by, at=at)

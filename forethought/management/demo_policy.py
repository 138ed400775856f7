"""The demonstration's policy: brought along, past its review, read by some, with a change on its way."""

from datetime import date, datetime, timedelta

from forethought.acknowledgements import procedures as acknowledgements
from forethought.acknowledgements.models import Method, Task
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import add_years, london
from forethought.people import procedures as people
from forethought.people.models import Kind, Person, School
from forethought.policies import consulting, procedures, rules
from forethought.policies.models import Policy, Version
from forethought.policies.standing import text_of
from forethought.policies.text import Paragraph
from forethought.reviews import procedures as reviews

#: Who has read the policy already, in whatever way.
READERS = ("Amina", "David", "Tess", "Joan")


def fill(school: School, cast: dict[str, Person], began: datetime, now: datetime) -> None:
    """A policy at the step where a school with one on paper would be after a month."""
    head = cast["Amina"]
    policy = procedures.start_policy(school=school, by=PROGRAM, at=began)
    reviews.start_watching(school=school, by=PROGRAM, at=began)
    model = procedures.keep_model(school=school, by=PROGRAM, at=began)
    for label, supplier, agreed_on in (
        ("Version 1", "The authority’s schools HR service", date(2019, 3, 20)),
        ("Version 2", "The authority’s schools HR service", date(2023, 2, 15)),
    ):
        procedures.keep_baseline(
            school=school,
            label=label,
            supplier=supplier,
            forum="Joint consultative committee",
            agreed_on=agreed_on,
            text=None,
            by=head,
            at=began,
        )
    procedures.change_ownership(
        policy=policy,
        version=policy.version,
        author="The school business manager",
        body=rules.Body.FULL_BOARD,
        consult_days=20,
        read_days=10,
        answer_days=2,
        own_words=False,
        decides=False,
        by=head,
        at=began,
    )
    version = bring(policy, head, text_of(model.text), began)
    acknowledgements.put_in_force(policy=policy, version=policy.version, bring=version, by=head, at=began)
    for person in (cast["Tess"], cast["Ben"]):
        people.name_manager(engagement=person.engagements.get(), manager=cast["David"], by=head, at=began)
    for name in READERS:
        read(cast[name], began + timedelta(days=2))
    helper = people.add_person(
        school=school,
        name="Rita Lowe",
        email="rita@larkfield.example",
        kind=Kind.VOLUNTEER,
        starts_on=london(now).date(),
        by=head,
        at=now - timedelta(days=1),
    )
    acknowledgements.ask_newcomer(person=helper, by=PROGRAM, at=now - timedelta(days=1))
    ask_about_a_change(school, cast, now - timedelta(days=12))


def bring(policy: Policy, head: Person, text: tuple[Paragraph, ...], at: datetime) -> Version:
    """The version on paper: approved long ago, its review a good while past."""
    approved = add_years(london(at).date(), -2)
    return procedures.bring_version(
        policy=policy,
        label="1",
        summary="The first version, as it was on paper.",
        who="The governing body",
        in_force_on=approved,
        text=text,
        body=rules.Body.FULL_BOARD,
        met_on=approved,
        minute="GB 14.3",
        by=head,
        at=at,
    )


def read(person: Person, at: datetime) -> None:
    """Somebody reads and confirms."""
    task = Task.objects.select_related("reading", "person").get(person=person, done_at__isnull=True)
    acknowledgements.acknowledge(
        task=task,
        method=Method.ACCOUNT,
        left_to_open=0,
        own_words="",
        asked_own_words=False,
        since=None,
        by=person,
        at=at,
    )


def ask_about_a_change(school: School, cast: dict[str, Person], at: datetime) -> None:
    """One clause is reworded, and two unions and the staff are asked. One union has answered."""
    head, agrees, silent = cast["Amina"], cast["Owen"], cast["Nadia"]
    for name, representative in (("National Union of Teachers’ Friends", agrees), ("Support Staff Together", silent)):
        procedures.recognise_union(school=school, name=name, representative=representative, by=head, at=at)
    policy = Policy.objects.select_related("in_force__text", "school").get(pk=school.pk)
    revision = procedures.start_revision(policy=policy, baseline=None, by=head, at=at)
    text = tuple(
        Paragraph(one.number, one.title, one.words + " A manager answers within two working days.")
        if one.number == "3.6"
        else one
        for one in text_of(revision.text)
    )
    procedures.change_text(
        revision=revision,
        version=revision.version,
        text=text,
        label=revision.label,
        summary="Says by when a manager answers a question.",
        by=head,
        at=at,
    )
    revision.refresh_from_db()
    consultation = consulting.open_consultation(
        policy=policy,
        revision=revision,
        version=revision.version,
        days=policy.consult_days,
        staff=[person for person, _ in acknowledgements.engaged(london(at).date())],
        by=head,
        at=at,
    )
    consulting.respond(
        consultation=consultation,
        stance=rules.Stance.COMMENTS,
        words="Good. Please say what happens when the manager is away.",
        by=agrees,
        at=at + timedelta(days=3),
    )

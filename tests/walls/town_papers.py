"""What stands in each school of the town outside cases: the policy, a change to it, questions, reviews, links."""

import uuid

import picture_making as make
from builders import a_draft, a_revision, a_version_in_force
from data_protection_acts import a_data_breach, a_data_complaint
from PIL import Image
from policy_acts import a_union, ask, say
from reading_acts import guidance
from school_account_acts import a_post, a_posted_post, a_proposed_post, an_account_of, an_approved_post
from town import DAY, HOUR, Place

from forethought.acknowledgements.procedures import make_link
from forethought.audit.procedures import PROGRAM, Visitor
from forethought.boundaries import procedures as boundaries
from forethought.boundaries.rules import Told, Way, Who
from forethought.core.clock import london
from forethought.directory import asking, importing, keys
from forethought.directory.bringing import Chosen, bring_list, lines_of, plan_of
from forethought.directory.reading_files import read_pasted
from forethought.investigations import closeness
from forethought.people import codes
from forethought.people import procedures as people
from forethought.people.models import Doorway, Kind
from forethought.policies.rules import Stance
from forethought.questions import procedures as questions
from forethought.reaching import procedures as reaching
from forethought.reviews import procedures as reviews
from forethought.reviews import registers
from forethought.reviews.rules import Trigger
from forethought.school_accounts import custody, posting
from forethought.school_accounts import procedures as school_accounts


def fill(place: Place) -> None:
    """Everything outside cases."""
    world, cast = place.world, place.cast
    a_version_in_force(world)
    guidance(world, at=world.at)
    a_union(world)
    revision = a_revision(world)
    consultation = ask(world, revision, at=world.at)
    say(consultation, cast["teacher"], Stance.COMMENTS, at=world.at)
    registers.keep_linked_version(
        school=world.school,
        key="behaviour",
        label="4",
        in_force_on=london(world.at - 20 * DAY).date(),
        where="The office",
        by=world.head,
        at=world.at,
    )
    reviews.open_review(
        school=world.school,
        trigger=Trigger.LAW,
        source="A new Act.",
        owner=world.head,
        due_on=london(world.at + 42 * DAY).date(),
        by=world.chair,
        at=world.at,
    )
    people.put_on_duty(person=world.senior, starts_at=world.at, ends_at=world.at + 2 * DAY, by=world.head, at=world.at)
    _questions(place)
    _boundaries(place)
    _school_accounts(place)
    _data_protection(place)
    _drafts(place)
    _lists(place)
    for person in (world.lead, world.senior, world.head):
        address = f"https://fcm.googleapis.com/fcm/send/{person.pk}"
        reaching.add_device(person=person, address=address, name="My phone", by=person, at=world.at)
    for person in (world.lead, world.head):
        closeness.declare_tie(person=person, other=world.vice, kind="contract", by=person, at=world.at)


def _questions(place: Place) -> None:
    world = place.world
    asked = [
        questions.ask_question(
            words="May I post our trip?",
            draft="",
            child=child,
            manager=world.senior,
            may_be_shared=True,
            by=world.teacher,
            at=world.at,
        )
        for child in ("no", "not_sure", "no")
    ]
    questions.answer_question(
        question=asked[0], version=asked[0].version, words="Yes, without faces.", by=world.senior, at=world.at
    )
    questions.share_answer(
        question=asked[0], asked="May staff write of a trip?", answer="Yes.", by=world.senior, at=world.at + HOUR
    )


def _boundaries(place: Place) -> None:
    """Records of contact, one shared; family declared by a teacher and by the head."""
    world = place.world
    for share_with in (None, world.senior):
        boundaries.keep_contact_record(
            told=Told(Who.PUPIL, Way.RECEIVED),
            platform="Photo app",
            name="",
            words="A request. I declined.",
            share_with=share_with,
            press=uuid.uuid4(),
            by=world.teacher,
            at=world.at,
        )
    for person in (world.teacher, world.head):
        boundaries.declare_family(relation="My niece", pupil="R. T.", by=person, at=world.at)


def _school_accounts(place: Place) -> None:
    """An account of the school on its way to somebody else, one that needs nothing, and one that was asked for."""
    world = place.world
    account = an_account_of(world)
    an_account_of(world, world.senior, world.colleague, handle="Art club", parent_facing=False)
    custody.begin_hand_over(account=account, giver=world.teacher, taker=world.vice, by=world.teacher, at=world.at)
    over = custody.begin_hand_over(account=account, giver=world.senior, taker=world.lead, by=world.senior, at=world.at)
    custody.take_over(hand_over=over, confirmed=True, by=world.lead, at=world.at)
    written = a_post(world, account)
    posting.keep_picture(
        post=written,
        version=1,
        data=make.png(Image.new("RGB", (8, 8))),
        media_type="image/png",
        alt="A hedge.",
        by=world.colleague,
        at=world.at,
    )
    a_proposed_post(world, account)
    an_approved_post(world, account)
    a_posted_post(world, account)
    good = a_posted_post(world, account)
    posting.mark_example(post=good, version=good.version, why="It is plain.", by=world.senior, at=world.at)
    school_accounts.ask_for_account(
        medium="Instagram",
        purpose="Art.",
        audience="Families.",
        first=world.teacher,
        second=world.senior,
        by=world.colleague,
        at=world.at,
    )


def _lists(place: Place) -> None:
    """A list that is looked at, one that was brought in, what waits for somebody's yes, and a directory's key."""
    world = place.world
    for name in ("Ulla Moor", "Otto Moor"):
        row = bring_list(
            school=world.school,
            table=read_pasted(f"Name,Email\n{name},{name[:4].lower()}@moor.example\nBo,nobody\n"),
            source="pasted",
            chosen=Chosen("volunteer", london(world.at).date()),
            by=world.head,
            at=world.at,
        )
    lines = lines_of(row)
    assert lines is not None
    mark = plan_of(lines, by=world.head, at=world.at).mark()
    importing.import_list(staff_list=row, mark=mark, count="", by=world.head, at=world.at)
    for person in (world.teacher, world.lead):
        asking.ask_address(person=person, address=f"{person.pk.hex}@new.example", by=world.head, at=world.at)
    asking.ask_to_leave(person=world.senior, by=PROGRAM, at=world.at)
    keys.make_directory_key(school=world.school, label="Entra", by=world.head, at=world.at)


def _data_protection(place: Place) -> None:
    """Breaches of personal data and complaints about data, about nobody and about each of those who see to them."""
    world = place.world
    for about in ("neither", "head", "officer", "not_sure"):
        a_data_breach(world, about=about)
        row, _ = a_data_complaint(world, about=about)
        a_visit(place, f"data complaint {about}", row.pk)
    a_data_breach(world, near_miss=True)


def _drafts(place: Place) -> None:
    """A draft of a teacher's; one of a visitor; a volunteer who reads by a personal link."""
    world = place.world
    a_draft(world)
    visitor = Visitor(uuid.uuid4())
    a_draft(world, by=visitor)
    a_visit(place, "visitor", visitor.id)
    volunteer = people.add_person(
        school=world.school,
        name="Vera Lindqvist",
        email="vera@home.example",
        kind=Kind.VOLUNTEER,
        starts_on=world.at.date(),
        by=PROGRAM,
        at=world.at,
    )
    make_link(person=volunteer, by=world.head, at=world.at)
    place.cast["volunteer"] = volunteer
    a_visit(place, "reader", volunteer.pk, "reader")


def a_visit(place: Place, name: str, opens: uuid.UUID, kind: str = "visit") -> None:
    """A visit without an account that has begun."""
    token = codes.new_token()
    Doorway.objects.create(
        key_hash=codes.key_hash(kind, token),
        kind=kind,
        school_id=place.world.school.id,
        opens=opens,
        made_at=place.world.at,
        ends_at=place.world.at + DAY,
    )
    place.visits[name] = (kind, token, opens)

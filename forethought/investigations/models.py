"""Suspected breaches, looked into fairly: what is said, who does what, meetings, letters and findings."""

from django.db import models

from forethought.cases.models import Case, Papers
from forethought.investigations.companions import Way
from forethought.investigations.rules import Harm, Part, Procedure, Result
from forethought.investigations.stages import Stage
from forethought.people.models import Kind, Person
from forethought.rows import Row, Words, paired

__all__ = ["Allegation", "Breach", "Chosen", "Disclosure", "Finding", "LetterDraft", "Meeting", "SentLetter", "Step"]


class Breach(Row):
    """One row for each suspected breach by one person. Says at which stage it stands; what is said of it is sealed.

    `harm` is whether the harm threshold may be met, which asks for the designated officer first. `tracked` is whether
    the procedure is run here step by step, or was handed to HR: as the switch stood when it was chosen.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="breach")
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    engagement = Words(max_length=12, choices=Kind.choices, blank=True)
    happened_on = models.DateField(null=True)
    harm = Words(max_length=8, choices=Harm.choices())
    procedure = Words(max_length=12, choices=Procedure.choices(), blank=True)
    tracked = models.BooleanField(default=False)
    stage = Words(max_length=16, choices=Stage.choices(), default=Stage.SUSPECTED)
    outcome = Words(max_length=24, blank=True)
    paused_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    content = models.BinaryField()
    moved_at = models.DateTimeField()
    moved_by = Words(max_length=36)


class Allegation(Row):
    """One row for each thing that somebody is said to have done, with the rules it may break. Never changed.

    `cites` are the ids of the case's citations: clauses and linked policies as in force on the day. Policy 3.2, 9.4.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="allegations")
    cites = models.JSONField(default=list)
    happened_on = models.DateField()
    content = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = Words(max_length=36)


class Finding(Row):
    """One row for each time something was found about one allegation, and why. Never changed; the newest holds."""

    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="findings")
    result = Words(max_length=16, choices=Result.choices())
    unlawful = models.BooleanField(default=False)
    content = models.BinaryField()
    found_at = models.DateTimeField()
    found_by = Words(max_length=36)


class Chosen(Row):
    """One row for each person chosen for a part in a procedure. It ends; it is never deleted.

    Without a person it is somebody from outside the school, whose name is sealed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="chosen")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    part = Words(max_length=12, choices=Part.choices())
    content = models.BinaryField()
    chosen_at = models.DateTimeField()
    chosen_by = Words(max_length=36)
    ended_at = models.DateTimeField(null=True)


class Meeting(Row):
    """One row for each meeting or hearing planned. One that is moved ends, and names the row that came in its place.

    The place, the adjustments made and a companion without an account are sealed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="meetings")
    kind = Words(max_length=16)
    starts_at = models.DateTimeField()
    companion = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    companion_way = Words(max_length=12, choices=Way.choices(), blank=True)
    version = models.PositiveIntegerField(default=1)
    content = models.BinaryField()
    planned_at = models.DateTimeField()
    planned_by = Words(max_length=36)
    held_at = models.DateTimeField(null=True)
    moved_to = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="moved_from")
    moved_at = models.DateTimeField()
    moved_by = Words(max_length=36)


class Step(Row):
    """One row for each thing done in a procedure, with its words. Never changed: a new row says what came next.

    `about` is the row it is about where it is about one: a meeting, a person chosen.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    verb = Words(max_length=32)
    choice = Words(max_length=24, blank=True)
    about = models.UUIDField(null=True)
    content = models.BinaryField()
    done_at = models.DateTimeField()
    done_by = Words(max_length=36)


class LetterDraft(Row):
    """One row for each letter being written by hand from a first draft, until it is kept as sent."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letter_drafts")
    kind = Words(max_length=16)
    version = models.PositiveIntegerField(default=1)
    content = models.BinaryField()
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    moved_by = Words(max_length=36)


class SentLetter(Row):
    """One row for each letter as it was sent, with how. Never changed. The program itself sends none of them."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sent_letters")
    draft = models.OneToOneField(LetterDraft, on_delete=models.PROTECT, related_name="sent")
    kind = Words(max_length=16)
    way = Words(max_length=8)
    sent_on = models.DateField()
    content = models.BinaryField()
    kept_at = models.DateTimeField()
    kept_by = Words(max_length=36)


class Disclosure(Row):
    """One row for each pack of papers that one person wrote for whoever a case is about, or for their companion.

    A second person opens or declines it; until then nobody outside the case reads a word. `second` is whoever is asked;
    with nobody at the school, `outside` is who must be asked instead. `content` is the pack, and what was said to it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disclosures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    audience = Words(max_length=12)
    content = models.BinaryField()
    ends_at = models.DateTimeField(null=True)
    second = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outside = Words(max_length=80, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = Words(max_length=36)
    settled_at = models.DateTimeField(null=True)
    settled_by = Words(max_length=36, null=True)
    settled_as = Words(max_length=10, blank=True)
    papers = models.OneToOneField(Papers, on_delete=models.PROTECT, null=True, related_name="disclosure")

    class Meta:
        constraints = [paired("settled_at", "settled_by")]
        indexes = [
            models.Index(
                fields=["school", "second"],
                name="disclosure_waits",
                condition=models.Q(settled_at__isnull=True),
            )
        ]

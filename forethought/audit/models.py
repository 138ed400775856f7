"""The trail: who did what, when, under one Merkle tree a school."""

from django.db import models

from forethought.rows import Row, Words

__all__ = ["Checkpoint", "Entry", "Tile", "TimeStamp", "TrailHead", "Verification"]


class TrailHead(models.Model):
    """One row for each school's tree: its size and right edge, from which the next entry grows.

    Whoever writes in a school first takes this row, so writers of one school queue and never deadlock.
    """

    school = models.OneToOneField("forethought.School", on_delete=models.PROTECT, primary_key=True, related_name="+")
    size = models.PositiveBigIntegerField(default=0)
    edge = models.BinaryField(default=bytes)


class Entry(Row):
    """One row for each act. Never changed, never deleted: the database refuses both.

    Holds verbs, references and commitments, never what people wrote (architecture.md, decision 2).
    """

    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = Words(max_length=36)
    verb = Words(max_length=60)
    about = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    body = models.TextField()
    leaf = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "seq"], name="entry_once")]
        indexes = [
            models.Index(fields=["school", "case_id", "seq"], name="entry_of_case"),
            models.Index(fields=["school", "about"], name="entry_about", condition=models.Q(about__isnull=False)),
        ]


class Tile(Row):
    """One row for each full 256 hashes of one height of the tree: all nodes over them, so that proofs read no entries.

    Made from the entries, and never changed, as they are not. `root` is the node over all of it.
    """

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    nodes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "level", "number"], name="tile_once")]


class Checkpoint(Row):
    """One row for each time the head of the trail was signed. Never changed, never deleted.

    `note` is the signed note, whole; the other columns repeat what it says. `edge` is the tree at that size, from which
    its proofs begin.
    """

    size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    edge = models.BinaryField()
    note = models.TextField()
    made_at = models.DateTimeField()
    made_by = Words(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "size"], name="checkpoint_once")]


class TimeStamp(Row):
    """One row for each time stamp that an authority gave over a checkpoint (RFC 3161). Never changed, never deleted.

    Whole request and whole response as they went over the wire, and the certificates they were checked with, so that
    anybody can check them again in years. `genTime` of the token is `gen_at`.
    """

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="stamps")
    authority = Words(max_length=200)
    request = models.BinaryField()
    response = models.BinaryField()
    chain = models.TextField()
    token_hash = models.BinaryField(max_length=32)
    gen_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    kept_by = Words(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "checkpoint", "authority"], name="stamp_once")]


class Verification(Row):
    """One row for each time everything was worked out anew: when, and how many faults were found. Never changed."""

    faults = models.PositiveIntegerField()
    verified_at = models.DateTimeField()
    verified_by = Words(max_length=36)

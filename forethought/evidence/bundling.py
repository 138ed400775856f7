"""Making a bundle: first it is decided and noted in the log, then the file is written into the vault, then given out.

The export entry comes first, because the file holds the proof that the entry is in the log. All that the file is made
of lies sealed in the bundle's row, so whoever is killed half-way begins again and writes the same bytes.
"""

import base64
import json
import secrets
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from forethought.audit import checkpoints
from forethought.audit.models import Checkpoint, Entry
from forethought.audit.notes import sign_note
from forethought.audit.procedures import Actor, Plain, acting
from forethought.audit.proofs import Tree
from forethought.core.errors import insist
from forethought.evidence import bundle_format as fmt
from forethought.evidence import bundle_rules, keyring
from forethought.evidence.away_standing import away_among
from forethought.evidence.bundle_drafts import Draft
from forethought.evidence.bundle_format import EarlierHead, Plan, Shown, note_text
from forethought.evidence.bundle_models import Bundle, BundleFile, BundleItem, BundleKey
from forethought.evidence.bundle_zip import Member, of_bytes, of_pieces, zip_pieces
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.keys import Binding, BrokenSeal, new_key, unwrap, wrap
from forethought.evidence.models import Exhibit
from forethought.evidence.places import let_go, vault
from forethought.evidence.reading import Damaged, content_of
from forethought.evidence.redacting import content_of_copy
from forethought.evidence.sealing import Opener
from forethought.evidence.store import Kept

#: The most that a bundle is: more than its exhibits and their frame can come to.
MOST = 2**40


def plan_of(draft: Draft, *, bundle_id: uuid.UUID, log_key: str, about: Mapping[str, Any], at: datetime) -> Plan:
    """A bundle's plan, without its pages, which are written from it."""
    return Plan(
        bundle=str(bundle_id),
        case=str(draft.case_id),
        log_key=log_key,
        made_at=at,
        salt=secrets.token_bytes(32),
        items=draft.items,
        withheld=draft.withheld,
        pages={},
        entries=[told.seq for told in draft.entries],
        earlier=draft.heads,
        earlier_note=draft.before.note,
        stamps=draft.stamps,
        about=about,
    )


def with_pages(plan: Plan, pages: Mapping[str, bytes]) -> Plan:
    """The plan with its covering pages and programs, by path."""
    return replace(plan, pages=pages)


def make_bundle(
    *,
    draft: Draft,
    plan: Plan,
    audience: str,
    ground: str,
    to: str,
    why: str,
    recorded: Collection[str],
    consent: str,
    school_id: uuid.UUID,
    by: Actor,
    at: datetime,
) -> Bundle:
    """Decide to hand records of a case to somebody outside it. The log commits to all of it; the file comes after.

    `recorded` are the grounds on the record of the case, `consent` where the asking about the police stands.
    Policy 7.3, 8.7.
    """
    insist(
        bundle_rules.why_not_make_bundle(
            audience=audience,
            ground=ground,
            to=to,
            why=why,
            chosen=len(draft.items),
            recorded=recorded,
            consent=consent,
        ),
        "8.7",
    )
    facts: dict[str, Plain] = {"audience": audience, "ground": ground, "items": len(draft.items)}
    with acting("evidence.make_bundle", by=by, at=at, case_id=draft.case_id, facts=facts) as event:
        row = Bundle(
            id=uuid.UUID(plan.bundle),
            school_id=school_id,
            case_id=draft.case_id,
            audience=audience,
            ground=ground,
            made_at=at,
            made_by=str(by.id),
        )
        content = {"to": to, "why": why, **_written_down(draft, plan)}
        row.content = keyring.seal(row, content, case_id=draft.case_id)
        row.save(force_insert=True)
        BundleItem.objects.bulk_create(_items(row, draft))
        event.about = row.id
        event.commitments["statement"] = fmt.promise(plan)
    return row


def _written_down(draft: Draft, plan: Plan) -> dict[str, Any]:
    """All that the file is made of beside its records, so that it can be written again, the same."""
    return {
        "statement": fmt.statement(plan).decode(),
        "covers": {one.path: base64.b64encode(b"".join(one.read())).decode() for one in fmt.covers(plan)},
        "written": dict(draft.written),
    }


def _items(row: Bundle, draft: Draft) -> Iterator[BundleItem]:
    for path, source in draft.sources.items():
        copy = source if isinstance(source, RedactedCopy) else None
        exhibit = source.exhibit if isinstance(source, RedactedCopy) else source
        yield BundleItem(school_id=row.school_id, bundle=row, exhibit=exhibit, copy=copy, path=path)


def members_of(bundle: Bundle) -> tuple[list[Member], Checkpoint]:
    """The files of a bundle, from its row, the log and the vault; and the checkpoint that covers its export entry.

    Raises RuntimeError when no checkpoint covers it yet, and SealedAway when a record in it was sealed away since.
    """
    words = keyring.words(bundle, case_id=bundle.case_id)
    said = json.loads(words["statement"])
    last = Entry.objects.get(verb="evidence.make_bundle", about=bundle.pk)
    checkpoint = Checkpoint.objects.filter(size__gt=last.seq).order_by("size").first()
    if checkpoint is None:
        raise RuntimeError("A bundle is written once a checkpoint covers its entry.")
    tree = Tree(bundle.school_id, checkpoint.size)
    rows = Entry.objects.filter(seq__in=[*said["entries"], last.seq]).order_by("seq").values_list("seq", "body")
    entries = [Shown(seq, body, tree.inclusion(seq)) for seq, body in rows]
    heads = [EarlierHead(size, bytes.fromhex(root), tree.consistency(size)) for size, root in said["earlier"]]
    rows_in = bundle.items.select_related("exhibit__key", "copy__exhibit", "copy__key")
    sources = {one.path: one.copy or one.exhibit for one in rows_in}
    items = [_item(one["path"], sources, words["written"]) for one in said["items"]]
    parts = fmt.parts(
        covers=[of_bytes(path, base64.b64decode(content)) for path, content in words["covers"].items()],
        statement=words["statement"].encode(),
        items=items,
        checkpoint_note=checkpoint.note,
        entries=entries,
        earlier=heads,
    )
    return parts, checkpoint


def _item(path: str, sources: Mapping[str, Exhibit | RedactedCopy], written: Mapping[str, str]) -> Member:
    if path in written:
        return of_bytes(path, written[path].encode())
    source = sources[path]
    if isinstance(source, RedactedCopy):
        return of_pieces(path, partial(content_of_copy, source))
    return of_pieces(path, partial(content_of, source))


def write_bundle(bundle: Bundle, parts: list[Member]) -> tuple[Kept, bytes]:
    """Write a bundle's file into the vault, sealed, and give where it lies and its wrapped key. No row says so yet."""
    key, case_key = new_key(), keyring.case_key(bundle.school_id, bundle.case_id)
    wrapped = wrap(key, under=case_key, about=_key_place(bundle))
    with vault(bundle.school_id).begin(key=key, about=_place(bundle), ceiling=MOST) as incoming:
        for piece in zip_pieces(parts):
            incoming.write(piece)
        return incoming.keep(), wrapped


def keep_bundle(
    *, bundle: Bundle, kept: Kept, wrapped: bytes, checkpoint: Checkpoint, by: Actor, at: datetime
) -> BundleFile:
    """Say that a bundle's file is durable, and sign the note beside it. Of two, the first counts. Policy 7.3."""
    key = checkpoints.signing_key(bundle.school_id)
    with acting("evidence.keep_bundle", by=by, at=at, about=bundle.id, case_id=bundle.case_id) as event:
        event.commitments["file"] = kept.sha256.hex()
        BundleKey.objects.create(school_id=bundle.school_id, bundle=bundle, wrapped=wrapped)
        row: BundleFile = BundleFile.objects.create(
            school_id=bundle.school_id,
            bundle=bundle,
            checkpoint=checkpoint,
            object_name=kept.object_name,
            size=kept.size,
            sha256=kept.sha256,
            note=sign_note(note_text(key.name, kept.size, kept.sha256), key=key),
            kept_at=at,
            kept_by=str(by.id),
        )
    return row


def give_up_bundle(*, bundle: Bundle, by: Actor, at: datetime) -> None:
    """Say that a bundle can never be written, because a record in it is not what was kept. Its key stays empty.

    Policy 7.3.
    """
    with acting("evidence.give_up_bundle", by=by, at=at, about=bundle.id, case_id=bundle.case_id):
        BundleKey.objects.create(school_id=bundle.school_id, bundle=bundle, wrapped=b"")


def why_not_out(bundle: Bundle) -> str | None:
    """Why a bundle is not given out now. Policy 7.3, 7.4."""
    exhibits = bundle.items.values_list("exhibit_id", flat=True)
    return bundle_rules.why_not_hand_out_bundle(
        written=BundleFile.objects.filter(bundle=bundle).exists(),
        away=len(away_among(list(exhibits))),
        key=BundleKey.objects.filter(bundle=bundle).exists(),
        given_up=BundleKey.objects.filter(bundle=bundle, wrapped=b"").exists(),
    )


def hand_out_bundle(*, bundle: Bundle, by: Actor, at: datetime) -> Iterator[bytes]:
    """Note that somebody took a bundle, and give its bytes, each piece verified. Policy 7.3."""
    insist(why_not_out(bundle), "7.3")
    with acting("evidence.hand_out_bundle", by=by, at=at, about=bundle.id, case_id=bundle.case_id):
        return content_of_bundle(bundle)


def content_of_bundle(bundle: Bundle) -> Iterator[bytes]:
    """The bytes of a bundle's file. Its key is opened now; the pieces are read as they are asked for."""
    row = BundleFile.objects.get(bundle=bundle)
    wrapped = bytes(BundleKey.objects.get(bundle=bundle).wrapped)
    key = unwrap(wrapped, under=keyring.case_key(bundle.school_id, bundle.case_id), about=_key_place(bundle))

    def pieces() -> Iterator[bytes]:
        with vault(bundle.school_id).open(row.object_name) as file:
            yield from Opener(file, key=key, about=_place(bundle), object_name=row.object_name).chunks()

    return pieces()


def forget_bundles(exhibit: Exhibit) -> None:
    """Destroy the bundles that hold a record: each has a copy of it under a key of its own. They can be made again.

    Part of the act that seals the record away or destroys it.
    """
    bundles = list(BundleItem.objects.filter(exhibit=exhibit).values_list("bundle_id", flat=True))
    names = list(BundleFile.objects.filter(bundle__in=bundles).values_list("object_name", flat=True))
    BundleKey.objects.filter(bundle__in=bundles).delete()
    let_go(exhibit.school_id, names)


def insist_bundle_whole(bundle: Bundle) -> None:
    """Read a bundle's file through. Raises Damaged unless every byte is as it was written."""
    try:
        found = _hash_of(content_of_bundle(bundle))
    except FileNotFoundError:
        raise Damaged("its file is not in the vault.") from None
    except BrokenSeal as error:
        raise Damaged(str(error), error.chunk) from error
    if found != bytes(BundleFile.objects.get(bundle=bundle).sha256):
        raise Damaged("its content is not what its row says.")


def _hash_of(pieces: Iterator[bytes]) -> bytes:
    found = sha256()
    for piece in pieces:
        found.update(piece)
    return found.digest()


def _place(bundle: Bundle) -> Binding:
    return Binding("bundle", bundle.school_id, bundle.case_id, bundle.pk)


def _key_place(bundle: Bundle) -> Binding:
    return Binding("bundle key", bundle.school_id, bundle.case_id, bundle.pk)

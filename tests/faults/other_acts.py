"""The other ways in which something comes into the vault: a bundle, what a capture found, a copy with something cut.

Each is an act with a ticket: `prepare` brings it to where only that act is left, `do` is what may be killed, `wrong`
says what does not hold afterwards, and `finish` is what the program does by itself, or a person by pressing again.
"""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

import walk
from builders import an_upload
from bundle_making import verifier
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from forethought.audit import checkpoints
from forethought.audit.models import Entry
from forethought.capture.taking import Part, Taken
from forethought.cases import capturing
from forethought.cases.capture_models import Capture
from forethought.cases.models import Case, Draft
from forethought.core.fence import memory_file
from forethought.evidence import bundle_sweep, bundling, keyring, redacting
from forethought.evidence.bundle_models import Bundle, BundleFile, BundleKey
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.gate import Answer
from forethought.evidence.models import Exhibit, ExhibitKey, Particulars
from forethought.evidence.nightly import wrong_with, wrong_with_bundle
from forethought.evidence.procedures import give_grant, keep_records
from forethought.evidence.store import StoreFull
from forethought.people.models import Account, Person, Wake
from forethought.rows import inside

application = get_wsgi_application()
Ticket = dict[str, Any]

#: What a capture finds: more than one piece of the vault's, and one that fits into a piece.
FOUND = (("first sight.png", walk.a_picture(90_000, 7)), ("words.txt", b"They say it again.\n" * 40))
FACTS: dict[str, Any] = {
    "final_address": "https://site.example.org/post",
    "answered_at": "2026-11-12T21:15:00.000Z",
    "status": 200,
    "notes": [],
    "connections": [],
}


def the_school() -> uuid.UUID:
    """The one school of this database."""
    found: uuid.UUID = Wake.objects.values_list("school_id", flat=True).get()
    return found


def account_of(name: str) -> Account:
    """One of the cast of the demonstration."""
    return Account.objects.get(email=f"{name}@larkfield.example")


# --- A bundle ---


class MakingABundle:
    """A senior manager presses Make: it is decided and noted, its bytes come to last, and then a row says so."""

    def prepare(self, report: Ticket) -> Ticket:
        """From a report that has come with its record."""
        browser = walk.Browser(walk.in_process(application))
        walk.be(browser, str(account_of("david").id))
        with inside(the_school()):
            case = Draft.objects.get(pk=report["draft"]).case_id
            exhibit = Exhibit.objects.get(case_id=case).id
        return {"id": str(case), "chosen": f"file:{exhibit}", "cookies": browser.cookies}

    def do(self, ticket: Ticket) -> bool:
        """Press. Whether it was said that the bundle is made."""
        browser = walk.Browser(walk.in_process(application), dict(ticket["cookies"]))
        said = {"audience": "tribunal", "ground": "order", "to": "The clerk", "why": "It was ordered."}
        said |= {"names": "offices", "chosen": ticket["chosen"], "looked": "yes"}
        answer = browser.post(f"/cases/{ticket['id']}/make-bundle/", said)
        if answer.location != f"/cases/{ticket['id']}/bundles/":
            raise walk.Unexpected("make_bundle", answer)
        return b"The bundle is made." in browser.get(answer.location).body

    def recorded(self, ticket: Ticket) -> bool:
        """Whether a row says that its file is durable."""
        return BundleFile.objects.filter(bundle__case_id=ticket["id"]).exists()

    def wrong(self, ticket: Ticket, *, acknowledged: bool) -> list[str]:
        """What is wrong with the bundles of its case, in the school that was entered."""
        bundles = list(Bundle.objects.filter(case_id=ticket["id"]))
        decided = Entry.objects.filter(verb="evidence.make_bundle", case_id=ticket["id"]).count()
        wrong = []
        if acknowledged and not self.recorded(ticket):
            wrong.append("LOST: somebody was told that a bundle is made, and there is none.")
        if not decided == len(bundles) <= 1:
            wrong.append(f"HALF: {len(bundles)} bundles and {decided} events of deciding on one.")
        for bundle in bundles:
            wrong += self._wrong_with(bundle)
        return wrong

    def _wrong_with(self, bundle: Bundle) -> list[str]:
        file = BundleFile.objects.filter(bundle=bundle).first()
        parts = {
            "key": BundleKey.objects.filter(bundle=bundle).exclude(wrapped=b"").exists(),
            "event": Entry.objects.filter(verb="evidence.keep_bundle", about=bundle.id).count() == 1,
        }
        wrong = [] if bundle.items.count() == 1 else ["HALF: a bundle without the record that was chosen."]
        if len({file is not None, *parts.values()}) > 1:
            wrong.append(f"HALF: {'a' if file else 'no'} file of a bundle, and {parts}.")
        if file is not None and (damage := wrong_with_bundle(bundle)):
            wrong.append(damage)
        elif file is not None:
            wrong += strangers_say(bundle, file)
        return wrong

    def finish(self, ticket: Ticket) -> None:
        """The worker writes what was decided; what was not decided is pressed again."""
        with inside(the_school()):
            decided = Bundle.objects.filter(case_id=ticket["id"]).exists()
        if not decided:
            self.do(ticket)
        assert bundle_sweep.write_due(the_school(), timezone.now()), "The worker could not write it."


def strangers_say(bundle: Bundle, file: BundleFile) -> list[str]:
    """What verify.py finds wrong with a bundle that is to be given out."""
    key = checkpoints.signing_key(bundle.school_id).public().to_text()
    whole = BytesIO(b"".join(bundling.content_of_bundle(bundle)))
    try:
        list(verifier().check(whole, file.note.encode(), key))
    except Exception as error:
        return [f"A stranger refuses the bundle: {error}"]
    return []


# --- A capture ---


@contextmanager
def visited(address: str) -> Iterator[Taken]:
    """What the browser would bring, without one: the page is not what is asked about here."""
    with memory_file([content for _, content in FOUND]) as file:
        parts, begins = [], 0
        for name, content in FOUND:
            parts.append(Part(name, len(content), begins))
            begins += len(content)
        yield Taken(FACTS, parts, file)


class KeepingACapture:
    """The worker keeps what a capture found: each file comes to last in the vault, then one act says so of all."""

    def prepare(self, report: Ticket) -> Ticket:
        """From a report: somebody answered the gate again and asked for an address."""
        with inside(the_school()):
            case, at = Case.objects.get(pk=Draft.objects.get(pk=report["draft"]).case_id), timezone.now()
            person = Person.objects.get(pk=account_of("david").person_id)
            no = {"under_18": Answer.NO, "adult_intimate": Answer.NO, "danger": Answer.NO}
            grant = give_grant(case_id=case.id, school_id=case.school_id, by=person, at=at, **no)
            address = "https://site.example.org/post"
            row = capturing.capture_address(case=case, grant=grant, address=address, by=person, at=at)
            # Each waits for its own turn: the worker would take five at once.
            Capture.objects.filter(pk=row.pk).update(due_at=at + timedelta(days=1))
        return {"id": str(row.id), "grant": str(grant.id)}

    def do(self, ticket: Ticket) -> bool:
        """What the worker does with it. Whether the page of the case then says that it is kept."""
        with inside(the_school()):
            Capture.objects.filter(pk=ticket["id"], ended="").update(due_at=timezone.now())
        capturing.take_due(the_school(), timezone.now(), aside=lambda work: work(), take=visited)
        with inside(the_school()):
            return Capture.objects.get(pk=ticket["id"]).ended == "kept"

    def recorded(self, ticket: Ticket) -> bool:
        """Whether its row says that it is kept."""
        return Capture.objects.filter(pk=ticket["id"], ended="kept").exists()

    def wrong(self, ticket: Ticket, *, acknowledged: bool) -> list[str]:
        """What is wrong with one capture, in the school that was entered."""
        row = Capture.objects.get(pk=ticket["id"])
        exhibits = list(Exhibit.objects.filter(grant=ticket["grant"]))
        wrong = [sentence for one in exhibits if (sentence := wrong_with(one))]
        if row.ended == "failed":
            # A full disk ends it, and the page says so; nothing else here may.
            told = keyring.words(row, case_id=row.case_id)["sentence"]
            wrong += [] if told == StoreFull().sentence else [f"A capture was given up: {told}"]
        elif acknowledged and row.ended != "kept":
            wrong.append("LOST: the case said that a page was kept, and it is not.")
        if len(exhibits) != (len(FOUND) if row.ended == "kept" else 0):
            wrong.append(f"HALF: {len(exhibits)} records of a capture that {row.ended or 'waits'}.")
        if row.ended == "kept":
            named = keyring.words(row, case_id=row.case_id)["exhibits"]
            if {str(one.id) for one in exhibits} != set(named):
                wrong.append("HALF: the capture names other records than it has.")
        elif not row.ended and row.due_at is None:
            wrong.append("STUCK: a capture that has not ended and never comes up again.")
        for one in exhibits:
            if not ExhibitKey.objects.filter(exhibit=one).exists():
                wrong.append("HALF: a record without its key.")
            if not Particulars.objects.filter(exhibit=one).exists():
                wrong.append("HALF: a record without its particulars.")
        events = Entry.objects.filter(verb="cases.keep_capture", about=row.id).count()
        if events != (row.ended == "kept"):
            wrong.append(f"HALF: a capture that {row.ended or 'waits'}, and {events} events of keeping it.")
        return wrong

    def finish(self, ticket: Ticket) -> None:
        """What was taken comes up again after its lease; nobody waits here for that."""
        self.do(ticket)


# --- A copy with something cut ---

TEXT, CUT = b"Tim Example wrote this.\nAnd this.\n", b"[cut] wrote this.\n[line cut]\n"


class MakingACopy:
    """Somebody cuts a name out of a copy of a text: the copy's bytes come to last, and then one act says so."""

    def prepare(self, report: Ticket) -> Ticket:
        """From a report: somebody added a text to its case."""
        browser = walk.Browser(walk.in_process(application))
        walk.be(browser, str(account_of("david").id))
        with inside(the_school()):
            draft, at = Draft.objects.get(pk=report["draft"]), timezone.now()
            person = Person.objects.get(pk=account_of("david").person_id)
            no = {"under_18": Answer.NO, "adult_intimate": Answer.NO, "danger": Answer.NO}
            grant = give_grant(case_id=draft.case_id, school_id=draft.school_id, by=person, at=at, **no)
            text = an_upload(draft, TEXT, "words.txt")
            kept = keep_records(grant=grant, kind="text", uploads=[text], particulars={}, by=person, at=at)
        return {"id": str(kept[0].id), "case": str(draft.case_id), "cookies": browser.cookies}

    def do(self, ticket: Ticket) -> bool:
        """Press. Whether the page of the copy then opens."""
        browser = walk.Browser(walk.in_process(application), dict(ticket["cookies"]))
        said = {"lines": "2", "passages": "Tim Example"}
        answer = browser.post(f"/cases/{ticket['case']}/{ticket['id']}/redact-text/", said)
        if not answer.location.startswith(f"/cases/{ticket['case']}/copies/"):
            raise walk.Unexpected("redact_text", answer)
        return b"The copy is kept." in browser.get(answer.location).body

    def recorded(self, ticket: Ticket) -> bool:
        """Whether a row says that there is a copy."""
        return RedactedCopy.objects.filter(exhibit=ticket["id"]).exists()

    def wrong(self, ticket: Ticket, *, acknowledged: bool) -> list[str]:
        """What is wrong with the copies of one record, in the school that was entered."""
        copies = list(RedactedCopy.objects.select_related("exhibit", "key").filter(exhibit=ticket["id"]))
        wrong = []
        if acknowledged and not copies:
            wrong.append("LOST: somebody was told that a copy is kept, and there is none.")
        events = Entry.objects.filter(verb="evidence.redact_text", about__in=[one.id for one in copies]).count()
        if not events == len(copies) <= 1:
            wrong.append(f"HALF: {len(copies)} copies and {events} events of making one.")
        for one in copies:
            try:
                found = b"".join(redacting.content_of_copy(one))
            except Exception as error:
                wrong.append(f"A copy that was kept cannot be read: {error!r}")
                continue
            if found != CUT or redacting.recipe_of(one)["lines"] != ["2"]:
                wrong.append("A copy is not what was made.")
        return wrong + [damage for one in Exhibit.objects.filter(pk=ticket["id"]) if (damage := wrong_with(one))]

    def finish(self, ticket: Ticket) -> None:
        """What was not kept is pressed again."""
        with inside(the_school()):
            kept = self.recorded(ticket)
        if not kept:
            self.do(ticket)


#: All of them, by name.
OTHERS: Mapping[str, Any] = {"bundle": MakingABundle(), "capture": KeepingACapture(), "copy": MakingACopy()}

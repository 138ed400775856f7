"""Who may open which page, as data: the door, the roles, and whether it decides something."""

from dataclasses import dataclass
from enum import Enum

from forethought.cases.models import Kind
from forethought.people.models import Role


class Door(Enum):
    """What somebody must be to come in."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    REPORTER = "signed in, or here with a staffroom code"
    FOLLOWER = "signed in with a second step, or here with a receipt"
    WRITER = "the writer of this draft"
    TOLD = "told of this alert"
    READER = "signed in, or here by a personal link"
    OFFICE = "signed in, holding one of these roles"
    PAPERS = "somebody to whom these papers are open"
    CASE = "on the case's list, in one of these roles or seats"


REPORTS = frozenset({Kind.REPORT})
EVERY_KIND = frozenset(Kind.values)

#: Seats that open only the doors that name them, whatever other role their holder has. The other seats are held by
#: office: they open what the role opens.
NARROW = frozenset(
    {"investigator", "decider", "appeal", "note_taker", "hr", "behaviour", "guest", "glass", "dpo", "requester"}
)


@dataclass(frozen=True)
class Rule:
    """One row of the matrix: the door, the roles for a case or an office, and whether it decides (a fresh proof).

    For a case also its kinds, and the narrow seats that open this door beside the roles.
    """

    door: Door
    roles: frozenset[str] = frozenset()
    decides: bool = False
    kinds: frozenset[str] = REPORTS
    seats: frozenset[str] = frozenset()


HANDLERS = frozenset({Role.HEAD, Role.SENIOR, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD})
READERS = HANDLERS | {Role.LEAD, Role.DEPUTY_LEAD}

#: Who keeps the policy: writes it, asks about it, publishes it. And who may record what the approving body decided.
KEEPERS = frozenset({Role.HEAD, Role.CLERK, Role.HR, Role.TRUST_LEAD})
APPROVERS = frozenset({Role.CHAIR, Role.VICE_CHAIR, Role.CLERK, Role.TRUST_LEAD})
#: Who sees who has read what, by name; the others in `SHAPE` see numbers alone.
REGISTRARS = frozenset({Role.HEAD, Role.HR, Role.CLERK})
SHAPE = REGISTRARS | {Role.LEAD, Role.CHAIR, Role.PROTECTION, Role.TRUST_LEAD}

_REVIEWERS = Rule(Door.OFFICE, KEEPERS | APPROVERS)
_KEEP = Rule(Door.OFFICE, KEEPERS)
_REGISTER = Rule(Door.OFFICE, REGISTRARS)
_READ = Rule(Door.CASE, READERS)
_WORK = Rule(Door.CASE, HANDLERS)
_DECIDE = Rule(Door.CASE, HANDLERS, decides=True)
_WITH_RECORDS = frozenset({Kind.REPORT, Kind.BREACH, Kind.ALLEGATION, Kind.COMPLAINT, Kind.CONCERN})
_ADD = Rule(Door.CASE, HANDLERS | {Role.LEAD, Role.DEPUTY_LEAD}, kinds=_WITH_RECORDS, seats=frozenset({"investigator"}))
_SUPPORT = Rule(Door.CASE, HANDLERS, kinds=frozenset({Kind.REPORT, Kind.BREACH, Kind.ALLEGATION}))
_CITE = Rule(Door.CASE, HANDLERS, kinds=_WITH_RECORDS - {Kind.CONCERN}, seats=frozenset({"investigator"}))

#: Whoever handles a case says who else may know, by deciding it.
_LIST = Rule(Door.CASE, READERS, decides=True, kinds=EVERY_KIND)

#: Every view of ours, as module and name.
MATRIX: dict[str, Rule] = {
    "home.home": Rule(Door.ANYONE),
    "home.next_due": Rule(Door.SIGNED_IN),
    "home.stay": Rule(Door.SIGNED_IN),
    "home.leave": Rule(Door.ANYONE),
    "home.public_page": Rule(Door.ANYONE),
    "home.be_away": Rule(Door.SIGNED_IN),
    "home.come_back": Rule(Door.SIGNED_IN),
    "demonstration.cast": Rule(Door.ANYONE),
    "demonstration.be": Rule(Door.ANYONE),
    "visits.enter": Rule(Door.ANYONE),
    "visits.come_back_to_report": Rule(Door.ANYONE),
    "reporting.start": Rule(Door.ANYONE),
    "reporting.start_draft": Rule(Door.REPORTER),
    "reporting.what": Rule(Door.WRITER),
    "reporting.who": Rule(Door.WRITER),
    "reporting.check": Rule(Door.WRITER),
    "reporting.save_draft": Rule(Door.WRITER),
    "reporting.danger": Rule(Door.WRITER),
    "reporting.file_report": Rule(Door.WRITER),
    "reporting.receipt": Rule(Door.WRITER),
    "records.answer_gate": Rule(Door.WRITER),
    "records.stop": Rule(Door.WRITER),
    "records.add": Rule(Door.WRITER),
    "uploads.keep_records": Rule(Door.ANYONE),
    "records.note_record": Rule(Door.WRITER),
    "records.listing": Rule(Door.WRITER),
    "records.describe_record": Rule(Door.WRITER),
    "following.reports": Rule(Door.FOLLOWER),
    "following.report": Rule(Door.FOLLOWER),
    "following.add_to_report": Rule(Door.FOLLOWER),
    "following.answer_offer": Rule(Door.FOLLOWER),
    "following.answer_consent": Rule(Door.FOLLOWER),
    "following.withdraw_consent": Rule(Door.FOLLOWER),
    "policy.policy": Rule(Door.SIGNED_IN),
    "policy.versions": Rule(Door.SIGNED_IN),
    "policy.version": Rule(Door.SIGNED_IN),
    "policy.export": Rule(Door.SIGNED_IN),
    "policy.export_table": Rule(Door.SIGNED_IN),
    "policy.compare": Rule(Door.SIGNED_IN),
    "policy.on_day": Rule(Door.SIGNED_IN),
    "policy.clause": Rule(Door.SIGNED_IN),
    "keeping.keep": _KEEP,
    "keeping.start_policy": _KEEP,
    "keeping.change_ownership": _REVIEWERS,
    "keeping.unions": _KEEP,
    "keeping.recognise_union": _KEEP,
    "keeping.end_union": _KEEP,
    "bringing.baselines": Rule(Door.SIGNED_IN),
    "bringing.baseline": Rule(Door.SIGNED_IN),
    "policy.against_baseline": Rule(Door.SIGNED_IN),
    "bringing.keep_baseline": _KEEP,
    "bringing.keep_model": _KEEP,
    "bringing.bring_version": _KEEP,
    "bringing.put_in_force": _KEEP,
    "bringing.start_revision": _KEEP,
    "changing.revision": _KEEP,
    "changing.change_text": _KEEP,
    "changing.add_paragraph": _KEEP,
    "changing.remove_paragraph": _KEEP,
    "changing.replace_text": _KEEP,
    "changing.describe_revision": _KEEP,
    "changing.drop_revision": _KEEP,
    "consultations.listing": Rule(Door.READER),
    "consultations.consultation": Rule(Door.READER),
    "consultations.respond": Rule(Door.READER),
    "views_given.open_consultation": _KEEP,
    "views_given.withdraw_consultation": _KEEP,
    "views_given.close_consultation": _KEEP,
    "views_given.views_on": Rule(Door.OFFICE, KEEPERS | APPROVERS),
    "views_given.views": Rule(Door.OFFICE, KEEPERS | APPROVERS),
    "views_given.reply": _KEEP,
    "deciding.approve": Rule(Door.OFFICE, KEEPERS | APPROVERS, decides=True),
    "deciding.publish": Rule(Door.OFFICE, KEEPERS | APPROVERS, decides=True),
    "deciding.approve_again": Rule(Door.OFFICE, KEEPERS | APPROVERS, decides=True),
    "sentences.sentences": _KEEP,
    "sentences.link_sentence": _KEEP,
    "policy.for_managers": Rule(Door.SIGNED_IN),
    "policy.good_use": Rule(Door.SIGNED_IN),
    "media.media": Rule(Door.SIGNED_IN),
    "media.add_medium": Rule(Door.OFFICE, KEEPERS),
    "alerts.see_alert": Rule(Door.TOLD),
    "personal_links.arrive": Rule(Door.ANYONE),
    "personal_links.forget_visit": Rule(Door.ANYONE),
    "readings.listing": Rule(Door.READER),
    "readings.reading": Rule(Door.READER),
    "readings.part": Rule(Door.READER),
    "readings.whole": Rule(Door.READER),
    "readings.what_would_you_do": Rule(Door.READER),
    "readings.acknowledge": Rule(Door.READER),
    "readings.want_paper": Rule(Door.READER),
    "readings.receipt": Rule(Door.READER),
    "reviews.listing": _REVIEWERS,
    "reviews.open_review": _REVIEWERS,
    "reviews.review": _REVIEWERS,
    "reviews.close_review": Rule(Door.OFFICE, KEEPERS | APPROVERS, decides=True),
    "reviews.change_owner": _REVIEWERS,
    "reviews.figures": _REVIEWERS,
    "laws.listing": Rule(Door.SIGNED_IN),
    "laws.law": Rule(Door.SIGNED_IN),
    "laws.watch": Rule(Door.SIGNED_IN),
    "laws.note_law": Rule(Door.OFFICE, KEEPERS),
    "editions.listing": Rule(Door.OFFICE, SHAPE),
    "editions.set_edition": Rule(Door.OFFICE, KEEPERS | {Role.LEAD}),
    "linked.listing": Rule(Door.SIGNED_IN),
    "linked.add_linked_policy": Rule(Door.OFFICE, KEEPERS),
    "linked.keep_linked_version": Rule(Door.OFFICE, KEEPERS),
    "readers.readers": Rule(Door.OFFICE, SHAPE),
    "readers.register": _REGISTER,
    "readers.remind_all": _REGISTER,
    # Somebody's own manager, or who keeps the register; to all others there is no such page.
    "readers.own": Rule(Door.SIGNED_IN),
    "readers.remind_own": Rule(Door.SIGNED_IN),
    "readers.reader": Rule(Door.SIGNED_IN),
    "readers.remind": Rule(Door.SIGNED_IN),
    "readers.record_paper": Rule(Door.SIGNED_IN),
    "readers.make_link": Rule(Door.SIGNED_IN),
    "people.listing": _REGISTER,
    "people.person": _REGISTER,
    "people.add_person": _REGISTER,
    "people_lines.add_people": _REGISTER,
    "people.change_person": _REGISTER,
    "people.engage": _REGISTER,
    "people.end_engagement": _REGISTER,
    "people.name_manager": _REGISTER,
    "people.leave": Rule(Door.OFFICE, REGISTRARS, decides=True),
    "questions.listing": Rule(Door.SIGNED_IN),
    "questions.common": Rule(Door.SIGNED_IN),
    "questions.ask_question": Rule(Door.SIGNED_IN),
    "questions.question": Rule(Door.SIGNED_IN),
    "questions.answer_question": Rule(Door.SIGNED_IN),
    "questions.pass_to_lead": Rule(Door.SIGNED_IN),
    "questions.share_answer": Rule(Door.SIGNED_IN),
    "questions.withdraw_common_question": Rule(Door.SIGNED_IN),
    "cases.listing": Rule(Door.SIGNED_IN),
    # A case of another kind leads on to its own page; names are shown and hidden on all of them.
    "cases.case": Rule(Door.CASE, READERS, kinds=EVERY_KIND, seats=NARROW),
    "cases.show_names": Rule(Door.CASE, READERS, kinds=EVERY_KIND, seats=NARROW),
    "cases.hide_names": Rule(Door.CASE, READERS, kinds=EVERY_KIND, seats=NARROW),
    "cases.take_up": _WORK,
    "cases.name_person": _WORK,
    "cases.answer_reporter": _WORK,
    "cases.close": _DECIDE,
    "cases.reopen": _DECIDE,
    "citing.cite_clause": _CITE,
    "citing.cite_linked": _CITE,
    "support.offer_support": _SUPPORT,
    "support.answer_offer": _SUPPORT,
    "support.revisit_support": _SUPPORT,
    "police.ask_consent": _WORK,
    "police.answer_consent": _WORK,
    "police.report_to_police": _DECIDE,
    "police.second_police_report": Rule(Door.CASE, READERS, decides=True),
    "police.note_crime_reference": _WORK,
    "exhibits.exhibit": Rule(Door.CASE, READERS, kinds=_WITH_RECORDS, seats=frozenset({"investigator", "decider"})),
    "exhibits.answer_gate": _ADD,
    "exhibits.add": _ADD,
    "exhibits.stop": _ADD,
    "exhibits.describe_record": _ADD,
    "granting.seats": _LIST,
    "granting.grant_seat": _LIST,
    "granting.renew_seat": _LIST,
    "granting.end_seat": _LIST,
    "granting.guest": Rule(Door.CASE, kinds=EVERY_KIND, seats=frozenset({"guest"})),
    "papers.open_papers": _LIST,
    "papers.end_papers": _LIST,
    "papers.read_papers": Rule(Door.PAPERS),
    "takedowns.takedown": _READ,
    "takedowns.open_takedown": _WORK,
    "takedowns.change_wish": _WORK,
    "takedowns.ask_author": _WORK,
    "takedowns.ask_host": _WORK,
    "takedowns.note_ticket": _WORK,
    "takedowns.leave_up": _WORK,
    "takedowns.check_removal": _READ,
    "takedowns.escalate": _WORK,
    "takedowns.skip_rung": _WORK,
    "takedowns.hand_to_complainant": _WORK,
    "takedowns.reopen": _WORK,
    "takedowns.withdraw": _WORK,
}

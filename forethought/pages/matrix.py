"""Who may open which page, as data: the door, the roles, and whether it decides something."""

from forethought.cases.models import Kind
from forethought.pages.boundary_rows import BOUNDARY_MATRIX
from forethought.pages.data_protection_rows import DATA_PROTECTION_MATRIX
from forethought.pages.door_rules import (
    APPROVERS,
    BACKERS,
    COUNTERS,
    EVERY_KIND,
    HANDLERS,
    KEEPERS,
    NARROW,
    READERS,
    REGISTRARS,
    RELEASERS,
    REPORTS,
    Door,
    Rule,
)
from forethought.pages.own_school_rows import OWN_SCHOOL_MATRIX
from forethought.pages.policy_matrix import POLICY_MATRIX
from forethought.pages.retention_matrix import RETENTION_MATRIX
from forethought.pages.school_account_rows import SCHOOL_ACCOUNT_MATRIX
from forethought.pages.sign_in_rows import SIGN_IN_MATRIX
from forethought.people.models import Role
from forethought.reaching.rules import REACHED

_READ = Rule(Door.CASE, READERS)
_WORK = Rule(Door.CASE, HANDLERS)
_DECIDE = Rule(Door.CASE, HANDLERS, decides=True)
_WITH_RECORDS = frozenset({Kind.REPORT, Kind.BREACH, Kind.ALLEGATION, Kind.COMPLAINT, Kind.CONCERN})
_ADD = Rule(Door.CASE, HANDLERS | {Role.LEAD, Role.DEPUTY_LEAD}, kinds=_WITH_RECORDS, seats=frozenset({"investigator"}))
#: Whoever can see a record may seal it away, and read a copy of it. An adviser reads copies alone (reliability.md 3.2).
_SEAL = Rule(Door.CASE, READERS, kinds=_WITH_RECORDS, seats=frozenset({"investigator", "decider", "appeal", "hr"}))
_OPEN_RECORD = Rule(Door.CASE, READERS, kinds=_WITH_RECORDS, seats=frozenset({"investigator", "decider", "appeal"}))
_SUPPORT = Rule(Door.CASE, HANDLERS, kinds=frozenset({Kind.REPORT, Kind.BREACH, Kind.ALLEGATION}))
_CITE = Rule(Door.CASE, HANDLERS, kinds=_WITH_RECORDS - {Kind.CONCERN}, seats=frozenset({"investigator"}))

#: A suspected breach: whoever handles it, and those chosen for one part of its procedure.
_BREACH = frozenset({Kind.BREACH})
_PARTS = frozenset({"investigator", "decider", "appeal", "note_taker", "hr"})
_BREACH_READ = Rule(Door.CASE, READERS, kinds=_BREACH, seats=_PARTS)
_BREACH_WORK = Rule(Door.CASE, HANDLERS, kinds=_BREACH)
_BREACH_DECIDE = Rule(Door.CASE, HANDLERS, decides=True, kinds=_BREACH)
_BREACH_MEET = Rule(Door.CASE, HANDLERS, kinds=_BREACH, seats=_PARTS - {"hr"})
_BREACH_WRITE = Rule(Door.CASE, HANDLERS, kinds=_BREACH, seats=_PARTS - {"note_taker"})
_BREACH_LOOK = Rule(Door.CASE, HANDLERS, kinds=_BREACH, seats=frozenset({"investigator"}))
_BREACH_JUDGE = Rule(Door.CASE, HANDLERS, decides=True, kinds=_BREACH, seats=frozenset({"decider"}))
_BREACH_HEAR = Rule(Door.CASE, HANDLERS, decides=True, kinds=_BREACH, seats=frozenset({"appeal"}))
_BREACH_HR = Rule(Door.CASE, HANDLERS, decides=True, kinds=_BREACH, seats=frozenset({"hr"}))
_BREACH_FIND = Rule(Door.CASE, HANDLERS, decides=True, kinds=_BREACH, seats=frozenset({"decider", "appeal", "hr"}))

_COMPLAINT = frozenset({Kind.COMPLAINT})
_NAMES = frozenset({Kind.REPORT, Kind.CONCERN, Kind.COMPLAINT, Kind.ALLEGATION})
_CONCERN, _LOW = frozenset({Kind.CONCERN}), frozenset({Kind.LOW_LEVEL})
_REFERS = frozenset({Kind.REPORT, Kind.CONCERN, Kind.BREACH, Kind.ALLEGATION, Kind.COMPLAINT})
#: Whoever handles a case says who else may know, by deciding it.
_LIST = Rule(Door.CASE, READERS, decides=True, kinds=EVERY_KIND)

#: What is weighed in a breach: read by whoever has a part in judging it, proposed by whoever looks into it, and
#: concluded by whoever decides.
_WEIGH_READ = Rule(Door.CASE, HANDLERS, kinds=_BREACH, seats=frozenset({"investigator", "decider", "appeal", "hr"}))
_WEIGH_PROPOSE = Rule(Door.CASE, HANDLERS, kinds=_BREACH, seats=frozenset({"investigator"}))
_WEIGH_CONCLUDE = Rule(Door.CASE, HANDLERS, decides=True, kinds=_BREACH, seats=frozenset({"decider", "hr"}))

#: Leave to monitor: read by whoever asked, advises or decides; decided by head, governors and trust alone.
_MONITORING = frozenset({Kind.MONITORING})
_GIVE_LEAVE = frozenset({Role.HEAD, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD})
_LEAVE_READ = Rule(
    Door.CASE, _GIVE_LEAVE, kinds=_MONITORING, seats=frozenset({"requester", "dpo", "decider", "hr", "glass"})
)
#: Whoever asked comes to this door and is told why they do not decide.
_LEAVE_DECIDE = Rule(Door.CASE, _GIVE_LEAVE, decides=True, kinds=_MONITORING, seats=frozenset({"decider", "requester"}))
_LEAVE_WORK = Rule(Door.CASE, _GIVE_LEAVE, kinds=_MONITORING, seats=frozenset({"decider"}))
#: Handing records of a case to somebody outside it, and what stops their disposal. The view looks at the kind too.
_EXPORT = Rule(Door.CASE, READERS, decides=True, kinds=_WITH_RECORDS)
_CUSTODY = Rule(Door.CASE, READERS, kinds=_WITH_RECORDS)
#: Every case can be held, whatever it is about.
_HOLD = Rule(Door.CASE, READERS, kinds=EVERY_KIND)
#: Who, as the second of two, lets the calendar destroy again.
DISPOSERS = frozenset({Role.HEAD, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD})
#: Reading one case in an emergency: who may ask, allow, hear of it or review it.
EMERGENCY = READERS | {Role.PROTECTION}

#: Who decides whether the school keeps a list of pupils’ names for the check, and may look at it.
NAMERS = frozenset({Role.HEAD, Role.LEAD, Role.PROTECTION})

#: Every view of ours, as module and name.
MATRIX: dict[str, Rule] = {
    **POLICY_MATRIX,
    **BOUNDARY_MATRIX,
    **DATA_PROTECTION_MATRIX,
    **RETENTION_MATRIX,
    **SCHOOL_ACCOUNT_MATRIX,
    **SIGN_IN_MATRIX,
    **OWN_SCHOOL_MATRIX,
    "home.home": Rule(Door.ANYONE),
    "home.next_due": Rule(Door.SIGNED_IN),
    "home.stay": Rule(Door.SIGNED_IN),
    "home.leave": Rule(Door.ANYONE),
    "home.public_page": Rule(Door.ANYONE),
    "guides.guides": Rule(Door.ANYONE),
    "guides.guide": Rule(Door.ANYONE),
    "status.page_of_status": Rule(Door.ANYONE),
    "status.as_json": Rule(Door.ANYONE),
    "home.be_away": Rule(Door.SIGNED_IN),
    "home.come_back": Rule(Door.SIGNED_IN),
    "reaching.listing": Rule(Door.SIGNED_IN),
    "reaching.add_device": Rule(Door.OFFICE, REACHED, decides=True),
    "reaching.make_push_key": Rule(Door.OFFICE, REACHED),
    "reaching.add_number": Rule(Door.OFFICE, REACHED, decides=True),
    "reaching.confirm_number": Rule(Door.OFFICE, REACHED),
    "reaching.try_reaches": Rule(Door.SIGNED_IN),
    "reaching.remove_reach": Rule(Door.SIGNED_IN),
    "demonstration.cast": Rule(Door.ANYONE),
    "demonstration.be": Rule(Door.ANYONE),
    "checking.check_post": Rule(Door.ANYONE),
    "check_pictures.ask_first": Rule(Door.ANYONE),
    "check_pictures.check_picture": Rule(Door.ANYONE),
    "pupil_names.pupil_names": Rule(Door.OFFICE, NAMERS),
    "pupil_names.keep_list": Rule(Door.OFFICE, NAMERS, decides=True),
    "pupil_names.view_list": Rule(Door.OFFICE, NAMERS, decides=True),
    "pupil_names.remove_list": Rule(Door.OFFICE, NAMERS, decides=True),
    "visits.enter": Rule(Door.ANYONE),
    "visits.come_back_to_report": Rule(Door.ANYONE),
    "reporting.start": Rule(Door.ANYONE),
    "reporting.start_draft": Rule(Door.REPORTER),
    "reporting.on_paper": Rule(Door.WRITER),
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
    "uploads.keep_captured": Rule(Door.ANYONE),
    "saving.about": Rule(Door.SIGNED_IN),
    "saving.choose": Rule(Door.SIGNED_IN),
    "saving.package": Rule(Door.SIGNED_IN),
    "arriving.begin_upload": Rule(Door.ANYONE),
    "arriving.send_piece": Rule(Door.ANYONE),
    "arriving.drop_upload": Rule(Door.ANYONE),
    "arriving.keep_uploads": Rule(Door.ANYONE),
    "records.note_record": Rule(Door.WRITER),
    "records.listing": Rule(Door.WRITER),
    "records.describe_record": Rule(Door.WRITER),
    "records.seal_away": Rule(Door.WRITER),
    "following.reports": Rule(Door.FOLLOWER),
    "following.report": Rule(Door.FOLLOWER),
    "following.add_to_report": Rule(Door.FOLLOWER),
    "following.answer_offer": Rule(Door.FOLLOWER),
    "following.answer_consent": Rule(Door.FOLLOWER),
    "following.withdraw_consent": Rule(Door.FOLLOWER),
    "alerts.see_alert": Rule(Door.TOLD),
    "sealed.see_sealed": Rule(Door.TOLD),
    "sealed.propose_release": Rule(Door.TOLD),
    "sealed.propose_destruction": Rule(Door.TOLD),
    "sealed.agree_to_proposal": Rule(Door.TOLD),
    "sealed.decline_proposal": Rule(Door.TOLD),
    "personal_links.arrive": Rule(Door.ANYONE),
    "personal_links.forget_visit": Rule(Door.ANYONE),
    "reader_questions.ask_question": Rule(Door.READER),
    "reader_questions.own_question": Rule(Door.READER),
    "reader_questions.report": Rule(Door.READER),
    "cases.listing": Rule(Door.SIGNED_IN),
    # A case of another kind leads on to its own page; names are shown and hidden on all of them.
    "cases.case": Rule(Door.CASE, READERS, kinds=EVERY_KIND, seats=NARROW),
    "cases.show_names": Rule(Door.CASE, READERS, kinds=EVERY_KIND, seats=NARROW),
    "cases.hide_names": Rule(Door.CASE, READERS, kinds=EVERY_KIND, seats=NARROW),
    "cases.take_up": _WORK,
    "heeding.dismiss_urgency": Rule(Door.CASE, READERS, kinds=frozenset({Kind.REPORT, Kind.CONCERN})),
    "cases.name_person": Rule(Door.CASE, READERS, kinds=_NAMES),
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
    "police.second_police_report": Rule(Door.CASE, READERS, decides=True, kinds=REPORTS | {Kind.CONCERN}),
    "police.note_crime_reference": _WORK,
    "exhibits.exhibit": _OPEN_RECORD,
    "exhibits.open_viewing": _OPEN_RECORD,
    "exhibits.hand_out": _OPEN_RECORD,
    "content.content": Rule(Door.SIGNED_IN),
    "record_reading.reading": _OPEN_RECORD,
    "record_reading.compare_chats": _OPEN_RECORD,
    "record_reading.search_records": _OPEN_RECORD,
    "record_reading.read_record": _ADD,
    "record_reading.write_transcript": _ADD,
    "record_reading.confirm_line": _ADD,
    "exhibits.answer_gate": _ADD,
    "exhibits.add": _ADD,
    "capturing.capture_address": _ADD,
    "capturing.captures": _OPEN_RECORD,
    "exhibits.stop": _ADD,
    "exhibits.describe_record": _ADD,
    "sealed.seal_away": _SEAL,
    "redacting.redact_picture": _ADD,
    "redacting.grid": _ADD,
    "redacting.redact_text": _ADD,
    "redacting.redacted_copy": _SEAL,
    "redacting.hand_out_copy": _SEAL,
    "redacting.discard_copy": _ADD,
    "bundles.bundles": _CUSTODY,
    "bundles.bundle": _CUSTODY,
    "bundles.make_bundle": _EXPORT,
    "bundles.hand_out_bundle": _EXPORT,
    "bundles.bundle_note": _CUSTODY,
    "bundles.school_key": _CUSTODY,
    "bundles.hand_over_bundle": _CUSTODY,
    "bundles.receipt": _CUSTODY,
    "custodies.custody_list": _HOLD,
    "custodies.place_hold": _HOLD,
    "custodies.review_hold": _HOLD,
    "custodies.ask_to_lift": Rule(Door.CASE, HANDLERS, decides=True, kinds=EVERY_KIND),
    "custodies.lift_hold": Rule(Door.CASE, DISPOSERS, decides=True, kinds=EVERY_KIND),
    "breaches.breach": Rule(Door.CASE, READERS, kinds=_BREACH, seats=_PARTS | {"glass"}),
    "breaches.dates": _BREACH_READ,
    "breaches.calendar": _BREACH_READ,
    "breach_acts.name_subject": _BREACH_DECIDE,
    "breach_acts.answer_harm": _BREACH_WORK,
    "breach_acts.make_allegation": _BREACH_WORK,
    "breach_acts.find": _BREACH_FIND,
    "breach_acts.choose_procedure": _BREACH_DECIDE,
    "breach_acts.settle_informally": _BREACH_DECIDE,
    "breach_people.set_terms": _BREACH_WORK,
    "breach_people.choose_person": _BREACH_DECIDE,
    "breach_people.end_choice": _BREACH_DECIDE,
    "breach_people.step_back": _BREACH_READ,
    "breach_people.hand_to_hr": _BREACH_DECIDE,
    "breach_steps.tell_in_writing": _BREACH_WORK,
    "breach_steps.start_investigation": _BREACH_LOOK,
    "breach_steps.give_investigation_report": _BREACH_LOOK,
    "breach_steps.find_case_to_answer": _BREACH_JUDGE,
    "breach_steps.find_no_case": _BREACH_JUDGE,
    "breach_steps.give_notice": Rule(Door.CASE, HANDLERS, kinds=_BREACH, seats=frozenset({"decider"})),
    "breach_steps.consider_suspension": _BREACH_DECIDE,
    "breach_steps.review_suspension": _BREACH_DECIDE,
    "breach_steps.pause": _BREACH_DECIDE,
    "breach_steps.go_on": _BREACH_DECIDE,
    "breach_steps.note_charge": _BREACH_WORK,
    "breach_outcomes.decide_outcome": _BREACH_JUDGE,
    "breach_outcomes.note_hr_outcome": _BREACH_HR,
    "breach_outcomes.note_appeal": _BREACH_WORK,
    "breach_outcomes.decide_appeal": _BREACH_HEAR,
    "breach_outcomes.end_breach": _BREACH_DECIDE,
    "breach_outcomes.reopen_breach": _BREACH_DECIDE,
    "breach_meetings.plan_meeting": _BREACH_MEET,
    "breach_meetings.name_companion": _BREACH_MEET,
    "breach_meetings.move_hearing": _BREACH_MEET,
    "breach_meetings.hold_meeting": _BREACH_MEET,
    "breach_meetings.answer_minutes": _BREACH_MEET,
    "breach_letters.start_letter": _BREACH_WRITE,
    "breach_letters.letter": _BREACH_WRITE,
    "breach_letters.change_letter": _BREACH_WRITE,
    "breach_letters.keep_as_sent": _BREACH_WRITE,
    # Written by whoever handles it, looks into it or advises; opened by a second person, who is named in its row.
    "disclosures.propose_disclosure": Rule(
        Door.CASE, HANDLERS, decides=True, kinds=_BREACH, seats=frozenset({"investigator", "hr"})
    ),
    "disclosures.open_disclosure": Rule(Door.TOLD),
    "disclosures.decline_disclosure": Rule(Door.TOLD),
    "disclosures.withdraw_disclosure": Rule(
        Door.CASE, READERS, kinds=EVERY_KIND, seats=frozenset({"investigator", "hr"})
    ),
    "disclosures.note_outside_agreement": Rule(Door.CASE, HANDLERS, decides=True, kinds=EVERY_KIND),
    "concerning.start": Rule(Door.ANYONE),
    "concerning.raise_concern": Rule(Door.REPORTER),
    "concern_records.own_concern": Rule(Door.FOLLOWER),
    "concerning.add_to_concern": Rule(Door.FOLLOWER),
    "concern_records.answer_gate": Rule(Door.FOLLOWER),
    "concern_records.add": Rule(Door.FOLLOWER),
    "concern_records.stop": Rule(Door.FOLLOWER),
    "concern_records.describe_record": Rule(Door.FOLLOWER),
    # Whoever told it or may see it; to all others there is no such page.
    "concerning.note_own_duty": Rule(Door.FOLLOWER),
    "concerns.concern": Rule(Door.CASE, READERS, kinds=_CONCERN, seats=frozenset({"glass"})),
    "concerns.weigh_threshold": Rule(Door.CASE, READERS, kinds=_CONCERN),
    "concerns.tag_concern": Rule(Door.CASE, READERS, kinds=_CONCERN),
    "concerns.note_action": Rule(Door.CASE, READERS, kinds=_CONCERN),
    "concerns.end_concern": Rule(Door.CASE, READERS, decides=True, kinds=_CONCERN),
    "referrals.note_referral": Rule(Door.CASE, READERS, kinds=_REFERS),
    "low_level.raise_low_level": Rule(Door.REPORTER),
    "low_level.low_level_thanks": Rule(Door.REPORTER),
    # Only what one may see of the log stands in it; with nothing to see it is empty.
    "low_level.log": Rule(Door.OFFICE, HANDLERS),
    "low_level.low_level_concern": Rule(Door.CASE, HANDLERS, kinds=_LOW, seats=frozenset({"glass"})),
    "low_level.settle_low_level": Rule(Door.CASE, HANDLERS, kinds=_LOW),
    "low_level.raise_to_threshold": Rule(Door.CASE, HANDLERS, kinds=_LOW),
    "low_level.review_pattern": Rule(Door.OFFICE, HANDLERS),
    "low_level.review_place": Rule(Door.CASE, HANDLERS, kinds=_LOW),
    "concern_tags.listing": Rule(Door.OFFICE, frozenset({Role.HEAD, Role.LEAD, Role.DEPUTY_LEAD})),
    "concern_tags.add_tag": Rule(Door.OFFICE, frozenset({Role.HEAD, Role.LEAD})),
    "concern_tags.put_tag": Rule(Door.OFFICE, frozenset({Role.HEAD, Role.LEAD})),
    "switches.listing": Rule(Door.OFFICE, KEEPERS | {Role.LEAD}),
    "switches.turn": Rule(Door.OFFICE, frozenset({Role.HEAD, Role.LEAD}), decides=True),
    "weighing.weighing": _WEIGH_READ,
    "weighing.propose_attribution": _WEIGH_PROPOSE,
    "weighing.conclude_attribution": _WEIGH_CONCLUDE,
    "weighing.propose_seriousness": _WEIGH_PROPOSE,
    "weighing.conclude_seriousness": _WEIGH_CONCLUDE,
    "weighing.conclude_proportion": _WEIGH_CONCLUDE,
    "weighing_use.note_use": _WEIGH_PROPOSE,
    "weighing_use.note_live_warning": _WEIGH_CONCLUDE,
    "weighing_use.work_time_here": Rule(Door.SIGNED_IN),
    "weighing_use.set_work_time": Rule(Door.OFFICE, REGISTRARS),
    "cooperation.ask_cooperation": _WEIGH_PROPOSE,
    "cooperation.answer_cooperation": _WEIGH_PROPOSE,
    "cooperation.note_showing": _WEIGH_PROPOSE,
    "cooperation.pass_access_on": _WEIGH_PROPOSE,
    "cooperation.withdraw_request": _WEIGH_PROPOSE,
    # What somebody is asked themselves: theirs alone; to all others there is no such page.
    "cooperating.listing": Rule(Door.SIGNED_IN),
    "cooperating.asked": Rule(Door.SIGNED_IN),
    "cooperating.answer_cooperation": Rule(Door.SIGNED_IN),
    "cooperating.answer_gate": Rule(Door.SIGNED_IN),
    "cooperating.add": Rule(Door.SIGNED_IN),
    "cooperating.stop": Rule(Door.SIGNED_IN),
    "cooperating.describe_record": Rule(Door.SIGNED_IN),
    # Whoever may ask by role, or investigates something now; to all others there is no such page.
    "monitoring.listing": Rule(Door.SIGNED_IN),
    "monitoring.request_monitoring": Rule(Door.SIGNED_IN),
    "monitoring.note_notice": Rule(Door.OFFICE, KEEPERS | {Role.IT, Role.PROTECTION}),
    "monitoring.monitoring": _LEAVE_READ,
    "monitoring.comment_on_request": Rule(Door.CASE, _GIVE_LEAVE, kinds=_MONITORING, seats=frozenset({"dpo"})),
    "monitoring.authorise_monitoring": _LEAVE_DECIDE,
    "monitoring.refuse_monitoring": _LEAVE_DECIDE,
    "monitoring.stop_monitoring": Rule(
        Door.CASE, _GIVE_LEAVE, kinds=_MONITORING, seats=frozenset({"decider", "requester"})
    ),
    "monitoring.review_product": _LEAVE_WORK,
    "monitoring.note_destruction": _LEAVE_WORK,
    "trail.trail": Rule(Door.OFFICE, frozenset({Role.HEAD, Role.PROTECTION, Role.CLERK}) | APPROVERS),
    "backups.backups": Rule(Door.OFFICE, BACKERS),
    "backups.record_drill": Rule(Door.OFFICE, BACKERS),
    "backups.take_over_places": Rule(Door.OFFICE, BACKERS, decides=True),
    "backups.restored": Rule(Door.OFFICE, BACKERS),
    "backups.release_school": Rule(Door.OFFICE, RELEASERS, decides=True),
    "glass.emergency": Rule(Door.OFFICE, EMERGENCY),
    "glass.ask_to_read": Rule(Door.OFFICE, READERS, decides=True),
    "glass.approve_reading": Rule(Door.OFFICE, EMERGENCY, decides=True),
    "glass.refuse_reading": Rule(Door.OFFICE, EMERGENCY, decides=True),
    "glass.review_reading": Rule(Door.OFFICE, EMERGENCY, decides=True),
    "quorum.shares": Rule(Door.OFFICE, frozenset({Role.CHAIR, Role.PROTECTION})),
    "quorum.ask_for_shares": Rule(Door.OFFICE, frozenset({Role.CHAIR}), decides=True),
    "quorum.make_shares": Rule(Door.OFFICE, frozenset({Role.PROTECTION}), decides=True),
    "quorum.open_with_shares": Rule(Door.OFFICE, READERS, decides=True),
    "strands.open_strand": Rule(Door.CASE, HANDLERS, kinds=frozenset({Kind.REPORT, Kind.COMPLAINT})),
    "handing.hand_over": _WORK,
    "handing.skip_hand_off": _DECIDE,
    "handing.release": _DECIDE,
    "handing.handed": Rule(Door.CASE, READERS, kinds=frozenset({Kind.PUPIL}), seats=frozenset({"behaviour", "glass"})),
    "handing.return_outcome": Rule(Door.CASE, kinds=frozenset({Kind.PUPIL}), seats=frozenset({"behaviour"})),
    "allegations.allegation": Rule(Door.CASE, READERS, kinds=frozenset({Kind.ALLEGATION}), seats=frozenset({"glass"})),
    "allegations.weigh_allegation": Rule(Door.CASE, HANDLERS, kinds=frozenset({Kind.ALLEGATION})),
    "allegations.find_allegation": Rule(Door.CASE, HANDLERS, decides=True, kinds=frozenset({Kind.ALLEGATION})),
    "allegations.state_publicly": Rule(Door.CASE, HANDLERS, decides=True, kinds=frozenset({Kind.ALLEGATION})),
    "complaining.complain": Rule(Door.ANYONE),
    "complaining.receive_complaint": Rule(Door.ANYONE),
    # Only whom the code opened it for; to all others there is no such page.
    "complaining.own_complaint": Rule(Door.ANYONE),
    "complaining.confirm_complaint": Rule(Door.ANYONE),
    "complaining.add_to_complaint": Rule(Door.ANYONE),
    "complaints.complaint": Rule(Door.CASE, READERS, kinds=_COMPLAINT, seats=frozenset({"glass"})),
    "complaints.acknowledge_complaint": Rule(Door.CASE, HANDLERS, kinds=_COMPLAINT),
    "complaints.verify_complaint": Rule(Door.CASE, HANDLERS, kinds=_COMPLAINT),
    "complaints.answer_complaint": Rule(Door.CASE, HANDLERS, decides=True, kinds=_COMPLAINT),
    "granting.seats": _LIST,
    "granting.grant_seat": _LIST,
    "granting.renew_seat": _LIST,
    "granting.end_seat": _LIST,
    "granting.guest": Rule(Door.CASE, kinds=EVERY_KIND, seats=frozenset({"guest"})),
    "papers.open_papers": _LIST,
    "papers.end_papers": _LIST,
    "papers.read_papers": Rule(Door.PAPERS),
    "takedown_figures.takedown_figures": Rule(Door.OFFICE, COUNTERS),
    "takedown_figures.takedown_picture": Rule(Door.OFFICE, COUNTERS),
    "takedowns.takedown": Rule(Door.CASE, READERS, seats=frozenset({"glass"})),
    "takedowns.open_takedown": _WORK,
    "takedowns.change_wish": _WORK,
    "takedowns.ask_author": _WORK,
    "takedowns.ask_host": _WORK,
    "takedowns.note_ticket": _WORK,
    "takedowns.leave_up": _WORK,
    "takedowns.check_removal": _READ,
    "site_looking.look_now": _WORK,
    "site_looking.confirm_site_look": _READ,
    "takedowns.escalate": _WORK,
    "takedowns.skip_rung": _WORK,
    "whom_to_ask.whom_to_ask": _WORK,
    "whom_to_ask.ask_register": _WORK,
    "whom_to_ask.note_route": _WORK,
    "whom_to_ask.note_register_answer": _WORK,
    "special_noticing.send_special": _WORK,
    "special_noticing.keep_own_notice": Rule(Door.FOLLOWER),
    "takedowns.hand_to_complainant": _WORK,
    "takedowns.reopen": _WORK,
    "takedowns.withdraw": _WORK,
}

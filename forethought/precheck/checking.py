"""A draft or a report, checked: rules for what has a structure, the model for what is meant, three findings at most.

Nothing is kept, logged or sent: the text lives as long as the call.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from forethought.precheck import contact, identifiers, insults, names, triage
from forethought.precheck.explaining import places_of
from forethought.precheck.kinds import HEADS, IN_FORCE, KINDS, Hit, KindInForce, in_force_by_key
from forethought.precheck.model import Scorer
from forethought.precheck.names import Roster
from forethought.precheck.normalising import Plain, normalised, unified

MOST_FINDINGS = 3
#: Characters that are read. A post is shorter; what is longer is somebody's document.
LONGEST = 10_000

Mode = Literal["post", "incident"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `start` and `end` lie in the text as it was given; `level` is "look" or "stop"."""

    kind: str
    start: int
    end: int
    clause: str
    reason: str
    level: str
    wording: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, strongest first. `advice` names other ways that fit; `limit` says what was not read."""

    findings: tuple[Finding, ...] = ()
    hate: float = 0.0
    offensive: float = 0.0
    urgent: bool = False
    advice: tuple[str, ...] = ()
    limit: str | None = None


@dataclass(slots=True)
class _Candidate:
    strength: float
    stop: bool
    #: Where it stands in the original; None until the model has been asked which words it hangs on.
    span: tuple[int, int] | None = None


@dataclass(slots=True)
class _Draft:
    """One text with everything that was read from it."""

    text: str
    plain: Plain
    found: dict[str, _Candidate] = field(default_factory=dict)
    #: Whether the only private detail is a number or an address to write to.
    only_reach: bool = False

    def add(self, kind: str, strength: float, *, stop: bool, span: tuple[int, int] | None = None) -> None:
        """Keep the stronger of two; a place that a rule knows is worth more than none."""
        known = self.found.get(kind)
        if known is None:
            self.found[kind] = _Candidate(strength, stop, span)
            return
        known.strength = max(known.strength, strength)
        known.stop = known.stop or stop
        known.span = known.span or span


#: Other ways than a post, by the words that show that they may be meant. None of them changes what is found.
ADVICE: dict[str, re.Pattern[str]] = {
    "whistleblowing": re.compile(
        r"\bwhistle ?-?blow|\bprotected disclosure|\bcover(?:ed|ing)?[ -]?up\b|\b(?:raise|raised|raising|report"
        r"|reported)\b"
        r".{0,40}\b(?:concern|wrongdoing|fraud|ofsted|lado|council|governors|auditor)|\bblow(?:ing)? the lid"
        r"|\bspeak(?:ing)? out\b",
        re.IGNORECASE,
    ),
    "union": re.compile(
        r"\b(?:union|neu|nasuwt|unison|gmb|naht|ascl|strikes?|striking|picket|ballot|industrial action"
        r"|pay dispute|rep\b"
        r"|collective|workload campaign)\b",
        re.IGNORECASE,
    ),
    "opinion": re.compile(
        r"\b(?:in my (?:opinion|view)|imh?o|i (?:think|believe|reckon|feel)|my view|unpopular opinion|hot take"
        r"|(?:government|minister|ofsted|dfe|election|labour|tories|reform uk|curriculum|white paper))\b",
        re.IGNORECASE,
    ),
}


def checked(
    text: str,
    *,
    mode: Mode = "post",
    roster: Roster | None = None,
    allowed: Iterable[str] = (),
    model: Scorer,
    kinds_in_force: Sequence[KindInForce] = IN_FORCE,
) -> Checked:
    """What in a draft could hurt somebody or break the policy; of a report, whether it cannot wait.

    `allowed` are the school's own numbers and addresses. A kind that is not in force is not found. A report is never
    judged, only raised. Any text is read; of a long one the beginning, which `limit` says in a sentence.

    Policy 3.4, 6.5.
    """
    read = text[:LONGEST]
    plain = normalised(read)
    limit = None
    if len(text) > LONGEST:
        limit = f"Only the first {LONGEST:,} characters were checked. Please check the rest by itself."
    if not plain.text.strip():
        return Checked(limit=limit)
    row = model.scores([plain.text])[0]
    scores = {head: float(row[at]) for at, head in enumerate(HEADS)}
    rude = insults.found(plain)
    offensive = max(scores["foul"], scores["sexual"], scores["threat"])
    if any(hit.sort == "foul" and hit.severity == 3 for hit in rude):
        offensive = max(offensive, 0.9)
    if mode == "incident":
        urgent = scores["urgent"] >= model.thresholds.urgent or triage.certain(plain.text)
        return Checked(hate=scores["hate"], offensive=offensive, urgent=urgent, limit=limit)
    draft = _Draft(read, plain)
    in_force = in_force_by_key(kinds_in_force)
    _by_rules(draft, roster, allowed)
    _by_model(draft, scores, model)
    _by_words(draft, rude, scores, model)
    _by_phrases(draft, in_force)
    return Checked(
        findings=_findings(draft, in_force, model),
        hate=scores["hate"],
        offensive=offensive,
        advice=tuple(name for name, cue in ADVICE.items() if cue.search(plain.text)),
        limit=limit,
    )


_REACH = re.compile(r"@|(?:\d\D?){10}")
_OWN = re.compile(r"\bmy (?:own |new |personal )?(?:\w+ ){0,2}\Z")


def _by_rules(draft: _Draft, roster: Roster | None, allowed: Iterable[str]) -> None:
    """Names, identifiers and invitations. A number in an invitation belongs to it."""
    plain = draft.plain
    named = names.found(plain, roster)
    _add_best(draft, plain, named)
    invitations = contact.found(plain)
    asked = [plain.place(hit.start, hit.end) for hit in invitations]
    exact = unified(draft.text)
    for hit in identifiers.found(exact, allowed):
        span = exact.place(hit.start, hit.end)
        inviting = [at for at, (start, end) in enumerate(asked) if start - 40 <= span[0] <= end + 60]
        if inviting:
            start, end = asked[inviting[0]]
            whole = (min(start, span[0]), max(end, span[1]))
            draft.add(invitations[inviting[0]].kind, 1.5, stop=True, span=whole)
        else:
            own = _OWN.search(draft.text, max(span[0] - 40, 0), span[0]) is not None
            reach = _REACH.search(draft.text, *span) is not None
            draft.only_reach = reach and (draft.only_reach or "personal_data" not in draft.found)
            draft.add("personal_data", 1.6, stop=not own, span=span)
    for hit, span in zip(invitations, asked, strict=True):
        draft.add(hit.kind, 1.1, stop=False, span=span)


def _add_best(draft: _Draft, plain: Plain, hits: list[Hit]) -> None:
    """The surest of many hits of one kind, the earliest of equals."""
    if hits:
        best = min(hits, key=lambda hit: (not hit.sure, hit.start, -hit.end))
        draft.add(best.kind, 2.0 if best.sure else 1.2, stop=best.sure, span=plain.place(best.start, best.end))


def _by_model(draft: _Draft, scores: Mapping[str, float], model: Scorer) -> None:
    for kind in KINDS:
        look = model.thresholds.look.get(kind)
        if look is not None and scores[kind] >= look:
            stop = scores[kind] >= model.thresholds.stop.get(kind, 2.0)
            draft.add(kind, (scores[kind] - look) / max(1.0 - look, 0.01), stop=stop)
    invited = [kind for kind in ("pupil_contact", "parent_contact") if kind in draft.found]
    if invited and draft.only_reach and scores["personal_data"] < model.thresholds.look.get("personal_data", 2.0):
        # The number is how they are to write: one finding, with the number marked.
        number = draft.found.pop("personal_data")
        draft.add(invited[0], number.strength, stop=True, span=number.span)


def _by_words(draft: _Draft, rude: list[insults.Insult], scores: Mapping[str, float], model: Scorer) -> None:
    """Insults: full strength is a finding by itself, the rest only with some support from the model.

    A slur may be quoted to reject it, and a mild word said in jest; only what is meant counts.
    """

    def supported(kind: str, share: float) -> bool:
        return scores[kind] >= share * model.thresholds.look.get(kind, 2.0)

    for hit in rude:
        span = draft.plain.place(hit.start, hit.end)
        if hit.sort == "foul" and (hit.severity == 3 or (hit.severity == 2 and supported("offensive", 0.6))):
            draft.add("offensive", 0.5 + hit.severity / 10, stop=False, span=span)
        elif hit.sort == "slur" and hit.severity >= 2 and supported("discrimination", 0.6):
            draft.add("discrimination", 0.8, stop=False, span=span)
        elif hit.sort == "insult" and hit.severity >= 2 and supported("bullying", 0.7):
            draft.add("bullying", 0.4, stop=False, span=span)


def _by_phrases(draft: _Draft, in_force: Mapping[str, KindInForce]) -> None:
    """Kinds of the school's own, by the words that its policy gives for them."""
    folded = draft.plain.text.lower()
    for kind in in_force.values():
        for phrase in kind.phrases:
            wanted = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", normalised(phrase).text.lower()))
            match = re.search(rf"(?<!\w){wanted}(?!\w)", folded) if wanted else None
            # Lower case can be longer than the text; then the place is not certain, and the end is held inside.
            if match and match.start() < len(draft.plain.text):
                end = min(match.end(), len(draft.plain.text))
                draft.add(kind.key, 0.7, stop=False, span=draft.plain.place(match.start(), max(end, match.start() + 1)))
                break


def _findings(draft: _Draft, in_force: Mapping[str, KindInForce], model: Scorer) -> tuple[Finding, ...]:
    ranked = sorted(
        ((kind, candidate) for kind, candidate in draft.found.items() if kind in in_force),
        key=lambda item: (not item[1].stop, -item[1].strength),
    )[:MOST_FINDINGS]
    places = places_of(draft.plain.text, [kind for kind, candidate in ranked if candidate.span is None], model)
    found = []
    for kind, candidate in ranked:
        start, end = candidate.span or draft.plain.place(*places[kind])
        row = in_force[kind]
        level = "stop" if candidate.stop else "look"
        found.append(Finding(kind, start, end, row.clause, row.reason, level, row.wording))
    return tuple(found)

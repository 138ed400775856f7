"""What is asked on the way to a leave to monitor and after it. No form here takes a message. Clause 10.1."""

from typing import Any

from forethought.monitoring import rules
from forethought.pages import acts, asking, fields


class RequestForm(asking.Form):
    """Everything a leave needs before anybody can decide about it."""

    case = fields.Line(label="", longest=40, required=False, widget=asking.forms.HiddenInput)
    about = fields.Pick(label="Whom is it about?", choices=[], missing="Choose a person.")
    facts = fields.Words(
        label="What has happened? The facts",
        longest=8000,
        rows=6,
        hint="What was seen or heard, by whom, and when. A belief is not enough. Copy no message here.",
        missing="Write the facts: what was seen or heard, by whom, and when.",
    )
    source = fields.Words(
        label="Where does each fact come from?", longest=4000, rows=3, missing="Say where each fact comes from."
    )
    purpose = fields.Words(
        label="What do you need to find out?", longest=4000, rows=3, missing="Say what you need to find out."
    )
    legal_head = fields.Choice(
        label="Which purpose in the law is it for?",
        hint="Regulation 3 of SI 2018/356 lists them. There are no others for a school.",
        choices=list(rules.HEADS.items()),
        missing="Choose which purpose in the law it is for.",
    )
    system = fields.Choice(
        label="What is to be looked at?",
        hint="Only what the school owns.",
        choices=[*rules.SYSTEMS.items(), *rules.NEVER_NAMES.items()],
        conditional=rules.NEVER,
        missing="Choose what is to be looked at.",
    )
    scope = fields.Words(
        label="Which mailboxes, folders or logs, and which words and dates?",
        longest=4000,
        rows=4,
        hint="As little as will do. IT support sees this and no more.",
        missing="Say which mailboxes, folders or logs, and which words to look for.",
    )
    starts_on = fields.DateBoxes(label="First day", missing="Say on which day it begins.")
    ends_on = fields.DateBoxes(
        label="Last day",
        hint="Fourteen days at most. It ends then by itself. Nobody can make it longer.",
        missing="Say on which day it ends. No leave is without an end.",
    )
    exclusions = fields.Choices(
        label="What is left out",
        hint="All of these, as a rule.",
        choices=list(rules.EXCLUSIONS.items()),
        required=False,
        initial=list(rules.EXCLUSIONS),
    )
    exclusions.says_optional = False
    exclusions_reason = fields.Words(
        label="If you took a tick away: why?", longest=2000, rows=2, required=False, hint="Otherwise leave it empty."
    )
    alternatives = fields.Words(
        label="What else did you think of that looks into less?",
        longest=4000,
        rows=3,
        missing="Say what else you thought of that looks into less.",
    )
    rejected = fields.Words(label="Why would that not do?", longest=4000, rows=3, missing="Say why that would not do.")
    assessment = fields.Line(
        label="Reference of the data protection impact assessment",
        longest=120,
        missing="Give the reference of the data protection impact assessment.",
    )
    covert = fields.Tick(
        label="Ask for it without anybody being told beforehand",
        required=False,
        hint="Only for a suspected crime, or misconduct as grave. Headteacher and chair must both say yes.",
    )
    suspicion = fields.Choice(label="If so, what is suspected?", choices=list(rules.SUSPICIONS.items()), required=False)
    covert_reason = fields.Words(label="And why would telling people spoil it?", longest=4000, rows=3, required=False)


class NoticeForm(asking.Form):
    """How everybody is told."""

    how = fields.Choice(
        label="How is everybody told?", choices=list(rules.HOWS.items()), missing="Choose how everybody is told."
    )
    given_on = fields.DateBoxes(
        label="Since which day is it shown?",
        missing="Give the day from which it was shown.",
    )
    wording = fields.Words(label="The words of the notice", longest=1000, rows=4, missing="Copy the words here.")


class CommentForm(acts.Versioned):
    """What the data protection officer thinks."""

    advice = fields.Choice(
        label="What is the advice?", choices=list(rules.ADVICE.items()), missing="Choose what the advice is."
    )
    words = fields.Words(
        label="Why?", longest=8000, rows=5, missing="Write the comment in a few words.", hint="Copy no message here."
    )


class CommentForOther(CommentForm):
    """The comment of an officer from outside, written in."""

    who = fields.Line(
        label="Who was asked?",
        longest=120,
        hint="The school’s own data protection officer cannot. Name the one who did.",
        missing="Say who was asked in place of the school’s own data protection officer.",
    )


class DecideForm(acts.Versioned):
    """Leave, with reasons."""

    reasons = fields.Words(
        label="Why is it needed, and why would less not do?",
        longest=8000,
        rows=5,
        missing="Say why it is needed and why less would not do.",
    )
    still_shown = fields.Tick(
        label="I have looked: the notices to everybody are still shown",
        required=False,
        hint="Leave it empty where leave is asked for without notice.",
    )


class ReasonsForm(acts.Versioned):
    """Why."""

    reasons = fields.Words(label="Why?", longest=8000, rows=4, missing="Say why, in a few words.")


class Count(fields.Line):
    """A whole number that is not below nothing."""

    def to_python(self, value: Any) -> Any:
        """The number; an empty box is none."""
        text = super().to_python(value)
        if not text:
            return 0
        if not (text.isascii() and text.isdigit()) or len(text) > 7:
            raise asking.forms.ValidationError("Write a number, like 12.", code="number")
        return int(text)


class ReviewForm(acts.Versioned):
    """How much was produced. Never what it says."""

    produced = fields.Choice(
        label="Was anything produced?", choices=[("yes", "Yes"), ("no", "No, nothing")], missing="Choose an answer."
    )
    looked_at = Count(label="How many items?", longest=7, width=5, required=False)
    kept = Count(label="How many of them are kept as evidence?", longest=7, width=5, required=False)
    kept_where = fields.Line(
        label="Where are they kept?",
        longest=120,
        required=False,
        hint="The reference of the case, or of the sealed folder. Copy no message here.",
    )


class DestroyForm(acts.Versioned):
    """That the rest is gone."""

    way = fields.Choice(
        label="How was it destroyed?", choices=list(rules.WAYS.items()), missing="Choose how it was destroyed."
    )
    done_on = fields.DateBoxes(label="On which day?", missing="Give the day on which it was destroyed.")
    second = fields.Pick(
        label="Who stands for it with you?", choices=[], missing="Choose the second person.", hint="Two people, always."
    )

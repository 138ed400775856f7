"""The clocks of others that run beside the school's own 24 hours: a website's, a poster's, a data controller's.

The law sets them, not the policy, and each counts in its own way. Said, shown, and never mistaken for ours.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from forethought.core.clock import add_months, from_london, london, spoken, utc
from forethought.takedowns.marks import website_due

#: An intimate image, from receipt of the report. Online Safety Act 2023 s.20A.
IMAGE = timedelta(hours=48)


@dataclass(frozen=True)
class TheirClock:
    """One clock of somebody else: what they are to have done, and by when in UTC."""

    what: str
    due_at: datetime

    def said(self, at: datetime) -> str:
        """As a sentence, in London time."""
        return f"By {spoken(self.due_at, at)}: {self.what}."


def poster_due(told_at: datetime) -> datetime:
    """By when whoever posted it answers the website: midnight at the end of the fifth day after they were told.

    Calendar days in London, none left out; the day itself does not count. UTC. Defamation (Operators of Websites)
    Regulations 2013, Schedule.
    """
    return utc(from_london(london(told_at).date() + timedelta(days=6), time(0)))


def image_due(received_at: datetime) -> datetime:
    """By when a service takes down an intimate image: 48 elapsed hours, in UTC. Online Safety Act 2023 s.20A."""
    return utc(received_at) + IMAGE


def erasure_due(asked_at: datetime) -> datetime:
    """By when a request to erase is answered: the end of the day one month later, in UTC. UK GDPR Art 12(3)."""
    return utc(from_london(add_months(london(asked_at).date(), 1) + timedelta(days=1), time(0)))


def section_5(sent_at: datetime, extra: Collection[date] = ()) -> tuple[TheirClock, ...]:
    """What follows a notice of complaint about defamation, at the latest. Each step counts from the one before it.

    Defamation (Operators of Websites) Regulations 2013, Schedule paras 2 to 8.
    """
    told = website_due(sent_at, extra)
    answered = poster_due(told)
    return (
        TheirClock("the website tells whoever posted it, or takes it down", told),
        TheirClock("they answer the website, if they were told at the last moment", answered),
        TheirClock("the website takes it down, if they did not answer", website_due(answered, extra)),
    )


def their_clocks(number: str, sent_at: datetime) -> tuple[TheirClock, ...]:
    """The clocks that a notice starts, by its number in law.md 5.2; none where the law sets none."""
    match number:
        case "N3":
            return section_5(sent_at)
        case "N4":
            return (TheirClock("they answer", erasure_due(sent_at)),)
        case "N7":
            return (TheirClock("the service takes it down", image_due(sent_at)),)
    return ()

"""Independent time: which checkpoint an authority is still to stamp, keeping what it gave, and a clock that is wrong.

An authority stamps the newest checkpoint. After days without one, the checkpoints of those days stay without a stamp of
their own: the next one covers what they cover, only less closely in time.
"""

from datetime import datetime, timedelta

from django.conf import settings

from forethought.audit.checkpoints import newest
from forethought.audit.models import Checkpoint, Entry, TimeStamp
from forethought.audit.procedures import Actor, Plain, acting
from forethought.audit.stamping import Authority, check_response

#: A clock further off than this is noted in the trail. Running back is noted sooner: two requests may cross by seconds.
OFF = timedelta(minutes=5)
BACK = timedelta(minutes=1)


def authorities() -> list[Authority]:
    """The authorities that this installation asks. Raises ValueError, with the cure, when one's file is unusable."""
    found = []
    for address, file in settings.TIME_AUTHORITIES:
        try:
            with open(file, encoding="ascii") as opened:
                authority = Authority(address, opened.read())
            authority.certificates()
        except (OSError, ValueError):
            raise ValueError(
                f"The certificate file {file} of a time authority holds no certificate. Put the authority's root "
                "certificate there, as PEM, or take the authority out of FORETHOUGHT_TIME_AUTHORITIES."
            ) from None
        found.append(authority)
    return found


def owed_by(authority: Authority) -> Checkpoint | None:
    """The newest checkpoint of the school that was entered, where this authority has not stamped it."""
    last = newest()
    if last is None or TimeStamp.objects.filter(checkpoint=last, authority=authority.name).exists():
        return None
    return last


def keep_stamp(
    *, checkpoint: Checkpoint, authority: Authority, request: bytes, response: bytes, by: Actor, at: datetime
) -> TimeStamp:
    """Keep what an authority answered, whole, once it is checked; and note it when its time is not ours.

    The hash of the token goes into this act's entry, and so under the next checkpoint. Raises BadStamp, and then
    nothing is kept. RFC 3161.
    """
    token = check_response(response, request=request, note=checkpoint.note, authority=authority)
    facts: dict[str, Plain] = {"authority": authority.name, "with_mods": token.with_mods}
    with acting("audit.keep_stamp", by=by, at=at, about=checkpoint.id, facts=facts) as event:
        event.commitments["token"] = token.token_hash.hex()
        kept: TimeStamp = TimeStamp.objects.create(
            school_id=checkpoint.school_id,
            checkpoint=checkpoint,
            authority=authority.name,
            request=request,
            response=response,
            chain=authority.chain,
            token_hash=token.token_hash,
            gen_at=token.gen_at,
            kept_at=at,
            kept_by=str(by.id),
        )
        if abs(token.gen_at - at) > OFF:
            warn_of_clock(why="differs", seconds=round((at - token.gen_at).total_seconds()), by=by, at=at)
    return kept


def warn_of_clock(*, why: str, seconds: int, by: Actor, at: datetime) -> None:
    """Note that our clock is wrong by so many seconds: it `ran_back`, or `differs` from an authority's."""
    with acting("audit.warn_of_clock", by=by, at=at, facts={"why": why, "seconds": seconds}):
        pass


def ran_back(at: datetime) -> int:
    """By how many seconds the clock was set back since the newest entry of the school that was entered; else 0.

    The warning is an entry at the earlier time, so each time the clock is set back is noted once.
    """
    last = Entry.objects.order_by("-seq").values_list("at", flat=True).first()
    return round((last - at).total_seconds()) if last is not None and last - at > BACK else 0

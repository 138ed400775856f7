"""The errors that mean something to a person."""


class Refused(Exception):
    """“No, because …”: an act that the rules do not allow now. The message is for the person at the screen."""

    def __init__(self, sentence: str, clause: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.clause = clause


class TooLate(Refused):
    """Somebody else acted first. The message names who and when; nothing was changed."""


def insist(reason: str | None, clause: str = "") -> None:
    """Refuse when a rule gave a reason; go on when it gave none.

    Raises Refused with that sentence.
    """
    if reason is not None:
        raise Refused(reason, clause)

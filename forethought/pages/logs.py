"""Log lines that say what happened to the program and never what somebody wrote.

An exception's message may hold a person's words, and so may a request's path; only the kind and the place are kept.
"""

import logging
import traceback


class Plain(logging.Formatter):
    """Time, level, logger, and for an exception its type and where it rose. Messages of errors are left out."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: "
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            place = " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in reversed(frames[-6:]))
            return f"{line}{record.exc_info[0].__name__} at {place}"
        # Django's own lines carry paths and arguments; the unformatted message does not.
        text = record.msg if record.name.startswith("django") else record.getMessage()
        return line + str(text).replace("\n", " ")

"""Whether the program answers: the first page, asked for on this machine."""

import http.client
import time
from collections.abc import Callable

#: A page that anybody may see, which needs the database and the style sheets and no school.
PAGE = "/accessibility/"


def answers(host: str, port: int, page: str = PAGE) -> bool:
    """Whether that page is there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", page, headers={"Host": host})
        reply = connection.getresponse()
        reply.read()
        return reply.status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def comes(host: str, port: int, seconds: float, alive: Callable[[], bool] = lambda: True) -> bool:
    """Whether that page comes within so many seconds, and before whoever should answer is dead."""
    latest = time.monotonic() + seconds
    while not answers(host, port):
        if time.monotonic() > latest or not alive():
            return False
        time.sleep(0.1)
    return True

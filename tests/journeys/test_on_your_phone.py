"""A senior manager has their browser told; a push arrives without a word; it says one sentence. Clause 8.3."""

import re
import time
from collections.abc import Callable

import pytest
from live import Live
from phones import PushService
from walking import NARROW, Walker

#: In place of the push service of a browser's maker, which no test reaches, and of what a browser asks its owner.
STAND_IN = """
PushManager.prototype.subscribe = async function (options) {
  if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error('not as it should be')
  return { endpoint: '%s' }
}
Notification.requestPermission = async () => 'granted'
"""


@pytest.mark.policy("8.3")
def test_a_phone_is_added_and_says_one_sentence(school: Live, somebody: Callable[..., Walker]) -> None:
    service = PushService()
    try:
        school.stop()
        school.start(FORETHOUGHT_PUSH_SERVICES=service.origin)
        david = somebody("phone", screen=NARROW)
        david.context.grant_permissions(["notifications"])
        david.page.add_init_script(STAND_IN % service.subscribe("david"))
        david.be("David Reed")
        david.follow("Be told on your phone")
        david.sees("On your phone")
        assert not david.page.get_by_text("It did not work.").is_visible()
        assert not david.page.get_by_text("This browser cannot be told").is_visible()
        david.press("Tell me on this one")
        david.page.get_by_text("It is added. Now try it.").wait_for()
        david.sees("On your phone")
        david.press("Try them now")
        # The demonstration may have had something for him already.
        david.page.get_by_text(re.compile("Every one of them took it|in the last five minutes")).wait_for()
        latest = time.monotonic() + 60
        while not service.bodies and time.monotonic() < latest:
            david.page.wait_for_timeout(50)
        assert set(service.pushes) == {"/push/david"} and set(service.bodies) == {b""} and not service.faults

        told = arrived(david, school.url)
        assert told == [["There is something for you in Forethought", "Please sign in."]]
        david.press("Take off My phone")
        david.page.get_by_text("Nothing is added.").wait_for()
    finally:
        service.stop()


def arrived(walker: Walker, origin: str) -> list[list[str]]:
    """What the browser shows once a push without a word has come to it."""
    protocol = walker.context.new_cdp_session(walker.page)
    found: list[str] = []
    protocol.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: found.extend(one["registrationId"] for one in said["registrations"] if not one["isDeleted"]),
    )
    protocol.send("ServiceWorker.enable")
    # Playwright waits for no promise: to `wait_for_function` one is as good as a yes.
    latest = time.monotonic() + 60
    while not (walker.page.evaluate(_ACTIVE) and found):
        assert time.monotonic() < latest, "no worker of the browser listens"
        walker.page.wait_for_timeout(50)
    protocol.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[-1], "data": ""})
    said: list[list[str]] = []
    while not said:
        assert time.monotonic() < latest, "nothing is shown"
        walker.page.wait_for_timeout(50)
        said = walker.page.evaluate(_SAID)
    return said


_ACTIVE = "() => navigator.serviceWorker.getRegistrations().then((all) => Boolean(all[0]?.active))"
_SAID = """async () => {
  const [registration] = await navigator.serviceWorker.getRegistrations()
  return (await registration.getNotifications()).map((one) => [one.title, one.body])
}"""

"""A browser in which one of the cast is signed in, second step and all, and a school whose clock is the real one."""

import time
from collections.abc import Iterator

import pytest
from builders import World, a_school, an_account
from django.test import Client
from django.utils import timezone

from forethought.people.models import Account, Person
from forethought.rows import inside


@pytest.fixture
def school_now(db: None) -> Iterator[World]:
    """A school whose day is today: pages ask what time it is."""
    made = a_school(at=timezone.now())
    with inside(made.school.id):
        yield made


def client_of(person: Person) -> Client:
    """A browser with this person signed in, who has just proved with a second step that it is they."""
    account = Account.objects.filter(person_id=person.id).first() or an_account(person)
    client = Client()
    client.force_login(account)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods_user"] = str(account.pk)
    session["second_step"] = True
    session.save()
    return client


def text_of(response: object) -> str:
    """A page's HTML, which must be one that is shown."""
    assert response.status_code == 200, response.status_code  # type: ignore[attr-defined]
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]

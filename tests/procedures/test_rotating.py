"""Replacing keys: all stays readable, a rotation that was killed goes on, and the old key is counted out of use."""

import base64
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from builders import World, a_case, a_draft, an_account, an_exhibit
from django.core.management import CommandError, call_command
from django.utils import timezone

from forethought import checks
from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.backups import keeping
from forethought.core.errors import Refused
from forethought.evidence import keyring, keys, rotating
from forethought.evidence.keys import load_master, make_master
from forethought.evidence.models import CaseKey, Exhibit, SchoolKey
from forethought.evidence.reading import content_of
from forethought.management.commands import rotate_keys
from forethought.pages.signin import SecondStep
from forethought.questions import procedures as questions
from forethought.reports.drafts import answers_of
from forethought.rows import inside


@pytest.fixture
def own_master(tmp_path: Path, settings: Any) -> Path:
    """A master key of the test's own, which it may replace."""
    settings.MASTER_KEY_FILE = tmp_path / "keys" / "master.key"
    make_master(settings.MASTER_KEY_FILE)
    return tmp_path / "keys"


@pytest.fixture
def kept(db: None, own_master: Path, request: pytest.FixtureRequest) -> tuple[World, Exhibit]:
    """A school with cases, a record and words of no case, all sealed under the test's own master key."""
    world: World = request.getfixturevalue("world")
    for _ in range(3):
        a_case(world)
    exhibit = an_exhibit(a_draft(world), by=world.teacher, at=world.at)
    questions.ask_question(
        words="May I keep it?",
        draft="",
        child="no",
        manager=world.head,
        may_be_shared=False,
        by=world.teacher,
        at=world.at,
    )
    return world, exhibit


def all_is_readable(world: World, exhibit: Exhibit) -> None:
    """As the next request would read it, with nothing remembered."""
    with inside(world.school.id):
        found = Exhibit.objects.select_related("key").get(pk=exhibit.pk)
        assert b"".join(content_of(found)).startswith(b"\x89PNG")
        for row in CaseKey.objects.all():
            keyring.case_key(world.school.id, row.case_id)
        from forethought.cases.models import Draft

        assert answers_of(Draft.objects.get(case_id=found.case_id))["happened"]
        from forethought.questions.models import Question

        assert keyring.words_at_school(Question.objects.get(), "content")


@pytest.mark.policy("7.3")
def test_a_schools_key_is_replaced_and_the_old_one_counted_out_of_use(kept: tuple[World, Exhibit], capsys: Any) -> None:
    world, exhibit = kept
    [old] = rotating.standing_keys()
    assert sum(rotating.uses_of(bytes(old.key_id)).values()) == CaseKey.objects.count() >= 4
    call_command("rotate_keys")

    said = capsys.readouterr().out
    assert "nothing needs the old key" in said and f"{CaseKey.objects.count()} of {CaseKey.objects.count()}" in said
    old.refresh_from_db()
    assert bytes(old.wrapped) == b"" and old.retired_at is not None
    assert rotating.uses_of(bytes(old.key_id)) == {}
    all_is_readable(world, exhibit)
    verbs = list(Entry.objects.order_by("seq").values_list("verb", flat=True))[-2:]
    assert verbs == ["evidence.start_school_key", "evidence.retire_school_key"]
    # Every case key lies under the newest now.
    with inside(world.school.id):
        newest = keyring.school_key(world.school.id)
    assert {keys.sealed_under(bytes(row.wrapped)) for row in CaseKey.objects.all()} == {newest.id}


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_rotation_killed_half_way_is_read_through_and_goes_on(
    kept: tuple[World, Exhibit], after: int, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    world, exhibit = kept
    monkeypatch.setattr(rotating, "BATCH", 1)
    real, left = rotating.rewrap_some, [after]

    def killed(school_id: uuid.UUID) -> int:
        all_is_readable(world, exhibit)
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return real(school_id)

    monkeypatch.setattr(rotating, "rewrap_some", killed)
    with pytest.raises(KeyboardInterrupt):
        call_command("rotate_keys")
    all_is_readable(world, exhibit)
    assert len(rotating.standing_keys()) == 2
    a_case(world)
    monkeypatch.setattr(rotating, "rewrap_some", real)
    call_command("rotate_keys")
    assert "Going on" in capsys.readouterr().out
    assert len(rotating.standing_keys()) == 1 and SchoolKey.objects.count() == 2
    all_is_readable(world, exhibit)


def test_a_key_that_something_needs_is_not_retired(kept: tuple[World, Exhibit]) -> None:
    world, _ = kept
    [old] = rotating.standing_keys()
    with pytest.raises(Refused, match="newest"):
        rotating.retire_school_key(key=old, by=PROGRAM, at=world.at)
    rotating.start_school_key(school_id=world.school.id, by=PROGRAM, at=timezone.now())
    with pytest.raises(Refused, match="forethought_casekey"):
        rotating.retire_school_key(key=old, by=PROGRAM, at=world.at)


def a_second_step(world: World) -> Authenticator:
    secret = SecondStep().encrypt("JBSWY3DPEHPK3PXP")
    return Authenticator.objects.create(user=an_account(world.teacher), type="totp", data={"secret": secret})


@pytest.mark.policy("7.3")
def test_the_master_key_is_replaced_with_everything_readable_before_and_after(
    kept: tuple[World, Exhibit], own_master: Path, capsys: Any
) -> None:
    world, exhibit = kept
    step, old = a_second_step(world), keyring.master()
    call_command("rotate_keys", master=True)

    new = load_master(own_master / "master.key")
    assert new.id != old.id and load_master(own_master / "master.key.last").id == old.id
    assert not (own_master / "master.key.next").exists()
    assert "nothing here needs the old master key" in capsys.readouterr().out
    (own_master / "master.key.last").unlink()
    all_is_readable(world, exhibit)
    step.refresh_from_db()
    assert keys.sealed_under(base64.b64decode(step.data["secret"])) == new.id
    assert SecondStep().decrypt(step.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_the_master_key_is_not_replaced_while_a_backup_is_made(own_master: Path, db: None) -> None:
    before = (own_master / "master.key").read_bytes()
    with keeping.alone(), pytest.raises(CommandError, match="Another backup is being made"):
        call_command("rotate_keys", master=True)

    assert [one.name for one in own_master.iterdir()] == ["master.key"]
    assert (own_master / "master.key").read_bytes() == before


@pytest.mark.parametrize("where", ["made", "wrapped", "linked", "exchanged"])
def test_a_change_of_the_master_key_killed_anywhere_goes_on(
    kept: tuple[World, Exhibit], own_master: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, exhibit = kept
    step, old = a_second_step(world), keyring.master()

    def killed(*args: Any, **kwargs: Any) -> None:
        if where == "exchanged":
            exchange(*args, **kwargs)
            # Somebody set up a second step with the old key at the very moment.
            secret = base64.b64encode(keys.seal_text("JBSWY3DPEHPK3PXP", key=old, about=SecondStep.PLACE)).decode()
            Authenticator.objects.filter(pk=step.pk).update(data={"secret": secret})
        elif where == "linked":
            os.link(own_master / "master.key", own_master / "master.key.last")
        raise KeyboardInterrupt

    exchange = rotate_keys.exchange
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        if where == "made":
            patch.setattr(rotate_keys.Command, "wrap_under", killed)
        else:
            patch.setattr(rotate_keys, "exchange", killed)
        call_command("rotate_keys", master=True)
    all_is_readable(world, exhibit)
    call_command("rotate_keys", master=True)
    all_is_readable(world, exhibit)
    step.refresh_from_db()
    assert SecondStep().decrypt(step.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert keyring.master().id != old.id and not (own_master / "master.key.next").exists()
    assert load_master(own_master / "master.key.last").id == old.id


@pytest.mark.policy("7.3")
def test_with_another_installations_key_nothing_starts_and_nothing_is_made_up(
    kept: tuple[World, Exhibit], own_master: Path
) -> None:
    assert kept
    assert not [one for one in checks.refusals() if "master key" in one]
    (own_master / "master.key").rename(own_master / "away")
    make_master(own_master / "master.key")
    count = SchoolKey.objects.count()

    [said] = [one for one in checks.refusals() if "master key" in one]
    assert "Put back the right one" in said
    with pytest.raises((CommandError, keys.BadKeyFile)):
        call_command("rotate_keys")
    assert SchoolKey.objects.count() == count

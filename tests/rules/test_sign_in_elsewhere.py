"""Whom a provider's claims mean, and which of them are proof: at Microsoft, at Google and anywhere else."""

from pathlib import Path
from typing import Any

import pytest

from forethought.core import env
from forethought.signing_in import rules
from forethought.signing_in.rules import Told, is_fresh, read_claims, why_not_connect, why_not_set_provider

pytestmark = pytest.mark.policy("2.5")

TENANT = "0f0f0f0f-1111-4222-8333-444444444444"
MICROSOFT = {"iss": f"https://login.microsoftonline.com/{TENANT}/v2.0", "tid": TENANT, "oid": "o-1", "sub": "s-1"}
GOOGLE = {"iss": "https://accounts.google.com", "sub": "g-1", "hd": "oak.example", "email_verified": True}


def subject(kind: str, tenant: str, claims: dict[str, Any]) -> str | None:
    told = read_claims(kind, tenant, claims)
    return told.subject if told else None


def test_microsoft_names_somebody_by_oid_in_the_tenant_of_the_school() -> None:
    assert subject("microsoft", TENANT, MICROSOFT) == "o-1"
    assert subject("microsoft", TENANT, {**MICROSOFT, "tid": TENANT.upper()}) == "o-1"
    for wrong in ({"tid": TENANT.replace("0", "1")}, {"tid": None}, {"oid": None}, {"oid": ""}, {"oid": 7}):
        assert subject("microsoft", TENANT, {**MICROSOFT, **wrong}) is None, wrong


def test_google_names_somebody_by_sub_in_the_domain_of_the_school() -> None:
    assert subject("google", "oak.example", GOOGLE) == "g-1"
    for wrong in ({"hd": "elm.example"}, {"hd": None}, {"sub": None}):
        assert subject("google", "oak.example", {**GOOGLE, **wrong}) is None, wrong
    private = {key: value for key, value in GOOGLE.items() if key != "hd"}
    assert subject("google", "oak.example", private) is None


@pytest.mark.parametrize(
    ("claims", "second_step"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": "mfa"}, False),
        ({"amr": [["mfa"], None, 7]}, False),
        ({"acr": "phr"}, True),
        ({"acr": "1"}, False),
        ({"acr": ["phr"]}, False),
    ],
)
def test_a_second_step_is_one_only_where_it_is_said(claims: dict[str, Any], second_step: bool) -> None:
    told = read_claims("other", "https://a.example", {"iss": "https://a.example", "sub": "1", **claims})
    assert told is not None
    assert told.second_step is second_step


def a_telling(**more: Any) -> Told:
    values: dict[str, Any] = {
        "issuer": "https://a.example",
        "subject": "1",
        "email": "jo@oak.example",
        "email_verified": True,
        "shown": "",
        "signed_in_at": 1000,
        "second_step": False,
    }
    return Told(**{**values, **more})


def test_an_address_must_be_verified_and_the_same_but_at_microsoft_where_none_is() -> None:
    def connects(kind: str, *, taken: bool = False, **more: Any) -> bool:
        return why_not_connect(kind=kind, told=a_telling(**more), email="Jo@oak.example", taken=taken) is None

    assert connects("other")
    assert connects("google")
    assert not connects("other", email_verified=False)
    assert not connects("google", email="jo@elm.example")
    assert not connects("other", email="")
    assert connects("microsoft", email="", email_verified=False)
    assert not connects("microsoft", taken=True)


def test_fresh_is_what_the_provider_says_happened_lately() -> None:
    assert is_fresh(a_telling(), now=1299.0, within=300)
    assert not is_fresh(a_telling(), now=1300.0, within=300)
    assert is_fresh(a_telling(), now=940.0, within=300)
    assert not is_fresh(a_telling(), now=939.0, within=300), "its clock is too far ahead"
    assert not is_fresh(a_telling(signed_in_at=None), now=1000.0, within=300)


def test_a_claim_of_true_is_no_time() -> None:
    told = read_claims("other", "x", {"iss": "x", "sub": "1", "auth_time": True})
    assert told is not None
    assert told.signed_in_at is None


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("https://login.oak.example", True),
        ("https://login.oak.example:8443/realms/school", True),
        ("http://login.oak.example", False),
        ("http://inside.oak.example:8080/realms/school", True),
        ("http://inside.oak.example:8081", False),
        ("https://a:b@login.oak.example", False),
        ("https://login.oak.example?x=1", False),
        ("https://login.oak.example#x", False),
        ("https://", False),
        ("https://[::1", False),
        ("file:///etc/passwd", False),
        ("//login.oak.example", False),
    ],
)
def test_a_provider_is_asked_over_https_unless_the_installation_names_it(address: str, fits: bool) -> None:
    assert (rules.why_not_ask(address, frozenset({"http://inside.oak.example:8080"})) is None) is fits


def test_only_the_headteacher_lets_a_second_step_elsewhere_count() -> None:
    def why_not(**more: Any) -> str | None:
        said = {
            "kind": "google",
            "tenant": "oak.example",
            "client_id": "c",
            "secret": "s",
            "counts": True,
            "head": True,
        }
        return why_not_set_provider(**{**said, **more}, plain=frozenset())

    assert why_not() is None
    assert why_not(head=False) == "Only the headteacher can let the second step elsewhere count."
    assert why_not(head=False, counts=False) is None
    assert why_not(kind="yahoo") is not None
    assert why_not(secret="") is not None


def test_settings_of_sign_in_are_whole_or_none(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(" a secret\n")
    said = {"kind": "microsoft", "tenant": TENANT.upper(), "client_id": "c", "secret_file": str(file)}

    found = env.sign_in_provider(**said, second_step_counts=False)

    assert found is not None
    assert (found["tenant"], found["secret"]) == (TENANT, "a secret")
    nothing = dict.fromkeys(said, "")
    assert env.sign_in_provider(**nothing, second_step_counts=False) is None
    for wrong in ({"kind": "yahoo"}, {"tenant": ""}, {"secret_file": ""}, {"secret_file": str(tmp_path / "none")}):
        with pytest.raises(env.WrongSetting):
            env.sign_in_provider(**{**said, **wrong}, second_step_counts=False)


def test_origins_are_origins_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_ORIGINS", "http://login.oak.internal:8080, https://a.example")
    assert env.origins("SOME_ORIGINS") == ["http://login.oak.internal:8080", "https://a.example"]
    monkeypatch.setenv("SOME_ORIGINS", "http://login.oak.internal/realms")
    with pytest.raises(env.WrongSetting):
        env.origins("SOME_ORIGINS")

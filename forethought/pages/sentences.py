"""Which clauses the sentences of the school's own words serve, and which serve none yet. Clause F4."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.keeping import HOME, policy_for
from forethought.pages.paging import paged
from forethought.policies import linking, standing
from forethought.policies.clauses import clauses
from forethought.policies.models import Policy
from forethought.policies.sentences import key_of, sentences_of

LIST = "/policy/sentences/"
A_PAGE = 50
#: How many linked sentences stand behind the fold. The others are a press away.
A_GLANCE = 20


def sentences_here(policy: Policy) -> dict[bytes, str]:
    """The sentences of the version in force and of the change on its way, each once, by the key of its words."""
    revision = standing.open_revision()
    texts = [policy.in_force.text if policy.in_force else None, revision.text if revision else None]
    found: dict[bytes, str] = {}
    for text in texts:
        for one in standing.text_of(text):
            for sentence in sentences_of(one.words):
                found.setdefault(key_of(sentence), sentence)
    return found


@page
def sentences(request: Request) -> HttpResponseBase:
    """The sentences that lead nowhere yet; those that do stand behind a fold."""
    policy = policy_for(request)
    found = sentences_here(policy)
    links = standing.links_by_key(found)
    linked = request.GET.get("show") == "linked"
    without = [row(key, words, ()) for key, words in found.items() if key not in links]
    with_link = [row(key, words, links[key]) for key, words in found.items() if key in links]
    here, pages = paged(
        with_link if linked else without, request.GET.get("page", ""), A_PAGE, LIST, "show=linked" if linked else ""
    )
    return render(
        request,
        "forethought/policy/keeping_sentences.html",
        {
            "title": "Sentences with a link" if linked else "Sentences without a link",
            "back_href": LIST if linked else HOME,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "any": bool(found),
            "linked": linked,
            "rows": here,
            "without": len(without),
            "with_link": len(with_link),
            "glance": with_link[:A_GLANCE],
            "more": len(with_link) > A_GLANCE,
            **pages,
        },
    )


def row(key: bytes, words: str, names: Any) -> dict[str, object]:
    """A sentence in the list."""
    return {"words": words, "href": f"{LIST}{key.hex()}/link-sentence/", "clauses": ", ".join(sorted(names))}


class LinkForm(asking.Form):
    """Up to three clauses."""

    first = fields.Pick(label="It serves this clause", choices=[], required=False)
    second = fields.Pick(label="And this one", choices=[], required=False)
    third = fields.Pick(label="And this one too", choices=[], required=False)


@page
def link_sentence(request: Request, key: str) -> HttpResponseBase:
    """Say which clauses a sentence serves."""
    policy = policy_for(request)
    try:
        words = sentences_here(policy)[bytes.fromhex(key)]
    except (ValueError, KeyError):
        raise Http404 from None
    now = sorted(standing.links_by_key([bytes.fromhex(key)]).get(bytes.fromhex(key), ()))
    names = ("first", "second", "third")
    form = LinkForm(request.POST if request.method == "POST" else None, initial=dict(zip(names, now, strict=False)))
    choices = [("", "No clause"), *((one.id, f"{one.id} {one.title}") for one in clauses().values())]
    for name in names:
        form.fields[name].choices = choices  # type: ignore[attr-defined]
    return acts.act(
        request,
        form,
        lambda said: linking.link_sentence(
            policy=policy,
            # The form holds three. Where the sentence has more, those that it does not show stay.
            names=frozenset(said[name] for name in names if said[name]) | frozenset(now[len(names) :]),
            sentence=words,
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=LIST,
        title="Link a sentence",
        button="Save",
        done="The sentence is linked as you said.",
        back_href=LIST,
        words=words,
        template="forethought/policy/keeping_link.html",
        lead=["The words stay as they are. This is no change of the policy, so nobody is asked."],
    )

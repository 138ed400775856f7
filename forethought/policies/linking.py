"""Which clauses the sentences of the school's own words serve: said by a person, and kept when the wording changes."""

from collections.abc import Mapping
from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.policies.clauses import clauses
from forethought.policies.comparing import Kind, compare
from forethought.policies.models import Baseline, Policy, Revision, SentenceLink
from forethought.policies.sentences import carried_over, key_of, sentences_of
from forethought.policies.standing import links_of
from forethought.policies.text import Text


def link_all(links: Mapping[bytes, frozenset[str]], row: Baseline | Revision, by: Actor, at: datetime) -> None:
    """Write links from sentences to clauses that are not there yet. Part of a larger act."""
    SentenceLink.objects.bulk_create(
        [
            SentenceLink(school_id=row.school_id, key=key, clause=clause, linked_at=at, linked_by=str(by.id))
            for key, names in links.items()
            for clause in sorted(names)
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def carry_links(old: Text, new: Text, revision: Revision, by: Actor, at: datetime) -> None:
    """Give changed sentences the links of those they came from, paragraph by paragraph. Part of a larger act."""
    links = links_of(old)
    carried: dict[bytes, frozenset[str]] = {}
    for change in compare(old, new):
        if change.kind is Kind.CHANGED and change.old is not None and change.new is not None:
            carried.update(carried_over(sentences_of(change.old.words), sentences_of(change.new.words), links))
    link_all(carried, revision, by, at)


def link_sentence(*, policy: Policy, sentence: str, names: frozenset[str], by: Actor, at: datetime) -> None:
    """Say which clauses a sentence of the school's own words serves, so that it leads to their screens. Policy F4.

    The words stay as they are: this is no change of the policy. With no clause, the links are taken away.
    """
    unknown = sorted(names - clauses().keys())
    insist(f"There is no clause {unknown[0]}." if unknown else None, "F4")
    with acting("policies.link_sentence", by=by, at=at, about=policy.pk) as event:
        key = key_of(sentence)
        SentenceLink.objects.filter(key=key).exclude(clause__in=names).delete()
        SentenceLink.objects.bulk_create(
            [
                SentenceLink(school_id=policy.pk, key=key, clause=name, linked_at=at, linked_by=str(by.id))
                for name in sorted(names)
            ],
            ignore_conflicts=True,
        )
        event.facts["clauses"] = " ".join(sorted(names))

"""A school’s privacy notices and schedule for anybody, without an account, as both signed them. Clause 11.1."""

import uuid

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import spoken_day
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.complaining import school_for
from forethought.pages.data_documents import shown, signed_lines, since
from forethought.people.models import School
from forethought.protection import document_rules, documents
from forethought.protection.document_rules import Paper
from forethought.rows import inside, school_in_scope


def _home(school_id: uuid.UUID | None) -> str:
    return f"/data-protection/notices/at/{school_id}/" if school_id else "/data-protection/notices/"


@page
def notices(request: Request, school_id: uuid.UUID | None = None) -> HttpResponseBase:
    """What a school says about data, each with its page. A school prints this address."""
    with inside(school_for(school_id)):
        now, found = timezone.now(), [(one, documents.in_force(one)) for one in Paper if one in document_rules.FOR_ALL]
        rows = [
            {
                "text": paper.words,
                "href": f"{_home(school_id)}{paper.value}/",
                "status": "Signed",
                "hint": since(row, now),
            }
            for paper, row in found
            if row is not None and row.signed_at is not None
        ]
        values = {"title": "Privacy notices", "rows": rows, "signs": False, "back_href": "/privacy/"}
        return render(request, "forethought/protection/documents.html", values)


@page
def notice(request: Request, paper: str, school_id: uuid.UUID | None = None) -> HttpResponseBase:
    """One of them, to read and to print."""
    if paper not in document_rules.FOR_ALL:
        raise Http404
    with inside(school_for(school_id)):
        row, school = documents.in_force(paper), School.objects.get(pk=school_in_scope())  # type: ignore[misc]
        if row is None or row.signed_at is None:
            raise Http404
        text = documents.newest_text(row)
        return render(
            request,
            "forethought/protection/document.html",
            {
                "title": Paper(paper).words,
                "school": school.name,
                "state": f"From {spoken_day(row.signed_at, year=True)}.",
                "sections": shown(text),
                "signed": signed_lines(text),
                "sha256": text.sha256,
                "back_href": _home(school_id),
            },
        )

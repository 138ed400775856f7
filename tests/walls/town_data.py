"""Requests for one's own data in a school of the town (one being answered, the head's, one that is over); documents."""

from data_protection_acts import a_signed_document
from town import Place
from town_papers import a_visit

from forethought.protection import access, documents


def fill(place: Place) -> None:
    """After the cases, so that some of them have a part of an answer."""
    world, officer = place.world, place.cast["officer"]
    access.ask_for_own_data(asks="", by=world.head, at=world.at)
    for person in (world.teacher, world.colleague):
        row = access.ask_for_own_data(asks="", by=person, at=world.at)
        access.search_for_data(access_request=row, version=row.version, by=officer, at=world.at)
        a_visit(place, f"request of {person.pk}", row.pk)
    row = access.ask_for_own_data(asks="", by=world.teacher, at=world.at)
    access.decline_request(access_request=row, version=row.version, words="You have it.", by=officer, at=world.at)
    a_visit(place, "request that is over", row.pk)
    for kind in ("impact", "staff", "schedule"):
        a_signed_document(world, officer, kind)
    documents.write_document(school=world.school, kind="staff", by=officer, at=world.at)
    documents.write_document(school=world.school, kind="processing", by=officer, at=world.at)

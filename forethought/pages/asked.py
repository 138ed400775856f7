"""A request as our pages get it: with who is looking, found by the middleware."""

from typing import Any

from django.http import HttpRequest


class Request(HttpRequest):
    """Django's request. `viewer` is a middleware.Viewer where somebody is signed in; a `visitor` has come by a code.
    `reader` is the person of either kind who reads: signed in, or here by a personal link.

    Typed loosely, because which of them is there depends on the door: the access matrix says it, not the type.
    """

    viewer: Any
    visitor: Any
    reader: Any
    #: Whether the disk is full, so that nothing is written (pages/room.py); and the view, to be asked once more.
    reads_only: bool
    once_more: Any

"""What was read out of a record, in sentences: why nothing was, what to look at twice, what a signature says."""

from typing import Any

UNREADABLE = {
    "damaged": "This file is damaged or cut short. It is kept as it came.",
    "failed": "This file could not be read. It is kept as it came.",
    "seal": "What lies in the store is not what was kept. It is noted. Tell whoever looks after the system.",
    "large": "This file is too large to open here. It is kept as it came. A chat can be exported without media.",
    "no_mail": "This is no email, whatever its name says. It is kept as it came.",
    "archive": "An archive is never opened, unless it is an exported chat. It is kept as it came.",
    "locked": "This archive is locked with a password. It is kept as it came.",
    "method": "This archive is packed in a way that is not read here. It is kept as it came.",
    "members": "This archive holds more files than a chat does. It was not opened.",
    "twice": "This archive holds two files of one name, which no phone makes. It was not opened.",
    "links": "This archive holds a link to another file, which no phone makes. It was not opened.",
    "outside": "This archive would write outside its own folder. It was not opened.",
    "unpacks": "This archive unpacks to far more than a chat. It was not opened.",
    "points": "This picture is too large to be opened here. It is kept as it came.",
    "heic": "Pictures of this kind (HEIC) are kept and not opened here. A phone can send them as JPEG.",
}

NO_PROGRAM = {
    "letters": "The letters in it were not looked for: the program “tesseract” is not installed on the server.",
    "length": "Its length was not read: the programs “ffprobe” and “ffmpeg” are not installed on the server.",
}

WARNINGS = {
    "second_subject": "It has two subjects. A mail program shows only one. Both are below.",
    "second_from": "It has two senders. A mail program shows only one. Both are below.",
    "second_sender": "It names two who sent it. Both are below.",
    "second_reply_to": "It names two addresses for answers. Both are below.",
    "second_to": "It has two lists of who it went to. Both are below.",
    "second_cc": "It has two lists of copies. Both are below.",
    "second_date": "It has two dates. Both are below.",
    "second_message_id": "It has two numbers of its own, which no mail program makes.",
    "reply_elsewhere": "An answer would go to another address than the one it came from.",
    "name_is_address": "The sender’s name looks like an address, and is another one than it came from.",
    "no_path": "It does not say by which servers it came. Perhaps somebody saved it by hand.",
    "list": "It came through a mailing list, which often changes a mail on its way.",
    "letters": "It has letters in its first lines that no mail should have there. They may be read wrongly.",
    "nested": "It holds parts within parts without end. Not all of it was read.",
    "outlook": "Outlook took this mail apart when it kept it, so no signature can be checked. The .eml file could be.",
    "attachments": "Not all that is attached could be listed.",
    "place": "It says where it was taken. That may be somebody’s home. Take it out before a copy leaves the school.",
    "place_zero": "It names the place 0, 0, in the sea. Phones write that when they do not know where they are.",
    "thumbnail_differs": "A small picture inside it shows something else. It may have been cut after it was taken.",
    "cut_short": "The picture is cut short. What its camera noted could still be read.",
}

#: What a signature came to: the tag's words, its colour, and what that means.
SIGNATURES = {
    "fits": ("Fits", "green", "Whoever runs {domain} signed what is covered, and it has not been changed since."),
    "wrong": ("Does not fit", "red", "A signed line was changed after it was signed, or the signature is made up."),
    "wrong_body": ("Does not fit", "red", "The words were changed after they were signed."),
    "malformed": ("Not a signature", "red", "It is not written as a signature must be."),
    "bad_key": ("Not checked", "yellow", "The key that {domain} publishes cannot be used."),
    "none": (
        "Not checked",
        "yellow",
        "{domain} publishes no such key now. Keys are changed, so that proves nothing.",
    ),
    "revoked": ("Key taken back", "red", "{domain} has taken this key back. What it signed cannot be relied on."),
    "no_network": ("Not checked", "yellow", "Not checked: no network. It is tried again by itself for two weeks."),
}

CLOSED = {
    "tnef": "Outlook’s own bundle. It may hold more files. It is not opened.",
    "smime": "Signed or locked with S/MIME. It is not opened.",
    "calendar": "An invitation.",
    "mail": "A mail inside the mail. It is not opened.",
}

RECIPES = {
    "email": "Email",
    "chat": "Chat",
    "text": "Text",
    "letters": "Letters in a picture",
    "transcript": "Transcript",
    "particulars": "What was said about it",
}

SORTS = {
    "media": "File",
    "omitted": "A file that did not come with the export",
    "deleted": "Deleted",
    "view_once": "Something to be seen once. It is not in the export.",
    "call": "Call",
}

PICTURE = {
    "taken": "Taken",
    "zone": "Time zone",
    "place": "Place (north, east)",
    "maker": "Made by",
    "device": "Device",
    "program": "Program",
    "owner": "Owner noted",
}


def signature_row(said: dict[str, Any]) -> dict[str, Any]:
    """One signature: its tag, what it means, what it covers, and what stands outside it."""
    tag, colour, meaning = SIGNATURES[said["result"]]
    row: dict[str, Any] = {
        "tag": tag,
        "colour": colour,
        "meaning": meaning.format(domain=said.get("domain") or "The sender"),
        "warnings": [],
        "covers": "",
    }
    if "headers" not in said:
        return row
    body, signed = said["body"], said["signed_body"]
    row["covers"] = f"{', '.join(said['headers'])}; {signed:,} of {body:,} bytes of the words."
    if signed < body:
        row["warnings"].append(
            f"The last {body - signed:,} bytes of its words are not signed. Anybody can have added them."
        )
    for name in said["seconds"]:
        row["warnings"].append(f"A second “{name}” line is not signed. Anybody can have added it.")
    others = [name for name in said["outside"] if name not in said["seconds"]]
    if others:
        row["warnings"].append(f"Not signed: {', '.join(others)}.")
    if "expired_at" in said:
        row["warnings"].append("The signature has run out since. It is judged as it was then.")
    if 0 < said.get("bits", 2048) < 1024:
        row["warnings"].append("The key is so short that others can make one like it.")
    return row


def chat_notes(said: dict[str, Any], *, total: int) -> list[str]:
    """What somebody must know before they read an exported chat."""
    phone = "an iPhone" if said["form"] == "iphone" else "an Android phone"
    notes = [
        f"Exported from {phone}: {total:,} entries. An export is a text, and anybody can change one.",
        "The names are what the exporter’s phone calls people. They do not show who somebody is.",
    ]
    if not said["order"]:
        notes.append("It is not clear whether its dates begin with the day or the month. Ask the exporter.")
    elif said["how"] == "sequence":
        first = "month" if said["order"] == "mdy" else "day"
        notes.append(f"Its dates are taken to begin with the {first}: only then do the entries follow one another.")
    elif said["order"] == "mdy":
        notes.append("Its dates begin with the month.")
    if said.get("missing"):
        notes.append(f"{len(said['missing'])} of the files that it names are not in the archive.")
    return notes


VIRUS = {
    "found": "The virus scanner found {} in this file. It is kept as it came, because it may be evidence. "
    "Do not open it on a machine of yours. Ask whoever looks after your machines first.",
    "large": "This file was too large for the virus scanner. Nobody has looked for a virus in it.",
    "no_answer": "The virus scanner gave no answer. Nobody has looked for a virus here. Have it read again later.",
}

"""Exported chats: both phones' forms in their many ways, what is uncertain in them, and where two exports disagree."""

import string
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.evidence.chats import (
    Chat,
    Form,
    Message,
    Order,
    Sort,
    difference_of,
    moment,
    parsed,
    printed,
)

pytestmark = pytest.mark.policy("7.3")

ENCRYPTED = "Messages and calls are end-to-end encrypted."
NNBSP, LRM = "\u202f", "\u200e"


def one(line: str) -> Message:
    chat = parsed(line)
    assert chat is not None
    assert len(chat.messages) == 1
    return chat.messages[0]


@pytest.mark.parametrize(
    ("line", "form", "written", "sender", "text"),
    [
        ("[12/03/2024, 14:05:31] Tess: Hello", Form.IPHONE, "12/03/2024, 14:05:31", "Tess", "Hello"),
        ("[12/03/2024 14:05:31] Tess: Hello", Form.IPHONE, "12/03/2024 14:05:31", "Tess", "Hello"),
        (
            f"[3/12/24, 2:05:31{NNBSP}PM] Tess: Hello",
            Form.IPHONE,
            f"3/12/24, 2:05:31{NNBSP}PM",
            "Tess",
            "Hello",
        ),
        (f"{LRM}[12/03/2024, 14:05:31] Tess: Hello", Form.IPHONE, "12/03/2024, 14:05:31", "Tess", "Hello"),
        ("[12.03.24, 14:05:31] Tess: Hello", Form.IPHONE, "12.03.24, 14:05:31", "Tess", "Hello"),
        ("12/03/2024, 14:05 - Tess: Hello", Form.ANDROID, "12/03/2024, 14:05", "Tess", "Hello"),
        (f"12/03/2024, 2:05{NNBSP}pm - Tess: Hello", Form.ANDROID, f"12/03/2024, 2:05{NNBSP}pm", "Tess", "Hello"),
        ("3/12/24, 2:05 PM - Tess: Hello", Form.ANDROID, "3/12/24, 2:05 PM", "Tess", "Hello"),
        ("12/03/2024, 2:05 p.m. - Tess: Hello", Form.ANDROID, "12/03/2024, 2:05 p.m.", "Tess", "Hello"),
        ("2024-03-12, 14:05 - Tess: Hello", Form.ANDROID, "2024-03-12, 14:05", "Tess", "Hello"),
        ("\ufeff12/03/2024, 14:05 - Tess: Hello", Form.ANDROID, "12/03/2024, 14:05", "Tess", "Hello"),
        ("12/03/2024, 14:05 - +44 7700 900123: Hello", Form.ANDROID, "12/03/2024, 14:05", "+44 7700 900123", "Hello"),
    ],
)
def test_each_phones_way_of_writing_an_entry_is_read(
    line: str, form: Form, written: str, sender: str, text: str
) -> None:
    chat = parsed(line)
    assert chat is not None
    message = chat.messages[0]
    assert (chat.form, message.written, message.sender, message.text) == (form, written, sender, text)
    assert message.sort is Sort.WORDS


@pytest.mark.parametrize(
    ("said", "sort", "text", "media"),
    [
        (f"{LRM}<attached: 12-PHOTO-2024-03-12-14-05.jpg>", Sort.MEDIA, "", "12-PHOTO-2024-03-12-14-05.jpg"),
        (f"Look {LRM}<attached: 7-VIDEO.mp4>", Sort.MEDIA, "Look", "7-VIDEO.mp4"),
        (f"{LRM}image omitted", Sort.OMITTED, "image omitted", ""),
        (f"letter.pdf • {LRM}2 pages {LRM}document omitted", Sort.OMITTED, "letter.pdf • 2 pages document omitted", ""),
        (f"{LRM}This message was deleted.", Sort.DELETED, "This message was deleted.", ""),
        (f"{LRM}You deleted this message.", Sort.DELETED, "You deleted this message.", ""),
        (f"{LRM}Missed voice call", Sort.CALL, "Missed voice call", ""),
        (f"{LRM}View once photo", Sort.VIEW_ONCE, "View once photo", ""),
        (f"{LRM}{ENCRYPTED}", Sort.SYSTEM, ENCRYPTED, ""),
        ("I said image omitted to him", Sort.WORDS, "I said image omitted to him", ""),
        ("He added a picture", Sort.WORDS, "He added a picture", ""),
    ],
)  # fmt: skip
def test_an_iphones_entry_is_of_its_sort(said: str, sort: Sort, text: str, media: str) -> None:
    message = one(f"[12/03/2024, 14:05:31] Tess: {said}")
    assert (message.sort, message.text, message.media) == (sort, text, media)


@pytest.mark.parametrize(
    ("said", "sort", "text", "media"),
    [
        ("Tess: IMG-20240312-WA0001.jpg (file attached)", Sort.MEDIA, "", "IMG-20240312-WA0001.jpg"),
        ("Tess: IMG-1.jpg (file attached)\nLook at this", Sort.MEDIA, "Look at this", "IMG-1.jpg"),
        ("Tess: <Media omitted>", Sort.OMITTED, "<Media omitted>", ""),
        ("Tess: This message was deleted", Sort.DELETED, "This message was deleted", ""),
        ("Tess: null", Sort.VIEW_ONCE, "null", ""),
        ("Tess:", Sort.VIEW_ONCE, "", ""),
        ("Messages and calls are end-to-end encrypted. Tap to learn more.", Sort.SYSTEM, None, ""),
        ("Tess added Ben", Sort.SYSTEM, None, ""),
        ("Tess changed the subject from “A” to “Year 5: trips”", Sort.SYSTEM, None, ""),
        ("Your security code with Ben changed. Tap to learn more.", Sort.SYSTEM, None, ""),
    ],
)  # fmt: skip
def test_an_androids_entry_is_of_its_sort(said: str, sort: Sort, text: str | None, media: str) -> None:
    message = one(f"12/03/2024, 14:05 - {said}")
    assert (message.sort, message.media) == (sort, media)
    assert message.text == (said if text is None else text)
    assert message.sender == ("" if sort is Sort.SYSTEM else "Tess")


@pytest.mark.parametrize("mark", [f" {LRM}<This message was edited>", " <This message was edited>"])
def test_an_edited_message_says_so_apart_from_its_words(mark: str) -> None:
    message = one(f"[12/03/2024, 14:05:31] Tess: Hello{mark}")
    assert (message.text, message.edited) == ("Hello", True)


def test_a_message_of_many_lines_keeps_them() -> None:
    chat = parsed("12/03/2024, 14:05 - Tess: one\n\nthree\n12/03/2024, 14:06 - Ben: two\n")
    assert chat is not None
    assert [m.text for m in chat.messages] == ["one\n\nthree", "two"]


def test_a_line_in_the_other_phones_form_belongs_to_the_message_above_it() -> None:
    chat = parsed("[12/03/2024, 14:05:31] Tess: He wrote:\n12/03/2024, 14:00 - Ben: I hate you\n")
    assert chat is not None
    assert [m.text for m in chat.messages] == ["He wrote:\n12/03/2024, 14:00 - Ben: I hate you"]


def test_a_quoted_line_in_the_same_form_is_an_entry_of_its_own_and_doubted() -> None:
    chat = parsed(
        "13/03/2024, 14:05 - Tess: He wrote:\n12/03/2024, 09:00 - Ben: I hate you\n13/03/2024, 14:06 - Tess: See?\n"
    )
    assert chat is not None
    assert [m.doubtful for m in chat.messages] == [False, True, False]


def test_a_contacts_name_may_hold_a_colon() -> None:
    lines = "".join(f"12/03/2024, 14:0{n} - Mum: Ellie: hello {n}\n" for n in range(3))
    chat = parsed(lines + "12/03/2024, 14:09 - Tess: note: this\n")
    assert chat is not None
    assert [m.sender for m in chat.messages] == ["Mum: Ellie"] * 3 + ["Tess"]
    assert chat.messages[3].text == "note: this"


@pytest.mark.parametrize(
    ("dates", "order", "how"),
    [
        (["03/04/2024"], Order.UNKNOWN, ""),
        (["03/04/2024", "05/04/2024"], Order.UNKNOWN, ""),
        (["13/04/2024", "14/04/2024"], Order.DMY, "numbers"),
        (["4/13/24", "4/14/24"], Order.MDY, "numbers"),
        (["2024-04-03"], Order.YMD, "numbers"),
        (["04/04/2024"], Order.DMY, "numbers"),
        # 1 May after 30 April could not be; the 5th of January, then of February, could.
        (["05/01/2024", "04/02/2024"], Order.DMY, "sequence"),
        (["01/05/2024", "02/04/2024"], Order.MDY, "sequence"),
        (["13/04/2024", "04/13/2024"], Order.UNKNOWN, ""),
    ],
)
def test_the_order_of_a_date_is_known_or_said_to_be_open(dates: list[str], order: Order, how: str) -> None:
    chat = parsed("".join(f"{date}, 14:05 - Tess: hi\n" for date in dates))
    assert chat is not None
    assert (chat.order, chat.how) == (order, how)


@pytest.mark.parametrize(
    ("written", "order", "at"),
    [
        ("3/12/24, 12:05 AM", Order.MDY, datetime(2024, 3, 12, 0, 5, tzinfo=UTC)),
        ("3/12/24, 12:05 PM", Order.MDY, datetime(2024, 3, 12, 12, 5, tzinfo=UTC)),
        ("03/12/2024, 14:05:31", Order.DMY, datetime(2024, 12, 3, 14, 5, 31, tzinfo=UTC)),
        ("31/02/2024, 14:05", Order.DMY, None),
    ],
)
def test_a_time_is_what_the_phone_had(written: str, order: Order, at: datetime | None) -> None:
    # A phone writes no zone, and none is made up.
    assert moment(written, order) == (at and at.replace(tzinfo=None))


@pytest.mark.parametrize("text", ["", "\n\n", "Dear parent,\n12/03/2024, 14:05 - Tess: hi", "a: b", "[note] x: y"])
def test_a_text_that_does_not_begin_as_an_export_is_no_chat(text: str) -> None:
    assert parsed(text) is None


def test_two_hundred_thousand_lines_are_read_in_seconds() -> None:
    line = "12/03/2024, 14:05 - Tess: hello there\n"
    chat = parsed(line * 200_000)
    assert chat is not None
    assert len(chat.messages) == 200_000


@pytest.mark.parametrize("piece", ["x", "a.jpg ", "<attached: ", "(file attached", ": ", " added", "1/1/24, 1:00 - "])
def test_one_endless_line_takes_no_longer_than_its_length(piece: str) -> None:
    for start in ("12/03/2024, 14:05 - Tess: ", "[12/03/2024, 14:05:31] Tess: "):
        began = time.process_time()
        assert parsed(start + piece * (2_000_000 // len(piece))) is not None
        assert time.process_time() - began < 5


# --- Printing and parsing ---

_NAMES = st.sampled_from(["Tess", "Ben Foster", "+44 7700 900123", "Mum 🙂", "O’Neil (work)"])
_LINE = st.text(alphabet=string.ascii_letters + string.digits + " .,!?£é🙂'\"()", max_size=40).filter(
    lambda s: s == s.strip() and not s.endswith(")")
)
_TEXT = (
    st.lists(_LINE, min_size=1, max_size=4)
    .map("\n".join)
    .filter(lambda s: s != "" and s == s.strip() and s.lower() != "null")
)


def _entry(form: Form, number: int, sender: str, sort: Sort, text: str, edited: bool) -> Message:
    written = f"{number % 28 + 1:02}/03/2024, 14:05" + (":31" if form is Form.IPHONE else "")
    if sort is Sort.MEDIA:
        return Message(written, sender, sort, text, f"PHOTO-{number}.jpg", edited)
    if sort is Sort.DELETED:
        return Message(written, sender, sort, "This message was deleted", "")
    if sort is Sort.SYSTEM:
        return Message(written, "", sort, "Messages and calls are end-to-end encrypted.")
    return Message(written, sender, Sort.WORDS, text, "", edited)


_CHATS = st.sampled_from(list(Form)).flatmap(
    lambda form: st.lists(
        st.tuples(_NAMES, st.sampled_from([Sort.WORDS, Sort.MEDIA, Sort.DELETED, Sort.SYSTEM]), _TEXT, st.booleans()),
        min_size=1,
        max_size=12,
    ).map(lambda rows: Chat(form, tuple(_entry(form, n, *row) for n, row in enumerate(rows)), Order.DMY))
)


@given(_CHATS)
def test_what_is_printed_and_parsed_is_the_same(chat: Chat) -> None:
    again = parsed(printed(chat))
    assert again is not None
    assert again.form is chat.form
    # Dates that rise have no doubt in them.
    assert again.messages == chat.messages


# --- Two exports of one chat ---


def chat(*lines: str) -> Chat:
    found = parsed("\n".join(lines) + "\n")
    assert found is not None
    return found


def test_two_exports_that_say_the_same_have_no_difference_whatever_their_phones() -> None:
    iphone = chat(
        f"[13/03/2024, 14:05:31] Mum: {LRM}<attached: 1-PHOTO.jpg>",
        "[13/03/2024, 14:06:02] Me: Hello  there",
    )
    android = chat("13/03/2024, 2:05 pm - Me: <Media omitted>", "13/03/2024, 2:06 pm - Tess: Hello there")
    found = difference_of(iphone, android)
    assert found is not None
    assert (found.only_one, found.only_other, found.altered, found.same) == ((), (), (), 2)


def test_what_is_missing_added_or_altered_in_one_export_is_shown() -> None:
    whole = chat(
        "13/03/2024, 14:05 - Tess: one",
        "13/03/2024, 14:06 - Ben: I will get you",
        "13/03/2024, 14:07 - Tess: three",
        "13/03/2024, 14:08 - Tess: four",
    )
    other = chat(
        "13/03/2024, 14:05 - Tess: one",
        "13/03/2024, 14:06 - Ben: This message was deleted",
        "13/03/2024, 14:08 - Tess: four",
        "13/03/2024, 14:08 - Ben: sorry",
    )
    found = difference_of(whole, other)
    assert found is not None
    assert [m.text for m in found.only_one] == ["three"]
    assert [m.text for m in found.only_other] == ["sorry"]
    assert [(a.text, b.text) for a, b in found.altered] == [("I will get you", "This message was deleted")]
    assert found.same == 2


def test_what_lies_outside_the_time_of_the_other_is_counted_and_not_called_missing() -> None:
    long = chat(*(f"{day}/03/2024, 14:05 - Tess: day {day}" for day in range(13, 20)))
    short = chat(*(f"{day}/03/2024, 14:05 - Tess: day {day}" for day in range(15, 17)))
    found = difference_of(long, short)
    assert found is not None
    assert (found.only_one, found.only_other, found.outside) == ((), (), (5, 0))


def test_an_open_order_of_dates_is_taken_from_the_other_export() -> None:
    american = chat("3/14/24, 2:05 PM - Tess: one", "4/3/24, 2:05 PM - Tess: two")
    open_ = chat("4/3/24, 14:05 - Tess: two")
    found = difference_of(american, open_)
    assert found is not None
    assert found.same == 1


def test_exports_with_no_minute_in_common_are_not_one_chat() -> None:
    assert difference_of(chat("13/03/2024, 14:05 - Tess: one"), chat("14/03/2024, 14:05 - Tess: one")) is None

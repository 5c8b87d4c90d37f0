"""Under which name a carer's file is saved: never the one they gave it."""

import pytest

from alongside.core.conversations import Attached
from alongside.core.files import FileRef, SentFile, ending_of, saved_as


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("Letter about Robin.PDF", "pdf"),
        ("scan.jpeg", "jpeg"),
        ("setup.exe", ""),
        ("page.html", ""),
        ("letter.pdf.js", ""),
        ("letter", ""),
        ('a"b.p"df', ""),
        ("", ""),
        (None, ""),
    ],
)
def test_an_ending_is_kept_only_where_nothing_starts_by_it(name: str | None, ending: str) -> None:
    assert ending_of(name) == ending


@pytest.mark.parametrize(
    ("attached", "ending", "name"),
    [
        (Attached.PHOTO, "jpg", "photo-2.jpg"),
        (Attached.VOICE, "ogg", "voice-message-2.ogg"),
        (Attached.DOCUMENT, "", "document-2"),
        (None, "pdf", "file-2.pdf"),
    ],
)
def test_a_file_is_named_by_what_it_is(attached: Attached | None, ending: str, name: str) -> None:
    assert saved_as(SentFile("m", 2, FileRef("f", None, ending)), attached) == name

"""What a release is made from is known by one hash."""

from pathlib import Path

from alongside.core.library import library_of
from alongside.services import releases
from tests.studio_builders import CAFE, LIBRARY, PARKING


def hash_of(root: Path, files: dict[str, str]) -> str:
    for name, content in files.items():
        (root / name).write_text(content)
    return releases.content_hash([root / name for name in files], root=root)


def test_the_content_hash_is_over_names_and_bytes_and_nothing_else(tmp_path: Path) -> None:
    known = hash_of(tmp_path, {"a.yml": "1", "b.yml": "2"})
    assert hash_of(tmp_path, {"b.yml": "2", "a.yml": "1"}) == known
    assert hash_of(tmp_path, {"a.yml": "1", "b.yml": "3"}) != known
    assert hash_of(tmp_path, {"a.yml": "1", "c.yml": "2"}) != known
    assert hash_of(tmp_path, {"a.yml": "2", "b.yml": "1"}) != known
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert hash_of(elsewhere, {"a.yml": "1", "b.yml": "2"}) == known


def test_two_libraries_that_say_the_same_have_the_same_hash_whatever_their_order() -> None:
    assert library_of([CAFE, PARKING]).hash == library_of([PARKING, CAFE]).hash
    assert library_of([PARKING]).hash != library_of([CAFE, PARKING]).hash
    assert releases.whole_hash("a", LIBRARY) != releases.whole_hash("b", LIBRARY)
    assert releases.whole_hash("a", LIBRARY) != releases.whole_hash("a", LIBRARY, salt="again")

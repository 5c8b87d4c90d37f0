"""The questions a release is asked come from files, and a line that cannot be read is named."""

import re
from pathlib import Path

import pytest

from alongside.adapters.question_files import read_questions
from alongside.core.errors import ContentError
from alongside.core.release_checks import Kind, Question
from alongside.wiring_studio import shipped_questions


def read(folder: Path, **lines: str) -> list[Question]:
    files = {name: folder / f"{name}.jsonl" for name in ("protected", "held_out", "harmless")}
    for name, file in files.items():
        file.write_text(lines.get(name, ""), encoding="utf-8")
    return read_questions(**files)


def test_each_kind_expects_what_its_file_says(tmp_path: Path) -> None:
    assert read(
        tmp_path,
        protected='{"text": "a person", "reaches": "talk_to_person"}\n',
        held_out='{"text": "parking", "answer": "visiting/parking"}\n\n{"text": "rain", "intent": "out_of_scope"}',
        harmless='{"text": "this is killing me\u2028"}',
    ) == [
        Question("a person", Kind.PROTECTED, "talk_to_person"),
        Question("parking", Kind.HELD_OUT, "visiting/parking"),
        Question("rain", Kind.HELD_OUT, "out_of_scope"),
        Question("this is killing me\u2028", Kind.HARMLESS),
    ]


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"text": "a person"}', '{"text": 1, "reaches": "x"}'])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ContentError, match=re.escape('protected.jsonl, line 2: expected an object with "text" and "reaches"')):
        read(tmp_path, protected=f'{{"text": "a", "reaches": "b"}}\n{line}\n')


def test_every_protected_question_that_is_shipped_must_reach_a_person() -> None:
    protected = [question for question in shipped_questions() if question.kind is Kind.PROTECTED]
    assert len(protected) >= 10
    assert {question.expected for question in protected} == {"talk_to_person"}

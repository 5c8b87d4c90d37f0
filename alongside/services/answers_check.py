"""Check a whole set of answers before it may become a release."""

from collections.abc import Sequence, Set
from datetime import date

from alongside.core.answers import Answer, Problem, check_answer, check_together
from alongside.services.reading import MAX_GRADE, reading_grade


def check(answers: Sequence[Answer], *, facts: set[str], today: date, only: Set[str] | None = None) -> list[Problem]:
    """Return every broken rule: each answer's own, its reading grade, and what clashes between answers.

    ``only`` are the keys of those whose own rules are looked at; all are without it.
    """
    known = {answer.key for answer in answers}
    problems = []
    for answer in answers:
        if only is not None and answer.key not in only:
            continue
        problems += check_one(answer, known=known, facts=facts, today=today)
    return problems + check_together(answers)


def check_one(answer: Answer, *, known: set[str], facts: set[str], today: date) -> list[Problem]:
    """Return the broken rules of one answer alone: ``known`` are the keys of all answers."""
    problems = check_answer(answer, known_keys=known, known_facts=facts, today=today)
    for variant in answer.variants:
        grade = reading_grade(variant.text)
        if grade > MAX_GRADE:
            nation = variant.nation or "default"
            problems.append(
                Problem(
                    f"{answer.key} [{nation}]",
                    f"reading grade {grade:.1f}",
                    f"Bring it to {MAX_GRADE:g} or lower with shorter sentences and shorter words",
                    f"text-{nation}",
                )
            )
    return problems

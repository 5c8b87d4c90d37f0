"""The summary of what happened before a worker had the case."""

from typing import Any

from alongside.core.cases import Counted, Summary, summarise
from alongside.core.conversations import Author, Message
from tests.fakes import NOW

Heard = tuple[Message, dict[str, Any] | None]


def said(author: Author, text: str, *, intent: str | None = None, **given: Any) -> Heard:
    return Message("id", "thread", 1, author, text, NOW, **given), {"intent": intent} if intent else None


def test_nothing_said_is_nothing_to_sum_up() -> None:
    assert summarise([]) == Summary(None, (), (), (), (), ())


def test_what_was_asked_last_comes_first_and_what_was_said_twice_once() -> None:
    summary = summarise([said(Author.CARER, text) for text in ("visits", "parking", "visits", "money", "food")])
    assert summary.last_asked == "food"
    assert summary.asked == (Counted("money"), Counted("visits", 2), Counted("parking"))


def test_answers_are_called_by_the_title_of_the_release_that_said_them() -> None:
    thread = [
        said(Author.BOT, "Yes", answer="visiting/children", release=3),
        said(Author.BOT, "Yes", answer="visiting/children", release=3),
        said(Author.BOT, "Yes, ask first", answer="visiting/children", release=4),
        said(Author.BOT, "No", answer="visiting/first_visit", release=4),
    ]
    titles = {(3, "visiting/children"): "Can children visit?", (4, "visiting/children"): "Can I bring a child?"}
    assert summarise(thread, titles).answers == (
        Counted("Can children visit?", 2),
        Counted("Can I bring a child?"),
        Counted("visiting: first visit"),  # a title that is not known any more
    )


def test_what_was_pressed_and_what_was_not_understood_stand_apart() -> None:
    summary = summarise(
        [
            said(Author.CARER, "blah", intent="nlu_fallback"),
            said(Author.CARER, "the weather", intent="out_of_scope"),
            said(Author.CARER, "visits", intent="ask_visiting"),
            said(Author.CARER, "Talk to a person", choice="/talk_to_person"),
            said(Author.SYSTEM, "Ring 999", safety="self"),
        ]
    )
    assert summary.not_understood == (Counted("blah"), Counted("the weather"))
    assert summary.chosen == (Counted("Talk to a person"),)
    assert (summary.last_asked, summary.dangers) == ("visits", ("self",))


def test_it_ends_where_a_worker_writes() -> None:
    thread = [said(Author.CARER, "visits"), said(Author.WORKER, "Hello"), said(Author.CARER, "thank you")]
    assert summarise(thread).last_asked == "visits"


def test_a_danger_said_to_a_worker_is_told_of_too() -> None:
    thread = [said(Author.WORKER, "Hello"), said(Author.CARER, "I cannot go on"), said(Author.SYSTEM, "Ring 999", safety="self")]
    summary = summarise(thread)
    assert (summary.last_asked, summary.dangers) == (None, ("self",))
    assert not summary.is_empty
    assert summarise(thread[:2]).is_empty

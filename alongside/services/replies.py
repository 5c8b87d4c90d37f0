"""Texts a worker need not write again: saved replies, and the approved answers of the release that serves carers.

Rules kept: a text is only ever handed to its worker, who reads it before it is sent; it is filled for one case, and only for who
has that case; a saved reply that is shared is changed by the leads of its service.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account
from alongside.core.answer_search import MOST_FOUND, Findable, Index
from alongside.core.cases import CaseFile
from alongside.core.conversations import Conversation
from alongside.core.errors import NotFound
from alongside.core.permissions import Forbidden, require
from alongside.core.replies import (
    SAMPLE,
    Filled,
    SavedReply,
    clean_reply,
    fill_reply,
    may_change_reply,
    may_use_reply,
    say_next_on,
    shared_by,
)
from alongside.core.rota import working_days_in_words
from alongside.core.words import Words
from alongside.services.ports import Assistant, BankHolidays, Clock
from alongside.services.teams import Roster, read_roster
from alongside.store import accounts as account_store
from alongside.store import cases as case_store
from alongside.store import conversations as conversation_store
from alongside.store import releases as release_store
from alongside.store import replies as store
from alongside.store.base import Database

_GONE = "This saved reply is not there any more. Go back to your saved replies."


@dataclass(frozen=True)
class Kept:
    """A saved reply on its own page: the name of the service it is shared with, who wrote it, and whether it may be changed."""

    reply: SavedReply
    service: str
    by: str
    may_change: bool


@dataclass(frozen=True)
class Offered:
    """A text for the box of one case. ``id`` is a saved reply's or an answer's; ``unknown`` is what could not be filled in."""

    id: str
    title: str
    text: str
    unknown: tuple[str, ...] = ()


class Replies:
    """Use cases on saved replies and approved answers, for those who write to carers."""

    def __init__(
        self, *, database: Database, words: Words, assistant: Assistant, clock: Clock, bank_holidays: BankHolidays
    ) -> None:
        self._database = database
        self._words = words
        self._assistant = assistant
        self._clock = clock
        self._bank_holidays = bank_holidays
        self._published: tuple[int, Sequence[Mapping[str, Any]]] | None = None
        self._indexes: dict[str | None, Index] = {}

    async def list_for(self, account: Account) -> list[Kept]:
        """Return the saved replies somebody may use, by title."""
        async with self._database.reading() as session:
            replies = await store.list_for(session, account.id, account.reaches)
            roster = await read_roster(session, today=self._clock.today())
        return [_kept(reply, account, roster) for reply in replies]

    async def get(self, account: Account, reply_id: str) -> Kept:
        """Return one saved reply somebody may use. Raises NotFound, also for one that is not theirs to see."""
        async with self._database.reading() as session:
            reply = await self._usable(session, account, reply_id)
            roster = await read_roster(session, today=self._clock.today())
        return _kept(reply, account, roster)

    async def services_of(self, account: Account) -> dict[str, str]:
        """Return the services with which somebody may share replies, names by code."""
        async with self._database.reading() as session:
            roster = await read_roster(session, today=self._clock.today())
        return {code: roster.service_name(code) or code for code in sorted(shared_by(account))}

    def preview(self, text: str) -> Filled:
        """Return a text with its fields filled from a sample. Raises InvalidInput as for one that is to be kept."""
        sample = SavedReply("", "Preview", text, "", self._clock.now())
        return fill_reply(clean_reply(sample).text, SAMPLE)

    async def keep(
        self, account: Account, *, title: str, text: str, service: str | None = None, reply_id: str | None = None
    ) -> SavedReply:
        """Keep a new saved reply, or one that was changed; with a ``service``, share it with those who serve that.

        A new one that is the same as one of theirs is not kept twice.
        Raises InvalidInput for a field that does not exist, and Forbidden for what is not theirs to change or share.
        """
        if service is not None and service not in shared_by(account):
            raise Forbidden("You cannot share with that service: its leads do. Keep the reply for yourself, or ask a lead.")
        now = self._clock.now()
        reply = clean_reply(SavedReply(reply_id or uuid.uuid4().hex, title, text, account.id, now, service))
        async with self._database.transaction() as session:
            if reply_id is not None:
                await self._changeable(session, account, reply_id)
            else:
                await account_store.lock(session, account.id)
                if same := await store.find_same(session, reply):
                    return same
            await store.put(session, reply)
        return reply

    async def remove(self, account: Account, reply_id: str) -> None:
        """Remove a saved reply. What was sent with its words stays as it is."""
        async with self._database.transaction() as session:
            await self._changeable(session, account, reply_id)
            await store.remove(session, reply_id)

    async def offer(self, account: Account, case_id: str, wanted: str = "") -> list[Offered]:
        """Return the saved replies somebody may use, filled for a case they have; with words, only those about them."""
        async with self._database.reading() as session:
            file, _ = await self._case(session, account, case_id)
            replies = await store.list_for(session, account.id, account.reaches)
            values = await self._values(session, account, file)
        offered = {reply.id: _offered(reply, values) for reply in replies}
        index = Index(Findable(each.id, each.title, each.text) for each in offered.values())
        return [offered[each.key] for each in index.find(wanted)]

    async def fill(self, account: Account, case_id: str, reply_id: str) -> Offered:
        """Return one saved reply filled for a case its worker has."""
        async with self._database.reading() as session:
            file, _ = await self._case(session, account, case_id)
            reply = await self._usable(session, account, reply_id)
            return _offered(reply, await self._values(session, account, file))

    async def offer_answers(self, account: Account, case_id: str, wanted: str = "") -> list[Offered]:
        """Return approved answers about some words, in the wording for the carer's nation, for a case their worker has."""
        async with self._database.reading() as session:
            _, conversation = await self._case(session, account, case_id)
            published = await self._answers(session)
        answers = {answer["key"]: answer for answer in published if _is_for(answer, conversation.nation)}
        found = self._index(answers, conversation.nation).find(wanted, most=MOST_FOUND)
        return [self._answer(answers[each.key], conversation.nation) for each in found]

    async def answer(self, account: Account, case_id: str, key: str) -> Offered:
        """Return one approved answer with its facts filled in and its sources below, for a case its worker has."""
        async with self._database.reading() as session:
            _, conversation = await self._case(session, account, case_id)
            published = await self._answers(session)
        found = next((answer for answer in published if answer["key"] == key), None)
        if found is None:
            raise NotFound("This answer is not among those that are published now. Choose another one.")
        return self._answer(found, conversation.nation)

    def _answer(self, answer: Mapping[str, Any], nation: str | None) -> Offered:
        wording = _wording(answer, nation)
        text = self._words.fill(wording["text"], today=self._clock.today())
        sources = "\n".join(f"- {_source(source)}" for source in wording["sources"])
        return Offered(answer["key"], answer["title"], f"{text}\n\nThis comes from:\n{sources}" if sources else text)

    def _index(self, answers: Mapping[str, Mapping[str, Any]], nation: str | None) -> Index:
        """Return one nation's answers prepared for being looked for; made once a release, as it takes a while."""
        if nation not in self._indexes:
            self._indexes[nation] = Index(
                Findable(key, answer["title"], _wording(answer, nation)["text"], answer["examples"])
                for key, answer in answers.items()
            )
        return self._indexes[nation]

    async def _answers(self, session: AsyncSession) -> Sequence[Mapping[str, Any]]:
        """Return the answers of the release that serves carers now; read once, as a release never changes."""
        release = self._assistant.release
        if release is None:
            return ()
        if self._published is None or self._published[0] != release:
            answers = await release_store.list_answers(session, release)
            if not answers:
                return ()
            self._indexes.clear()
            self._published = (release, [answer | {"key": f"{answer['topic']}/{answer['name']}"} for answer in answers])
        return self._published[1]

    async def _case(self, session: AsyncSession, account: Account, case_id: str) -> tuple[CaseFile, Conversation]:
        file = await case_store.get(session, case_id)
        conversation = await conversation_store.get(session, file.conversation) if file else None
        if file is None or conversation is None:
            raise NotFound("This case is not there any more. Go back to the inbox.")
        require(account, "inbox.compose", file)
        return file, conversation

    async def _values(self, session: AsyncSession, account: Account, file: CaseFile) -> dict[str, str]:
        roster = await read_roster(session, today=self._clock.today())
        me, person = roster.colleague(account.id), roster.person(account.id)
        service = roster.services.get(file.service or "")
        return {
            "carer": file.details.name if file.details else "",
            "me": me.name,
            "my_role": me.role,
            "service": service.name if service else "",
            "ward_phone": service.phone if service and service.checked.is_current(self._clock.today()) else "",
            "my_days": working_days_in_words(person),
            "next_on": say_next_on(person, self._clock.now(), self._bank_holidays.from_year(self._clock.today().year)),
        }

    async def _usable(self, session: AsyncSession, account: Account, reply_id: str) -> SavedReply:
        reply = await store.get(session, reply_id)
        if reply is None or not may_use_reply(account, reply):
            raise NotFound(_GONE)
        return reply

    async def _changeable(self, session: AsyncSession, account: Account, reply_id: str) -> SavedReply:
        reply = await self._usable(session, account, reply_id)
        if not may_change_reply(account, reply):
            raise Forbidden("This reply is shared, and the leads of its service change it. Ask one of them. Nothing was changed.")
        return reply


def _kept(reply: SavedReply, account: Account, roster: Roster) -> Kept:
    service = (roster.service_name(reply.service) or reply.service) if reply.service else ""
    return Kept(reply, service, roster.colleague(reply.owner).name, may_change_reply(account, reply))


def _offered(reply: SavedReply, values: Mapping[str, str]) -> Offered:
    filled = fill_reply(reply.text, values)
    return Offered(reply.id, reply.title, filled.text, filled.unknown)


def _is_for(answer: Mapping[str, Any], nation: str | None) -> bool:
    return nation is None or nation in answer["nations"]


def _wording(answer: Mapping[str, Any], nation: str | None) -> Mapping[str, Any]:
    """Return the nation's own wording, or the default, which stands last."""
    variants: Sequence[Mapping[str, Any]] = answer["variants"]
    return next((variant for variant in variants if variant["nation"] == nation), variants[-1])


def _source(source: Mapping[str, Any]) -> str:
    return f"{source['title']}: {source['url']}" if source["url"] else f"{source['title']} ({source['publication']})"

"""A service on a busy day, for tests that look at whole pages: cases in every state, long words, another script."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from alongside.core.accounts import Account, AccountRole
from alongside.core.cases import CaseFile
from alongside.core.conversations import Conversation
from alongside.core.details import Copy, Details, Reach
from alongside.core.handover import Outcome
from alongside.core.rota import Leave
from alongside.store import cases as cases_store
from tests.browser.conftest import PASSWORD, WARD, Chat
from tests.browser.workers import asks, writes

DANGER = "I want to kill myself"
LONG_NAME = "Maximiliana-Alexandrina Featherstonehaugh-Cholmondeley"
UNBROKEN = "Wolfeschlegelsteinhausenbergerdorffherren"
E_MAIL = "joannafeatherstonehaughcholmondeley@example.org"
ADDRESS = "https://www.gov.uk/government/organisations/department-for-work-pensions/about-us/services"
ARABIC = "هل يمكنني زيارة أخي يوم الأحد؟ أنا قلق جداً عليه."

WISHES = Details(
    about="visiting",
    reach=Reach.PHONE,
    address="01632 960123",
    good_time="after 6 pm, not on Fridays",
    name="Joy",
    needs="A Polish interpreter, and I do not hear well",
    copy=Copy.WORKER,
)


@dataclass(frozen=True)
class Busy:
    """Who works here, and the addresses of what they look at, by what each is."""

    tamsin: Account
    nadia: Account
    pages: Mapping[str, str]

    def reader(self, name: str) -> Account:
        """Return who looks at a page."""
        return self.nadia if name in LEADS_PAGES else self.tamsin


PAGES = (
    "list",
    "mine",
    "covering",
    "closed cases",
    "search",
    "nothing found",
    "nothing found of a long word",
    "waiting",
    "before a hard case",
    "hard",
    "yours",
    "with a colleague",
    "with a colleague of a long name",
    "closed",
    "after",
    "tasks",
    "replies",
    "shared replies",
    "reply",
    "people",
    "person",
    "new person",
    "me",
    "week",
    "figures",
    "alerts",
    "account",
    "codes",
    "an address that is not there",
)
"""What can be looked at, by name."""

LEADS_PAGES = ("people", "person", "new person", "figures", "shared replies")


async def fill(chat: Chat) -> Busy:
    """Make the busy day: Tamsin has cases, Bea is her colleague, Nadia leads them."""
    tamsin = await _add(chat, "Tamsin Example", worker="sample-worker-rowan")
    bea = await _add(chat, f"Bea {LONG_NAME}")
    unbroken = await _add(chat, UNBROKEN)
    nadia = await _add(chat, "Nadia Example", role=AccountRole.LEAD)
    cases, care = chat.container.handover, chat.container.care

    for text, wishes in (
        ("can I bring his little sister?", Details(name=LONG_NAME, needs="Large print")),
        (ARABIC, Details(name="ليلى", needs="مترجم عربي")),
        ("Who do I ask about his leave?", None),
        (f"Is it {ADDRESS}?", Details(name=UNBROKEN, needs=E_MAIL)),
    ):
        _, file = await asks(chat, text)
        await _wish(chat, file, wishes)
    _, waiting = await asks(chat, "Nobody rings me back.\nI have rung the ward four times now.")
    await _wish(chat, waiting, WISHES)
    _, danger = await asks(chat, DANGER)
    _, hard = await asks(chat, DANGER)
    for case in (danger, hard):
        await _wish(chat, case, Details(name=UNBROKEN, needs=E_MAIL, reach=Reach.EMAIL, address=E_MAIL, good_time=UNBROKEN))
    await chat.run(care.look(tamsin, hard.id))
    await chat.run(cases.claim(tamsin, hard.id))
    for words in (UNBROKEN, ADDRESS):
        await chat.run(cases.note(tamsin, hard.id, words))

    conversation, yours = await asks(chat, "Can children visit?")
    await _wish(chat, yours, WISHES)
    await chat.run(_talk(chat, tamsin, conversation, yours))
    theirs_conversation, theirs = await asks(chat, ARABIC)
    await _wish(chat, theirs, Details(name=LONG_NAME))
    await chat.run(cases.claim(bea, theirs.id))
    await writes(chat, theirs_conversation, ARABIC)
    _, others = await asks(chat, "When is the meeting?")
    await chat.run(cases.claim(unbroken, others.id))
    _, closed = await asks(chat, "Where can I park?")
    await chat.run(cases.claim(tamsin, closed.id))
    await chat.run(cases.close(tamsin, closed.id, Outcome.ANSWERED))

    today = date.today()
    await chat.run(chat.container.rota.add_leave(None, bea.id, Leave(today + timedelta(days=1), today + timedelta(days=3))))
    await chat.run(chat.container.rota.set_cover(None, tamsin.id, bea.id))
    await chat.run(chat.container.rota.set_cap(None, bea.id, 1))
    own = await chat.run(chat.container.replies.keep(tamsin, title="First hello", text="Hello {carer}, I am {me}."))
    await chat.run(chat.container.replies.keep(tamsin, title=UNBROKEN, text=ADDRESS))
    await chat.run(chat.container.replies.keep(tamsin, title="Benefits", text=ADDRESS))
    await chat.run(chat.container.replies.keep(nadia, title=UNBROKEN, text=ADDRESS, service=WARD))
    await chat.run(chat.container.replies.keep(nadia, title="Parking " * 7, text="The car park is free.", service=WARD))
    case = "/inbox/cases/"
    return Busy(
        tamsin,
        nadia,
        {
            "list": "/inbox",
            "mine": "/inbox?show=mine",
            "covering": "/inbox?show=covering",
            "closed cases": "/inbox?show=closed",
            "search": "/inbox?q=children",
            "nothing found": "/inbox?q=zebra",
            "nothing found of a long word": f"/inbox?q={UNBROKEN * 3}",
            "waiting": f"{case}{waiting.id}",
            "before a hard case": f"{case}{danger.id}",
            "hard": f"{case}{hard.id}",
            "yours": f"{case}{yours.id}",
            "with a colleague": f"{case}{theirs.id}",
            "with a colleague of a long name": f"{case}{others.id}",
            "closed": f"{case}{closed.id}",
            "after": f"{case}{hard.id}/after",
            "tasks": "/inbox/tasks",
            "replies": "/inbox/replies",
            "shared replies": "/inbox/replies",
            "reply": f"/inbox/replies/{own.id}",
            "people": "/people",
            "person": f"/people/{tamsin.id}",
            "new person": "/people/new",
            "me": "/people/me",
            "week": "/people/week",
            "figures": "/figures",
            "alerts": "/alerts",
            "account": "/account",
            "codes": "/account/codes",
            "an address that is not there": "/inbox/cases/nothing",
        },
    )


async def _add(chat: Chat, name: str, *, role: AccountRole = AccountRole.WORKER, worker: str | None = None) -> Account:
    email = f"{name.split()[0].lower()}.{uuid.uuid4().hex[:8]}@example.org"
    return await chat.run(
        chat.container.accounts.add(email=email, name=name, role=role, services=[WARD], password=PASSWORD, worker=worker)
    )


async def _wish(chat: Chat, file: CaseFile, wishes: Details | None) -> None:
    async def write() -> None:
        async with chat.container.database.transaction() as session:
            kept = await cases_store.get(session, file.id)
            assert kept is not None
            assert await cases_store.change(session, kept, replace(kept, details=wishes))

    await chat.run(write())


async def _talk(chat: Chat, worker: Account, conversation: Conversation, file: CaseFile) -> None:
    """Talk for a while: a message of thirty lines, one corrected, one withdrawn, a note."""
    parts = chat.container
    await parts.handover.claim(worker, file.id)
    await parts.handover.reply(worker, file.id, "Hello Joy, I am Tamsin. Children can visit.", client_id=uuid.uuid4().hex)
    long = "\n".join(f"{number}. He rang me and I did not know what to say to him." for number in range(1, 31))
    await parts.turns.receive(conversation.id, text=long)
    await parts.turns.finish()
    wrong = await parts.handover.reply(worker, file.id, "The review is on Monday.", client_id=uuid.uuid4().hex)
    await parts.corrections.correct(worker, file.id, wrong.id, "The review is on Tuesday at 2pm.")
    slip = await parts.handover.reply(worker, file.id, "Ring 01632 960555.", client_id=uuid.uuid4().hex)
    await parts.corrections.withdraw(worker, file.id, slip.id)
    await parts.turns.receive(conversation.id, text="Thank you. https://example.org/" + "a" * 90)
    await parts.turns.finish()
    await parts.handover.note(worker, file.id, "Rang the ward: the family room is free on Sundays.")

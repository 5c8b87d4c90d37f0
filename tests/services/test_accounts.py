"""Accounts: who is added, how they come to a password, sign in, are slowed down, and are kept out."""

import asyncio
import contextlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from alongside.core.accounts import (
    BY_ACCOUNT,
    BY_ADDRESS,
    BY_PLACE,
    FORGOTTEN_AFTER,
    IDLE,
    LINK,
    SESSION,
    Account,
    AccountRole,
    Slowdown,
)
from alongside.core.errors import InvalidInput, NotFound, TooMany, Unauthorised
from alongside.services import directory_import
from alongside.services.accounts import Accounts, AlreadyThere
from alongside.services.signing_in import Browser
from alongside.store import accounts as store
from alongside.store.accounts import AccountRow, SessionRow, SignInAttemptRow
from alongside.store.base import Database
from tests.directory_builders import sample
from tests.fakes import FakeClock

EMAIL, PASSWORD, WRONG, HOME = "mel@example.org", "kettle moss ferry", "kettle moss ferri", "192.0.2.1"
ELSEWHERE = "203.0.113.9"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
async def accounts(database: Database, clock: FakeClock) -> Accounts:
    await directory_import.import_all(database, [sample()], clock=clock)
    return Accounts(database=database, clock=clock)


@pytest.fixture
async def mel(accounts: Accounts) -> Account:
    return await accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.WORKER, services=["sample-rowan"], password=PASSWORD)


async def fail(accounts: Accounts, *, email: str = EMAIL, address: str = HOME) -> None:
    with pytest.raises(Unauthorised):
        await accounts.sign_in(email, WRONG, address=address)


# --- Adding ---


async def test_somebody_who_was_added_can_sign_in(accounts: Accounts, mel: Account) -> None:
    token = await accounts.sign_in(" MEL@example.org ", PASSWORD, address=HOME)
    found = await accounts.session(token)
    assert found is not None
    assert found.account == mel
    assert found.account.first_name == "Mel"


async def test_an_email_address_has_one_account(accounts: Accounts, mel: Account) -> None:
    with pytest.raises(AlreadyThere, match=EMAIL):
        await accounts.add(email="Mel@Example.org", name="Another Mel", role=AccountRole.ADMIN)
    assert await accounts.list_all() == [mel]


@pytest.mark.parametrize("password", ["too short", "mel ash mel ash", ""])
async def test_a_weak_password_adds_nobody(accounts: Accounts, password: str) -> None:
    with pytest.raises(InvalidInput):
        await accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.ADMIN, password=password)
    assert await accounts.list_all() == []


@pytest.mark.parametrize("role", [AccountRole.WORKER, AccountRole.LEAD])
async def test_who_serves_nothing_is_no_worker(accounts: Accounts, role: AccountRole) -> None:
    with pytest.raises(InvalidInput, match="sample-rowan"):
        await accounts.add(email=EMAIL, name="Mel Ash", role=role)


async def test_an_unknown_service_or_worker_is_refused_with_those_there_are(accounts: Accounts) -> None:
    with pytest.raises(InvalidInput, match=r"no service nowhere\. It has: .*sample-rowan"):
        await accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.WORKER, services=["nowhere"])
    with pytest.raises(InvalidInput, match=r"no worker nobody\. It has: .*sample-worker-rowan"):
        await accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.WORKER, worker="nobody")


async def test_a_worker_the_directory_names_serves_what_it_says(accounts: Accounts) -> None:
    (named,) = [worker for worker in sample().workers if worker.code == "sample-worker-rowan"]
    by_email = await accounts.add(email=named.email.upper(), name="Tamsin", role=AccountRole.WORKER)
    by_code = await accounts.add(email=EMAIL, name="Tamsin", role=AccountRole.WORKER, worker=named.code)
    assert by_email.worker == by_code.worker == named.code
    assert by_email.services == by_code.services == set(named.services)


async def test_who_serves_a_unit_serves_its_wards(accounts: Accounts) -> None:
    (ward,) = [service for service in sample().services if service.code == "sample-rowan"]
    assert ward.unit
    await accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.LEAD, services=[ward.unit])
    (mel,) = await accounts.list_all()
    assert mel.services == {ward.unit} | {service.code for service in sample().services if service.unit == ward.unit}


async def test_neither_password_nor_token_is_stored(accounts: Accounts, mel: Account, database: Database) -> None:
    token = await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    async with database.reading() as session:
        stored = await session.scalar(select(AccountRow.password_hash))
        assert stored is not None
        assert stored.startswith("$argon2id$")
        assert await session.scalar(select(SessionRow.token_hash)) != token
        keys = await session.scalars(select(SignInAttemptRow.key))
        assert not [key for key in keys if EMAIL in key or HOME in key]


# --- Links ---


async def test_a_link_gives_a_password_once(accounts: Accounts) -> None:
    await accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.ADMIN)
    with pytest.raises(Unauthorised):
        await accounts.sign_in(EMAIL, "", address=HOME)
    link = await accounts.make_link(EMAIL)
    assert (await accounts.find_link(link)).email == EMAIL
    await accounts.set_password(link, PASSWORD)
    assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    with pytest.raises(NotFound, match="Ask the person who sent it"):
        await accounts.set_password(link, "another fine password")
    assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME)


async def test_a_link_used_twice_at_once_gives_one_password(accounts: Accounts, mel: Account) -> None:
    link = await accounts.make_link(EMAIL)
    chosen = ["first of the two", "second of the two"]
    outcomes = await asyncio.gather(*(accounts.set_password(link, one) for one in chosen), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(NotFound) == 1
    (right,) = [one for one, outcome in zip(chosen, outcomes, strict=True) if isinstance(outcome, Account)]
    assert await accounts.sign_in(EMAIL, right, address=HOME)


async def test_a_weak_password_leaves_the_link_as_it_was(accounts: Accounts, mel: Account) -> None:
    link = await accounts.make_link(EMAIL)
    with pytest.raises(InvalidInput):
        await accounts.set_password(link, "short")
    assert await accounts.set_password(link, "another fine password")


async def test_a_link_ends_after_its_day_and_with_the_next_one(accounts: Accounts, mel: Account, clock: FakeClock) -> None:
    first = await accounts.make_link(EMAIL)
    second = await accounts.make_link(EMAIL)
    clock.move(LINK - timedelta(seconds=1))
    assert await accounts.find_link(second)
    clock.move(timedelta(seconds=1))
    for link in (first, second, "", "\x00", "made up"):
        with pytest.raises(NotFound):
            await accounts.find_link(link)


async def test_a_new_password_ends_every_session_and_every_pause(accounts: Accounts, mel: Account) -> None:
    token = await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    link = await accounts.make_link(EMAIL)
    for _ in range(BY_PLACE.free):
        await fail(accounts)
    await accounts.set_password(link, "another fine password")
    assert await accounts.session(token) is None
    assert await accounts.sign_in(EMAIL, "another fine password", address=HOME)
    await fail(accounts)


# --- Sessions ---


async def test_every_sign_in_has_a_token_and_a_csrf_token_of_its_own(accounts: Accounts, mel: Account) -> None:
    tokens = [await accounts.sign_in(EMAIL, PASSWORD, address=HOME) for _ in range(3)]
    found = [await accounts.session(token) for token in tokens]
    assert len(set(tokens)) == len({one.csrf for one in found if one}) == 3


async def test_signing_in_again_on_one_device_ends_the_session_before(accounts: Accounts, mel: Account) -> None:
    first = await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    second = await accounts.sign_in(EMAIL, PASSWORD, address=HOME, replaces=first)
    assert await accounts.session(first) is None
    assert await accounts.session(second)


async def test_signing_out_ends_this_session_alone(accounts: Accounts, mel: Account) -> None:
    phone, desk = [await accounts.sign_in(EMAIL, PASSWORD, address=HOME) for _ in range(2)]
    await accounts.sign_out(phone)
    await accounts.sign_out(phone)
    assert await accounts.session(phone) is None
    assert await accounts.session(desk)


@pytest.mark.parametrize("token", ["", "made up", "\x00", "ü" * 500])
async def test_a_wrong_token_opens_nothing(accounts: Accounts, mel: Account, token: str) -> None:
    await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    assert await accounts.session(token) is None


async def test_a_session_ends_after_a_working_day_however_busy(accounts: Accounts, mel: Account, clock: FakeClock) -> None:
    token = await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    for _ in range(int(SESSION / timedelta(hours=1)) - 1):
        clock.move(timedelta(hours=1))
        assert await accounts.session(token)
    clock.move(timedelta(hours=1))
    assert await accounts.session(token) is None


async def test_an_unused_session_ends_even_with_a_page_left_open(accounts: Accounts, mel: Account, clock: FakeClock) -> None:
    token = await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    clock.move(IDLE - timedelta(seconds=1))
    assert await accounts.session(token, used=False)
    clock.move(timedelta(seconds=1))
    assert await accounts.session(token) is None


async def test_disabling_ends_sessions_and_links_at_once_in_every_process(
    accounts: Accounts, mel: Account, database: Database, clock: FakeClock
) -> None:
    tokens = [await accounts.sign_in(EMAIL, PASSWORD, address=HOME) for _ in range(2)]
    link = await accounts.make_link(EMAIL)
    other = Accounts(database=database, clock=clock)
    assert (await other.disable(EMAIL)).disabled_at == clock.now()
    assert [await accounts.session(token) for token in tokens] == [None, None]
    with pytest.raises(NotFound):
        await accounts.find_link(link)
    with pytest.raises(InvalidInput, match="Enable it first"):
        await accounts.make_link(EMAIL)
    with pytest.raises(Unauthorised):
        await accounts.sign_in(EMAIL, PASSWORD, address=HOME)


async def test_enabling_lets_them_sign_in_but_brings_no_session_back(accounts: Accounts, mel: Account) -> None:
    token = await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    await accounts.disable(EMAIL)
    assert (await accounts.enable(EMAIL)).disabled_at is None
    assert await accounts.session(token) is None
    assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME)


async def test_who_is_disabled_while_signing_in_does_not_get_in(
    accounts: Accounts, mel: Account, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = Accounts._verify

    async def disabled_meanwhile(self: Accounts, stored: str | None, password: str) -> bool:
        right = await verify(self, stored, password)
        await self.disable(EMAIL)
        return right

    monkeypatch.setattr(Accounts, "_verify", disabled_meanwhile)
    with pytest.raises(Unauthorised):
        await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(SessionRow)) == 0


@pytest.mark.parametrize("what", ["disable", "enable", "make_link"])
async def test_an_unknown_account_is_said_to_be_unknown_to_the_administrator(accounts: Accounts, what: str) -> None:
    with pytest.raises(NotFound, match="worker list"):
        await getattr(accounts, what)("nobody@example.org")


# --- Slowing down ---


@pytest.mark.parametrize("email", ["nobody@example.org", "no address", "", "a\x00@example.org", EMAIL])
async def test_a_refusal_does_not_tell_whether_there_is_an_account(accounts: Accounts, mel: Account, email: str) -> None:
    with pytest.raises(Unauthorised) as wrong:
        await accounts.sign_in(EMAIL, WRONG, address=HOME)
    with pytest.raises(Unauthorised) as refused:
        await accounts.sign_in(email, WRONG, address=HOME)
    assert str(refused.value) == str(wrong.value)


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
async def test_after_some_wrong_passwords_the_next_must_wait_longer_and_longer(
    accounts: Accounts, mel: Account, clock: FakeClock, email: str
) -> None:
    for _ in range(BY_PLACE.free):
        await fail(accounts, email=email)
    for expected in (1, 2, 4):
        with pytest.raises(TooMany) as slowed:
            await accounts.sign_in(email, PASSWORD, address=HOME)
        assert expected <= slowed.value.retry_after <= expected + 1
        clock.move(timedelta(seconds=expected))
        await fail(accounts, email=email)


async def test_trying_during_the_pause_makes_it_no_longer(accounts: Accounts, mel: Account, clock: FakeClock) -> None:
    for _ in range(BY_PLACE.free):
        await fail(accounts)
    for _ in range(20):
        with pytest.raises(TooMany):
            await accounts.sign_in(EMAIL, WRONG, address=HOME)
    clock.move(timedelta(seconds=1))
    assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME)


async def test_nobody_is_locked_out_for_ever(accounts: Accounts, mel: Account, clock: FakeClock, database: Database) -> None:
    await fail(accounts)
    async with database.transaction() as session:
        for key in await session.scalars(select(SignInAttemptRow.key)):
            await store.set_failures(session, key, 10_000, at=clock.now())
    clock.move(BY_PLACE.longest)
    assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME)


async def test_a_restart_does_not_forget_wrong_passwords(
    accounts: Accounts, mel: Account, database: Database, clock: FakeClock
) -> None:
    for _ in range(BY_PLACE.free):
        await fail(accounts)
    with pytest.raises(TooMany):
        await Accounts(database=database, clock=clock).sign_in(EMAIL, PASSWORD, address=HOME)


async def test_the_right_password_and_a_day_forget_them(accounts: Accounts, mel: Account, clock: FakeClock) -> None:
    for _ in range(2):
        for _ in range(BY_PLACE.free - 1):
            await fail(accounts)
        await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    for _ in range(BY_PLACE.free):
        await fail(accounts)
    clock.move(FORGOTTEN_AFTER)
    await fail(accounts)
    assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME)


async def fail_often(accounts: Accounts, slowdown: Slowdown) -> None:
    """Guess at other accounts from HOME, or at Mel's from everywhere, until the next guess must wait."""
    for number in range(slowdown.free):
        if slowdown is BY_ADDRESS:
            await fail(accounts, email=f"number-{number}@example.org")
        else:
            await fail(accounts, address=f"203.0.113.{number}")


async def test_many_accounts_from_one_address_are_slowed_down_too(accounts: Accounts, mel: Account) -> None:
    await fail_often(accounts, BY_ADDRESS)
    with pytest.raises(TooMany):
        await accounts.sign_in("two@example.org", WRONG, address=HOME)
    assert await accounts.sign_in(EMAIL, PASSWORD, address=ELSEWHERE)


async def test_one_account_from_many_addresses_is_slowed_down_too(accounts: Accounts, mel: Account, clock: FakeClock) -> None:
    await fail_often(accounts, BY_ACCOUNT)
    with pytest.raises(TooMany):
        await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    clock.move(SECOND)
    assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME)


async def guess(accounts: Accounts, *, address: str) -> None:
    with contextlib.suppress(Unauthorised, TooMany):
        await accounts.sign_in(EMAIL, WRONG, address=address)


async def test_whoever_guesses_from_another_address_keeps_nobody_out(accounts: Accounts, mel: Account, clock: FakeClock) -> None:
    for second in range(10 * 60):
        clock.move(SECOND)
        await guess(accounts, address=ELSEWHERE)
        if second % 60 == 30:
            assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME)


@pytest.mark.parametrize("slowdown", [BY_PLACE, BY_ACCOUNT, BY_ADDRESS], ids=["place", "account", "address"])
async def test_nobodys_guesses_keep_out_a_browser_that_has_signed_in_before(
    accounts: Accounts, mel: Account, slowdown: Slowdown
) -> None:
    known, other = await accounts.remember(Browser(), mel), Browser()
    if slowdown is BY_PLACE:
        for _ in range(BY_PLACE.free):
            await fail(accounts)
    else:
        await fail_often(accounts, slowdown)
    with pytest.raises(TooMany):
        await accounts.sign_in(EMAIL, PASSWORD, address=HOME, browser=other)
    assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME, browser=known)


async def test_a_known_browser_is_slowed_down_by_its_own_guesses(accounts: Accounts, mel: Account) -> None:
    known = await accounts.remember(Browser(), mel)
    for number in range(BY_PLACE.free):
        with pytest.raises(Unauthorised):
            await accounts.sign_in(EMAIL, WRONG, address=f"192.0.2.{number}", browser=known)
    with pytest.raises(TooMany):
        await accounts.sign_in(EMAIL, PASSWORD, address=ELSEWHERE, browser=known)
    assert await accounts.sign_in(EMAIL, PASSWORD, address=ELSEWHERE)


async def test_a_browser_is_known_to_an_account_and_its_password_only(accounts: Accounts, mel: Account) -> None:
    kim = await accounts.add(email="kim@example.org", name="Kim Oak", role=AccountRole.ADMIN, password=PASSWORD)
    of_kim, of_mel = await accounts.remember(Browser(), kim), await accounts.remember(Browser(), mel)
    for _ in range(BY_PLACE.free):
        await fail(accounts)
    with pytest.raises(TooMany):
        await accounts.sign_in(EMAIL, PASSWORD, address=HOME, browser=of_kim)
    await accounts.set_password(await accounts.make_link(EMAIL), "another fine password")
    for _ in range(BY_PLACE.free):
        await fail(accounts)
    with pytest.raises(TooMany):
        await accounts.sign_in(EMAIL, WRONG, address=HOME, browser=of_mel)


async def test_a_wards_computer_is_known_to_the_last_who_used_it(accounts: Accounts) -> None:
    browser = Browser()
    people = [
        await accounts.add(email=f"w{number}@example.org", name="Wren Ash", role=AccountRole.ADMIN, password=PASSWORD)
        for number in range(12)
    ]
    for person in [*people, people[5], people[11]]:
        browser = await accounts.remember(browser, person)
    assert len(browser.marks) == 10
    assert (await accounts.remember(browser, people[11])) == browser
    assert len((await accounts.remember(browser, people[0])).marks) == 10


async def test_typing_mistakes_behind_one_address_fade(accounts: Accounts, mel: Account, clock: FakeClock) -> None:
    for _ in range(12):
        for _ in range(8):
            clock.move(3 * HOUR)
            await fail(accounts, email="a.mistake@example.org")
            for _ in range(3):  # colleagues, in between
                clock.move(MINUTE)
                assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    for _ in range(3):
        clock.move(3 * SECOND)
        assert await accounts.sign_in(EMAIL, PASSWORD, address=HOME)


async def test_the_right_password_neither_counts_nor_prolongs_behind_one_address(
    accounts: Accounts, mel: Account, clock: FakeClock, database: Database
) -> None:
    async def counts() -> list[tuple[str, int, datetime]]:
        async with database.reading() as session:
            rows = await session.scalars(select(SignInAttemptRow).order_by(SignInAttemptRow.key))
            return [(row.key, row.failures, row.last_at) for row in rows]

    await fail(accounts, email="one@example.org")
    before = await counts()
    clock.move(MINUTE)
    await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    assert set(before) < set(await counts())  # beside them, Mel's own stand at nought
    assert {failures for _, failures, _ in set(await counts()) - set(before)} == {0}


async def test_the_right_password_takes_back_only_its_own(
    accounts: Accounts, mel: Account, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    verify = Accounts._verify

    async def another_fails_meanwhile(self: Accounts, stored: str | None, password: str) -> bool:
        if password == PASSWORD:
            await fail(self, email="one@example.org")
        return await verify(self, stored, password)

    monkeypatch.setattr(Accounts, "_verify", another_fails_meanwhile)
    await accounts.sign_in(EMAIL, PASSWORD, address=HOME)
    async with database.reading() as session:
        found = sorted(await session.scalars(select(SignInAttemptRow.failures)))
    assert found == [0, 1, 1, 1]  # Mel's account; the other's, the address, and the two together


async def test_guessing_at_once_is_no_way_round(accounts: Accounts, mel: Account) -> None:
    tries = [accounts.sign_in(EMAIL, WRONG, address=HOME) for _ in range(BY_PLACE.free + 5)]
    outcomes = [type(outcome) for outcome in await asyncio.gather(*tries, return_exceptions=True)]
    assert (outcomes.count(Unauthorised), outcomes.count(TooMany)) == (BY_PLACE.free, 5)

"""Codes from a phone beside the password: every code opens once, guessing is slow, a lost phone can be taken off."""

import asyncio
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from alongside.core.accounts import BY_ADDRESS, BY_CODE, Account, AccountRole
from alongside.core.errors import InvalidInput, NotFound, TooMany, Unauthorised
from alongside.core.second_factor import RECOVERY_CODES, STEP, TIME_FOR_CODE
from alongside.services.accounts import Accounts
from alongside.services.second_factor import SecondFactor, SignInOver
from alongside.services.signing_in import Browser
from alongside.store.base import Database
from alongside.store.second_factor import RecoveryCodeRow, SecondFactorRow
from tests.fakes import FakeClock, FakeVault

EMAIL, PASSWORD, HOME = "mel@example.org", "kettle moss ferry", "192.0.2.1"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def accounts(database: Database, clock: FakeClock) -> Accounts:
    return Accounts(database=database, clock=clock)


@pytest.fixture
def factor(database: Database, clock: FakeClock) -> SecondFactor:
    return SecondFactor(database=database, clock=clock, vault=FakeVault(), required_for=(AccountRole.ADMIN,))


@pytest.fixture
async def mel(accounts: Accounts) -> Account:
    return await accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.MAINTAINER, password=PASSWORD)


class Phone:
    """The app on a phone: shows the code of the moment, or of steps before or after it."""

    def __init__(self, letters: str, clock: FakeClock) -> None:
        self._codes, self._clock = pyotp.TOTP(letters), clock

    def code(self, steps: int = 0) -> str:
        return self._codes.at(int((self._clock.now() + steps * STEP).timestamp()))

    def wrong(self) -> str:
        shown = {self.code(steps) for steps in range(-2, 3)}
        return next(code for number in range(9) if (code := f"{number:06}") not in shown)


@pytest.fixture
async def phone(factor: SecondFactor, mel: Account, clock: FakeClock) -> Phone:
    """A phone on which codes were set up a minute ago."""
    await factor.begin(mel)
    phone = Phone((await factor.key(mel)).letters, clock)
    await factor.confirm(mel, phone.code())
    clock.move(STEP * 2)
    return phone


async def half(accounts: Accounts) -> str:
    return await accounts.sign_in(EMAIL, PASSWORD, address=HOME)


# --- Setting up ---


async def test_codes_are_on_once_the_first_is_confirmed(
    factor: SecondFactor, accounts: Accounts, mel: Account, clock: FakeClock
) -> None:
    await factor.begin(mel)
    assert await accounts.session(await half(accounts))  # an unconfirmed key keeps nobody out
    codes = await factor.confirm(mel, Phone((await factor.key(mel)).letters, clock).code())
    standing = await factor.standing(mel)
    assert (len(codes), standing.is_on, standing.recovery_codes) == (RECOVERY_CODES, True, RECOVERY_CODES)


async def test_a_wrong_first_code_turns_nothing_on(factor: SecondFactor, mel: Account, clock: FakeClock) -> None:
    await factor.begin(mel)
    with pytest.raises(InvalidInput, match="newest"):
        await factor.confirm(mel, Phone((await factor.key(mel)).letters, clock).wrong())
    assert (await factor.standing(mel)).is_begun


async def test_the_key_and_the_recovery_codes_do_not_lie_open(
    factor: SecondFactor, mel: Account, clock: FakeClock, database: Database
) -> None:
    await factor.begin(mel)
    letters = (await factor.key(mel)).letters
    codes = await factor.confirm(mel, Phone(letters, clock).code())
    async with database.reading() as session:
        assert letters not in (await session.scalars(select(SecondFactorRow.sealed_key))).one()
        stored = set(await session.scalars(select(RecoveryCodeRow.code_hash)))
    assert not stored & {form for code in codes for form in (code, code.replace("-", ""))}


async def test_a_confirmed_key_is_never_shown_again(factor: SecondFactor, mel: Account, phone: Phone) -> None:
    with pytest.raises(NotFound):
        await factor.key(mel)
    with pytest.raises(InvalidInput, match="already"):
        await factor.begin(mel)
    with pytest.raises(InvalidInput, match="no key"):
        await factor.confirm(mel, phone.code())


async def test_the_address_for_the_app_names_the_service_and_the_account(factor: SecondFactor, mel: Account) -> None:
    await factor.begin(mel)
    key = await factor.key(mel)
    assert key.address.startswith("otpauth://totp/Alongside:mel%40example.org?")
    assert f"secret={key.letters}" in key.address


# --- Signing in ---


async def test_the_password_alone_opens_nothing(factor: SecondFactor, accounts: Accounts, mel: Account, phone: Phone) -> None:
    token = await half(accounts)
    assert await accounts.session(token) is None
    whole = await factor.enter(token, phone.code(), address=HOME)
    found = await accounts.session(whole)
    assert found is not None
    assert found.account.id == mel.id
    with pytest.raises(SignInOver):
        await factor.enter(token, phone.code(1), address=HOME)


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_a_phone_may_be_a_step_off(factor: SecondFactor, accounts: Accounts, phone: Phone, steps: int) -> None:
    assert await factor.enter(await half(accounts), phone.code(steps), address=HOME)


@pytest.mark.parametrize("steps", [-2, 2])
async def test_a_phone_may_not_be_farther_off(factor: SecondFactor, accounts: Accounts, phone: Phone, steps: int) -> None:
    with pytest.raises(Unauthorised):
        await factor.enter(await half(accounts), phone.code(steps), address=HOME)


async def test_a_code_opens_once(factor: SecondFactor, accounts: Accounts, phone: Phone) -> None:
    await factor.enter(await half(accounts), phone.code(), address=HOME)
    for again in (phone.code(), phone.code(-1)):
        with pytest.raises(Unauthorised, match="used before"):
            await factor.enter(await half(accounts), again, address=HOME)
    assert await factor.enter(await half(accounts), phone.code(1), address=HOME)


async def test_of_two_who_send_the_same_code_at_once_one_gets_in(factor: SecondFactor, accounts: Accounts, phone: Phone) -> None:
    tokens = [await half(accounts), await half(accounts)]
    tries = [factor.enter(token, phone.code(), address=HOME) for token in tokens]
    outcomes = [type(outcome) for outcome in await asyncio.gather(*tries, return_exceptions=True)]
    assert sorted(outcome.__name__ for outcome in outcomes) == ["Unauthorised", "str"]


async def test_the_code_of_the_set_up_does_not_sign_in(
    factor: SecondFactor, accounts: Accounts, mel: Account, clock: FakeClock
) -> None:
    await factor.begin(mel)
    phone = Phone((await factor.key(mel)).letters, clock)
    await factor.confirm(mel, phone.code())
    with pytest.raises(Unauthorised):
        await factor.enter(await half(accounts), phone.code(), address=HOME)


async def test_a_recovery_code_opens_once_however_it_is_typed(
    factor: SecondFactor, accounts: Accounts, mel: Account, clock: FakeClock
) -> None:
    await factor.begin(mel)
    codes = await factor.confirm(mel, Phone((await factor.key(mel)).letters, clock).code())
    assert await factor.enter(await half(accounts), f" {codes[3].lower().replace('-', ' ')} ", address=HOME)
    assert (await factor.standing(mel)).recovery_codes == RECOVERY_CODES - 1
    with pytest.raises(Unauthorised):
        await factor.enter(await half(accounts), codes[3], address=HOME)


@pytest.mark.parametrize("typed", ["", "abc", "123", "x" * 5000, "\x00", "１２３４５６"])
async def test_what_is_no_code_is_refused(factor: SecondFactor, accounts: Accounts, phone: Phone, typed: str) -> None:
    with pytest.raises(Unauthorised):
        await factor.enter(await half(accounts), typed, address=HOME)


async def test_the_time_to_type_it_runs_out(factor: SecondFactor, accounts: Accounts, phone: Phone, clock: FakeClock) -> None:
    token = await half(accounts)
    clock.move(TIME_FOR_CODE)
    assert await factor.waits_for(token) is None
    with pytest.raises(SignInOver):
        await factor.enter(token, phone.code(), address=HOME)


@pytest.mark.parametrize("token", ["", "made up"])
async def test_without_a_password_there_is_no_code_to_type(factor: SecondFactor, phone: Phone, token: str) -> None:
    with pytest.raises(SignInOver):
        await factor.enter(token, phone.code(), address=HOME)


async def test_a_whole_session_is_no_half_one(factor: SecondFactor, accounts: Accounts, phone: Phone) -> None:
    whole = await factor.enter(await half(accounts), phone.code(), address=HOME)
    assert await factor.waits_for(whole) is None


async def test_disabling_or_a_new_password_ends_half_sessions(factor: SecondFactor, accounts: Accounts, phone: Phone) -> None:
    token = await half(accounts)
    await accounts.set_password(await accounts.make_link(EMAIL), "another fine one")
    assert await factor.waits_for(token) is None
    token = await accounts.sign_in(EMAIL, "another fine one", address=HOME)
    await accounts.disable(EMAIL)
    await accounts.enable(EMAIL)
    with pytest.raises(SignInOver):
        await factor.enter(token, phone.code(), address=HOME)


# --- Guessing ---


async def test_guessing_codes_is_slowed_down_and_the_right_password_does_not_help(
    factor: SecondFactor, accounts: Accounts, phone: Phone, clock: FakeClock
) -> None:
    for _ in range(BY_CODE.free):
        with pytest.raises(Unauthorised):
            await factor.enter(await half(accounts), phone.wrong(), address=HOME)
    with pytest.raises(TooMany, match="codes"):
        await factor.enter(await half(accounts), phone.code(), address=HOME)
    clock.move(timedelta(seconds=1))
    assert await factor.enter(await half(accounts), phone.code(), address=HOME)


async def test_the_right_code_forgets_wrong_ones(
    factor: SecondFactor, accounts: Accounts, phone: Phone, clock: FakeClock
) -> None:
    for _ in range(2):
        for _ in range(BY_CODE.free - 1):
            with pytest.raises(Unauthorised):
                await factor.enter(await half(accounts), phone.wrong(), address=HOME)
        await factor.enter(await half(accounts), phone.code(), address=HOME)
        clock.move(STEP * 3)


@pytest.mark.parametrize("at_the_code", [True, False])
async def test_nobodys_guesses_keep_out_a_browser_that_has_signed_in_before(
    factor: SecondFactor, accounts: Accounts, mel: Account, phone: Phone, at_the_code: bool
) -> None:
    known, token = await accounts.remember(Browser(), mel), await half(accounts)
    for number in range(BY_CODE.free if at_the_code else BY_ADDRESS.free):
        guess = (
            factor.enter(token, phone.wrong(), address="203.0.113.9")
            if at_the_code
            else accounts.sign_in(f"number-{number}@example.org", "wrong", address=HOME)
        )
        with pytest.raises(Unauthorised):
            await guess
    with pytest.raises(TooMany):
        await factor.enter(token, phone.code(), address=HOME)
    for _ in range(BY_CODE.free - 1):
        with pytest.raises(Unauthorised):
            await factor.enter(token, phone.wrong(), address=HOME, browser=known)
    assert await factor.enter(token, phone.code(), address=HOME, browser=known)


# --- Turning off ---


async def test_turning_off_takes_a_code(factor: SecondFactor, accounts: Accounts, mel: Account, phone: Phone) -> None:
    with pytest.raises(InvalidInput):
        await factor.turn_off(mel, phone.wrong())
    await factor.turn_off(mel, phone.code())
    assert (await factor.standing(mel)).recovery_codes == 0
    assert await accounts.session(await half(accounts))


async def test_codes_of_a_lost_phone_are_taken_off_and_its_sessions_end(
    factor: SecondFactor, accounts: Accounts, mel: Account, phone: Phone
) -> None:
    whole = await factor.enter(await half(accounts), phone.code(), address=HOME)
    assert (await factor.reset(EMAIL)).id == mel.id
    assert await accounts.session(whole) is None
    assert await accounts.session(await half(accounts))
    with pytest.raises(InvalidInput, match="no codes"):
        await factor.reset(EMAIL)
    with pytest.raises(NotFound, match="worker list"):
        await factor.reset("nobody@example.org")


# --- Roles that need codes ---


async def test_a_role_that_needs_codes_owes_them_until_they_are_on(
    factor: SecondFactor, accounts: Accounts, mel: Account, clock: FakeClock
) -> None:
    assert not await factor.is_owed(mel)
    admin = await accounts.add(email="ida@example.org", name="Ida Ash", role=AccountRole.ADMIN, password=PASSWORD)
    assert await factor.is_owed(admin)
    await factor.begin(admin)
    assert await factor.is_owed(admin)
    await factor.confirm(admin, Phone((await factor.key(admin)).letters, clock).code())
    assert not await factor.is_owed(admin)

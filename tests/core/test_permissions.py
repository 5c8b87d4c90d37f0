"""The permission table: what has no row is refused, and a case is reached only by those it is for."""

from dataclasses import dataclass, replace

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.permissions import (
    OPEN,
    PERMISSIONS,
    Forbidden,
    Reach,
    may,
    may_arrange,
    may_entrust,
    may_give_role,
    may_use,
    require,
)
from tests.fakes import NOW

ROLES = list(AccountRole)
ON_CASES = [name for name, row in PERMISSIONS.items() if set(row.values()) & {Reach.OWN_SERVICES, Reach.OWN_CASE}]


@dataclass(frozen=True)
class OneCase:
    """What a permission looks at in a case."""

    service: str | None = "rowan"
    owner: str | None = None


def account(role: AccountRole = AccountRole.WORKER, *services: str) -> Account:
    return Account(
        id="me", email="me@example.org", name="Mel Ash", role=role, services=frozenset(services or ("rowan",)), created_at=NOW
    )


@pytest.mark.parametrize("role", ROLES)
def test_what_has_no_row_is_refused(role: AccountRole) -> None:
    assert not may_use(account(role), "inbox.no_such_thing")
    assert not may(account(role), "inbox.no_such_thing", OneCase(owner="me"))


@pytest.mark.parametrize("action", PERMISSIONS)
@pytest.mark.parametrize("role", ROLES)
def test_a_disabled_account_may_nothing(role: AccountRole, action: str) -> None:
    disabled = replace(account(role), disabled_at=NOW)
    assert not may_use(disabled, action)
    assert not may(disabled, action, OneCase(owner="me"))


@pytest.mark.parametrize("action", ON_CASES)
def test_a_maintainer_reaches_no_carer(action: str) -> None:
    maintainer = account(AccountRole.MAINTAINER)
    assert not may_use(maintainer, action)
    assert not may(maintainer, action, OneCase(owner="me"))


@pytest.mark.parametrize("action", ON_CASES)
@pytest.mark.parametrize("role", [AccountRole.WORKER, AccountRole.LEAD, AccountRole.ADMIN])
@pytest.mark.parametrize("owner", [None, "somebody else"])
def test_nobody_reaches_a_case_of_a_service_they_do_not_serve(action: str, role: AccountRole, owner: str | None) -> None:
    assert not may(account(role), action, OneCase(service="larch", owner=owner))


@pytest.mark.parametrize("action", ON_CASES)
@pytest.mark.parametrize("role", [AccountRole.WORKER, AccountRole.LEAD, AccountRole.ADMIN])
def test_who_has_a_case_may_do_everything_with_it_even_of_another_service(action: str, role: AccountRole) -> None:
    assert may(account(role), action, OneCase(service="larch", owner="me"))


@pytest.mark.parametrize("role", [AccountRole.WORKER, AccountRole.LEAD, AccountRole.ADMIN])
def test_only_who_has_a_case_writes_to_the_carer(role: AccountRole) -> None:
    assert not may(account(role), "inbox.reply", OneCase(owner="somebody else"))
    assert not may(account(role), "inbox.reply", OneCase())


@pytest.mark.parametrize("action", ["inbox.transfer", "inbox.release", "inbox.hand_back", "inbox.close"])
def test_a_lead_moves_a_colleagues_case_and_a_worker_does_not(action: str) -> None:
    theirs = OneCase(owner="somebody else")
    assert may(account(AccountRole.LEAD), action, theirs)
    assert not may(account(AccountRole.WORKER), action, theirs)


def test_a_case_of_no_known_service_is_seen_by_everybody_who_serves_one() -> None:
    nowhere = OneCase(service=None)
    assert may(account(), "inbox.claim", nowhere)
    assert not may(replace(account(AccountRole.ADMIN), services=frozenset()), "inbox.claim", nowhere)


def test_an_open_page_is_no_way_to_a_case() -> None:
    assert PERMISSIONS["accounts.sign_in"] is OPEN
    assert may_use(account(), "accounts.sign_in")
    assert not may(account(), "accounts.sign_in", OneCase(owner="me"))
    assert not may(account(), "accounts.home", OneCase(owner="me"))


def test_requiring_what_may_not_be_done_is_an_error_that_says_what_to_do() -> None:
    require(account(), "inbox.claim", OneCase())
    with pytest.raises(Forbidden, match="Go back to the inbox"):
        require(account(), "inbox.claim", OneCase(service="larch"))


# --- Who looks after whom ---


def test_a_case_of_a_covered_service_is_reached_like_ones_own() -> None:
    cover = replace(account(), covers=frozenset({"larch"}))
    assert may(cover, "inbox.claim", OneCase(service="larch"))
    assert not may(cover, "inbox.reply", OneCase(service="larch", owner="somebody else"))
    assert not may(cover, "inbox.claim", OneCase(service="hazel"))


LEAD, ADMIN = account(AccountRole.LEAD), account(AccountRole.ADMIN)


def somebody(role: AccountRole = AccountRole.WORKER, *services: str, covers: frozenset[str] = frozenset()) -> Account:
    return replace(account(role, *services), id="they", covers=covers)


@pytest.mark.parametrize("role", ROLES)
def test_an_administrator_looks_after_everybody_and_workers_and_maintainers_after_nobody(role: AccountRole) -> None:
    person = somebody(role, "larch")
    assert may_arrange(ADMIN, person)
    assert may_entrust(ADMIN, person)
    for other in (account(), account(AccountRole.MAINTAINER)):
        assert not may_arrange(other, replace(person, services=other.services))
        assert not may_entrust(other, replace(person, services=other.services))


def test_a_lead_looks_after_those_of_a_shared_service() -> None:
    assert may_arrange(LEAD, somebody())
    assert may_arrange(LEAD, somebody(AccountRole.ADMIN))
    assert may_arrange(LEAD, somebody(AccountRole.WORKER, "rowan", "larch"))
    assert not may_arrange(LEAD, somebody(AccountRole.WORKER, "larch"))
    assert not may_arrange(replace(LEAD, covers=frozenset({"larch"})), somebody(AccountRole.WORKER, "larch"))


@pytest.mark.parametrize(
    "person",
    [
        somebody(AccountRole.ADMIN),
        somebody(AccountRole.MAINTAINER),
        somebody(AccountRole.WORKER, "rowan", "larch"),
        somebody(AccountRole.LEAD, "rowan", "larch"),
        somebody(covers=frozenset({"larch"})),
        somebody(AccountRole.WORKER, "larch"),
    ],
    ids=lambda person: f"{person.role.value} {'+'.join(sorted(person.reaches))}",
)
def test_a_lead_decides_nothing_on_the_account_of_who_may_see_more(person: Account) -> None:
    assert not may_entrust(LEAD, person)


def test_a_lead_decides_what_those_open_who_see_no_more() -> None:
    assert may_entrust(LEAD, somebody())
    assert may_entrust(LEAD, somebody(AccountRole.LEAD))


@pytest.mark.parametrize("role", ROLES)
def test_a_lead_gives_the_roles_of_their_team_only(role: AccountRole) -> None:
    assert may_give_role(ADMIN, role)
    assert may_give_role(LEAD, role) == (role in (AccountRole.WORKER, AccountRole.LEAD))
    assert not may_give_role(account(), role)
    assert not may_give_role(account(AccountRole.MAINTAINER), role)

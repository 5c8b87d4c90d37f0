"""Who may do what: one table with a row for every route beyond the carer's own, and the two functions that read it.

Rules kept: what has no row is refused; a case is reached only through the services an account serves or covers, by having it, or
because nobody serves what it is about; nobody gives away, or gets by way of a colleague, more than they may see themselves.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Protocol

from alongside.core.accounts import Account, AccountRole
from alongside.core.errors import AlongsideError


class Reach(Enum):
    """On what an action may be done."""

    NO_CASE = "no case"
    """It touches nobody's case."""
    OWN_SERVICES = "own services"
    """Cases of the services the account serves or covers, those of no service that anybody serves, and those it has."""
    OWN_CASE = "own case"
    """Only cases the account has."""


class Touched(Protocol):
    """What an action is done to: a case, by the service it is about and the account that has it."""

    @property
    def service(self) -> str | None: ...

    @property
    def owner(self) -> str | None: ...


class Forbidden(AlongsideError):
    """The account may not do this; nothing was changed."""

    status = 403


def _row(
    *, worker: Reach | None = None, lead: Reach | None = None, maintainer: Reach | None = None, admin: Reach | None = None
) -> Mapping[AccountRole, Reach]:
    given = {
        AccountRole.WORKER: worker,
        AccountRole.LEAD: lead,
        AccountRole.MAINTAINER: maintainer,
        AccountRole.ADMIN: admin,
    }
    return MappingProxyType({role: reach for role, reach in given.items() if reach})


OPEN: Mapping[AccountRole, Reach] = MappingProxyType({})
"""For everybody, signed in or not."""

_EVERY_ACCOUNT = _row(worker=Reach.NO_CASE, lead=Reach.NO_CASE, maintainer=Reach.NO_CASE, admin=Reach.NO_CASE)
_HAS_CASES = _row(worker=Reach.NO_CASE, lead=Reach.NO_CASE, admin=Reach.NO_CASE)
_LEADS = _row(lead=Reach.NO_CASE, admin=Reach.NO_CASE)
_LEARN = _row(lead=Reach.NO_CASE, maintainer=Reach.NO_CASE, admin=Reach.NO_CASE)
_MAINTAIN = _row(maintainer=Reach.NO_CASE, admin=Reach.NO_CASE)
_LOOK = _row(worker=Reach.OWN_SERVICES, lead=Reach.OWN_SERVICES, admin=Reach.OWN_SERVICES)
_SPEAK = _row(worker=Reach.OWN_CASE, lead=Reach.OWN_CASE, admin=Reach.OWN_CASE)
_MOVE = _row(worker=Reach.OWN_CASE, lead=Reach.OWN_SERVICES, admin=Reach.OWN_SERVICES)

PERMISSIONS: Mapping[str, Mapping[AccountRole, Reach]] = MappingProxyType(
    {
        "accounts.sign_in_page": OPEN,
        "accounts.sign_in": OPEN,
        "accounts.password_page": OPEN,
        "accounts.set_password": OPEN,
        "accounts.home": _EVERY_ACCOUNT,
        "accounts.sign_out": _EVERY_ACCOUNT,
        "alerts.page": _EVERY_ACCOUNT,
        "alerts.add_email": _EVERY_ACCOUNT,
        "alerts.add": _EVERY_ACCOUNT,
        "alerts.remove": _EVERY_ACCOUNT,
        "alerts.test": _EVERY_ACCOUNT,
        "alerts.seen": _EVERY_ACCOUNT,
        "accounts.code_page": OPEN,
        "accounts.enter_code": OPEN,
        "accounts.codes": _EVERY_ACCOUNT,
        "accounts.begin_codes": _EVERY_ACCOUNT,
        "accounts.picture_of_key": _EVERY_ACCOUNT,
        "accounts.confirm_codes": _EVERY_ACCOUNT,
        "accounts.turn_codes_off": _EVERY_ACCOUNT,
        "figures.show": _LEARN,
        "figures.download": _LEARN,
        "library.list": _LEARN,
        "library.ask": _LEARN,
        "changes.list": _MAINTAIN,
        "changes.ask": _MAINTAIN,
        "changes.discard": _MAINTAIN,
        "releases.list": _MAINTAIN,
        "releases.show": _MAINTAIN,
        "releases.progress": _MAINTAIN,
        "releases.approve": _MAINTAIN,
        "releases.drop": _MAINTAIN,
        "releases.go_back": _MAINTAIN,
        "history.show": _LEARN,
        "history.seen": _LEARN,
        "asked.list": _MAINTAIN,
        "asked.group": _MAINTAIN,
        "asked.add": _MAINTAIN,
        "asked.begin": _MAINTAIN,
        "asked.dismiss": _MAINTAIN,
        "asked.undo": _MAINTAIN,
        "editor.new": _MAINTAIN,
        "editor.begin": _MAINTAIN,
        "editor.show": _MAINTAIN,
        "editor.save": _MAINTAIN,
        "editor.state": _MAINTAIN,
        "editor.preview": _MAINTAIN,
        "editor.hints": _MAINTAIN,
        "editor.discard": _MAINTAIN,
        "editor.remove": _MAINTAIN,
        "editor.try": _MAINTAIN,
        "editor.tried": _MAINTAIN,
        "editor.rehearse": _MAINTAIN,
        "editor.rehearsed": _MAINTAIN,
        "translations.show": _MAINTAIN,
        "translations.save": _MAINTAIN,
        "scorecard.show": _LEARN,
        "scorecard.download": _LEARN,
        "inbox.list": _LOOK,
        "inbox.events": _LOOK,
        "inbox.case": _LOOK,
        "inbox.messages": _LOOK,
        "inbox.file": _LOOK,
        "inbox.claim": _LOOK,
        "inbox.reopen": _LOOK,
        "inbox.note": _LOOK,
        "inbox.reply": _SPEAK,
        "inbox.typing": _SPEAK,
        "inbox.correct": _LOOK,
        "inbox.withdraw": _LOOK,
        "inbox.compose": _SPEAK,
        "replies.list": _HAS_CASES,
        "replies.add": _HAS_CASES,
        "replies.one": _HAS_CASES,
        "replies.change": _HAS_CASES,
        "replies.remove": _HAS_CASES,
        "inbox.transfer": _MOVE,
        "inbox.release": _MOVE,
        "inbox.hand_back": _MOVE,
        "inbox.close": _MOVE,
        "inbox.earlier": _LOOK,
        "care.look": _LOOK,
        "care.after": _LOOK,
        "tasks.list": _LOOK,
        "tasks.done": _LOOK,
        "tasks.not_needed": _LOOK,
        "tasks.move": _LOOK,
        "people.week": _HAS_CASES,
        "people.me": _HAS_CASES,
        "people.add_my_leave": _HAS_CASES,
        "people.remove_my_leave": _HAS_CASES,
        "people.list": _LEADS,
        "people.new": _LEADS,
        "people.add": _LEADS,
        "people.person": _LEADS,
        "people.set_hours": _LEADS,
        "people.add_leave": _LEADS,
        "people.remove_leave": _LEADS,
        "people.set_cover": _LEADS,
        "people.set_cap": _LEADS,
        "people.set_services": _LEADS,
        "people.set_role": _LEADS,
        "people.make_link": _LEADS,
        "people.disable": _LEADS,
        "people.enable": _LEADS,
    }
)
"""Route name → who may use it, and on what. An action of a use case has the name of its route."""


LEADS_GIVE = (AccountRole.WORKER, AccountRole.LEAD)
"""The roles a lead may give or take."""


def may_use(account: Account, action: str) -> bool:
    """Say whether an account may come to a route at all. On a case, ``may`` must be asked as well."""
    row = PERMISSIONS.get(action)
    return row is not None and account.disabled_at is None and (row is OPEN or account.role in row)


def may(account: Account, action: str, case: Touched) -> bool:
    """Say whether an account may do something to this case."""
    if not may_use(account, action) or PERMISSIONS[action] is OPEN:
        return False
    has_it = case.owner == account.id
    match PERMISSIONS[action][account.role]:
        case Reach.OWN_SERVICES:
            return has_it or account.sees(case.service)  # who has a case keeps it, whatever it is about
        case Reach.OWN_CASE:
            return has_it
        case Reach.NO_CASE:
            return False


def require(account: Account, action: str, case: Touched) -> None:
    """Raise Forbidden unless the account may do this to this case."""
    if not may(account, action, case):
        raise Forbidden("This case is not yours to do that with. Go back to the inbox, or ask the person who has it.")


def may_arrange(account: Account, person: Account) -> bool:
    """Say whether somebody may see a colleague's page and set their hours, leave and cap: a lead those of a shared service."""
    if account.role is AccountRole.ADMIN:
        return True
    return account.role is AccountRole.LEAD and bool(account.services & person.services)


def may_entrust(account: Account, person: Account) -> bool:
    """Say whether somebody may decide what a colleague can open: their services, role, cover and way to sign in.

    A link to choose a password opens all that the colleague sees, so a lead makes it only for who sees no more than they do.
    """
    if account.role is AccountRole.ADMIN:
        return True
    is_equal = person.role in LEADS_GIVE and person.reaches <= account.reaches
    return is_equal and may_arrange(account, person)


def may_give_role(account: Account, role: AccountRole) -> bool:
    return account.role is AccountRole.ADMIN or (account.role is AccountRole.LEAD and role in LEADS_GIVE)

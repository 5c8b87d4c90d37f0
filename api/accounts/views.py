"""The pages for signing in and out and for choosing a password."""

from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from alongside.core.accounts import MIN_PASSWORD, Account
from alongside.core.errors import InvalidInput, NotFound, TooMany, Unauthorised
from alongside.core.permissions import may_use
from alongside.wiring import Container
from api.accounts import cookies
from api.accounts.access import Current, current_account, from_own_form
from api.accounts.pages import form_page, go, landing, session_begun
from api.channels.web import Parts
from api.forms import Form
from api.pages import worker_page

router = APIRouter(include_in_schema=False)


@router.get("/sign-in", name="accounts.sign_in_page")
async def sign_in_page(request: Request, parts: Parts, next: str = "", chosen: bool = False, left: bool = False) -> Response:
    """Return the sign-in page; who is signed in already goes on."""
    token = cookies.session_token(request, parts)
    if token and (found := await parts.accounts.session(token)):
        return go(landing(found.account, next))
    context = {"next": next, "chosen": chosen, "left": left}
    return form_page(request, parts, "accounts/sign_in.html", context, script_src="'self'" if left else "'none'")


@router.post("/sign-in", name="accounts.sign_in", dependencies=[Depends(from_own_form)])
async def sign_in(request: Request, parts: Parts, form: Form) -> Response:
    """Begin a session, with a token that nobody had before; where codes are set up it waits for one."""
    email, wanted = form.get("email", ""), form.get("next", "")
    try:
        token = await parts.accounts.sign_in(
            email,
            form.get("password", ""),
            address=request.client.host if request.client else "",
            browser=cookies.browser(request, parts),
            replaces=cookies.session_token(request, parts),
        )
    except (Unauthorised, TooMany) as error:
        wait = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else None
        context = {"email": email, "next": wanted, "error": str(error)}
        return form_page(request, parts, "accounts/sign_in.html", context, status_code=error.status, extra_headers=wait)
    return await session_begun(request, parts, token, wanted, otherwise=f"/sign-in/code?next={quote(wanted)}")


@router.post("/sign-out", name="accounts.sign_out", dependencies=[Depends(current_account)])
async def sign_out(request: Request, parts: Parts) -> Response:
    """End the session on this device."""
    await parts.accounts.sign_out(cookies.session_token(request, parts) or "")
    response = go("/sign-in?left=true")
    cookies.clear_session(response, request, parts)
    return response


@router.get("/password", name="accounts.password_page")
async def password_page(request: Request, parts: Parts, link: str = "") -> Response:
    """Return the page on which the owner of a link chooses a password. Looking at it does not use the link up."""
    try:
        account = await parts.accounts.find_link(link)
    except NotFound as error:
        return form_page(request, parts, "accounts/password.html", {"gone": str(error)}, status_code=404)
    return _password(request, parts, account, link)


@router.post("/password", name="accounts.set_password", dependencies=[Depends(from_own_form)])
async def set_password(request: Request, parts: Parts, form: Form) -> Response:
    """Store the password, when it was typed twice alike, and lead to the sign-in page."""
    link, password = form.get("link", ""), form.get("password", "")
    try:
        account = await parts.accounts.find_link(link)
        if password != form.get("again", ""):
            raise InvalidInput("The two passwords are not the same. Type the same password twice.")
        await parts.accounts.set_password(link, password)
    except NotFound as error:
        return form_page(request, parts, "accounts/password.html", {"gone": str(error)}, status_code=404)
    except InvalidInput as error:
        return _password(request, parts, account, link, error=str(error))
    return go("/sign-in?chosen=true")


@router.get("/account", name="accounts.home")
async def home(request: Request, parts: Parts, account: Current) -> Response:
    """Return the page that says who is signed in, and whether signing in takes a code."""
    standing = await parts.second_factor.standing(account)
    context = {"account": account, "has_inbox": may_use(account, "inbox.list"), "has_codes": standing.is_on}
    return worker_page(request, "accounts/home.html", context)


def _password(request: Request, parts: Container, account: Account, link: str, *, error: str = "") -> Response:
    context = {"account": account, "link": link, "error": error, "min_password": MIN_PASSWORD}
    return form_page(request, parts, "accounts/password.html", context, status_code=422 if error else 200)

"""The pages for codes from a phone: setting them up, typing one at sign-in, turning them off.

Rules kept: the key is shown only until it is confirmed, recovery codes once; nothing of either is kept by the browser.
"""

import io

import segno
from fastapi import APIRouter, Depends, Request, Response

from alongside.core.accounts import Account
from alongside.core.errors import AlongsideError, InvalidInput, TooMany
from alongside.core.second_factor import DIGITS, RECOVERY_CODES, TIME_FOR_CODE
from alongside.services.second_factor import SignInOver
from alongside.wiring import Container
from api.accounts import cookies
from api.accounts.access import Current, from_own_form
from api.accounts.pages import form_page, go, landing, session_begun
from api.channels.web import Parts
from api.forms import Form
from api.pages import headers, worker_page

router = APIRouter(include_in_schema=False)


@router.get("/sign-in/code", name="accounts.code_page")
async def code_page(request: Request, parts: Parts, next: str = "") -> Response:
    """Return the page that asks for the code, to somebody whose password was right."""
    if await parts.second_factor.waits_for(cookies.session_token(request, parts) or "") is None:
        return go("/sign-in")
    return _ask_for_code(request, parts, next)


@router.post("/sign-in/code", name="accounts.enter_code", dependencies=[Depends(from_own_form)])
async def enter_code(request: Request, parts: Parts, form: Form) -> Response:
    """Begin a whole session, with a token that nobody had before."""
    wanted = form.get("next", "")
    try:
        token = await parts.second_factor.enter(
            cookies.session_token(request, parts) or "",
            form.get("code", ""),
            address=request.client.host if request.client else "",
            browser=cookies.browser(request, parts),
        )
    except SignInOver:
        return go("/sign-in")
    except AlongsideError as error:
        return _ask_for_code(request, parts, wanted, error=error)
    return await session_begun(request, parts, token, wanted, otherwise="/sign-in")


@router.get("/account/codes", name="accounts.codes")
async def codes(request: Request, parts: Parts, account: Current) -> Response:
    """Return the page on which codes are set up, or turned off."""
    return await _codes(request, parts, account)


@router.post("/account/codes/begin", name="accounts.begin_codes")
async def begin_codes(parts: Parts, account: Current) -> Response:
    """Make a key for the phone."""
    await parts.second_factor.begin(account)
    return go("/account/codes")


@router.get("/account/codes/picture", name="accounts.picture_of_key")
async def picture_of_key(parts: Parts, account: Current) -> Response:
    """Return the key as a picture that a phone's camera reads."""
    key = await parts.second_factor.key(account)
    drawn = io.BytesIO()
    segno.make(key.address, micro=False).save(drawn, kind="svg", scale=5, dark="#000", light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers=headers(cache="no-store"))


@router.post("/account/codes/confirm", name="accounts.confirm_codes")
async def confirm_codes(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Turn codes on with the first of them, and show the recovery codes, this once."""
    try:
        made = await parts.second_factor.confirm(account, form.get("code", ""))
    except (InvalidInput, TooMany) as error:
        return await _codes(request, parts, account, error=error)
    go_on = landing(account, "")
    return worker_page(request, "accounts/recovery.html", {"codes": made, "go_on": go_on})


@router.post("/account/codes/off", name="accounts.turn_codes_off")
async def turn_codes_off(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Ask for no codes any more."""
    try:
        await parts.second_factor.turn_off(account, form.get("code", ""))
    except (InvalidInput, TooMany) as error:
        return await _codes(request, parts, account, error=error)
    return go("/account")


async def _codes(request: Request, parts: Container, account: Account, *, error: AlongsideError | None = None) -> Response:
    standing = await parts.second_factor.standing(account)
    key = await parts.second_factor.key(account) if standing.is_begun else None
    context = {
        "standing": standing,
        "letters": " ".join(key.letters[place : place + 4] for place in range(0, len(key.letters), 4)) if key else "",
        "address": key.address if key else "",
        "is_required": parts.second_factor.is_required(account),
        "digits": DIGITS,
        "recovery_codes": RECOVERY_CODES,
        "error": str(error) if error else "",
    }
    return worker_page(request, "accounts/codes.html", context, status_code=error.status if error else 200)


def _ask_for_code(request: Request, parts: Container, wanted: str, *, error: AlongsideError | None = None) -> Response:
    context = {
        "next": wanted,
        "digits": DIGITS,
        "minutes": int(TIME_FOR_CODE.total_seconds()) // 60,
        "error": str(error) if error else "",
    }
    wait = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else None
    status = error.status if error else 200
    return form_page(request, parts, "accounts/code.html", context, status_code=status, extra_headers=wait)

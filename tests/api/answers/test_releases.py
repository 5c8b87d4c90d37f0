"""The pages of releases: progress, what the checks found, approving, giving up and going back, each said in plain words."""

import re
from dataclasses import replace

import httpx
import pytest

from alongside.core.accounts import AccountRole
from alongside.core.answers import Answer
from tests.api.answers.conftest import Enter
from tests.studio_builders import CAFE, LOCKERS, PARKING, Workshop

NEW_TEXT = "Most units have a free car park. Ask the ward which one to use."


def with_text(entry: Answer, text: str) -> Answer:
    return replace(entry, variants=(replace(entry.variants[0], text=text),))


def plain(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def has_button(page: httpx.Response, words: str) -> bool:
    return re.search(rf"<button[^>]*>{words}</button>", page.text) is not None


async def ask(shop: Workshop) -> int:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    return await shop.studio.publishing.ask_for(shop.ada, reason="The barrier is gone")


async def test_the_list_says_what_is_live_and_what_is_on_its_way(enter: Enter, shop: Workshop) -> None:
    await ask(shop)
    told = plain(await (await enter("Cy")).get("/answers/releases"))
    assert "Release 2 : being checked." in told
    assert "Release 2 Being checked Where can I park? “The barrier is gone” Asked for today at 10am, by Ada Example" in told
    assert "Release 1 Live from the files that come with the installation" in told


async def test_progress_is_told_step_by_step_and_only_when_it_changes(enter: Enter, shop: Workshop) -> None:
    number = await ask(shop)
    cy = await enter("Cy")
    page = await cy.get(f"/answers/releases/{number}")
    looks = re.search(r'hx-get="([^"]+)"', page.text)
    assert looks
    assert 'hx-trigger="every 1s"' in page.text
    assert "Now: Read the words" in plain(page)
    assert "The server takes it up in a moment." in page.text
    same = await cy.get(looks[1])
    assert (same.status_code, same.text) == (204, "")
    await shop.studio.work.build_next()
    done = await cy.get(looks[1])
    assert "Waits for approval." in plain(done)
    assert "Show what the checks found" in done.text
    assert "hx-get" not in done.text
    assert "hx-get" not in (await cy.get(f"/answers/releases/{number}")).text


async def test_what_changes_and_what_the_checks_found_stands_before_the_decision(enter: Enter, shop: Workshop) -> None:
    number = await ask(shop)
    shop.assistants.reaches[number] = {
        "excuse me, where is the locker here": PARKING.key,
        "this waiting is killing me": PARKING.key,
    }
    await shop.studio.work.build_next()
    life = (await shop.studio.publishing.get(number)).life
    assert life.checks is not None
    page = await (await enter("Cy")).get(f"/answers/releases/{number}")
    told = plain(page)
    assert re.search(r"<ins[^>]*><span[^>]*> added: </span>free </ins>", page.text)
    assert "Questions with a known answer: 1 would get another answer" in told
    assert "“excuse me, where is the locker here” Worse From “Where do I put my bag?” To “Where can I park?”" in told
    assert "Questions that only sound like danger: 1 would get another answer" in told
    assert "100.0% 66.7% (fewer than now)" in told


async def test_what_a_check_forbids_is_told_with_what_to_do_and_cannot_be_approved(enter: Enter, shop: Workshop) -> None:
    number = await ask(shop)
    shop.assistants.reaches[number] = {"i want a person": PARKING.key}
    await shop.studio.work.build_next()
    bea = await enter("Bo")
    page = await bea.get(f"/answers/releases/{number}")
    told = plain(page)
    assert "What to put right" in told
    assert "“i want a person”: this protected question must reach “Talk to a person” and would now reach “Where" in told
    assert "Protected questions: 1 would get another answer" in told
    assert not has_button(page, "Approve, and give it to carers")
    refused = await bea.send_form(f"/answers/releases/{number}/approve")
    assert (refused.status_code, "does not wait for approval" in refused.text) == (409, True)


async def test_another_person_approves_and_carers_get_it(enter: Enter, shop: Workshop) -> None:
    number = await ask(shop)
    await shop.studio.work.build_next()
    bo = await enter("Bo")
    page = await bo.get(f"/answers/releases/{number}")
    assert has_button(page, "Approve, and give it to carers")
    assert "Every one gets the same answer as now." in page.text
    approved = await bo.send_form(f"/answers/releases/{number}/approve")
    assert approved.headers["location"] == f"/answers/releases/{number}"
    assert "Give carers the new release" in (await bo.get(f"/answers/releases/{number}")).text
    await shop.studio.work.put_live_next()
    page = await bo.get(f"/answers/releases/{number}")
    told = plain(page)
    assert "Carers are told this now." in told
    assert "Bo Example approved it , today at 10am" in told
    assert f"See what going back to release {number - 1} would change" in told


async def test_an_author_is_told_why_they_cannot_approve(enter: Enter, shop: Workshop) -> None:
    cy = await enter("Cy")
    await shop.studio.drafts.save(cy.account, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    page = await cy.get(f"/answers/releases/{number}")
    assert not has_button(page, "Approve, and give it to carers")
    assert "You wrote some of this or asked for it" in page.text
    refused = await cy.send_form(f"/answers/releases/{number}/approve")
    assert (refused.status_code, "A second person must approve it" in refused.text) == (403, True)


async def test_a_release_is_given_up_and_its_drafts_stay(enter: Enter, shop: Workshop) -> None:
    number = await ask(shop)
    await shop.studio.work.build_next()
    cy = await enter("Cy")
    assert has_button(await cy.get(f"/answers/releases/{number}"), f"Drop release {number}")
    await cy.send_form(f"/answers/releases/{number}/drop")
    page = await cy.get(f"/answers/releases/{number}")
    assert "Somebody gave it up." in page.text
    assert "Cy Example dropped it" in plain(page)
    assert not has_button(page, f"Drop release {number}")
    assert len(await shop.studio.drafts.list_all()) == 1


async def test_going_back_shows_what_it_changes_and_is_one_button(enter: Enter, shop: Workshop) -> None:
    number = await ask(shop)
    await shop.studio.work.build_next()
    await shop.put_live(number)
    ada = await enter("Cy")
    assert 'href="/answers/releases/1#go-back"' in (await ada.get("/answers/releases")).text
    page = await ada.get("/answers/releases/1")
    assert re.search(r"<del[^>]*><span[^>]*> taken out: </span>free </del>", page.text)
    assert has_button(page, "Go back to this release")
    await ada.send_form("/answers/releases/1/go-back", reason="The barrier is back")
    await shop.studio.work.put_live_next()
    assert shop.studio.live.library.answers[PARKING.key] == PARKING
    told = plain(await ada.get("/answers/releases/1"))
    assert "Cy Example went back to it , today at 10am: “The barrier is back”" in told
    again = await ada.send_form("/answers/releases/1/go-back")
    assert (again.status_code, "You can go back to a release that was live before" in again.text) == (409, True)


async def test_what_was_checked_against_an_older_release_says_so(enter: Enter, shop: Workshop) -> None:
    first = await ask(shop)
    await shop.studio.work.build_next()
    await shop.put_live(first)
    await shop.studio.drafts.save(shop.ada, CAFE.key, with_text(CAFE, "The cafe is shut now."), revision=0)
    number = await shop.publish()
    await shop.studio.publishing.go_back(shop.ada, 1)
    await shop.studio.work.put_live_next()
    page = await (await enter("Cy")).get(f"/answers/releases/{number}")
    assert "Another release has gone live since this one was checked." in page.text
    assert not has_button(page, "Approve, and give it to carers")
    assert has_button(page, f"Drop release {number}")


async def test_a_training_that_fails_says_what_to_do(enter: Enter, shop: Workshop) -> None:
    number = await ask(shop)
    shop.trainer.fails = True
    await shop.studio.work.build_next()
    told = plain(await (await enter("Cy")).get(f"/answers/releases/{number}"))
    assert "What went wrong" in told
    assert "Training the assistant failed" in told
    assert "Go to the drafts" in told


async def test_moves_away_from_what_was_changed_are_told(enter: Enter, shop: Workshop) -> None:
    number = await ask(shop)
    shop.assistants.reaches[number] = {"this waiting is killing me": LOCKERS.key}
    await shop.studio.work.build_next()
    assert "You changed neither of the two." in (await (await enter("Cy")).get(f"/answers/releases/{number}")).text


async def test_a_release_that_is_not_there_is_not_found(enter: Enter) -> None:
    cy = await enter("Cy")
    assert (await cy.get("/answers/releases/99")).status_code == 404
    assert (await cy.get("/answers/releases/soon")).status_code == 422


@pytest.mark.parametrize("action", ["approve", "drop", "go-back"])
async def test_nothing_is_decided_by_others_or_by_forms_that_are_not_ours(enter: Enter, shop: Workshop, action: str) -> None:
    number = await ask(shop)
    await shop.studio.work.build_next()
    before = await shop.studio.publishing.list_all()
    cy, lou = await enter("Cy"), await enter("Lou", AccountRole.LEAD)
    assert (await cy.post(f"/answers/releases/{number}/{action}", data={"csrf": "x"})).status_code == 403
    assert (await lou.send_form(f"/answers/releases/{number}/{action}")).status_code == 403
    assert await shop.studio.publishing.list_all() == before

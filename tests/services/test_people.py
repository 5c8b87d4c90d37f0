"""Who looks after whom: services, roles and ways in, and what a lead may not do."""

from dataclasses import replace
from typing import Any

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.permissions import Forbidden
from alongside.services.accounts import AlreadyThere
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, fill_directory
from tests.directory_builders import duty, organisation, service, worker

PASSWORD = "kettle moss ferry"


@pytest.fixture
async def parts(database: Database) -> Container:
    parts = container(database)
    await fill_directory(parts, ada=ALL_WEEK)
    return parts


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database, "ada")


@pytest.fixture
async def lead(parts: Container) -> Account:
    return await add_account(parts.database, "lea", role=AccountRole.LEAD)


@pytest.fixture
async def admin(parts: Container) -> Account:
    return await add_account(parts.database, "mel", role=AccountRole.ADMIN, services=frozenset())


async def account(parts: Container, account_id: str) -> Account:
    return (await parts.people.get(None, account_id)).account


class TestLinkingToTheDirectory:
    @pytest.fixture(autouse=True)
    async def _far(self, parts: Container) -> None:
        """The directory names somebody of rowan, beside Bea of larch."""
        named = (
            worker("code-far", name="Far Example", email="far@example.org", services=("rowan",)),
            worker("code-bea", name="Bea Example", email="bea@example.org", services=("larch",)),
        )
        await parts.directory.import_all(
            [organisation(services=(service("larch"), service("rowan")), workers=named, contacts=(duty(),))]
        )

    @pytest.mark.parametrize("how", [{"worker": "code-far"}, {"email": "Far@example.org"}], ids=["by code", "by e-mail"])
    async def test_a_lead_links_nobody_to_who_is_named_for_another_ward(
        self, parts: Container, lead: Account, admin: Account, how: dict[str, str]
    ) -> None:
        new: dict[str, Any] = {"email": "ned@example.org", "name": "Ned New", "role": AccountRole.WORKER, "services": ["larch"]}
        with pytest.raises(Forbidden, match="Far Example of the directory is not yours"):
            await parts.people.add(lead, **new | how)
        assert "Ned New" not in {profile.account.name for profile in await parts.people.list_for(None)}
        added, _ = await parts.people.add(admin, **new | how)
        assert added.worker == "code-far"

    async def test_nobody_is_linked_to_whom_somebody_is_linked_to_already(
        self, parts: Container, lead: Account, admin: Account
    ) -> None:
        added, _ = await parts.people.add(
            lead, email="bea@example.org", name="Bea Example", role=AccountRole.WORKER, services=["larch"]
        )
        assert added.worker == "code-bea"
        with pytest.raises(Forbidden, match="linked already"):
            await parts.people.add(
                admin, email="z@example.org", name="Zed New", role=AccountRole.WORKER, services=["larch"], worker="code-bea"
            )


class TestSeeing:
    async def test_a_lead_sees_their_team_and_an_administrator_everybody(
        self, parts: Container, ada: Account, lead: Account, admin: Account
    ) -> None:
        far = await add_account(parts.database, "far", services=frozenset({"rowan"}))
        await parts.accounts.disable(ada.email)

        async def seen(by: Account | None) -> list[str]:
            return [profile.account.name.split()[0] for profile in await parts.people.list_for(by)]

        assert await seen(lead) == ["Lea", "Ada"]
        assert await seen(admin) == await seen(None) == ["Far", "Lea", "Mel", "Ada"]
        with pytest.raises(Forbidden):
            await parts.people.get(lead, far.id)
        with pytest.raises(Forbidden):
            await parts.people.get(far, ada.id)
        with pytest.raises(NotFound):
            await parts.people.get(admin, "nobody")

    async def test_anybody_sees_themselves(self, parts: Container, ada: Account) -> None:
        assert (await parts.people.get(ada, ada.id)).hours == ALL_WEEK

    async def test_a_profile_tells_of_the_cover_both_ways_and_of_the_password(
        self, parts: Container, ada: Account, lead: Account
    ) -> None:
        await parts.rota.set_cover(None, ada.id, lead.id)
        seen = await parts.people.get(None, ada.id)
        assert (seen.cover.id if seen.cover else "", seen.can_cover, seen.has_password) == (lead.id, True, False)
        assert [other.id for other in (await parts.people.get(None, lead.id)).covers_for] == [ada.id]
        await parts.accounts.set_password(await parts.accounts.make_link(ada.email), PASSWORD)
        assert (await parts.people.get(None, ada.id)).has_password

    async def test_a_lead_chooses_from_their_own_services_and_from_everybody_who_has_cases(
        self, parts: Container, ada: Account, lead: Account, admin: Account
    ) -> None:
        far = await add_account(parts.database, "far", services=frozenset({"rowan"}))
        choices = await parts.people.choices(lead, ada.id)
        assert [service.code for service in choices.services] == ["larch"]
        assert {other.id for other in choices.covers} == {lead.id, far.id}
        assert [service.code for service in (await parts.people.choices(admin)).services] == ["larch", "rowan"]


class TestServices:
    async def test_services_are_given_and_taken_at_once(self, parts: Container, ada: Account, admin: Account) -> None:
        await parts.people.set_services(admin, ada.id, {"rowan"})
        assert (await account(parts, ada.id)).services == {"rowan"}

    async def test_an_unknown_service_and_none_at_all_are_refused(self, parts: Container, ada: Account, admin: Account) -> None:
        with pytest.raises(InvalidInput, match=r"no service hazel\. It has: larch, rowan"):
            await parts.people.set_services(admin, ada.id, {"rowan", "hazel"})
        with pytest.raises(InvalidInput, match="needs a service"):
            await parts.people.set_services(admin, ada.id, set())
        assert (await account(parts, ada.id)).services == {"larch"}

    async def test_a_lead_gives_and_takes_only_what_they_serve(self, parts: Container, ada: Account) -> None:
        both = await add_account(
            parts.database, "lea", role=AccountRole.LEAD, services=frozenset({"larch", "rowan"}), worker=None
        )
        await parts.people.set_services(both, ada.id, {"larch", "rowan"})
        one = replace(both, services=frozenset({"larch"}))
        with pytest.raises(Forbidden):
            await parts.people.set_services(one, ada.id, {"larch"})  # Ada sees more than this lead
        await parts.people.set_services(both, ada.id, {"larch"})
        with pytest.raises(Forbidden, match="services you serve yourself"):
            await parts.people.set_services(one, ada.id, {"larch", "rowan"})
        assert (await account(parts, ada.id)).services == {"larch"}

    async def test_a_lead_cannot_give_themselves_a_service(self, parts: Container, lead: Account) -> None:
        with pytest.raises(Forbidden):
            await parts.people.set_services(lead, lead.id, {"larch", "rowan"})
        assert (await account(parts, lead.id)).services == {"larch"}


class TestRoles:
    async def test_a_lead_makes_a_worker_lead_and_never_more(self, parts: Container, ada: Account, lead: Account) -> None:
        await parts.people.set_role(lead, ada.id, AccountRole.LEAD)
        for more in (AccountRole.ADMIN, AccountRole.MAINTAINER):
            with pytest.raises(Forbidden, match="Only an administrator"):
                await parts.people.set_role(lead, ada.id, more)
        assert (await account(parts, ada.id)).role is AccountRole.LEAD

    async def test_a_lead_never_touches_an_administrators_role_or_way_in(self, parts: Container, lead: Account) -> None:
        boss = await add_account(parts.database, "boss", role=AccountRole.ADMIN)  # who serves the same ward
        with pytest.raises(Forbidden):
            await parts.people.set_role(lead, boss.id, AccountRole.WORKER)
        with pytest.raises(Forbidden):
            await parts.people.make_link(lead, boss.id)
        with pytest.raises(Forbidden):
            await parts.people.disable(lead, boss.id)
        assert (await account(parts, boss.id)) == boss

    async def test_nobody_changes_their_own_role_or_shuts_themselves_out(
        self, parts: Container, lead: Account, admin: Account
    ) -> None:
        for who in (lead, admin):
            with pytest.raises(Forbidden, match="themselves"):
                await parts.people.set_role(who, who.id, AccountRole.WORKER)
            with pytest.raises(Forbidden, match="themselves"):
                await parts.people.disable(who, who.id)
            assert await account(parts, who.id) == who

    async def test_a_worker_needs_a_service_first(self, parts: Container, admin: Account) -> None:
        maintainer = await add_account(parts.database, "pat", role=AccountRole.MAINTAINER, services=frozenset())
        with pytest.raises(InvalidInput, match="Choose their services first"):
            await parts.people.set_role(admin, maintainer.id, AccountRole.WORKER)
        await parts.people.set_services(admin, maintainer.id, {"larch"})
        await parts.people.set_role(admin, maintainer.id, AccountRole.WORKER)
        assert (await account(parts, maintainer.id)).role is AccountRole.WORKER


class TestWayIn:
    async def test_a_lead_adds_somebody_for_their_own_services_with_a_link(self, parts: Container, lead: Account) -> None:
        added, token = await parts.people.add(
            lead, email="new@example.org", name="New Person", role=AccountRole.WORKER, services={"larch"}
        )
        assert (await parts.accounts.find_link(token)).id == added.id
        assert added.services == {"larch"}

    async def test_a_lead_adds_nobody_for_other_services_without_any_or_with_more_power(
        self, parts: Container, lead: Account
    ) -> None:
        for role, services in (
            (AccountRole.WORKER, {"rowan"}),
            (AccountRole.WORKER, set()),
            (AccountRole.ADMIN, {"larch"}),
            (AccountRole.MAINTAINER, {"larch"}),
        ):
            with pytest.raises((Forbidden, InvalidInput)):
                await parts.people.add(lead, email="new@example.org", name="New Person", role=role, services=services)
        assert [other.id for other in await parts.accounts.list_all()] == [lead.id]

    async def test_an_address_that_has_an_account_is_told(self, parts: Container, ada: Account, admin: Account) -> None:
        with pytest.raises(AlreadyThere, match="list of people"):
            await parts.people.add(admin, email=ada.email, name="Ada Again", role=AccountRole.ADMIN, services=())

    async def test_who_sees_more_than_a_lead_is_not_theirs_to_let_in(self, parts: Container, lead: Account, ada: Account) -> None:
        far = await add_account(parts.database, "far", services=frozenset({"rowan"}))
        await parts.people.disable(lead, ada.id)
        await parts.people.enable(lead, ada.id)
        await parts.rota.set_cover(None, far.id, ada.id)  # now Ada sees rowan's cases too
        with pytest.raises(Forbidden, match="see more than you"):
            await parts.people.make_link(lead, ada.id)
        with pytest.raises(Forbidden, match="look after"):
            await parts.people.make_link(lead, far.id)

    async def test_a_disabled_account_gets_no_link(self, parts: Container, ada: Account, admin: Account) -> None:
        await parts.people.disable(admin, ada.id)
        with pytest.raises(InvalidInput, match="Enable it first"):
            await parts.people.make_link(admin, ada.id)

"""The directory: organisations, places, contacts, services, visiting times, groups and workers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_organisations")),
    )
    op.create_table(
        "contacts",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.code"], name=op.f("fk_contacts_organisation_organisations")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_organisation"), "contacts", ["organisation"], unique=False)
    op.create_table(
        "places",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("near", sa.JSON(), nullable=False),
        sa.Column("getting_there", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.code"], name=op.f("fk_places_organisation_organisations")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_places")),
    )
    op.create_index(op.f("ix_places_organisation"), "places", ["organisation"], unique=False)
    op.create_table(
        "workers",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.code"], name=op.f("fk_workers_organisation_organisations")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_workers")),
    )
    op.create_index(op.f("ix_workers_organisation"), "workers", ["organisation"], unique=False)
    op.create_table(
        "groups",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("for_whom", sa.Text(), nullable=False),
        sa.Column("nation", sa.String(length=10), nullable=False),
        sa.Column("repeats", sa.String(length=20), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("weeks", sa.JSON(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("joining", sa.Text(), nullable=False),
        sa.Column("weekday", sa.String(length=9), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.code"], name=op.f("fk_groups_organisation_organisations")),
        sa.ForeignKeyConstraint(["place"], ["places.code"], name=op.f("fk_groups_place_places")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_groups")),
    )
    op.create_index(op.f("ix_groups_organisation"), "groups", ["organisation"], unique=False)
    op.create_table(
        "services",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=True),
        sa.Column("place", sa.String(length=80), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("security", sa.String(length=10), nullable=False),
        sa.Column("nation", sa.String(length=10), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.code"], name=op.f("fk_services_organisation_organisations")),
        sa.ForeignKeyConstraint(["place"], ["places.code"], name=op.f("fk_services_place_places")),
        sa.ForeignKeyConstraint(["unit"], ["services.code"], name=op.f("fk_services_unit_services")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_services")),
    )
    op.create_index(op.f("ix_services_organisation"), "services", ["organisation"], unique=False)
    op.create_table(
        "worker_hours",
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.String(length=9), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["worker"], ["workers.code"], name=op.f("fk_worker_hours_worker_workers"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("worker", "position", name=op.f("pk_worker_hours")),
    )
    op.create_table(
        "visiting_times",
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("booking", sa.Text(), nullable=False),
        sa.Column("weekday", sa.String(length=9), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service"], ["services.code"], name=op.f("fk_visiting_times_service_services"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service", "position", name=op.f("pk_visiting_times")),
    )
    op.create_table(
        "worker_services",
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service"], ["services.code"], name=op.f("fk_worker_services_service_services"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["worker"], ["workers.code"], name=op.f("fk_worker_services_worker_workers"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("worker", "service", name=op.f("pk_worker_services")),
    )
    op.create_index(op.f("ix_worker_services_service"), "worker_services", ["service"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_worker_services_service"), table_name="worker_services")
    op.drop_table("worker_services")
    op.drop_table("visiting_times")
    op.drop_table("worker_hours")
    op.drop_index(op.f("ix_services_organisation"), table_name="services")
    op.drop_table("services")
    op.drop_index(op.f("ix_groups_organisation"), table_name="groups")
    op.drop_table("groups")
    op.drop_index(op.f("ix_workers_organisation"), table_name="workers")
    op.drop_table("workers")
    op.drop_index(op.f("ix_places_organisation"), table_name="places")
    op.drop_table("places")
    op.drop_index(op.f("ix_contacts_organisation"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_table("organisations")

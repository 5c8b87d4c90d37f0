"""Hours, leave, cover and load cap of those who sign in; who was promised, so that their cases can be counted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_rota",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("cover", sa.String(length=32), nullable=True),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.CheckConstraint("cap >= 0", name=op.f("ck_account_rota_cap")),
        sa.CheckConstraint("cover <> account_id", name=op.f("ck_account_rota_cover")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_rota_account_id_accounts", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["cover"], ["accounts.id"], name="fk_account_rota_cover_accounts", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_rota"),
    )
    op.create_index("ix_account_rota_cover", "account_rota", ["cover"], unique=False)

    op.create_table(
        "account_hours",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("weekday", sa.String(length=9), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_hours_account_id_accounts", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "weekday", "starts", name="pk_account_hours"),
    )
    op.create_table(
        "account_leave",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_account_leave_days")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_leave_account_id_accounts", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "first_day", "last_day", name="pk_account_leave"),
    )

    op.add_column("cases", sa.Column("promised", sa.String(length=32), nullable=True))
    cases = sa.table("cases", sa.column("promise", sa.JSON), sa.column("promised", sa.String))
    op.execute(cases.update().values(promised=cases.c.promise["who"]["code"].as_string()))
    op.create_index("ix_cases_load", "cases", ["state", "promised", "owner"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_cases_load", table_name="cases")
    op.drop_column("cases", "promised")

    op.drop_table("account_leave")
    op.drop_table("account_hours")
    op.drop_index("ix_account_rota_cover", table_name="account_rota")

    op.drop_table("account_rota")

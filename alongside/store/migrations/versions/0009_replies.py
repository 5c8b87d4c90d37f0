"""Saved replies of workers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_replies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=80), nullable=True),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["accounts.id"], name="fk_saved_replies_owner_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_replies"),
    )
    op.create_index("ix_saved_replies_owner", "saved_replies", ["owner"], unique=False)
    op.create_index("ix_saved_replies_service", "saved_replies", ["service"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_saved_replies_service", table_name="saved_replies")
    op.drop_index("ix_saved_replies_owner", table_name="saved_replies")

    op.drop_table("saved_replies")

"""Handovers made to see whether handovers work, and the index by which figures find a period's events."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_heartbeats"),
    )
    op.create_index("ix_heartbeats_channel", "heartbeats", ["channel", "at"], unique=False)
    op.create_table(
        "heartbeats_due",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_heartbeats_due"),
    )
    op.create_index("ix_case_events_what", "case_events", ["what", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_case_events_what", table_name="case_events")
    op.drop_table("heartbeats_due")
    op.drop_index("ix_heartbeats_channel", table_name="heartbeats")
    op.drop_table("heartbeats")

"""What owners were reminded of before it is due to be checked."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "review_on", "days", name="pk_reminders"),
    )


def downgrade() -> None:
    op.drop_table("reminders")

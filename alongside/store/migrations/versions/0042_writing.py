"""When the worker of a case was last seen to be writing; when one first replied is in the case's events alone."""

import sqlalchemy as sa
from alembic import op

from alongside.store.base import Moment

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("writing_at", Moment(), nullable=True))
    op.drop_column("cases", "first_reply_at")


def downgrade() -> None:
    op.add_column("cases", sa.Column("first_reply_at", Moment(), nullable=True))
    op.drop_column("cases", "writing_at")

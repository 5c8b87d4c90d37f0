"""When the worker of a case was last seen to be writing."""

import sqlalchemy as sa
from alembic import op

from alongside.store.base import Moment

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("writing_at", Moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "writing_at")

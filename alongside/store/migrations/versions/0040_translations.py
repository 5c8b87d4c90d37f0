"""The language of a message that is a translated answer."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("language", sa.String(length=35), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "language")

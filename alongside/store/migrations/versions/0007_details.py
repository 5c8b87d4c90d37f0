"""What a carer told a worker beforehand: contact wishes and needs."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("details", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "details")

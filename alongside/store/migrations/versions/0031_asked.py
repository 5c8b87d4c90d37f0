"""Which questions of carers a maintainer has seen to."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked_settled",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=120), nullable=True),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_asked_settled_message_id_messages", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_asked_settled_account_accounts"),
        sa.PrimaryKeyConstraint("message_id", name="pk_asked_settled"),
    )
    op.create_index("ix_asked_settled_batch", "asked_settled", ["batch"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_asked_settled_batch", table_name="asked_settled")
    op.drop_table("asked_settled")

"""Where the files are that carers sent to a worker. No file is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_files",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("ending", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_message_files_message_id_messages", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "number", name="pk_message_files"),
    )


def downgrade() -> None:
    op.drop_table("message_files")

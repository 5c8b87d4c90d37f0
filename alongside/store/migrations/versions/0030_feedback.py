"""Whether answers helped, in one place for every channel."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_feedback_message_id_messages", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", name="pk_feedback"),
    )
    op.execute(
        "INSERT INTO feedback (message_id, helpful, at) "
        "SELECT message_id, is_helpful, telegram_reactions.at FROM telegram_reactions "
        "JOIN messages ON messages.id = message_id WHERE messages.answer IS NOT NULL AND messages.author = 'bot'"
    )
    op.drop_table("telegram_reactions")


def downgrade() -> None:
    op.create_table(
        "telegram_reactions",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("is_helpful", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_telegram_reactions_message_id_messages", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name="pk_telegram_reactions"),
    )
    op.execute("INSERT INTO telegram_reactions (message_id, is_helpful, at) SELECT message_id, helpful, at FROM feedback")
    op.drop_table("feedback")

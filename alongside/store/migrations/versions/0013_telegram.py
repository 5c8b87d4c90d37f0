"""Updates from Telegram, chats, and deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("attached", sa.String(length=10), nullable=True))

    op.create_table(
        "telegram_updates",
        sa.Column("bot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("bot", "id", name="pk_telegram_updates"),
    )
    op.create_index("ix_telegram_updates_waiting", "telegram_updates", ["handled_at", "bot", "chat"], unique=False)

    op.create_table(
        "telegram_chats",
        sa.Column("bot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("sent_position", sa.Integer(), nullable=False),
        sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_telegram_chats_conversation_id_conversations",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("bot", "chat", name="pk_telegram_chats"),
        sa.UniqueConstraint("conversation_id", name="uq_telegram_chats_conversation_id"),
    )

    op.create_table(
        "telegram_deliveries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("task", sa.String(length=10), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(length=60), nullable=True),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_telegram_deliveries_message_id_messages", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_telegram_deliveries"),
    )
    is_sent = sa.text("task = 'send'")
    op.create_index(
        "uq_telegram_deliveries_part",
        "telegram_deliveries",
        ["message_id", "part"],
        unique=True,
        sqlite_where=is_sent,
        postgresql_where=is_sent,
    )
    op.create_index("ix_telegram_deliveries_waiting", "telegram_deliveries", ["state", "bot", "chat", "id"], unique=False)
    op.create_index("ix_telegram_deliveries_message_id", "telegram_deliveries", ["message_id"], unique=False)
    op.create_index("ix_telegram_deliveries_chat", "telegram_deliveries", ["bot", "chat", "telegram_id"], unique=False)

    op.create_table(
        "telegram_leases",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_telegram_leases"),
    )

    op.create_table(
        "telegram_moves",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_telegram_moves_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_hash", name="pk_telegram_moves"),
    )

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


def downgrade() -> None:
    op.drop_table("telegram_reactions")
    op.drop_table("telegram_moves")
    op.drop_table("telegram_leases")
    op.drop_index("ix_telegram_deliveries_chat", table_name="telegram_deliveries")
    op.drop_index("ix_telegram_deliveries_message_id", table_name="telegram_deliveries")
    op.drop_index("ix_telegram_deliveries_waiting", table_name="telegram_deliveries")
    op.drop_index("uq_telegram_deliveries_part", table_name="telegram_deliveries")
    op.drop_table("telegram_deliveries")
    op.drop_table("telegram_chats")
    op.drop_index("ix_telegram_updates_waiting", table_name="telegram_updates")
    op.drop_table("telegram_updates")
    op.drop_column("messages", "attached")

"""Conversations, messages and releases."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("nation", sa.String(length=10), nullable=True),
        sa.Column("service", sa.String(length=80), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("assistant_state", sa.JSON(), nullable=True),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(length=32), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("token_hash", name="uq_conversations_token_hash"),
    )
    op.create_index("ix_conversations_expires_at", "conversations", ["expires_at"], unique=False)

    op.create_table(
        "releases",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("model_file", sa.String(length=200), nullable=False),
        sa.Column("model_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_releases"),
        sa.UniqueConstraint("content_hash", name="uq_releases_content_hash"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(length=120), nullable=True),
        sa.Column("safety", sa.String(length=10), nullable=True),
        sa.Column("release", sa.Integer(), nullable=True),
        sa.Column("choice", sa.String(length=500), nullable=True),
        sa.Column("client_id", sa.String(length=100), nullable=True),
        sa.Column("reply_to", sa.String(length=32), nullable=True),
        sa.Column("understood", sa.JSON(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_messages_conversation_id_conversations", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("conversation_id", "client_id", name="uq_messages_client_id"),
        sa.UniqueConstraint("conversation_id", "position", name="uq_messages_conversation_id"),
    )
    op.create_index("ix_messages_waiting", "messages", ["answered_at", "author"], unique=False)

    op.create_table(
        "release_answers",
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["release"], ["releases.number"], name="fk_release_answers_release_releases", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("release", "key", name="pk_release_answers"),
    )


def downgrade() -> None:
    op.drop_table("release_answers")
    op.drop_index("ix_messages_waiting", table_name="messages")

    op.drop_table("messages")
    op.drop_table("releases")
    op.drop_index("ix_conversations_expires_at", table_name="conversations")

    op.drop_table("conversations")

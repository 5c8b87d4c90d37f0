"""Corrected and withdrawn messages, and how far a carer's page has read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("last_change", sa.Integer(), server_default="0", nullable=False))
    op.add_column("conversations", sa.Column("seen_position", sa.Integer(), server_default="0", nullable=False))
    op.add_column("conversations", sa.Column("seen_change", sa.Integer(), server_default="0", nullable=False))
    op.add_column("conversations", sa.Column("open_page", sa.String(length=32), nullable=True))
    op.add_column("conversations", sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True))

    # No foreign key to the accounts: SQLite would have to copy every message to add one.
    op.add_column("messages", sa.Column("account", sa.String(length=32), nullable=True))
    op.add_column("messages", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("change", sa.Integer(), nullable=True))
    _name_authors()

    op.create_table(
        "message_versions",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_message_versions_account_accounts"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_message_versions_message_id_messages", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "number", name="pk_message_versions"),
    )


def _name_authors() -> None:
    """Take who wrote the messages there are from the cases' logs, so that they can correct them."""
    events = sa.table("case_events", sa.column("what"), sa.column("account"), sa.column("details", sa.JSON()))
    messages = sa.table("messages", sa.column("id"), sa.column("account"))
    connection = op.get_bind()
    for account, details in connection.execute(
        sa.select(events.c.account, events.c.details).where(events.c.what == "replied")
    ).all():
        connection.execute(sa.update(messages).where(messages.c.id == details["message"]).values(account=account))


def downgrade() -> None:
    op.drop_table("message_versions")
    for column in ("change", "withdrawn_at", "edited_at", "account"):
        op.drop_column("messages", column)
    for column in ("unreachable_since", "open_page", "seen_change", "seen_position", "last_change"):
        op.drop_column("conversations", column)

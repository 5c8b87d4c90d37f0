"""What a worker is to do later, such as checking back after danger; and which hard cases somebody has chosen to open."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.Column("ending", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_tasks_account_accounts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_tasks_case_id_cases", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name="fk_tasks_ended_by_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index("uq_tasks_open", "tasks", ["case_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_tasks_case_id", "tasks", ["case_id", "made_at"], unique=False)
    op.create_index("ix_tasks_account", "tasks", ["account", "ended_at", "due_at"], unique=False)
    op.create_index("ix_tasks_due_at", "tasks", ["ended_at", "due_at"], unique=False)

    op.create_table(
        "case_looks",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_case_looks_account_accounts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_looks_case_id_cases", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "account", name="pk_case_looks"),
    )


def downgrade() -> None:
    op.drop_table("case_looks")
    op.drop_index("ix_tasks_due_at", table_name="tasks")
    op.drop_index("ix_tasks_account", table_name="tasks")
    op.drop_index("ix_tasks_case_id", table_name="tasks")
    op.drop_index("uq_tasks_open", table_name="tasks")
    op.drop_table("tasks")

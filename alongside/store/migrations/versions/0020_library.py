"""The life of releases, and drafts of answers."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_lives",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("library_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=32), nullable=True),
        sa.Column("by_name", sa.String(length=80), nullable=True),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("drafts", sa.JSON(), nullable=False),
        sa.Column("step", sa.String(length=15), nullable=True),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=True),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("approver_id", sa.String(length=32), nullable=True),
        sa.Column("approver_name", sa.String(length=80), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worked_by", sa.String(length=32), nullable=True),
        sa.Column("worked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["releases.number"], name="fk_release_lives_number_releases", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_release_lives"),
    )
    op.create_index("ix_release_lives_stage", "release_lives", ["stage"], unique=False)
    # Until now the newest release was the one that served carers, and every one came from the files.
    op.execute(
        sa.text(
            "INSERT INTO release_lives (number, stage, origin, code_hash, library_hash, reason, authors, changes, drafts,"
            " problems, needs_second, made_at, live_at) SELECT number,"
            " CASE WHEN number = (SELECT max(number) FROM releases) THEN 'live'"
            " ELSE 'past' END, 'files', '', '', '', '[]', '[]', '{}', '[]', false, made_at, made_at FROM releases"
        )
    )
    op.create_table(
        "release_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("by_id", sa.String(length=32), nullable=True),
        sa.Column("by_name", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["release"], ["releases.number"], name="fk_release_events_release_releases", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_release_events"),
    )
    op.create_index("ix_release_events_release", "release_events", ["release"], unique=False)
    op.create_table(
        "release_reached",
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("questions", sa.String(length=64), nullable=False),
        sa.Column("reached", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["release"], ["releases.number"], name="fk_release_reached_release_releases", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("release", name="pk_release_reached"),
    )
    op.create_table(
        "drafts",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_drafts"),
    )
    op.create_table(
        "draft_revisions",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("author", sa.String(length=32), nullable=False),
        sa.Column("author_name", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["drafts.key"], name="fk_draft_revisions_key_drafts", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "revision", name="pk_draft_revisions"),
    )


def downgrade() -> None:
    op.drop_table("draft_revisions")
    op.drop_table("drafts")
    op.drop_table("release_reached")
    op.drop_index("ix_release_events_release", table_name="release_events")
    op.drop_table("release_events")
    op.drop_index("ix_release_lives_stage", table_name="release_lives")
    op.drop_table("release_lives")

"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import columns, search

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since_at", columns.Instant(), nullable=False),
        sa.Column("until_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("key", name=op.f("uq_attempt_key")),
    )
    op.create_table(
        "audit_anchor",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("place", columns.BigId(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchor")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("place", columns.BigId(), nullable=True),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("place", name=op.f("uq_audit_entry_place")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_at", ["municipality_id", "at"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_unsealed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("seal IS NULL"),
            postgresql_where=sa.text("seal IS NULL"),
        )

    op.create_table(
        "beat",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beat")),
        sa.UniqueConstraint("name", name=op.f("uq_beat_name")),
    )
    op.create_table(
        "card",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", columns.BigId(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint(
            "kind", "subject_id", "platform", "address", name=op.f("uq_card_kind_subject_id_platform_address")
        ),
    )
    op.create_table(
        "chat_message",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("member_id", columns.BigId(), nullable=True),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("dialog_id", columns.BigId(), nullable=True),
        sa.Column("body", columns.Json(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("breach_id", columns.BigId(), nullable=True),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_message")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_chat_message_dedup_key")),
    )
    with op.batch_alter_table("chat_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_message_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_chat_message_dialog_id"), ["dialog_id"], unique=False)
        batch_op.create_index("ix_chat_message_place", ["address", "id"], unique=False)

    op.create_table(
        "due",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", columns.BigId(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("local_time", sa.String(), nullable=False),
        sa.Column("due_at", columns.Instant(), nullable=False),
        sa.Column("lease_until", columns.Instant(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("fired_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_due_dedup_key")),
    )
    with op.batch_alter_table("due", schema=None) as batch_op:
        batch_op.create_index(
            "ix_due_waiting",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )

    op.create_table(
        "inbox",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("received_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("platform", "event_id", name=op.f("uq_inbox_platform_event_id")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_received_at", ["received_at"], unique=False)

    op.create_table(
        "lane",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("ready_at", columns.Instant(), nullable=True),
        sa.Column("free_at", columns.Instant(), nullable=True),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("pace", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
        sa.UniqueConstraint("platform", "address", name=op.f("uq_lane_platform_address")),
    )
    with op.batch_alter_table("lane", schema=None) as batch_op:
        batch_op.create_index(
            "ix_lane_ready_at",
            ["platform", "ready_at"],
            unique=False,
            sqlite_where=sa.text("ready_at IS NOT NULL"),
            postgresql_where=sa.text("ready_at IS NOT NULL"),
        )

    op.create_table(
        "lease",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
        sa.UniqueConstraint("name", name=op.f("uq_lease_name")),
    )
    op.create_table(
        "municipality",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("settings", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("code", name=op.f("uq_municipality_code")),
    )
    op.create_table(
        "nudge",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("instead_of", columns.BigId(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("planned_at", columns.Instant(), nullable=False),
        sa.Column("outbox_key", sa.String(), nullable=True),
        sa.Column("why_not", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudge")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_nudge_dedup_key")),
    )
    with op.batch_alter_table("nudge", schema=None) as batch_op:
        batch_op.create_index("ix_nudge_member_day", ["member_id", "local_day"], unique=False)
        batch_op.create_index("ix_nudge_town_day", ["municipality_id", "local_day"], unique=False)
        batch_op.create_index(
            "ix_nudge_waiting",
            ["planned_at"],
            unique=False,
            sqlite_where=sa.text("outbox_key IS NULL AND why_not IS NULL"),
            postgresql_where=sa.text("outbox_key IS NULL AND why_not IS NULL"),
        )

    op.create_table(
        "outbox",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("member_id", columns.BigId(), nullable=True),
        sa.Column("dialog_id", columns.BigId(), nullable=True),
        sa.Column("card_id", columns.BigId(), nullable=True),
        sa.Column("reacts_to", sa.String(), nullable=True),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("message", columns.Json(), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("retry_at", columns.Instant(), nullable=False),
        sa.Column("fetch_at", columns.Instant(), nullable=True),
        sa.Column("lane_id", columns.BigId(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("sent_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_outbox_dedup_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_dead",
            ["status"],
            unique=False,
            sqlite_where=sa.text("status = 'dead'"),
            postgresql_where=sa.text("status = 'dead'"),
        )
        batch_op.create_index(
            "ix_outbox_fetch_at",
            ["fetch_at"],
            unique=False,
            sqlite_where=sa.text("fetch_at IS NOT NULL"),
            postgresql_where=sa.text("fetch_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_outbox_lane",
            ["lane_id", "id"],
            unique=False,
            sqlite_where=sa.text("lane_id IS NOT NULL"),
            postgresql_where=sa.text("lane_id IS NOT NULL"),
        )

    op.create_table(
        "reference",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("known", columns.Json(), nullable=False),
        sa.Column("renewed_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference")),
        sa.UniqueConstraint("platform", "address", name=op.f("uq_reference_platform_address")),
    )
    op.create_table(
        "short_key",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("short", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("used_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_short_key")),
        sa.UniqueConstraint("short", name=op.f("uq_short_key_short")),
    )
    op.create_table(
        "counter",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_counter_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint("municipality_id", "series", name=op.f("uq_counter_municipality_id_series")),
    )
    with op.batch_alter_table("counter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counter_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "legal_hold",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", columns.BigId(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", columns.Instant(), nullable=False),
        sa.Column("lifted_at", columns.Instant(), nullable=True),
        sa.Column("lifted_because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_legal_hold_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_legal_hold_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index("ix_legal_hold_subject", ["municipality_id", "kind", "subject_id"], unique=False)

    op.create_table(
        "partner",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("terms", columns.Json(), nullable=False),
        sa.Column("days_off", columns.Json(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_partner_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("municipality_id", "code", name=op.f("uq_partner_municipality_id_code")),
    )
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "room",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("ceiling", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("partners", columns.Json(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_room_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("municipality_id", "code", name=op.f("uq_room_municipality_id_code")),
        sa.UniqueConstraint("platform", "address", name=op.f("uq_room_platform_address")),
    )
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "search_entry",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", columns.BigId(), nullable=False),
        sa.Column("stems", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_search_entry_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_entry_kind_subject_id")),
    )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_entry_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "tombstone",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("removed_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_tombstone_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
    )
    with op.batch_alter_table("tombstone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tombstone_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "group_case",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("group_code", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("may_pseudonyms", sa.Boolean(), nullable=False),
        sa.Column("room_id", columns.BigId(), nullable=True),
        sa.Column("merged_into", columns.BigId(), nullable=True),
        sa.Column("opened_at", columns.Instant(), nullable=False),
        sa.Column("closed_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["group_case.id"], name=op.f("fk_group_case_merged_into")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_group_case_municipality_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_group_case_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_case")),
        sa.UniqueConstraint("municipality_id", "code", name=op.f("uq_group_case_municipality_id_code")),
    )
    with op.batch_alter_table("group_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_case_merged_into"), ["merged_into"], unique=False)
        batch_op.create_index(batch_op.f("ix_group_case_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_group_case_room_id"), ["room_id"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("starts_at", columns.Instant(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("room_id", columns.BigId(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("series_at", columns.Instant(), nullable=True),
        sa.Column("item_id", columns.BigId(), nullable=True),
        sa.Column("opened_at", columns.Instant(), nullable=True),
        sa.Column("closed_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_meeting_municipality_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_meeting_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_room_id"), ["room_id"], unique=False)

    op.create_table(
        "member",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("partner_id", columns.BigId(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("roles", columns.Json(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("hours", columns.Json(), nullable=False),
        sa.Column("stand_in_id", columns.BigId(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("links_from", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_member_municipality_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_member_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("municipality_id", "code", name=op.f("uq_member_municipality_id_code")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_member_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "absence",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("stand_in_id", columns.BigId(), nullable=True),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("ended_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_absence_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_absence_municipality_id")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["member.id"], name=op.f("fk_absence_stand_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_absence_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_absence_stand_in_id"), ["stand_in_id"], unique=False)

    op.create_table(
        "action",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("meeting_id", columns.BigId(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("partner_id", columns.BigId(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("original_due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Integer(), nullable=True),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("undone_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_action_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_action_meeting_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_action_municipality_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_action_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(
            "ix_action_open",
            ["municipality_id", "due_on"],
            unique=False,
            sqlite_where=sa.text("undone_at IS NULL AND status NOT IN ('done', 'dropped')"),
            postgresql_where=sa.text("undone_at IS NULL AND status NOT IN ('done', 'dropped')"),
        )
        batch_op.create_index(batch_op.f("ix_action_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "address",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("is_reachable", sa.Boolean(), nullable=False),
        sa.Column("is_joined", sa.Boolean(), nullable=False),
        sa.Column("ended_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_address_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_address_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("platform", "address", name=op.f("uq_address_platform_address")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_address_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "agenda_item",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("meeting_id", columns.BigId(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("goal", sa.String(), nullable=True),
        sa.Column("partner_id", columns.BigId(), nullable=True),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("moved_to", sa.Date(), nullable=True),
        sa.Column("origin_id", columns.BigId(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("is_again", sa.Boolean(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=True),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("changed_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_agenda_item_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_agenda_item_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_agenda_item_municipality_id")),
        sa.ForeignKeyConstraint(["origin_id"], ["agenda_item.id"], name=op.f("fk_agenda_item_origin_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_agenda_item_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("meeting_id", "key", name=op.f("uq_agenda_item_meeting_id_key")),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_item_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_origin_id"), ["origin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("meeting_id", columns.BigId(), nullable=False),
        sa.Column("partner_id", columns.BigId(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stand_in", sa.String(), nullable=False),
        sa.Column("arrived_at", columns.Instant(), nullable=True),
        sa.Column("left_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_attendance_municipality_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_attendance_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("meeting_id", "partner_id", name=op.f("uq_attendance_meeting_id_partner_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "breach",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("reported_at", columns.Instant(), nullable=False),
        sa.Column("discovered_at", columns.Instant(), nullable=False),
        sa.Column("due_at", columns.Instant(), nullable=False),
        sa.Column("told", columns.Json(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("closed_at", columns.Instant(), nullable=True),
        sa.Column("closed_by", columns.BigId(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_breach_case_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["member.id"], name=op.f("fk_breach_closed_by")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_breach_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_breach_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
        sa.UniqueConstraint("municipality_id", "number", name=op.f("uq_breach_municipality_id_number")),
    )
    with op.batch_alter_table("breach", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "case_partner",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=False),
        sa.Column("partner_id", columns.BigId(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_case_partner_case_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_case_partner_municipality_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_case_partner_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_partner")),
        sa.UniqueConstraint("case_id", "partner_id", name=op.f("uq_case_partner_case_id_partner_id")),
    )
    with op.batch_alter_table("case_partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_partner_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_partner_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_partner_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("meeting_id", columns.BigId(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("from_step", sa.String(), nullable=True),
        sa.Column("to_step", sa.String(), nullable=True),
        sa.Column("exit", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("dissent", columns.Json(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("decided_at", columns.Instant(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("undone_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_decision_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_decision_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_decision_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("municipality_id", "number", name=op.f("uq_decision_municipality_id_number")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "goal",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("baseline", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_goal_case_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_goal_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", columns.BigId(), nullable=False),
        sa.Column("from_member_id", columns.BigId(), nullable=False),
        sa.Column("to_member_id", columns.BigId(), nullable=False),
        sa.Column("partner_id", columns.BigId(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_at", columns.Instant(), nullable=False),
        sa.Column("settled_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["from_member_id"], ["member.id"], name=op.f("fk_handover_from_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_handover_municipality_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_handover_partner_id")),
        sa.ForeignKeyConstraint(["to_member_id"], ["member.id"], name=op.f("fk_handover_to_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_from_member_id"), ["from_member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index("ix_handover_subject", ["subject_id", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_to_member_id"), ["to_member_id"], unique=False)

    op.create_table(
        "paper",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("meeting_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("sent_at", columns.Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("adopted_at", columns.Instant(), nullable=True),
        sa.Column("gaps", columns.Json(), nullable=False),
        sa.Column("changes", columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_paper_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_paper_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_paper_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("meeting_id", "kind", "version", name=op.f("uq_paper_meeting_id_kind_version")),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "pseudonym",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("removed_at", columns.Instant(), nullable=True),
        sa.Column("inform_by", sa.Date(), nullable=True),
        sa.Column("inform_state", sa.String(), nullable=False),
        sa.Column("informed_on", sa.Date(), nullable=True),
        sa.Column("deferred_because", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_pseudonym_case_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_pseudonym_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pseudonym")),
        sa.UniqueConstraint("case_id", "code", name=op.f("uq_pseudonym_case_id_code")),
    )
    with op.batch_alter_table("pseudonym", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pseudonym_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pseudonym_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "rightsrequest",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("law", sa.String(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("about_id", columns.BigId(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("first_due_on", sa.Date(), nullable=True),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extended_because", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("decided_at", columns.Instant(), nullable=True),
        sa.Column("decided_by", columns.BigId(), nullable=True),
        sa.ForeignKeyConstraint(["about_id"], ["member.id"], name=op.f("fk_rightsrequest_about_id")),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_rightsrequest_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["member.id"], name=op.f("fk_rightsrequest_decided_by")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_rightsrequest_member_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_rightsrequest_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rightsrequest")),
        sa.UniqueConstraint("municipality_id", "number", name=op.f("uq_rightsrequest_municipality_id_number")),
    )
    with op.batch_alter_table("rightsrequest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rightsrequest_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rightsrequest_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rightsrequest_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "search",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("searched_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_search_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_search_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search")),
    )
    with op.batch_alter_table("search", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_search_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "signal_link",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=False),
        sa.Column("linked_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_signal_link_case_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_signal_link_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_link")),
        sa.UniqueConstraint(
            "number", "case_id", "municipality_id", name=op.f("uq_signal_link_number_case_id_municipality_id")
        ),
    )
    with op.batch_alter_table("signal_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signal_link_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signal_link_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "step_stay",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("entered_at", columns.Instant(), nullable=False),
        sa.Column("left_at", columns.Instant(), nullable=True),
        sa.Column("exit", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_step_stay_case_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_step_stay_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_stay")),
    )
    with op.batch_alter_table("step_stay", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_stay_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_stay_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("made_by", columns.BigId(), nullable=True),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("expires_at", columns.Instant(), nullable=False),
        sa.Column("used_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_ticket_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_ticket_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("kind", "digest", name=op.f("uq_ticket_kind_digest")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "track",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("changed_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_track_case_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_track_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track")),
        sa.UniqueConstraint("case_id", "code", "route", name=op.f("uq_track_case_id_code_route")),
    )
    with op.batch_alter_table("track", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_track_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_track_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("seen_at", columns.Instant(), nullable=False),
        sa.Column("expires_at", columns.Instant(), nullable=False),
        sa.Column("ended_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_web_session_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_web_session_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_web_session_digest")),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_web_session_municipality_id"), ["municipality_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("meeting_id", columns.BigId(), nullable=True),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("paper_id", columns.BigId(), nullable=True),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("model", columns.Json(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("texts", columns.Json(), nullable=False),
        sa.Column("lines", columns.Json(), nullable=False),
        sa.Column("circle", sa.String(), nullable=False),
        sa.Column("compiled_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_document_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_document_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_document_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_document_municipality_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_document_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_paper_id"), ["paper_id"], unique=False)

    op.create_table(
        "frozen",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("breach_id", columns.BigId(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", columns.BigId(), nullable=False),
        sa.Column("frozen_at", columns.Instant(), nullable=False),
        sa.Column("released_at", columns.Instant(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_frozen_breach_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_frozen_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen")),
    )
    with op.batch_alter_table("frozen", schema=None) as batch_op:
        batch_op.create_index("ix_frozen_breach", ["breach_id"], unique=False)
        batch_op.create_index(
            "ix_frozen_now",
            ["municipality_id"],
            unique=False,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )

    op.create_table(
        "meeting_line",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("meeting_id", columns.BigId(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("item_id", columns.BigId(), nullable=True),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("partner_id", columns.BigId(), nullable=True),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("proposed_by", columns.BigId(), nullable=True),
        sa.Column("decision_id", columns.BigId(), nullable=True),
        sa.Column("action_id", columns.BigId(), nullable=True),
        sa.Column("asked_item_id", columns.BigId(), nullable=True),
        sa.Column("recorded_at", columns.Instant(), nullable=False),
        sa.Column("undone_at", columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_meeting_line_action_id")),
        sa.ForeignKeyConstraint(["asked_item_id"], ["agenda_item.id"], name=op.f("fk_meeting_line_asked_item_id")),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_meeting_line_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_meeting_line_decision_id")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_meeting_line_item_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_line_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_meeting_line_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_meeting_line_municipality_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_meeting_line_partner_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["member.id"], name=op.f("fk_meeting_line_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_line")),
    )
    with op.batch_alter_table("meeting_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_line_action_id"), ["action_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_line_asked_item_id"), ["asked_item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_line_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_line_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_line_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_line_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_line_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_line_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_line_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_line_proposed_by"), ["proposed_by"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("stay_id", columns.BigId(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("meeting_id", columns.BigId(), nullable=True),
        sa.Column("opened_at", columns.Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_time", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("card_changed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_task_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_task_meeting_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_task_municipality_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["step_stay.id"], name=op.f("fk_task_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_stay_id"), ["stay_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("task_id", columns.BigId(), nullable=False),
        sa.Column("partner_id", columns.BigId(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("delivered_at", columns.Instant(), nullable=True),
        sa.Column("waiver", sa.String(), nullable=True),
        sa.Column("member_id", columns.BigId(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_reason", sa.String(), nullable=False),
        sa.Column("due_changes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_assignment_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_assignment_municipality_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_assignment_partner_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_assignment_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("task_id", "partner_id", name=op.f("uq_assignment_task_id_partner_id")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index("ix_assignment_open", ["partner_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_task_id"), ["task_id"], unique=False)

    op.create_table(
        "dialog",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("assignment_id", columns.BigId(), nullable=True),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("subject", columns.Json(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("state", columns.Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("changed_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_dialog_assignment_id")),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_dialog_case_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_dialog_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_dialog_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialog")),
    )
    with op.batch_alter_table("dialog", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dialog_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dialog_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index("ix_dialog_place", ["member_id", "place", "is_active"], unique=False)
        batch_op.create_index("ix_dialog_task", ["assignment_id", "member_id"], unique=False)
        batch_op.create_index("ix_dialog_untouched", ["municipality_id", "is_active", "changed_at"], unique=False)

    op.create_table(
        "amendment",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("meeting_id", columns.BigId(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("partner_id", columns.BigId(), nullable=True),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("paper_id", columns.BigId(), nullable=True),
        sa.Column("dialog_id", columns.BigId(), nullable=True),
        sa.Column("decided_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_amendment_case_id")),
        sa.ForeignKeyConstraint(["dialog_id"], ["dialog.id"], name=op.f("fk_amendment_dialog_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_amendment_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_amendment_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_amendment_municipality_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_amendment_paper_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_amendment_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_amendment_meeting_id_number")),
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_amendment_dialog_id"), ["dialog_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_amendment_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_amendment_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_amendment_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_amendment_paper_id"), ["paper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_amendment_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "contribution",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("stay_id", columns.BigId(), nullable=True),
        sa.Column("assignment_id", columns.BigId(), nullable=True),
        sa.Column("dialog_id", columns.BigId(), nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("partner_id", columns.BigId(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=False),
        sa.Column("confirmed_at", columns.Instant(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("stays_at_table", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_contribution_assignment_id")),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_contribution_case_id")),
        sa.ForeignKeyConstraint(["dialog_id"], ["dialog.id"], name=op.f("fk_contribution_dialog_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_contribution_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_contribution_municipality_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_contribution_partner_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["step_stay.id"], name=op.f("fk_contribution_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint("dialog_id", name=op.f("uq_contribution_dialog_id")),
        sa.UniqueConstraint(
            "municipality_id", "number", "version", name=op.f("uq_contribution_municipality_id_number_version")
        ),
    )
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contribution_assignment_id"), ["assignment_id"], unique=False)
        batch_op.create_index("ix_contribution_case", ["case_id", "is_latest"], unique=False)
        batch_op.create_index(batch_op.f("ix_contribution_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contribution_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contribution_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contribution_stay_id"), ["stay_id"], unique=False)

    op.create_table(
        "signature",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("paper_id", columns.BigId(), nullable=False),
        sa.Column("partner_id", columns.BigId(), nullable=False),
        sa.Column("member_id", columns.BigId(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("case_id", columns.BigId(), nullable=True),
        sa.Column("dialog_id", columns.BigId(), nullable=True),
        sa.Column("document_id", columns.BigId(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("signed_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["group_case.id"], name=op.f("fk_signature_case_id")),
        sa.ForeignKeyConstraint(["dialog_id"], ["dialog.id"], name=op.f("fk_signature_dialog_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_signature_document_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_signature_member_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_signature_municipality_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_signature_paper_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_signature_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("paper_id", "partner_id", name=op.f("uq_signature_paper_id_partner_id")),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signature_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signature_dialog_id"), ["dialog_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signature_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signature_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signature_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signature_paper_id"), ["paper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signature_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", columns.BigId(), nullable=False),
        sa.Column("municipality_id", columns.BigId(), nullable=False),
        sa.Column("contribution_id", columns.BigId(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("value", columns.Json(), nullable=True),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_answer_contribution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("contribution_id", "question", name=op.f("uq_answer_contribution_id_question")),
    )
    search.create(op.get_bind())

"""The audit trail: append-only, hash-chained.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXTS = (
    "attempted",
    "error_code",
    "error_text",
    "error_reason",
    "login_id",
    "user_id",
    "user_name",
    "profession",
    "role",
    "role_name",
    "on_behalf_of_id",
    "on_behalf_of_name",
    "on_behalf_of_role",
    "organisation",
    "organisation_id",
    "point_of_care",
    "facility_type",
    "provider",
    "provider_host",
    "country",
    "home_community",
    "patient_id",
    "patient_name",
    "query",
    "class_code",
    "purpose",
    "reason",
    "hcp_id",
    "trc_id",
    "request_id",
    "response_id",
    "request_header",
    "response_header",
    "release",
    "detail",
)


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("event_type", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("outcome", sa.Integer, nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.Column("milliseconds", sa.Integer),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("documents", sa.Text, nullable=False),
        sa.Column("notice_offered", sa.Boolean),
        *(sa.Column(name, sa.Text) for name in TEXTS),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("audit_event_patient", "audit_event", ["patient_id"])
    op.create_index("audit_event_user", "audit_event", ["user_id"])
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_event_no_{verb.lower()} BEFORE {verb} ON audit_event "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
    # INSERT OR REPLACE deletes without firing the trigger above.
    op.execute(
        "CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event "
        "WHEN EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    )

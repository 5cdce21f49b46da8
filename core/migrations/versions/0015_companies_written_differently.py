"""Find companies that are written differently, and keep apart what is no duplicate."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Upper case without blanks and punctuation, and whatever looks the same is the same:
# accents, widths and ligatures do not tell apart. Plain texts, which are nearly all,
# take a shorter way to the same end.
SEARCH_WORDS = """
    CREATE FUNCTION search_words(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN octet_length(words) = char_length(words) THEN regexp_replace(
            upper(words COLLATE pg_unicode_fast), '[^0-9A-Z]+', '', 'g')
        ELSE normalize(regexp_replace(
            upper(normalize(words, NFKD) COLLATE pg_unicode_fast),
            '[^[:alnum:]]+', '', 'g'), NFC)
    END
"""

FIELDS = {
    "NAME": 1,
    "ADDRESS": 3,
    "CITY": 5,
    "POST_CODE": 6,
    "PHONE_NO": 7,
    "MOBILE_PHONE_NO": 8,
    "EMAIL": 9,
}
PARTS = {"FIRST": 0, "LAST": 1}


def upgrade() -> None:
    op.execute(SEARCH_WORDS)
    op.add_column(
        "marketing_setup",
        sa.Column(
            "autosearch_for_duplicates",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
        ),
    )
    op.add_column(
        "marketing_setup",
        sa.Column(
            "search_hit_percent",
            sa.SmallInteger(),
            server_default=sa.text("60"),
            nullable=False,
        ),
    )
    op.create_check_constraint(
        op.f("ck_marketing_setup_hits_are_percent"),
        "marketing_setup",
        "search_hit_percent BETWEEN 1 AND 100",
    )
    strings = op.create_table(
        "duplicate_search_string",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("field", sa.SmallInteger(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column(
            "length", sa.SmallInteger(), server_default=sa.text("5"), nullable=False
        ),
        sa.CheckConstraint(
            "length BETWEEN 2 AND 10",
            name=op.f("ck_duplicate_search_string_length_in_range"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_duplicate_search_string")),
        sa.UniqueConstraint(
            "field", "part", name=op.f("uq_duplicate_search_string_field_part")
        ),
    )
    op.bulk_insert(
        strings,
        [
            {"code": f"{field}-{part}", "field": FIELDS[field], "part": PARTS[part]}
            for field in FIELDS
            for part in PARTS
        ],
    )
    op.create_table(
        "separate_contacts",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "separated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "separated_by",
            sa.String(length=50),
            server_default=sa.text("''"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "contact_id < other_id", name=op.f("ck_separate_contacts_pair_once")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_separate_contacts_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["contact.id"],
            name=op.f("fk_separate_contacts_other_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "contact_id", "other_id", name=op.f("pk_separate_contacts")
        ),
    )
    op.create_index(
        op.f("ix_separate_contacts_other_id"), "separate_contacts", ["other_id"]
    )
    op.create_table(
        "likely_duplicate",
        sa.Column("contact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "contact_id < other_id", name=op.f("ck_likely_duplicate_pair_once")
        ),
        sa.PrimaryKeyConstraint(
            "contact_id", "other_id", name=op.f("pk_likely_duplicate")
        ),
    )
    op.create_index(
        op.f("ix_likely_duplicate_other_id"), "likely_duplicate", ["other_id"]
    )


def downgrade() -> None:
    op.drop_table("likely_duplicate")
    op.drop_table("separate_contacts")
    op.drop_table("duplicate_search_string")
    op.drop_constraint(
        op.f("ck_marketing_setup_hits_are_percent"), "marketing_setup", type_="check"
    )
    op.drop_column("marketing_setup", "search_hit_percent")
    op.drop_column("marketing_setup", "autosearch_for_duplicates")
    op.execute("DROP FUNCTION search_words(text)")

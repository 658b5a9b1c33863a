"""Let both sides declare a version void"""

from reciproca.core.migrations.widening import allow_word

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATES = (
    "draft",
    "in_consultation",
    "proposed",
    "refused",
    "ratified",
    "scheduled",
    "in_force",
    "suspended",
    "superseded",
    "withdrawn",
    "expired",
    "retired",
)
MATTERS = ("change_class", "suspend", "resume", "retire")


def upgrade() -> None:
    allow_word(
        table="version", column="state", constraint="ck_version_versionstate", words=STATES, new="void"
    )
    allow_word(table="accord", column="matter", constraint="ck_accord_matter", words=MATTERS, new="void")

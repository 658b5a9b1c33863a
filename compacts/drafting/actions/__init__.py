"""What people do with compacts and versions: begin, edit, consult, propose, ratify, schedule, bring into force."""

from reciproca.compacts.drafting.actions.accords import change_class, expire_versions, give_accord
from reciproca.compacts.drafting.actions.adding import start_addendum
from reciproca.compacts.drafting.actions.adopting import adopt_wording
from reciproca.compacts.drafting.actions.beginning import (
    BLANK,
    change_stewardship,
    create_compact,
    start_version,
)
from reciproca.compacts.drafting.actions.bodies import name_body
from reciproca.compacts.drafting.actions.borrowing import insert_topic
from reciproca.compacts.drafting.actions.force import enter_force, put_in_force, schedule, withdraw
from reciproca.compacts.drafting.actions.history import undo
from reciproca.compacts.drafting.actions.keeping import change_owner, change_pace
from reciproca.compacts.drafting.actions.proposing import RATIFY, REASONS, propose, record_ratification
from reciproca.compacts.drafting.actions.renditions import confirm_rendition, declare_authoritative
from reciproca.compacts.drafting.actions.rounds import revise
from reciproca.compacts.drafting.actions.themes import change_theme
from reciproca.compacts.drafting.actions.topics import explain, rename_theme, save_topic
from reciproca.compacts.drafting.actions.words import (
    add_commitment,
    edit_commitment,
    move_commitment,
    remove_commitment,
)

__all__ = [
    "BLANK",
    "RATIFY",
    "REASONS",
    "add_commitment",
    "adopt_wording",
    "change_class",
    "change_owner",
    "change_pace",
    "change_stewardship",
    "change_theme",
    "confirm_rendition",
    "create_compact",
    "declare_authoritative",
    "edit_commitment",
    "enter_force",
    "expire_versions",
    "explain",
    "give_accord",
    "insert_topic",
    "move_commitment",
    "name_body",
    "propose",
    "put_in_force",
    "record_ratification",
    "remove_commitment",
    "rename_theme",
    "revise",
    "save_topic",
    "schedule",
    "start_addendum",
    "start_version",
    "undo",
    "withdraw",
]

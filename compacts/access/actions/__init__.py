"""What can be done with accounts: open them, enter by password, link or first code, prove, grant, and make tokens."""

from reciproca.compacts.access.actions.accounts import (
    add_account,
    choose_language,
    clear_password,
    disable_account,
    enable_account,
    grant_role,
    open_accounts,
    set_password,
    withdraw_role,
)
from reciproca.compacts.access.actions.entering import (
    ask_link,
    enter,
    make_first_code,
    sign_in,
    use_first_code,
    use_link,
)
from reciproca.compacts.access.actions.proving import Way, prove, way_of
from reciproca.compacts.access.actions.sessions import end_session, sign_out
from reciproca.compacts.access.actions.tokens import NewToken, create_token, revoke_token
from reciproca.compacts.access.actions.visits import (
    end_visit,
    enter_meeting_visit,
    open_meeting_visit,
    open_visit,
)

__all__ = [
    "NewToken",
    "Way",
    "add_account",
    "ask_link",
    "choose_language",
    "clear_password",
    "create_token",
    "disable_account",
    "enable_account",
    "end_session",
    "end_visit",
    "enter",
    "enter_meeting_visit",
    "grant_role",
    "make_first_code",
    "open_accounts",
    "open_meeting_visit",
    "open_visit",
    "prove",
    "revoke_token",
    "set_password",
    "sign_in",
    "sign_out",
    "use_first_code",
    "use_link",
    "way_of",
    "withdraw_role",
]

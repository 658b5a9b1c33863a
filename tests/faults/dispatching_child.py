"""A dispatcher that is killed in mid-batch: after its third mail, or before it is written that the first was sent."""

import os
import signal
import smtplib
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from reciproca.core.clock import FixedClock
from reciproca.core.settings import Settings
from reciproca.opening import open_installation
from reciproca.scheduler.ticks import tick


def die(*_arguments: Any, **_more: Any) -> None:
    """As if the power went."""
    os.kill(os.getpid(), signal.SIGKILL)


home, url, smtp_url, at, moment = sys.argv[1:]
installation = open_installation(
    Settings(home=Path(home), database_url=url, smtp_url=smtp_url, log_level="critical"),
    clock=FixedClock(datetime.fromisoformat(at)),
)
sent = 0
really_send = smtplib.SMTP.send_message


def send_and_count(self: smtplib.SMTP, *arguments: Any, **more: Any) -> Any:
    """Send, then die after the third one when that is the moment."""
    global sent  # noqa: PLW0603 -- a script's own counter
    answer = really_send(self, *arguments, **more)
    sent += 1
    if moment == "written" and sent == 3:
        die()
    return answer


def die_before_writing(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    """Die at the first statement that would say what was sent."""
    if moment == "acknowledged" and sent and statement.startswith("UPDATE delivery"):
        die()


smtplib.SMTP.send_message = send_and_count  # type: ignore[method-assign]  # the moment to die lies inside
event.listen(installation.database.engine, "before_cursor_execute", die_before_writing)
tick(installation, {})

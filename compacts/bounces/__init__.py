"""Mail that came back: heard of by a mailbox or the relay's webhook, shown, and not sent in vain again."""

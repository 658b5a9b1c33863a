"""stub"""
from typing import Any
def start(installation: Any, handlers: Any = None) -> None:
    """Start."""

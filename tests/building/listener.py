"""A real web server on loopback that hears webhooks, and can be told to misbehave."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Heard(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Listener:
    """What was heard, and what is answered: `answer` gets each request and returns a status, and headers if any."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.heard: list[Heard] = []
        self.came = threading.Condition()
        self.answer: Callable[[Heard], tuple[int, dict[str, str]]] = lambda _heard: (204, {})

    def wait_for(self, count: int) -> None:
        """Until so many requests have come; fails when they don't."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.heard) >= count, timeout=60)


@contextmanager
def a_listener(context: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """A server while the block lasts; with `context`, over TLS."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            named = {name.lower(): value for name, value in self.headers.items()}
            heard = Heard(self.path, named, body)
            with listener.came:
                listener.heard.append(heard)
                listener.came.notify_all()
            status, headers = listener.answer(heard)
            if status:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if context else "http"
    listener = Listener(f"{scheme}://127.0.0.1:{server.server_port}/hooks?key=open-sesame")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""Serve the page on this machine alone, and open the browser."""

from __future__ import annotations

import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from generator.base.diagnostics import FileProblem, Span, why_not
from generator.web.app import application
from generator.web.desk import Desk, unsaved
from generator.web.guard import HOST, Guard
from generator.workflows import codes

_MOST_AT_ONCE, _SECONDS_LEFT = 64, 2


def serve(
    desk: Desk, opened: str = "", port: int = 0, *, browser: bool = True, say: Callable[[str], None]
) -> list[Path]:
    """Serve a folder of filings until it is interrupted; the filings that had changes which were not saved.

    Args:
        desk: The folder.
        opened: The filing to show first; the list where absent.
        port: The port; a free one for 0.
        browser: Whether to open the browser.
        say: Called with the address, once the page can be reached.

    Raises:
        Refused: The folder has no such filing.
        FileProblem: The port cannot be had.
    """
    page = f"/w/{desk.open(opened)}" if opened else "/"
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        why = f"端口 {port} 不能用：{why_not(error)}"
        raise FileProblem([codes.SYSTEM.at(Span("jixiao"), why=why)]) from error
    with listening:
        port, key = int(listening.getsockname()[1]), secrets.token_urlsafe(32)
        address = f"http://{HOST}:{port}{page}?key={key}"
        config = uvicorn.Config(
            Guard(application(desk), lambda: port, key),
            lifespan="off",
            log_level="critical",
            access_log=False,
            server_header=False,
            ws="none",
            limit_concurrency=_MOST_AT_ONCE,
            timeout_graceful_shutdown=_SECONDS_LEFT,
        )
        say(address)
        if browser:
            # A browser in the terminal would wait there.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True, name="browser").start()
        uvicorn.Server(config).run([listening])
    return list(unsaved(desk))

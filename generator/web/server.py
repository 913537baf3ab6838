"""Serves the page on this machine only; refuses other hosts and origins, missing tokens and large bodies."""

from __future__ import annotations

import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from typing import Final

import uvicorn
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generator.base.diagnostics import FileProblem, Span, why_not
from generator.workflows import codes

HOST: Final = "127.0.0.1"
MOST_BYTES: Final = 16 * 1024 * 1024
"""The largest request body, except for uploads."""
MOST_UPLOADED: Final = 200 * 1024 * 1024
_DIGITS: Final = 12
UPLOAD: Final = "/upload"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
SITE: Final = "/docs"
"""The documentation, whose pages have inline scripts."""
SITE_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'self'"
)
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_REFUSED: Final = (
    "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>不能打开</title><h1>不能打开这一页</h1>"
    "<p>{}</p><p>用运行 jixiao open 的窗口里列出的地址打开（地址里带有一次一换的口令）。</p>"
)


class Guard:
    """ASGI middleware that only accepts requests from pages of this server."""

    def __init__(self, app: ASGIApp, port: Callable[[], int], key: str) -> None:
        self.app, self.port, self.key = app, port, key
        # The key in the address is not the cookie value: addresses stay in the browser's history.
        self.pass_ = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request or pass it on."""
        if scope["type"] != "http":
            return
        request, sent = Request(scope), _with_headers(send, scope["path"])
        refusal = self._entered(request) or self._refusal(request)
        await (refusal or self.app)(scope, receive, sent)

    def _entered(self, request: Request) -> Response | None:
        """Answer to an address with the key: sets the cookie and redirects to the address without the key."""
        given = request.query_params.get("key", "")
        if request.method != "GET" or not given or request.headers.get("host") not in self._hosts():
            return None
        if not secrets.compare_digest(given.encode(), self.key.encode()):
            return _refused("地址里的口令不对，或程序已经重新启动过。")
        answer = RedirectResponse(request.scope["path"], 303)
        answer.set_cookie(f"jixiao{self.port()}", self.pass_, httponly=True, samesite="strict", path="/")
        return answer

    def _refusal(self, request: Request) -> Response | None:
        headers, own = request.headers, {f"http://{host}" for host in self._hosts()}
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
        is_reading = request.method in ("GET", "HEAD")
        if headers.get("host") not in self._hosts():
            return _refused("请求的地址不是这个程序的。")
        if origin not in (own | {None} if is_reading else own) or site not in ("same-origin", "none"):
            return _refused("请求是别的网页发来的。")
        given = request.cookies.get(f"jixiao{self.port()}", "")
        if not secrets.compare_digest(given.encode(), self.pass_.encode()):
            return _refused("没有口令。")
        return None if is_reading else _body_refusal(headers, is_upload=request.scope["path"].endswith(UPLOAD))

    def _hosts(self) -> set[str]:
        """The hosts that are this server: others are refused, which prevents DNS rebinding."""
        return {f"{name}:{self.port()}" for name in (HOST, "localhost")}


def _body_refusal(headers: Headers, *, is_upload: bool) -> Response | None:
    length, kind = headers.get("content-length", ""), headers.get("content-type", "").partition(";")[0].strip()
    # Browsers send a length, and the server reads no more than that.
    if "transfer-encoding" in headers or not length.isascii() or not length.isdigit():
        return Response("没有写明长度。", 411)
    if len(length) > _DIGITS or int(length) > (MOST_UPLOADED if is_upload else MOST_BYTES):
        return Response("太大。", 413)
    # Other sites cannot send these types without a preflight request.
    return None if kind == ("application/octet-stream" if is_upload else "application/json") else Response("", 415)


def _refused(why: str) -> Response:
    return HTMLResponse(_REFUSED.format(why), 403)


def _with_headers(send: Send, path: str) -> Send:
    """Add the security headers to every response; headers already set are kept."""
    policy = SITE_POLICY if path.startswith(f"{SITE}/") else POLICY

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in {"Content-Security-Policy": policy, **_HEADERS}.items():
                headers.setdefault(name, value)
        await send(message)

    return sent


_MOST_AT_ONCE, _SECONDS_LEFT = 64, 2


def run_server(app: ASGIApp, page: str, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve an application until interrupted, see ``app.serve``; raises ``FileProblem`` if the port is taken."""
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        why = f"端口 {port} 不能用：{why_not(error)}"
        raise FileProblem([codes.SYSTEM.at(Span("jixiao"), why=why)]) from error
    with listening:
        port, key = int(listening.getsockname()[1]), secrets.token_urlsafe(32)
        address = f"http://{HOST}:{port}{page}?key={key}"
        config = uvicorn.Config(
            Guard(app, lambda: port, key),
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
            # A text browser would block here.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True, name="browser").start()
        uvicorn.Server(config).run([listening])

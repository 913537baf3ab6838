"""A small client of the Language Server Protocol, as VS Code is one: JSON messages over the server's stdio."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import IO, Any

_PATIENCE = 60.0
_CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["markdown"], "snippetSupport": True}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
    "workspace": {"configuration": True},
}
# The schema store is on the network; a test must not be.
_SETTINGS = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}


def find_server(root: Path) -> str | None:
    """The yaml-language-server to use: the one named in the environment, the project's own, or one on the path."""
    named = os.environ.get("JIXIAO_YAML_LANGUAGE_SERVER")
    own = shutil.which("yaml-language-server", path=root / ".npm" / "node_modules" / ".bin")
    return named or own or shutil.which("yaml-language-server")


class LanguageServer:
    """A running server; a context manager that shuts it down."""

    def __init__(self, command: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            [command, "--stdio"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._messages: Queue[dict[str, Any] | None] = Queue()
        self._reader = threading.Thread(target=self._read_all, args=(self._process.stdout,), daemon=True)
        self._numbers = iter(range(1, 1_000_000))
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        self._folder = folder

    def __enter__(self) -> LanguageServer:
        self._reader.start()
        about = {"processId": os.getpid(), "rootUri": self._folder.as_uri(), "capabilities": _CAPABILITIES}
        # As a VS Code with the Chinese language pack says it.
        self.ask("initialize", {**about, "locale": "zh-cn"})
        self.tell("initialized", {})
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.ask("shutdown", None)
            self.tell("exit", None)
        else:
            self._process.kill()
        self._process.wait(_PATIENCE)
        self._reader.join(_PATIENCE)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def ask(self, method: str, params: object) -> Any:
        """The server's answer to a request."""
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def tell(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """What the server underlines in a document that was opened; waits until it has told."""
        while uri not in self._diagnostics:
            self._next()
        return self._diagnostics[uri]

    @contextmanager
    def opened(self, file: Path, text: str) -> Iterator[Document]:
        """The document of a file, open in the editor with this text."""
        uri = file.as_uri()
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._diagnostics.pop(uri, None)
        self.tell("textDocument/didOpen", {"textDocument": item})
        yield Document(self, uri, text)
        self.tell("textDocument/didClose", {"textDocument": {"uri": uri}})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _next(self) -> dict[str, Any]:
        """The next message; what the server itself asks is answered on the way."""
        try:
            message = self._messages.get(timeout=_PATIENCE)
        except Empty:
            raise AssertionError("the language server does not answer") from None
        assert message is not None, "the language server has ended"
        if "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        return message

    def _answer(self, message: dict[str, Any]) -> object:
        if message["method"] != "workspace/configuration":
            return None
        return [_SETTINGS if item.get("section") == "yaml" else None for item in message["params"]["items"]]

    def _read_all(self, stream: IO[bytes]) -> None:
        while head := stream.readline():
            length = int(head.removeprefix(b"Content-Length:"))
            while stream.readline().strip():
                pass
            self._messages.put(json.loads(stream.read(length)))
        self._messages.put(None)


class Document:
    """A text open in the editor; places are given as a piece of the text, behind which the cursor stands."""

    def __init__(self, server: LanguageServer, uri: str, text: str) -> None:
        self._server, self._uri, self._text = server, uri, text

    def completions(self, behind: str) -> dict[str, dict[str, Any]]:
        """What is offered behind this piece of the text, by label."""
        answer = self._server.ask("textDocument/completion", self._place(behind, len(behind)))
        return {item["label"]: item for item in (answer["items"] if isinstance(answer, dict) else answer or [])}

    def hover(self, within: str) -> str:
        """What is shown when the mouse rests on this piece of the text."""
        answer = self._server.ask("textDocument/hover", self._place(within, 1))
        contents = (answer or {}).get("contents", "")
        return str(contents["value"] if isinstance(contents, dict) else contents)

    def underlined(self) -> list[tuple[int, str]]:
        """The line, from 1, and the message of everything that is underlined."""
        found = self._server.diagnostics(self._uri)
        return [(item["range"]["start"]["line"] + 1, item["message"]) for item in found]

    def line_of(self, piece: str) -> int:
        """The line, from 1, on which a piece of the text stands."""
        return self._text[: self._text.index(piece)].count("\n") + 1

    def _place(self, piece: str, further: int) -> dict[str, object]:
        at = self._text.index(piece) + further
        before = self._text[:at]
        # The protocol counts UTF-16 units.
        column = len(before[before.rfind("\n") + 1 :].encode("utf-16-le")) // 2
        return {"textDocument": {"uri": self._uri}, "position": {"line": before.count("\n"), "character": column}}

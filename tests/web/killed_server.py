"""A server that is killed while it saves, some steps later each time. Run by ``test_killed.py``.

A step is as in ``tests/provenance/killed_writer.py``. What the next server finds is told as a line of JSON.

    python killed_server.py FOLDER FILING OLD NEW
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

from generator.provenance.write import _LOOKED
from generator.web.app import serve
from generator.web.desk import Desk, Window
from tests.provenance.killed_writer import at_step

STRIDE = 16


def main(folder: Path, name: str, old: str, new: str) -> None:
    """Kill the server at every sixteenth step of saving, until it is done before."""
    file = folder / name
    before = file.read_text("utf-8")
    after = before.replace(old, new)
    step, killed = 1, True
    while killed:
        file.write_text(before, "utf-8")
        killed = _save(folder, name, after, step)
        found = file.read_text("utf-8")
        desk = Desk(folder)
        window = desk.windows[desk.open(name)]
        told = {
            "killed": killed,
            "found": "old" if found == before else "new" if found == after else found,
            "listed": [one.name for one in desk.filings()],
            "opens": window.template is not None,
            "beside": len(list(folder.glob(".jixiao-*"))),
        }
        _LOOKED.clear()  # what is left is removed once for each process
        window.write(window.version, after)
        window.save(window.version)
        told["left"] = sorted(one.name for one in folder.iterdir() if one.is_file())
        print(json.dumps(told))
        step += STRIDE


def _save(folder: Path, name: str, text: str, step: int) -> bool:
    """Whether the server that was asked to save was killed before it was done."""
    reads, writes = map(os.fdopen, os.pipe(), "rw")
    child = os.fork()
    if child == 0:
        saves, arm = Window.save, at_step(step)

        def armed(self: Window, version: int, over: str = "") -> None:
            arm()
            saves(self, version, over)
            sys.setprofile(None)

        Window.save = armed  # type: ignore[method-assign]
        serve(Desk(folder), name, browser=False, say=lambda address: print(address, file=writes, flush=True))
        os._exit(0)
    with reads, writes:
        address = urlsplit(reads.readline().strip())
    try:
        return not _asked(address.netloc, address.path, address.query, text)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _asked(host: str, page: str, key: str, text: str) -> bool:
    """Whether the page's server answers that it has saved."""
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request("GET", f"{page}?{key}")
    answer = connection.getresponse()
    answer.read()
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    headers = {"Content-Type": "application/json", "Cookie": cookie, "Origin": f"http://{host}"}
    for act, said in (("text", {"version": 1, "text": text}), ("save", {"version": 2})):
        connection.request("POST", f"{page}/{act}", json.dumps(said), headers)
        try:
            answer = connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            return False
        assert answer.status == 200, answer.read()
        answer.read()
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])

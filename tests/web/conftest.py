"""A page on a folder with the Meizhou filing, and who asks it for something."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from generator.web.app import application
from generator.web.desk import Desk
from generator.web.server import Guard

ROOT = Path(__file__).parents[2]
HERE = "http://127.0.0.1:8000"


class Clerk:
    """A browser tab, as far as the server sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = Desk(folder, ROOT / "templates", folder / "outputs")
        self.guard = Guard(application(self.desk), lambda: 8000, "key")
        self.client = TestClient(self.guard, base_url=HERE, headers={"Origin": HERE}, raise_server_exceptions=False)
        self.window = ""
        self.state: dict[str, Any] = {"version": 0}

    def enter(self) -> Clerk:
        assert self.client.get("/?key=key").status_code == 200
        return self

    def ask(self, address: str, status: int = 200, **said: Any) -> Any:
        answer = self.client.post(address, json=said)
        assert answer.status_code == status, answer.text
        return answer.json()

    def open(self, name: str) -> Clerk:
        self.window = self.ask("/open", name=name)["window"]
        self.state = self.client.get(f"/w/{self.window}/state").json()
        return self

    def act(self, what: str, status: int = 200, **said: Any) -> Any:
        made = self.ask(f"/w/{self.window}/{what}", status, version=self.state["version"], **said)
        if status == 200:
            self.state = made
        return made

    def type(self, path: list[str | int], value: str) -> None:
        self.act("change", changes=[{"path": path, "value": value}])

    def form(self) -> str:
        return self.client.get(f"/w/{self.window}").text

    @property
    def text(self) -> str:
        return self.desk.windows[self.window].source.text

    def found(self) -> set[tuple[str, str]]:
        return {(one["code"], one["path"]) for one in self.state["findings"]}


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    """Somebody who has not come in by the address with the key."""
    # Behind every answer garbage is looked for: here among all that the tests before have left.
    monkeypatch.setattr(gc, "collect", lambda: 0)
    shutil.copy(ROOT / "inputs" / "meizhou-gxj-2021.yaml", tmp_path)
    shutil.copy(ROOT / "inputs" / "tongyong-whlj-2024.yaml", tmp_path)
    return Clerk(tmp_path)


@pytest.fixture
def clerk(stranger: Clerk) -> Clerk:
    return stranger.enter()

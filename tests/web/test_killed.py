"""A server that is killed while it saves: the filing is the old one or the new one, and opens again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_template import small
from tests.web.conftest import ROOT

SCRIPT = Path(__file__).with_name("killed_server.py")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL: not on Windows")
def test_a_server_killed_while_it_saves(tmp_path: Path) -> None:
    small(tmp_path, "部门: {类型: 文字, 标签: 部门}\n")
    (tmp_path / "填报.yaml").write_text("模板: 小\n年度: 2021\n部门: 某局\n", "utf-8")
    command = [sys.executable, str(SCRIPT), str(tmp_path), "填报.yaml", "某局", "另一局"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=300)
    *killed, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(killed) > 6
    assert {one["found"] for one in killed} <= {"old", "new"}
    assert last["found"] == "new"
    assert any(one["beside"] for one in killed)
    assert all(one["listed"] == one["left"] == ["填报.yaml"] and one["opens"] for one in [*killed, last])

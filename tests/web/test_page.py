"""The page to fill in, as its script asks for it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import webbrowser
from multiprocessing import Pipe, active_children
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from openpyxl import Workbook
from starlette.testclient import TestClient

from generator import pipeline
from generator.base.diagnostics import FileProblem, Refused
from generator.web import desk, look
from generator.web.app import OUTPUTS, serve
from generator.web.desk import Typed, Window
from generator.workflows.convert import plan, write
from generator.yamlfile.source import parse_yaml
from tests.pdf.test_offices import ALL
from tests.web.conftest import ROOT, Clerk

MEIZHOU = "meizhou-gxj-2021.yaml"


def test_the_list_has_every_filing_also_one_that_cannot_be_read(clerk: Clerk) -> None:
    (clerk.folder / "坏.yaml").write_text("模板: meizhou\n年度: [2021\n", "utf-8")
    page = clerk.client.get("/").text
    assert [f'<th scope="row">{name}</th>' in page for name in (MEIZHOU, "坏.yaml")] == [True, True]
    assert "梅州市工业和信息化局" in page
    clerk.open("坏.yaml")
    assert 'data-page="text"' in clerk.form()
    assert "JX124" in {code for code, _ in clerk.found()}
    clerk.act("text", text="模板: meizhou\n年度: 2021\n")
    assert 'data-page="form"' in clerk.form()


def test_the_form_shows_what_the_filing_says(clerk: Clerk) -> None:
    page = clerk.open(MEIZHOU).form()
    assert clerk.state["total"] == {"score": "102.34", "full": "110", "rate": "93.04%", "rating": "优"}
    for words in ('value="82800287.60 元"', "市级财政专项资金项目", "例：8025.61 万元", "来源：三定方案", "0 到 3"):
        assert words in page
    # What the form has no place for would be on a step of its own; of the shipped filings nothing is.
    assert "表单上没有位置" not in page


def test_a_change_is_checked_and_written_beside_all_else(clerk: Clerk) -> None:
    before = clerk.open(MEIZHOU).text
    clerk.type(["预决算", "收入决算数"], "82800287")
    assert ("JX211", "预决算.收入决算数") in clerk.found() or any(
        path == "预决算.收入决算数" for _, path in clerk.found()
    )
    clerk.type(["预决算", "收入决算数"], "82800287.60 元")
    assert clerk.text == before
    clerk.type(["专项资金", 3, "自评分"], "99")
    clerk.type(["封面", "填报人"], "经办人")
    lines = set(clerk.text.splitlines()) ^ set(before.splitlines())
    assert {"封面:", "  填报人: 经办人"} < lines
    assert len(lines) == 4
    assert (clerk.folder / MEIZHOU).read_text("utf-8") == before


def test_rows_come_and_go_and_evidence_is_written_as_people_write_it(clerk: Clerk) -> None:
    clerk.open(MEIZHOU)
    rows = [[[["项目"], "甲"], [["金额"], "3 万元"]], [[["项目"], " "]], [[["项目"], "乙: 丙"], [["跨年"], "是"]]]
    proofs = [[[["标题"], "决算报表"]], [[["文件"], "佐证/决算.pdf"]], [[["标题"], "甲"], [["文件"], "乙.pdf"]]]
    indicator = ["指标", "绩效目标合理性", "佐证"]
    clerk.act("change", changes=[{"path": ["专项资金"], "rows": rows}, {"path": indicator, "rows": proofs}])
    rows_there = clerk.text.split("\n专项资金:\n")[1].split("\n\n")[0]
    assert rows_there == '  - {项目: 甲, 金额: 3 万元, 自评分: }\n  - {项目: "乙: 丙", 跨年: 是, 金额: , 自评分: }'
    assert "      - 决算报表\n      - 佐证/决算.pdf\n      - 标题: 甲\n        文件: 乙.pdf\n" in clerk.text


def test_tables_within_rows_are_filled_in_cell_by_cell(clerk: Clerk) -> None:
    before = clerk.open("tongyong-whlj-2024.yaml").text
    assert "[[&#34;指标表&#34;,0,&#34;一级指标&#34;],&#34;产出指标&#34;]" in clerk.form()
    clerk.type(["项目", 0, "指标表", 1, "实际完成值"], "119个")
    [old, new] = sorted(set(clerk.text.splitlines()) ^ set(before.splitlines()))
    assert new == old.replace("119个", "120个") != old


def test_one_fault_in_many_rows_is_told_once_and_shown_at_each(clerk: Clerk) -> None:
    clerk.open("tongyong-whlj-2024.yaml")
    for row in range(3):
        clerk.type(["指标表", row, "分值"], "若干")
    told = [one for one in clerk.state["findings"] if one["path"].endswith("].分值")]
    assert [(one["path"], one["many"], one["again"]) for one in told] == [
        ("指标表[1].分值", 2, False),
        ("指标表[2].分值", 0, True),
        ("指标表[3].分值", 0, True),
    ]
    assert " 行" not in told[0]["message"]


_CELL: list[str | int] = ["项目", 0, "指标表", 1]
_ROWS: list[str | int] = ["项目", 1, "指标表"]


@pytest.mark.parametrize(
    "change",
    [
        Typed(["部门", "简称"], "文旅体局"),
        Typed(["部门", "简称"], "- 甲: #乙"),
        Typed([*_CELL, "实际完成值"], ""),
        Typed([*_CELL, "偏差原因"], "因雨停工，改期"),
        Typed(["项目", 0, "完成情况"], "修缮完成。\n验收合格。"),
        Typed(["指标表", 3, "分值"], "{5}"),
        Typed(_ROWS, rows=[[(["三级指标"], "甲"), (["分值"], "3")]]),
        Typed(_ROWS, rows=[]),
    ],
    ids=lambda change: str(change.path[-1]),
)
def test_only_the_lines_around_a_change_are_read_anew(change: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window(ROOT / "inputs" / "tongyong-whlj-2024.yaml", ROOT / "templates")
    monkeypatch.delattr(desk, "regrown")  # which reads the whole
    before = window.source.text
    window.change(window.version, [change])
    assert window.source.text != before
    assert window.source == parse_yaml(window.source.text.encode(), window.source.file)


def test_of_a_large_filing_a_change_is_answered_before_all_is_checked(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_LARGE", 10_000)
    clerk.open(MEIZHOU)
    assert clerk.state["total"]["score"] == "102.34"
    clerk.type(["预决算", "收入决算数"], "八千万")
    [near] = clerk.state["near"]
    assert (near["path"], near["findings"][0]["code"]) == ("预决算.收入决算数", "JX206")
    assert "findings" not in clerk.state
    address = f"/w/{clerk.window}/state?version="
    assert clerk.client.get(f"{address}{clerk.state['version'] - 1}").json() == {"version": clerk.state["version"]}
    whole = clerk.client.get(f"{address}{clerk.state['version']}").json()
    assert {(one["code"], one["path"]) for one in whole["findings"]} > {("JX206", "预决算.收入决算数")}
    clerk.type(["预决算", "收入决算数"], "")
    assert [one["lacking"] for one in clerk.state["near"][0]["findings"]] == [True]
    for process in active_children():
        process.kill()
        process.join()
    assert "【待" in clerk.client.get(f"/w/{clerk.window}/report").text
    # What ends again and again is told, and nothing else is lost.
    monkeypatch.setattr(look, "_started", _ended)
    for process in active_children():
        process.kill()
        process.join()
    answer = clerk.client.get(f"/w/{clerk.window}/report")
    assert (answer.status_code, "JX898" in answer.text) == (400, True)
    clerk.act("save")


def _ended() -> Connection:
    one, other = Pipe()
    other.close()
    return one


def test_a_department_without_projects_says_so(clerk: Clerk) -> None:
    """A table that has to be answered may be 无; what it is scored by is not 0 before it is filled in."""
    clerk.open("tongyong-whlj-2024.yaml")
    grid = clerk.form().split('data-grid="[&#34;项目&#34;]"')[1].split("data-add")[0]
    assert "data-nothing" in grid
    clerk.act("change", changes=[{"path": ["项目"], "value": "无"}])
    assert "\n项目: 无\n" in clerk.text
    assert clerk.state["total"]["score"] != "【待算：总分】"
    clerk.act("change", changes=[{"path": ["指标表"], "rows": []}])
    assert clerk.state["total"]["score"] == "【待算：总分】"


def test_undo_and_redo(clerk: Clerk) -> None:
    before = clerk.open(MEIZHOU).text
    for text in ("甲", "甲局"):
        clerk.type(["部门", "简称"], text)
    clerk.type(["部门", "名称"], "某某局")
    after = clerk.text
    for what, text in (("undo", ""), ("undo", before), ("redo", ""), ("redo", after)):
        clerk.act(what)
        assert clerk.text == (text or clerk.text)
    assert not clerk.state["redo"]


def test_saving_never_loses_what_was_changed_elsewhere(clerk: Clerk) -> None:
    file, other = clerk.folder / MEIZHOU, Clerk(clerk.folder).enter().open(MEIZHOU)
    clerk.open(MEIZHOU).type(["部门", "简称"], "甲局")
    other.type(["部门", "简称"], "乙局")
    clerk.act("save")
    assert clerk.state["saved"]
    first = file.read_bytes()
    refused = other.act("save", 409)
    assert refused["findings"][0]["code"] == "JX892"
    assert refused["changes"] == [{"kind": "changed", "what": "部门：部门简称，用于表题", "old": "甲局", "new": "乙局"}]
    assert file.read_bytes() == first
    other.act("save", over=refused["over"])
    assert "简称: 乙局" in file.read_text("utf-8")
    assert (clerk.folder / "meizhou-gxj-2021.备份1.yaml").read_bytes() == first
    clerk.type(["部门", "简称"], "丙局")
    clerk.act("reload")
    assert "简称: 乙局" in clerk.text
    clerk.act("undo")
    assert "简称: 丙局" in clerk.text
    file.unlink()
    clerk.act("save")
    assert "简称: 丙局" in file.read_text("utf-8")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_filing_that_cannot_be_decoded_is_never_written_over(clerk: Clerk, encoding: str) -> None:
    file = clerk.folder / "别处.yaml"
    file.write_bytes(before := (clerk.folder / MEIZHOU).read_text("utf-8").encode(encoding))
    page = clerk.open("别处.yaml").form()
    assert "读不出文字" in page
    assert "readonly" in page
    for what, words in (("text", {"text": "年度: 2021\n"}), ("save", {})):
        clerk.state["version"] = clerk.desk.windows[clerk.window].version
        assert clerk.act(what, 400, **words)["findings"][0]["code"] in ("JX103", "JX104")
    assert file.read_bytes() == before
    file.write_bytes(before.decode(encoding).encode())
    assert 'data-page="form"' in clerk.form()


def test_what_cannot_be_decoded_is_kept_where_a_change_takes_its_place(clerk: Clerk) -> None:
    file = clerk.folder / MEIZHOU
    clerk.open(MEIZHOU).type(["部门", "简称"], "甲局")
    file.write_bytes(changed := file.read_text("utf-8").encode("gb18030"))
    clerk.act("save", 409)
    clerk.act("reload")
    clerk.act("undo")
    clerk.act("save")
    assert "简称: 甲局" in file.read_text("utf-8")
    assert (clerk.folder / "meizhou-gxj-2021.备份1.yaml").read_bytes() == changed


def test_two_tabs_on_one_working_text_cannot_overtake_each_other(clerk: Clerk) -> None:
    clerk.open(MEIZHOU)
    old = dict(clerk.state)
    clerk.type(["部门", "简称"], "甲局")
    clerk.state = old
    assert (
        clerk.act("change", 409, changes=[{"path": ["部门", "简称"], "value": "乙局"}])["findings"][0]["code"]
        == "JX893"
    )


def test_new_filings_and_next_years(clerk: Clerk) -> None:
    clerk.window = clerk.ask("/new", name="新局-2022", template="meizhou", year="2022")["window"]
    clerk.state = clerk.client.get(f"/w/{clerk.window}/state").json()
    lacking = [one for one in clerk.state["findings"] if one["lacking"]]
    assert lacking
    clerk.type(["部门", "名称"], "新局")
    assert len([one for one in clerk.state["findings"] if one["lacking"]]) == len(lacking) - 1
    assert clerk.ask("/new", 400, name="新局-2022", template="meizhou")["findings"][0]["code"] == "JX811"
    clerk.ask("/new", name="梅州-2022", last=MEIZHOU)
    assert "年度: 2022" in (clerk.folder / "梅州-2022.yaml").read_text("utf-8")
    assert clerk.ask("/new", 400, name="../外面", template="meizhou")["findings"][0]["code"] == "JX899"
    refused = clerk.ask("/new", 400, name="别的", template="meizhou", year="别的20")["findings"]
    assert ([one["code"] for one in refused], (clerk.folder / "别的.yaml").exists()) == (["JX214"], False)


def test_a_workbook_is_shown_and_becomes_a_filing_beside_it(clerk: Clerk) -> None:
    book = clerk.folder / "表.xlsx"
    write(plan([clerk.folder / MEIZHOU], book, ROOT / "templates"))
    (clerk.folder / "表.yaml").write_text("别人的", "utf-8")
    Workbook().save(clerk.folder / "别的.xlsx")
    page, before = clerk.client.get("/").text, book.read_bytes()
    assert ("表.xlsx" in page, "别的.xlsx" in page) == (True, False)
    clerk.open("表.xlsx")
    assert "转成「表-2.yaml」" in clerk.form()
    clerk.state = clerk.client.get(f"/w/{clerk.window}/state").json()
    assert clerk.state["total"]["score"] == "102.34"
    assert all("表" in one["where"] or "！" in one["where"] or one["where"] for one in clerk.state["findings"])
    assert "102.34" in clerk.client.get(f"/w/{clerk.window}/report").text
    assert clerk.act("text", 409, text="模板: meizhou\n")["findings"][0]["code"] == "JX893"
    clerk.window = clerk.ask(f"/w/{clerk.window}/convert")["window"]
    assert 'value="82800287.60 元"' in clerk.form()
    assert (book.read_bytes(), (clerk.folder / "表.yaml").read_text("utf-8")) == (before, "别人的")


@pytest.mark.parametrize("what", [*OUTPUTS, "pdf without LibreOffice"])
def test_every_button_makes_its_file_or_says_why_not(clerk: Clerk, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.open(MEIZHOU)
    if " " in what or what == "bundle":
        monkeypatch.setenv("PATH", str(clerk.folder))
        monkeypatch.setenv("HOME", str(clerk.folder))
    elif what == "pdf":
        office = clerk.folder / "soffice"
        office.write_text(f"#!/bin/sh\n{ALL}\n", "utf-8")
        office.chmod(0o755)
        monkeypatch.setenv("PATH", str(clerk.folder), os.pathsep)
    made = clerk.ask(f"/w/{clerk.window}/make", what=what.partition(" ")[0])
    if " " in what:
        assert (made["files"], made["findings"][0]["code"]) == ([], "JX760")
        return
    for file in made["files"]:
        assert clerk.client.get(file["address"]).content == Path(file["name"]).read_bytes() != b""
    endings = {"scores": ".xlsx", "workbook": ".xlsx", "bundle": ".zip", "pdf": ".pdf"}
    assert {Path(file["name"]).suffix for file in made["files"]} == {endings.get(what, ".docx")}


def test_the_report_is_byte_for_byte_that_of_render(clerk: Clerk) -> None:
    clerk.open(MEIZHOU).type(["部门", "简称"], "甲局")
    assert clerk.ask(f"/w/{clerk.window}/make", 409, what="report")["findings"][0]["code"] == "JX895"
    clerk.act("undo")
    made = clerk.ask(f"/w/{clerk.window}/make", what="report")
    [file] = made["files"]
    wanted = next(iter(pipeline.prepare(clerk.folder / MEIZHOU, templates=ROOT / "templates").files.values()))
    assert Path(file["name"]).read_bytes() == clerk.client.get(file["address"]).content == wanted
    assert "102.34" in clerk.client.get(f"/w/{clerk.window}/report").text
    assert clerk.client.get("/made/7").status_code == 404


def test_evidence_is_put_beside_the_filing_and_nowhere_else(clerk: Clerk) -> None:
    clerk.open(MEIZHOU)

    def put(name: str, data: bytes = b"%PDF", status: int = 200) -> str:
        kind = {"Content-Type": "application/octet-stream"}
        answer = clerk.client.post(f"/w/{clerk.window}/upload", params={"name": name}, content=data, headers=kind)
        assert answer.status_code == status, answer.text
        said = answer.json()
        return str(said["name"] if status == 200 else said["findings"][0]["code"])

    (clerk.folder / "佐证").write_bytes(b"")  # in the way, as a folder that may not be written in
    assert put("决算.pdf", status=400) == "JX601"
    (clerk.folder / "佐证").unlink()
    assert [put("决算.pdf"), put("决算.pdf"), put("决算.pdf", b"other")] == ["佐证/决算.pdf"] * 2 + ["佐证/决算-2.pdf"]
    for name in ("../决算.pdf", "/etc/决算.pdf", "a\\b.pdf", ".pdf", "程序.exe", "con.pdf", ""):
        assert put(name, status=400) == "JX896"
    assert put("空.pdf", b"", 400) == "JX896"
    assert sorted(file.name for file in (clerk.folder / "佐证").iterdir()) == ["决算-2.pdf", "决算.pdf"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example:8000"},
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Cookie": "jixiao8000=guessed"},
    ],
    ids=str,
)
def test_other_pages_and_rebound_names_are_refused(clerk: Clerk, headers: dict[str, str]) -> None:
    if "Cookie" in headers:
        clerk.client.cookies.clear()
    answer = clerk.client.post("/open", json={"name": MEIZHOU}, headers=headers)
    assert answer.status_code == 403
    assert not clerk.desk.windows
    assert "access-control-allow-origin" not in answer.headers


def test_without_the_key_nothing_is_shown(stranger: Clerk) -> None:
    for address in ("/", "/?key=wrong", "/static/page.js", "/w/x"):
        assert stranger.client.get(address).status_code == 403
    entered = stranger.client.get("/?key=key", follow_redirects=False)
    assert re.search(r"HttpOnly.*SameSite=strict", entered.headers["set-cookie"])
    assert "key" not in entered.headers["location"]


def test_no_path_leads_out_and_bodies_have_limits(clerk: Clerk) -> None:
    for address in ("/static/..%2fapp.py", "/static/app.py", "/w/..%2f..", "/made/-1"):
        assert clerk.client.get(address).status_code == 404
    for name in ("../" + MEIZHOU, str(clerk.folder / MEIZHOU), "没有.yaml"):
        assert clerk.ask("/open", 400, name=name)["findings"][0]["code"] == "JX897"
    length = {"Content-Length": str(20 * 1024 * 1024), "Content-Type": "application/json"}
    assert clerk.client.post("/open", content=b"{}", headers=length).status_code == 413
    assert clerk.client.post("/open", content=b"name=x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert clerk.client.post("/open", json={"nme": 1}).status_code == 400


def test_every_answer_forbids_what_the_page_does_not_need(clerk: Clerk) -> None:
    headers = clerk.client.get("/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    clerk.open(MEIZHOU)
    report = clerk.client.get(f"/w/{clerk.window}/report")
    assert report.headers["content-security-policy"] == "frame-ancestors 'self'"
    assert "default-src &#39;none&#39;" in report.text


def test_the_command_opens_the_browser_at_the_page(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, said = list[str](), list[str]()

    def stopped_at_once(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        assert sockets[0].getsockname()[0] == "127.0.0.1"
        browser = TestClient(cast("Any", server.config.app), base_url=said[0].partition("/w/")[0])
        assert 'data-page="form"' in browser.get(said[0]).text

    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(uvicorn.Server, "run", stopped_at_once)
    assert serve(clerk.desk, MEIZHOU, say=said.append) == []
    for thread in threading.enumerate():
        if thread.name == "browser":
            thread.join()
    assert opened == said
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(FileProblem) as problem:
        serve(clerk.desk, "", taken.getsockname()[1], say=said.append)
    assert problem.value.findings[0].code == "JX820"
    with pytest.raises(Refused):
        serve(clerk.desk, "没有.yaml", say=said.append)


def test_without_the_extra_it_says_how_to_install_it() -> None:
    lacking = (
        "import sys; sys.modules['uvicorn'] = None; from generator.__main__ import run; sys.argv[1:] = ['open']; run()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", lacking], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert ended.returncode == 1
    assert "JX891" in ended.stderr
    assert 'pip install "jixiao[web]"' in ended.stderr

"""From the disk to text: files that cannot be opened, and bytes that are no UTF-8."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest

from generator.base.diagnostics import FileProblem
from generator.yamlfile.source import parse_yaml, read_yaml
from generator.yamlfile.text import MOST_BYTES

CHINESE = "模板: meizhou\n部门: {名称: 梅州市工业和信息化局}\n"


def test_a_file_is_read_and_shown_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "填 报.yaml"
    path.write_text(CHINESE, encoding="utf-8")
    for given in (path, str(path)):
        source = read_yaml(given)
        assert source.findings == ()
        assert source.file == str(path)
    assert read_yaml(path, "inputs/填 报.yaml").file == "inputs/填 报.yaml"


def problem(path: Path | str, shown_as: str | None = None) -> str:
    with pytest.raises(FileProblem) as caught:
        read_yaml(path, shown_as)
    assert caught.value.exit_code == 3
    (finding,) = caught.value.findings
    assert finding.code == "JX101"
    assert finding.hint
    return finding.message


def test_a_missing_file(tmp_path: Path) -> None:
    assert problem(tmp_path / "无.yaml", "无.yaml") == "文件「无.yaml」打不开：没有这个文件。"


def test_a_missing_file_is_told_with_those_called_alike(tmp_path: Path) -> None:
    for name in ("某局2021.yaml", "某局2022.yaml", "某局2021.docx"):
        (tmp_path / name).touch()
    hints = []
    for folder, name in ((tmp_path, "某局2020.yaml"), (tmp_path, "别的.yaml"), (tmp_path / "无", "某局2021.yaml")):
        with pytest.raises(FileProblem) as caught:
            read_yaml(folder / name)
        hints.append(caught.value.findings[0].hint)
    other = "请检查文件名和所在文件夹；文件名里有空格时，请用引号括起来。"
    assert hints == ["是否为「某局2021.yaml」「某局2022.yaml」？", other, other]


def test_a_folder(tmp_path: Path) -> None:
    assert problem(tmp_path, "inputs") == "文件「inputs」打不开：这是一个文件夹。"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "甲.yaml"
    path.write_text(CHINESE, encoding="utf-8")

    def refuse(*_args: object, **_words: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, so the mode alone proves nothing
    assert problem(path, "甲.yaml") == "文件「甲.yaml」打不开：没有权限，或文件正被别的程序打开。"


@pytest.mark.parametrize(("name", "why"), [("甲\0乙.yaml", "系统无法读写"), ("长" * 5000, "文件名或路径太长")])
def test_a_path_that_no_file_can_have(name: str, why: str) -> None:
    assert problem(name, "甲.yaml") == f"文件「甲.yaml」打不开：{why}。"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_pipe_is_not_waited_for_and_a_device_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.yaml")
    for path in (str(tmp_path / "管道.yaml"), os.devnull, "/dev/zero"):
        assert problem(path, "甲.yaml") == "文件「甲.yaml」打不开：这是管道、设备一类，不是普通的文件。"


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    large = tmp_path / "大.yaml"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES * 100)
    assert [finding.code for finding in read_yaml(large).findings] == ["JX102"]


def refused(data: bytes) -> tuple[str, int, int, str]:
    source = parse_yaml(data, "甲.yaml")
    (finding,) = source.findings
    assert (source.root, source.text) == (None, "")
    return finding.code, finding.span.line, finding.span.column, finding.message


def test_gbk_is_named_with_its_first_line() -> None:
    assert refused("a: meizhou\nb: {名称: 梅州市工业和信息化局}\n".encode("gbk")) == (
        "JX103",
        2,
        5,
        "文件不是 UTF-8 编码，像是 GBK 编码：第 2 行「b: {名称: 梅州市工业和信息化局}」无法按 UTF-8 读取。",
    )


def test_gbk_is_named_at_its_first_character_even_if_its_bytes_happen_to_be_utf8() -> None:
    code, line, column, _ = refused("a: 梅\nb: 州市工业和信息化局".encode("gbk"))
    assert (code, line, column) == ("JX103", 1, 4)


def test_a_long_line_of_gbk_is_shortened_and_a_torn_end_does_no_harm() -> None:
    data = ("# x\r\n说明: " + "“十四五”规划（2021—2025年）" * 9).encode("gbk") + b"\xc3"
    code, line, column, message = refused(data)
    assert (code, line, column) == ("JX103", 2, 1)
    assert "「说明: “十四五”规划（2021—202…」" in message


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
    ],
)
def test_utf16_is_named(encoding: str, mark: bytes) -> None:
    code, line, _, message = refused(mark + CHINESE.encode(encoding))
    assert (code, line) == ("JX104", 0)
    assert encoding[:6].upper() in message


def test_what_is_no_text_is_named() -> None:
    assert refused(b"PK\x03\x04\n\x14\x00\x06") == ("JX105", 2, 2, "文件不是文本文件：第 2 行含有空字节。")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("甲: 梅州市工业和信息化局\r\n乙: ".encode() + b"\xe4\n", (2, 4)),
        (b"\xef\xbb\xbfa: caf\xe9\n", (1, 7)),
        (b"a: \xff\xfe\xfd\xff", (1, 4)),
        ("甲乙\n".encode() + b"\xed\xa0\x80", (2, 1)),
    ],
)
def test_broken_utf8_is_named_with_its_place(data: bytes, place: tuple[int, int]) -> None:
    code, line, column, _ = refused(data)
    assert (code, (line, column)) == ("JX106", place)


def test_too_many_bytes_are_refused() -> None:
    assert refused(b"a" * (MOST_BYTES + 1)) == ("JX102", 0, 0, "文件太大，超过了 2 MB 的上限。")

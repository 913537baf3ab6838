"""Why the system refuses a file, in Chinese whatever its locale."""

from __future__ import annotations

import errno

import pytest

from generator.base.diagnostics import why_not


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOENT, "没有这个文件"),
        (errno.EACCES, "没有权限，或文件正被别的程序打开"),
        (errno.ENOSPC, "磁盘已满"),
        (errno.EIO, f"系统无法读写（错误号 {errno.EIO}）"),
    ],
)
def test_the_reason_of_a_number(number: int, reason: str) -> None:
    assert why_not(OSError(number, "in English")) == reason


def test_an_error_without_a_number() -> None:
    assert why_not(OSError("odd")) == "系统无法读写"

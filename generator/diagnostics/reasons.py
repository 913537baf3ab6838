"""Why the system refuses a file, in Chinese: its own words are English, or those of its locale."""

from __future__ import annotations

import errno

__all__ = ["why_not"]

_REASONS = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有权限，或文件正被别的程序打开",
    errno.EPERM: "没有权限，或文件正被别的程序打开",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.EROFS: "这个位置是只读的",
    errno.ENAMETOOLONG: "文件名或路径太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "打开的文件太多",
}


def why_not(error: OSError) -> str:
    """The reason, fit to stand in a message without a full stop."""
    number = f"（错误号 {error.errno}）" if error.errno else ""
    return _REASONS.get(error.errno or 0, f"系统无法读写{number}")

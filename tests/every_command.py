"""Every command once, in an empty folder, as an installed or a built program has it.

``python -m tests.every_command PROGRAM…`` tries a built file where there is neither Python nor anything else, or an
installed one after ``--no-documents``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILING, OTHER = "meizhou-gxj-2021.yaml", "hunan-slj-2024.yaml"
REPORT = "outputs/梅州市工业和信息化局2021年度部门整体支出绩效自评报告.docx"
COMMANDS = (
    "--version",
    "template list",
    "template fields meizhou",
    "template test",
    "template check meizhou",
    "template new 某县",
    "template schema 某县",
    "template preview 某县",
    "new meizhou 新.yaml",
    "new meizhou 新.xlsx",
    f"new --from {FILING} 今年.yaml",
    f"check {FILING}",
    f"check {FILING} --fix-text --dry-run",
    f"score {FILING}",
    f"score {FILING} --format xlsx",
    f"explain {FILING} 结转结余率",
    f"render {FILING}",
    f"render {FILING} --draft",
    f"verify {REPORT}",
    f"template text {REPORT}",
    f"pull {REPORT} {FILING} --dry-run",
    f"convert {FILING} 填报.xlsx",
    "convert 填报.xlsx 另.yaml",
    "render 填报.xlsx -o 由表.docx",
    f"diff {FILING} 另.yaml --redline 修订.docx",
    f"review {FILING}",
    f"bundle {FILING} --no-pdf",
    f"volume {FILING} --no-pages",
    f"audit {FILING} 新.xlsx",
    f"render {FILING} {OTHER} -o 多份 --jobs 2",
)
"""In this order: later ones use what earlier ones wrote."""


def try_all(
    program: Sequence[str], folder: Path, environment: Mapping[str, str], *, documented: bool = False
) -> list[str]:
    """What went wrong, command by command.

    Args:
        program: The words that start it.
        folder: An empty folder.
        environment: All of its environment.
        documented: Whether the page must lead to the documents.
    """
    for name in (FILING, OTHER):
        (folder / name).write_bytes((ROOT / "inputs" / name).read_bytes())
    wrong = []
    for command in COMMANDS:
        done = subprocess.run(
            [*program, *command.split()], cwd=folder, env=dict(environment), capture_output=True, check=False
        )
        if done.returncode:
            said = (done.stdout + done.stderr).decode("utf-8", "replace")
            wrong.append(f"{command} ended with {done.returncode}: {said[-2000:]}")
    return wrong + _open_page(program, folder, environment, documented=documented)


def _open_page(program: Sequence[str], folder: Path, environment: Mapping[str, str], *, documented: bool) -> list[str]:
    """``jixiao open`` gives a page; it runs until it is ended."""
    command = [*program, "open", "--no-browser"]
    running = subprocess.Popen(
        command, cwd=folder, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        encoding="utf-8",
    )  # fmt: skip
    said, page = "", ""
    try:
        for line in running.stdout or ():
            said += line
            if address := re.search(r"http://127\.0\.0\.1\S+", line):
                # The page takes its key out of the address and keeps it as a cookie.
                browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
                with browser.open(address[0], timeout=30) as answer:
                    page = answer.read().decode("utf-8")
                if "/docs/" in page:
                    browser.open(urllib.parse.urljoin(address[0], "/docs/index.html"), timeout=30).close()
                elif documented:
                    page = "it has no documents"
                break
    except OSError as error:
        said += str(error)
    finally:
        running.terminate()
        running.communicate(timeout=30)
    return [] if FILING in page else [f"open: {said} {page[:500]}"]


def bare(home: Path) -> dict[str, str]:
    """An environment in which nothing can be found, Python neither."""
    own = ("HOME", "USERPROFILE", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP")
    there = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {"LANG": "C.UTF-8", "PATH": str(home), **dict.fromkeys(own, str(home)), **there}


def started(home: Path) -> tuple[list[str], dict[str, str]]:
    """The words that start the program, and its environment: the built file that JIXIAO names, else the sources."""
    if built := os.environ.get("JIXIAO"):
        return [built], bare(home)
    return [sys.executable, "-m", "generator"], {**os.environ, "PYTHONPATH": str(ROOT)}


def main(words: Sequence[str]) -> int:
    """Try each program, which holds the documents unless ``--no-documents`` stands before it; 1 if a command failed."""
    wrong, documented = [], True
    for program in words:
        if program == "--no-documents":
            documented = False
            continue
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
            found = try_all([str(Path(program).resolve())], Path(folder), bare(Path(home)), documented=documented)
            wrong += [f"{program} {one}" for one in found]
            print(f"{program}: {len(COMMANDS) - len(found)} of {len(COMMANDS)} commands ran")
    print(*wrong, sep="\n\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Pictures of the documents, made from the program as it is: ``make pictures`` writes them into docs/图/.

Needs LibreOffice, poppler and Chromium. Look at them before they are committed.
"""

from __future__ import annotations

import html
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.walk import walk

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "图"
JIXIAO = Path(sys.executable).with_name("jixiao")
SLIP = ("166526038.92 元", "16652.60,38 万元")
_TERMINAL = """<body style="margin:0;background:#1e1e1e;color:#d4d4d4;padding:16px 20px">
<pre style="margin:0;font:15px/1.5 'Noto Sans Mono CJK SC',monospace;white-space:pre-wrap">{}</pre>"""
# What is nearest to the official fonts among the free ones.
_FONTS = {
    "仿宋_GB2312": "AR PL UMing CN",
    "楷体_GB2312": "AR PL UKai CN",
    "黑体": "Noto Sans CJK SC",
    "方正小标宋简体": "Noto Serif CJK SC",
}
_ALIAS = (
    '<match><test name="family"><string>{}</string></test>'
    '<edit name="family" mode="assign" binding="strong"><string>{}</string></edit></match>'
)
_SIDE_BY_SIDE = '<body style="margin:12px;background:#ddd;display:flex;gap:12px">{}'


def main() -> None:
    """Write every picture anew."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        filing = folder / "我局.yaml"
        shutil.copy(ROOT / "inputs" / "meizhou-gxj-2021.yaml", filing)
        shutil.copytree(ROOT / "templates", folder / "templates")
        sound = filing.read_text(encoding="utf-8")
        filing.write_text(sound.replace(*SLIP), encoding="utf-8")
        terminal(folder, "检查", "check", "我局.yaml")
        filing.write_text(sound, encoding="utf-8")
        terminal(folder, "来历", "explain", "我局.yaml", "结转结余率")
        run(folder, "review", "我局.yaml", "-o", "审核页.html")
        shoot(folder / "审核页.html", PICTURES / "审核页.png", 1400, 860)
        pages(folder, "首页", 1, 2)
        for told in walk(JIXIAO, folder, PICTURES):
            print(told)


def run(folder: Path, *words: str) -> str:
    """What a command prints, on either stream."""
    done = subprocess.run(
        [JIXIAO, *words], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.stdout


def terminal(folder: Path, name: str, *words: str) -> None:
    """A command and what it prints, as a terminal shows them."""
    said = f"$ jixiao {' '.join(words)}\n{run(folder, *words)}"
    page = folder / f"{name}.html"
    page.write_text(_TERMINAL.format(html.escape(said)), encoding="utf-8")
    shoot(page, PICTURES / f"{name}.png", 1000, 48 + 23 * said.count("\n"))


def pages(folder: Path, name: str, first: int, last: int) -> None:
    """Pages of the report, side by side."""
    run(folder, "render", "我局.yaml", "-o", "报告.docx")
    soffice = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
    aliases = "".join(_ALIAS.format(*pair) for pair in _FONTS.items())
    fonts = folder / "fonts.conf"
    fonts.write_text(f"<fontconfig><include>/etc/fonts/fonts.conf</include>{aliases}</fontconfig>", encoding="utf-8")
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    subprocess.run([*soffice, "报告.docx"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    size = ["-scale-to-x", "620", "-scale-to-y", "-1"]
    subprocess.run(
        ["pdftoppm", "-png", "-f", str(first), "-l", str(last), *size, "报告.pdf", "页"], cwd=folder, check=True
    )
    shown = "".join(f'<img src="{page.name}">' for page in sorted(folder.glob("页-*.png")))
    (folder / "页.html").write_text(_SIDE_BY_SIDE.format(shown), encoding="utf-8")
    shoot(folder / "页.html", PICTURES / f"{name}.png", 12 + 632 * (last - first + 1), 904)


def shoot(page: Path, picture: Path, width: int, height: int) -> None:
    """A picture of a page in the browser."""
    chromium = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    wanted = [f"--screenshot={picture}", f"--window-size={width},{height}", page.as_uri()]
    subprocess.run([*chromium, *wanted], check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()

"""docxcompose, which others may use in the same process, gives python-docx's prefixes other namespaces."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import sys
from hashlib import sha256
for name in sys.argv[1:]:
    __import__(name)
from generator.base.diagnostics import Span
from generator.word import Layout
from generator.word.draft import Remark, make_draft
from generator.word.merge.join import Attachment, attach
from generator.word.merge.join import Bindery
from generator.word.opc import own_package, write_package
from generator.word.redline.compare import redline
from tests.word.conftest import package, paragraph, table

core = {"core": "<dc:title>某报告</dc:title>"}
old, new = package(paragraph("甲") + table(["一", "2"])), package(paragraph("甲乙") + table(["一", "3"]), core)
opened = Attachment.open(new, "附.docx", "附", Span("输入.yaml"), "附件[0]")
volume = Bindery(own_package(new))
volume.add(own_package(old), "某局")
made = [
    redline(old, new, "某局", "2022-05-20T00:00:00Z").data,
    redline(new, old, "某局", "2022-05-20T00:00:00Z").data,
    *(write_package(make_draft(Layout.open(package(paragraph("{{ a }}"), parts)).marked({"a": "【待填：甲】"}),
        [Remark(("a",), ("缺",))], lambda _: ["总的。"])) for parts in (None, core)),
    write_package(attach(own_package(old), [opened])),
    write_package(volume.entries()),
]
print(*(sha256(one).hexdigest() for one in made), sep="\\n")
"""


def _digests(*modules: str) -> list[str]:
    made = subprocess.run([sys.executable, "-c", _SCRIPT, *modules], check=True, capture_output=True, text=True)
    return made.stdout.split()


def test_files_are_the_same_beside_docxcompose() -> None:
    alone = _digests()
    assert len(alone) == 6
    assert _digests("docxcompose.composer") == alone
    assert _digests("docxtpl", "docxcompose.composer") == alone

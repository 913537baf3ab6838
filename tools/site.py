"""What MkDocs asks while it builds the site: the address of a heading, and links to files outside of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

_SHIM, _WORKER = "https://unpkg.com/iframe-worker/shim", "assets/javascripts/iframe-worker.js"
_CODE = re.compile(r"JX\d{3}")
_LINK = re.compile(r"\[([^\]\n]+)\]\((?!https?:|#)([^)\s#]+)(?:#[^)\s]*)?\)")


def slug(heading: str, separator: str) -> str:
    """The anchor of a heading as GitHub makes it, so that links hold in both; of a code its number: ``#jx101``."""
    code = _CODE.match(heading)
    return code[0].lower() if code else re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", separator)


def on_page_markdown(markdown: str, *, page: Page, **_: object) -> str:
    """A page whose links out of docs/ (to code, templates, tests) are their words alone."""
    folder = PurePosixPath(page.file.src_uri).parent

    def kept(link: re.Match[str]) -> str:
        ups = sum(part == ".." for part in PurePosixPath(link[2]).parts)
        return link[1] if ups > len(folder.parts) else link[0]

    return _LINK.sub(kept, markdown)


def on_post_page(output: str, *, page: Page, **_: object) -> str:
    """A page that takes what lets it search without a server from the site itself: nothing is fetched."""
    return output.replace(_SHIM, "../" * page.url.count("/") + _WORKER)


def on_post_build(*, config: MkDocsConfig, **_: object) -> None:
    """Put that file into the site."""
    shutil.copy(Path(".npm/node_modules/iframe-worker/shim/index.js"), Path(config.site_dir) / _WORKER)

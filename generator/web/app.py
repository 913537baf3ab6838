"""The routes of the page, and the files that its buttons make; served on this machine alone.

Each takes what the page sends, calls the desk, and answers with what the page shows.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Final

import msgspec
from jinja2 import Environment, FunctionLoader, StrictUndefined
from msgspec import Struct
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from generator import pipeline
from generator.base.diagnostics import Finding, JixiaoError, Refused, Span, findings_as_text, shown
from generator.exports.scoring_form import write_scores
from generator.pipeline import Rendered
from generator.provenance.write import safe_name
from generator.submission import codes as submission_codes
from generator.submission.attachments import names_file
from generator.submission.filing import written_path
from generator.template.load import list_templates
from generator.web.desk import Desk, Typed, Window, unsaved
from generator.web.form import Box, Computed, Grid, Heading, IndicatorPart, labels_of, steps_of
from generator.web.look import Apart, as_json, preview_of, state_apart, state_of
from generator.web.server import MOST_UPLOADED, run_server
from generator.workflows import codes
from generator.workflows.batch import make_pdf
from generator.workflows.bundle import bundle, shown_size
from generator.workflows.convert import plan, roll_over, write
from generator.workflows.draft import render_draft
from generator.workflows.new import start
from generator.yamlfile.source import Source, read_yaml


class Made(Struct, frozen=True):
    """Files that were written, and what was found on the way; no files where something was in the way."""

    files: tuple[Path, ...]
    findings: tuple[Finding, ...]


_Place = tuple[Path, Path | None, Path | None]  # the filing, the folder for outputs, the folder of templates


def _rendered(place: _Place, how: Callable[..., Rendered], *, backup: bool) -> Made:
    done = how(*place, backup=backup)
    return Made(done.files or (done.path,), done.assessment.findings)


def _bundled(place: _Place, *, backup: bool) -> Made:
    done = bundle(*place, backup=backup)
    return Made((done.path,), done.findings)


def _pdf(place: _Place, *, backup: bool) -> Made:
    done = _rendered(place, pipeline.render, backup=backup)
    files, found = list[Path](), list(done.findings)
    for word in (file for file in done.files if file.suffix.lower() == ".docx"):
        path, more = make_pdf(word, backup=backup)
        files.append(path)
        found += more
    return Made(tuple(files), tuple(found))


def _workbook(place: _Place, *, backup: bool) -> Made:  # noqa: ARG001 - called as the others are
    """The filing as a workbook; a name that is taken is numbered, for what stands there is somebody's work."""
    filing, output, templates = place
    folder, number, ending = output or pipeline.DEFAULT_OUTPUT, 1, ".xlsx"
    while (target := folder / f"{filing.stem}{'' if number == 1 else f'-{number}'}{ending}").exists():
        number += 1
    made = plan([filing], target, templates)
    return Made((write(made),), made.findings)


OUTPUTS: Final[dict[str, tuple[str, Callable[..., Made]]]] = {
    "draft": ("草稿", partial(_rendered, how=render_draft)),
    "report": ("报告", partial(_rendered, how=pipeline.render)),
    "scores": ("评分表", partial(_rendered, how=write_scores)),
    "workbook": ("填报表", _workbook),
    "bundle": ("报送材料", _bundled),
    "pdf": ("PDF", _pdf),
}
"""The buttons: what each is called, and what it does."""


def make(what: str, filing: Path, output: Path | None, templates: Path | None, *, backup: bool) -> Made:
    """Make one of ``OUTPUTS``."""
    try:
        return OUTPUTS[what][1]((filing, output, templates), backup=backup)
    except JixiaoError as error:
        return Made((), error.findings)


_CONFLICTS: Final = frozenset({codes.CHANGED_ON_DISK.number, codes.MOVED_ON.number, codes.NOT_SAVED.number})
_PARTS: Final[dict[type, str]] = {
    Box: "box",
    Computed: "computed",
    Grid: "grid",
    Heading: "heading",
    IndicatorPart: "indicator",
}
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_ENDING: Final = ".yaml"
# Beside the program in a built one, beside the sources after ``make docs``.
_SITES: Final = tuple(place / "site" for place in Path(__file__).parents[1:3])


def _text(name: str) -> str:
    return files("generator.web").joinpath(name).read_text("utf-8")


_PAGES: Final = Environment(
    loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_PAGES.globals |= {"kind_of": lambda part: _PARTS[type(part)], "written": written_path}
_PAGES.filters["path"] = lambda path: msgspec.json.encode(path).decode()


class NewFiling(Struct, forbid_unknown_fields=True):
    """A filing to be made: from a template, or from that of the last year."""

    name: str
    template: str = ""
    last: str = ""
    year: str = ""


class Opened(Struct, forbid_unknown_fields=True):
    """A filing to be opened."""

    name: str


class Asked(Struct, forbid_unknown_fields=True):
    """What the page asks of a window; ``version`` is that of the text that it shows."""

    version: int
    changes: list[Typed] = []
    text: str = ""
    over: str = ""


class Wanted(Struct, forbid_unknown_fields=True):
    """A file to be made."""

    what: str
    backup: bool = False


def application(desk: Desk) -> Starlette:
    """The application for a folder of filings."""
    return _Application(desk).routed()


_Answer = Callable[["Request"], Awaitable[Response]]
_Held = AbstractContextManager[Any]
_FREE: Final = nullcontext()
"""Held by answers that hold locks of their own."""


class _Documents(StaticFiles):
    """The site of the documents; the scripts within its pages are its own."""

    def file_response(self, *words: Any, **named: Any) -> Response:
        """One of its files."""
        answer = super().file_response(*words, **named)
        answer.headers["Content-Security-Policy"] = (
            "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'self'"
        )
        return answer


class _Application:
    """The answers. What computes is done in a thread, one at a time: the page stays there meanwhile."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        # Making a PDF takes long, and must not keep the form from being checked.
        self.making = Lock()
        # A small filing's preview must not wait for the check of a large one in another window.
        self.apart = {is_large: Apart() for is_large in (False, True)}
        self.made: list[Path] = []

    def routed(self) -> Starlette:
        of_window = {
            "change": lambda window, asked: window.change(asked.version, asked.changes),
            "text": lambda window, asked: window.write(asked.version, asked.text),
            "undo": lambda window, asked: window.undo(asked.version),
            "redo": lambda window, asked: window.undo(asked.version, again=True),
            "save": lambda window, asked: window.save(asked.version, asked.over),
            "reload": lambda window, _: window.load(),
        }
        routes = [
            Route("/", self._get(self.list)),
            Route("/static/{name}", self._get(self.static)),
            Route("/new", self._post(NewFiling, self.new), methods=["POST"]),
            Route("/open", self._post(Opened, self.open), methods=["POST"]),
            Route("/made/{number:int}", self._get(self.file)),
            Route("/w/{key}", self._get(self.form)),
            Route("/w/{key}/state", self._get(self.state, _FREE)),
            Route("/w/{key}/report", self._get(self.report, _FREE)),
            Route("/w/{key}/against", self._get(self.against)),
            Route("/w/{key}/upload", self.upload, methods=["POST"]),
            Route("/w/{key}/convert", self._post(Struct, self.convert), methods=["POST"]),
            Route("/w/{key}/make", self._post(Wanted, self.make, self.making), methods=["POST"]),
            *(
                Route(f"/w/{{key}}/{name}", self._post(Asked, partial(self.ask, act)), methods=["POST"])
                for name, act in of_window.items()
            ),
        ]
        site = next((place for place in _SITES if (place / "index.html").is_file()), None)
        return Starlette(routes=[*routes, Mount("/docs", _Documents(directory=site))] if site else routes)

    def _get(self, answer: Callable[[Request], Response], lock: _Held | None = None) -> _Answer:
        async def answered(request: Request) -> Response:
            # A page that cannot be shown says why in plain words; its script reads JSON.
            as_text = not request.url.path.endswith(("/state", "/against"))
            return await run_in_threadpool(self._answer, partial(answer, request), lock, as_text=as_text)

        return answered

    def _post(self, kind: type[Any], answer: Callable[..., Response], lock: _Held | None = None) -> _Answer:
        async def answered(request: Request) -> Response:
            try:
                said = msgspec.json.decode(await request.body(), type=kind)
            except msgspec.DecodeError:
                return PlainTextResponse("请求的内容不对。", 400)
            made = await run_in_threadpool(self._answer, partial(answer, request, said), lock)
            # Else garbage is looked for in the midst of an answer, now and then, and that one takes twice as long.
            made.background = BackgroundTask(gc.collect)
            return made

        return answered

    def _answer(self, answer: Callable[[], Response], lock: _Held | None = None, *, as_text: bool = False) -> Response:
        """The answer, or what is wrong; a fault of the program itself stops nothing but this answer."""
        try:
            with lock or self.desk.lock:
                return answer()
        except JixiaoError as error:
            found, status = error.findings, 409 if any(one.code in _CONFLICTS for one in error.findings) else 400
        except KeyError:
            return PlainTextResponse("没有这一页。程序重新启动过的，从列表里再打开一次。", 404)
        except Exception as error:
            found = (codes.INTERNAL.at(Span("jixiao"), what=f"{type(error).__name__}: {error}"),)
            status = 500
        if as_text:
            return PlainTextResponse(shown(findings_as_text(found)), status)
        return JSONResponse({"findings": as_json(found)}, status)

    def _window(self, request: Request) -> Window:
        return self.desk.windows[request.path_params["key"]]

    def list(self, _request: Request) -> Response:
        """The filings of the folder, and how to make a new one."""
        here = self.desk.folder / "填报.yaml"
        templates = [one for one in list_templates(here, self.desk.templates) if not one.faulty]
        documents = any((place / "index.html").is_file() for place in _SITES)
        words = {"filings": self.desk.filings(), "folder": self.desk.folder, "documents": documents}
        return _page("list.html", templates=templates, **words)

    def static(self, request: Request) -> Response:
        """The style or the script."""
        kinds = {"style.css": "text/css", "page.js": "text/javascript", "form.js": "text/javascript"}
        name = request.path_params["name"]
        kind = kinds[name]  # before the file is looked for: no other name leads to one
        return Response(_text(name), media_type=f"{kind}; charset=utf-8")

    def new(self, _request: Request, said: NewFiling) -> Response:
        """Make a filing and open it."""
        name = said.name.strip().removesuffix(_ENDING)
        if not name or safe_name(name, _ENDING) != f"{name}{_ENDING}":
            raise Refused([codes.BAD_NAME.at(Span(said.name), file=said.name)])
        if said.year and not _YEAR.fullmatch(said.year):
            words = {"name": "报告年度", "text": said.year}
            raise Refused([submission_codes.NOT_A_YEAR.at(Span(said.name), "年度", **words)])
        output, year = self.desk.folder / f"{name}{_ENDING}", int(said.year) if said.year else None
        if said.last:
            roll_over(self.desk.file(said.last), output, year, self.desk.templates)
        else:
            start(said.template, output, year, self.desk.templates)
        return JSONResponse({"window": self.desk.open(output.name)})

    def open(self, _request: Request, said: Opened) -> Response:
        """Open a filing in a window of its own."""
        return JSONResponse({"window": self.desk.open(said.name)})

    def form(self, request: Request) -> Response:
        """The form of a filing; of one that cannot be shown so, its text."""
        window = self._window(request)
        common = {
            "file": window.file,
            "key": request.path_params["key"],
            "version": window.version,
            "yaml": window.beside.name if window.is_book else "",
            "outputs": [(key, word) for key, (word, _) in OUTPUTS.items()],
        }
        if window.is_book or window.is_unreadable:
            # What is changed in it meanwhile is changed in another program.
            window.load()
            common["version"] = window.version
        if window.is_book:
            return _page("book.html", **common)
        if window.template is None or request.query_params.get("as") == "text":
            words = {"text": window.source.text, "broken": window.template is None, "unreadable": window.is_unreadable}
            return _page("text.html", **words, **common)
        steps = steps_of(window.template, window.values)
        names = json.dumps(list(labels_of(window.template).items()), ensure_ascii=False)
        return _page("form.html", steps=steps, names=names, **common)

    def ask(self, act: Callable[[Window, Asked], None], request: Request, asked: Asked) -> Response:
        """Change, undo or save a working text, and say what it comes to."""
        window = self._window(request)
        try:
            act(window, asked)
        except JixiaoError as error:
            if codes.CHANGED_ON_DISK.number not in {one.code for one in error.findings}:
                raise
            there = read_yaml(window.file)
            both = {"over": there.digest, **_against(window, there)}
            return JSONResponse({"findings": as_json(error.findings), **both}, 409)
        return self._state(window)

    def _state(self, window: Window) -> Response:
        """Where a window stands, with what its text comes to; of a large filing only what the last change comes to."""
        if not window.is_large:
            return JSONResponse({**_standing(window), **state_of(window.look)})
        near = [{"path": path, "findings": as_json(found)} for path, found in window.near]
        return JSONResponse({**_standing(window), "near": near})

    def state(self, request: Request) -> Response:
        """What the working text comes to; nothing where it was changed before its turn came."""
        window = self._window(request)
        if not window.is_large:
            with self.desk.lock:
                return self._state(window)
        asked = request.query_params.get("version", str(window.version))
        apart = self.apart[True]
        with apart.lock:
            source, version = window.source, window.version
            if str(version) != asked:
                return JSONResponse({"version": version})
            known = apart.ask(state_apart, source, *window.place)
        return JSONResponse({**_standing(window), **known, "version": version})

    def convert(self, request: Request, _nothing: Struct) -> Response:
        """Write a workbook as a filing that the page can fill in, under a free name, and open that."""
        window = self._window(request)
        made = write(plan([window.file], window.beside, self.desk.templates))
        return JSONResponse({"window": self.desk.open(made.name)})

    def report(self, request: Request) -> Response:
        """The report as it reads, for the frame beside the form."""
        window = self._window(request)
        if window.is_book:
            with self.desk.lock:
                page = preview_of(window.source, *window.place)
        else:
            # Apart, since it takes as long as a change and its findings: what is typed meanwhile would wait for it.
            apart = self.apart[window.is_large]
            with apart.lock:
                page = apart.ask(preview_of, window.source, *window.place)
        # The page allows its own style and script by their digests, in its head.
        return HTMLResponse(shown(page), headers={"Content-Security-Policy": "frame-ancestors 'self'"})

    def against(self, request: Request) -> Response:
        """What the working text changes against what is saved."""
        window = self._window(request)
        return JSONResponse(_against(window, window.on_disk))

    def make(self, request: Request, wanted: Wanted) -> Response:
        """Make a file of a saved filing."""
        window = self._window(request)
        if not window.is_saved:
            raise Refused([codes.NOT_SAVED.at(Span(str(window.file)), file=window.file.name)])
        made = make(wanted.what, window.file, self.desk.output, self.desk.templates, backup=wanted.backup)
        first = len(self.made)
        self.made += made.files
        listed = [{"name": str(file), "address": f"/made/{first + at}"} for at, file in enumerate(made.files)]
        folder = str((self.desk.output or pipeline.DEFAULT_OUTPUT).resolve())
        return JSONResponse({"files": listed, "folder": folder, "findings": as_json(made.findings)})

    def file(self, request: Request) -> Response:
        """One of the files that were made."""
        number = request.path_params["number"]
        if number >= len(self.made):
            raise KeyError(number)
        file = self.made[number]
        return FileResponse(file, filename=file.name, headers={"Content-Security-Policy": "default-src 'none'"})

    async def upload(self, request: Request) -> Response:
        """Put a file of evidence beside the filing; one of that name with the same contents is there already."""
        name, data = request.query_params.get("name", ""), bytearray()
        async for piece in request.stream():
            data += piece
            if len(data) > MOST_UPLOADED:
                return PlainTextResponse("太大。", 413)
        return await run_in_threadpool(self._answer, lambda: self._put(self._window(request), name, bytes(data)))

    def _put(self, window: Window, name: str, data: bytes) -> Response:
        if why := _why_not_put(name, data) or window.why_not_put:
            most = shown_size(MOST_UPLOADED)
            raise Refused([codes.BAD_UPLOAD.at(Span(shown(name)), file=shown(name), why=why, most=most)])
        return JSONResponse({"name": window.put(name, data)})


def _why_not_put(name: str, data: bytes) -> str:
    """Why a file cannot be put beside a filing; blank where it can."""
    stem, dot, ending = name.rpartition(".")
    if not stem or name.startswith(".") or safe_name(stem, f"{dot}{ending}") != name:
        return "这个名称不能用"
    if not names_file(name):
        return "不是佐证常用的文件"
    return "" if data else "文件是空的"


def _page(name: str, **words: object) -> Response:
    return HTMLResponse(shown(_PAGES.get_template(name).render(**words)))


def _standing(window: Window) -> dict[str, object]:
    """Whether all is saved, and what can be undone."""
    return {"version": window.version, "saved": window.is_saved, "undo": bool(window.past), "redo": bool(window.future)}


def _against(window: Window, other: Source) -> dict[str, object]:
    """The facts in which the working text differs from another one; ``readable`` if both can be read."""
    changes = window.against(other)
    listed = [{"kind": one.kind, "what": one.label or one.path, "old": one.old, "new": one.new} for one in changes]
    same_text = other.text == window.source.text
    return {"changes": listed, "readable": None not in (other.root, window.source.root), "same": same_text}


def serve(
    desk: Desk, opened: str = "", port: int = 0, *, browser: bool = True, say: Callable[[str], None]
) -> list[Path]:
    """Serve a folder of filings until it is interrupted; the filings that had changes which were not saved.

    Args:
        desk: The folder.
        opened: The filing to show first; the list where absent.
        port: The port; a free one for 0.
        browser: Whether to open the browser.
        say: Called with the address, once the page can be reached.

    Raises:
        Refused: The folder has no such filing.
        FileProblem: The port cannot be had.
    """
    page = f"/w/{desk.open(opened)}" if opened else "/"
    run_server(application(desk), page, port, browser=browser, say=say)
    return list(unsaved(desk))

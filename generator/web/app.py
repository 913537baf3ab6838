"""The routes of the page, and the files that its buttons make; served on this machine only."""

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
from generator.base.formats import plain
from generator.exports.scoring_form import prepare_scores
from generator.pipeline import Prepared
from generator.provenance.write import Existing, safe_name
from generator.submission import codes as submission_codes
from generator.submission.attachments import EVIDENCE, names_file
from generator.submission.filing import written_path
from generator.template.load import list_templates
from generator.web.desk import Desk, Typed, Window, free
from generator.web.form import labels_of, steps_of
from generator.web.look import Apart, as_json, preview_of, state_apart, state_of
from generator.web.server import MOST_UPLOADED, SITE, run_server
from generator.workflows import codes
from generator.workflows.batch import make_pdf
from generator.workflows.bundle import bundle, shown_size
from generator.workflows.convert import plan, roll_over, write
from generator.workflows.draft import prepare_draft
from generator.workflows.new import start
from generator.yamlfile.source import Source, read_yaml


class Made(Struct, frozen=True):
    """The files written, and the findings; no files if something prevented it."""

    files: tuple[Path, ...]
    findings: tuple[Finding, ...]


_Place = tuple[Path, Path | None, Path | None]  # the filing, the folder for outputs, the folder of templates


def _rendered(place: _Place, existing: Existing, prepare: Callable[..., Prepared]) -> Made:
    done = pipeline.publish(prepare(*place), existing)
    return Made(done.files or (done.path,), done.assessment.findings)


def _bundled(place: _Place, existing: Existing) -> Made:
    done = bundle(*place, existing)
    return Made((done.path,), done.findings)


def _pdf(place: _Place, existing: Existing) -> Made:
    done = _rendered(place, existing, pipeline.prepare)
    files, found = list[Path](), list(done.findings)
    for word in (file for file in done.files if file.suffix.lower() == ".docx"):
        path, more = make_pdf(word, existing)
        files.append(path)
        found += more
    return Made(tuple(files), tuple(found))


def _workbook(place: _Place, _existing: Existing) -> Made:
    """Write the filing as a workbook under a free name."""
    filing, output, templates = place
    made = plan([filing], free((output or pipeline.DEFAULT_OUTPUT) / f"{filing.stem}.xlsx"), templates)
    return Made((write(made),), made.findings)


OUTPUTS: Final[dict[str, tuple[str, Callable[..., Made]]]] = {
    "draft": ("草稿", partial(_rendered, prepare=prepare_draft)),
    "report": ("报告", partial(_rendered, prepare=pipeline.prepare)),
    "scores": ("评分表", partial(_rendered, prepare=prepare_scores)),
    "workbook": ("填报表", _workbook),
    "bundle": ("报送材料", _bundled),
    "pdf": ("PDF", _pdf),
}
"""The buttons: label and action."""


def make(what: str, filing: Path, output: Path | None, templates: Path | None, *, backup: bool) -> Made:
    """Make one of ``OUTPUTS``."""
    try:
        return OUTPUTS[what][1]((filing, output, templates), Existing.BACK_UP if backup else Existing.KEEP)
    except JixiaoError as error:
        return Made((), error.findings)


_CONFLICTS: Final = frozenset({codes.CHANGED_ON_DISK.number, codes.MOVED_ON.number, codes.NOT_SAVED.number})
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_ENDING: Final = ".yaml"
# Next to the built program, or next to the sources after ``make docs``.
_SITES: Final = tuple(place / "site" for place in Path(__file__).parents[1:3])


def _text(name: str) -> str:
    return files("generator.web").joinpath(name).read_text("utf-8")


_PAGES: Final = Environment(
    loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_PAGES.globals |= {"kind_of": lambda part: type(part).__name__.lower(), "written": written_path}
_PAGES.filters |= {"path": lambda path: msgspec.json.encode(path).decode(), "plain": plain}


class NewFiling(Struct, forbid_unknown_fields=True):
    """Request for a new filing: from a template, or from last year's filing."""

    name: str
    template: str = ""
    last: str = ""
    year: str = ""


class Opened(Struct, forbid_unknown_fields=True):
    """Request to open a filing."""

    name: str


class Asked(Struct, forbid_unknown_fields=True):
    """Request to a window; ``version`` is that of the text shown on the page."""

    version: int
    changes: list[Typed] = []
    text: str = ""
    over: str = ""


class Wanted(Struct, forbid_unknown_fields=True):
    """Request for a file."""

    what: str
    backup: bool = False


def application(desk: Desk) -> Starlette:
    """The application for a folder of filings."""
    return _Application(desk).routed()


_Answer = Callable[["Request"], Awaitable[Response]]
_Held = AbstractContextManager[Any]
_FREE: Final = nullcontext()
"""For handlers that take their own locks."""


class _Application:
    """The handlers. They run in threads, one at a time, so that the server stays responsive."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        # Making a PDF takes long and must not delay checks of the form.
        self.making = Lock()
        # The preview of a small filing must not wait for the check of a large one in another window.
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
        return Starlette(routes=[*routes, Mount(SITE, StaticFiles(directory=site))] if site else routes)

    def _get(self, answer: Callable[[Request], Response], lock: _Held | None = None) -> _Answer:
        async def answered(request: Request) -> Response:
            # Pages get errors as plain text, their script gets JSON.
            as_text = not request.url.path.endswith(("/state", "/against"))
            return await run_in_threadpool(self._answer, partial(answer, request), lock, as_text=as_text)

        return answered

    def _post(self, kind: type[Any], answer: Callable[..., Response], lock: _Held | None = None) -> _Answer:
        async def answered(request: Request) -> Response:
            try:
                wanted = msgspec.json.decode(await request.body(), type=kind)
            except msgspec.DecodeError:
                return PlainTextResponse("请求的内容不对。", 400)
            made = await run_in_threadpool(self._answer, partial(answer, request, wanted), lock)
            # Collect here, otherwise a collection now and then doubles the time of a request.
            made.background = BackgroundTask(gc.collect)
            return made

        return answered

    def _answer(self, answer: Callable[[], Response], lock: _Held | None = None, *, as_text: bool = False) -> Response:
        """Run a handler; errors, also internal ones, become the response."""
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
        """List the filings of the folder, with the form for a new one."""
        here = self.desk.folder / "填报.yaml"
        templates = [one for one in list_templates(here, self.desk.templates) if not one.faulty]
        documents = any((place / "index.html").is_file() for place in _SITES)
        words = {"filings": self.desk.filings(), "folder": self.desk.folder, "documents": documents}
        return _page("list.html", templates=templates, **words)

    def static(self, request: Request) -> Response:
        """Serve the style or a script."""
        kinds = {"style.css": "text/css", "page.js": "text/javascript", "form.js": "text/javascript"}
        name = request.path_params["name"]
        kind = kinds[name]  # allow-list, before any file is read
        return Response(_text(name), media_type=f"{kind}; charset=utf-8")

    def new(self, _request: Request, wanted: NewFiling) -> Response:
        """Make a filing and open it."""
        name = wanted.name.strip().removesuffix(_ENDING)
        if not name or safe_name(name, _ENDING) != f"{name}{_ENDING}":
            raise Refused([codes.BAD_NAME.at(Span(wanted.name), file=wanted.name)])
        if wanted.year and not _YEAR.fullmatch(wanted.year):
            words = {"name": "报告年度", "text": wanted.year}
            raise Refused([submission_codes.NOT_A_YEAR.at(Span(wanted.name), "年度", **words)])
        output, year = self.desk.folder / f"{name}{_ENDING}", int(wanted.year) if wanted.year else None
        if wanted.last:
            roll_over(self.desk.file(wanted.last), output, year, self.desk.templates)
        else:
            start(wanted.template, output, year, self.desk.templates)
        return JSONResponse({"window": self.desk.open(output.name)})

    def open(self, _request: Request, wanted: Opened) -> Response:
        """Open a filing in a window of its own."""
        return JSONResponse({"window": self.desk.open(wanted.name)})

    def form(self, request: Request) -> Response:
        """Show the form of a filing, or its text if it cannot be shown as a form."""
        window = self._window(request)
        common = {
            "file": window.file,
            "key": request.path_params["key"],
            "version": window.version,
            "yaml": window.beside.name if window.is_book else "",
            "outputs": [(key, word) for key, (word, _) in OUTPUTS.items()],
        }
        if window.is_book or window.is_unreadable:
            # These are edited in other programs only.
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
        """Change, undo or save a working text, and return its state."""
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
        """State of a window with all findings and scores; for a large filing only the findings of the last change."""
        if not window.is_large:
            return JSONResponse({**_standing(window), **state_of(window.look)})
        near = [{"path": path, "findings": as_json(found)} for path, found in window.near]
        return JSONResponse({**_standing(window), "near": near})

    def state(self, request: Request) -> Response:
        """Findings and scores of the working text; only the version if it was changed meanwhile."""
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
        """Convert a workbook to a YAML filing under a free name, and open it."""
        window = self._window(request)
        made = write(plan([window.file], window.beside, self.desk.templates))
        return JSONResponse({"window": self.desk.open(made.name)})

    def report(self, request: Request) -> Response:
        """Preview of the report for the frame next to the form."""
        window = self._window(request)
        if window.is_book:
            with self.desk.lock:
                page = preview_of(window.source, *window.place)
        else:
            # In a separate process: it is slow, and typing must not wait for it.
            apart = self.apart[window.is_large]
            with apart.lock:
                page = apart.ask(preview_of, window.source, *window.place)
        # The page itself allows its style and script by their digests.
        return HTMLResponse(shown(page), headers={"Content-Security-Policy": "frame-ancestors 'self'"})

    def against(self, request: Request) -> Response:
        """Compare the working text with the saved file."""
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
        """Serve a file that was made."""
        number = request.path_params["number"]
        if number >= len(self.made):
            raise KeyError(number)
        file = self.made[number]
        return FileResponse(file, filename=file.name, headers={"Content-Security-Policy": "default-src 'none'"})

    async def upload(self, request: Request) -> Response:
        """Store a file of evidence next to the filing; an identical file of that name is used as it is."""
        name, data = request.query_params.get("name", ""), bytearray()
        async for piece in request.stream():
            data += piece
            if len(data) > MOST_UPLOADED:
                return PlainTextResponse("太大。", 413)
        return await run_in_threadpool(self._answer, lambda: self._put(self._window(request), name, bytes(data)))

    def _put(self, window: Window, name: str, data: bytes) -> Response:
        stem, dot, ending = name.rpartition(".")
        why = ""
        if not stem or name.startswith(".") or safe_name(stem, f"{dot}{ending}") != name:
            why = "这个名称不能用"
        elif not names_file(name):
            why = "不是佐证常用的文件"
        elif not data:
            why = "文件是空的"
        elif window.leads_out:
            why = f"「{EVIDENCE}」是通到别处的链接"
        if why:
            most = shown_size(MOST_UPLOADED)
            raise Refused([codes.BAD_UPLOAD.at(Span(shown(name)), file=shown(name), why=why, most=most)])
        return JSONResponse({"name": window.put(name, data)})


def _page(name: str, **words: object) -> Response:
    return HTMLResponse(shown(_PAGES.get_template(name).render(**words)))


def _standing(window: Window) -> dict[str, object]:
    """Whether everything is saved, and whether there is something to undo or redo."""
    return {"version": window.version, "saved": window.is_saved, "undo": bool(window.past), "redo": bool(window.future)}


def _against(window: Window, other: Source) -> dict[str, object]:
    """The facts that differ between the working text and another one; ``readable`` if both could be read."""
    changes = window.against(other)
    listed = [{"kind": one.kind, "what": one.label or one.path, "old": one.old, "new": one.new} for one in changes]
    same_text = other.text == window.source.text
    return {"changes": listed, "readable": None not in (other.root, window.source.root), "same": same_text}


def serve(
    desk: Desk, opened: str = "", port: int = 0, *, browser: bool = True, say: Callable[[str], None]
) -> list[Path]:
    """Serve a folder of filings until interrupted; returns the filings with unsaved changes.

    ``opened`` is the filing to show first, by default the list; ``port`` 0 is a free one; ``say`` is called with the
    address once the server listens.

    Raises:
        Refused: The folder has no such filing.
        FileProblem: The port cannot be had.
    """
    page = f"/w/{desk.open(opened)}" if opened else "/"
    run_server(application(desk), page, port, browser=browser, say=say)
    return [window.file for window in desk.windows.values() if not window.is_saved]

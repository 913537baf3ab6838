"""Captions, references and the contents list as values: they print a sign, and ``references`` puts the numbers there.

A number depends on what is printed before it, a reference on what may be printed after it; so both wait until the
whole text stands.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final, Literal

from jinja2.runtime import Undefined
from msgspec import Struct

from generator.word.running.rendering import STATE
from generator.word.running.values import BlockValue, TextValue
from generator.word.running.wording import UnprintableError, text_of

if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["Caption", "Contents", "Mark", "Reference", "sign"]

_MOST_LEVELS: Final = 9
_LONGEST: Final = 40


class Mark(Struct, frozen=True):
    """One sign in the text: what is to stand there.

    ``line`` is that of the template, known only where mistakes are explained. ``style`` and ``run`` are the formats of
    the placeholder of a contents list.
    """

    kind: Literal["caption", "reference", "contents"]
    part: str
    line: int
    name: str = ""
    label: str = ""
    by_chapter: bool = True
    copied: bool = False
    levels: int = 0
    pages: bool = False
    style: str = ""
    run: str = ""


def sign(number: int) -> str:
    """What stands in the text for the mark of that number. Values cannot print it: their ``<`` is escaped."""
    return f"<?jx mark {number}?>"


class _Named(TextValue):
    __slots__ = ("_lost", "_name")
    _what = ""

    def __init__(self, name: object) -> None:
        # An undefined name stops here and is told as such; where that is let pass, nothing is printed.
        self._name, self._lost = text_of(name).strip(), isinstance(name, Undefined)

    def text_xml(self) -> str:
        """Its sign."""
        return "" if self._lost else self._sign()

    @abstractmethod
    def _sign(self) -> str:
        """The sign in the text."""

    def _checked(self) -> str:
        if not self._name or len(self._name) > _LONGEST:
            raise UnprintableError(f"{self._what}的名称要有 1 至 {_LONGEST} 个字")
        return self._name

    def __str__(self) -> NoReturn:
        raise UnprintableError(
            f"{self._what}要单独写成一个标记", f"写成 {{{{ {self._what}(…) }}}}，前后的文字写在外面。"
        )


class Caption(_Named):
    """``{{ 题注("得分汇总表") }}``: 表2-1, for a title to follow.

    Args:
        name: What references call it by.
        label: What stands before the number.
        by_chapter: Whether the number of the chapter comes first and each chapter counts anew.
        copied: Whether it is the second copy of a text box, for old programs.
    """

    __slots__ = ("_by_chapter", "_copied", "_label")
    _what = "题注"

    def __init__(self, name: object, label: object = "表", by_chapter: object = True, copied: bool = False) -> None:
        super().__init__(name)
        self._label, self._by_chapter, self._copied = text_of(label).strip(), bool(by_chapter), copied

    def copy(self) -> Caption:
        """The same caption, not to be counted."""
        made = Caption(self._name, self._label, self._by_chapter, copied=True)
        made._lost = self._lost
        return made

    def _sign(self) -> str:
        # The label names the field's own count, which takes no blanks and no signs.
        if not self._label.isalpha() or len(self._label) > _LONGEST:
            raise UnprintableError(f"题注的标签要是「表」「图」这样的文字，得到的是「{self._label[:_LONGEST]}」")
        state = STATE.get()
        name = self._checked()
        mark = Mark("caption", state.part, state.here(), name, self._label, self._by_chapter, self._copied)
        return sign(state.mark(mark))


class Reference(_Named):
    """``{{ 见("得分汇总表") }}``: the label and number of that caption, wherever it stands."""

    __slots__ = ()
    _what = "见"

    def _sign(self) -> str:
        state = STATE.get()
        return sign(state.mark(Mark("reference", state.part, state.here(), self._checked())))


class Contents(BlockValue):
    """``{{p 目录() }}``: the headings of the document.

    Args:
        levels: How many levels of headings.
        pages: Whether there are page numbers, which only a program that lays out pages can fill in.
    """

    __slots__ = ("_levels", "_pages")

    def __init__(self, levels: object = 3, pages: object = False) -> None:
        self._levels, self._pages = levels, bool(pages)

    def block_xml(self, paragraph: str, style: str) -> str:
        """Its sign."""
        if not isinstance(self._levels, int) or not 1 <= self._levels <= _MOST_LEVELS:
            raise UnprintableError(f"目录的级数要写 1 至 {_MOST_LEVELS} 的整数")
        state = STATE.get()
        mark = Mark(
            "contents", state.part, state.here(), levels=self._levels, pages=self._pages, style=paragraph, run=style
        )
        return sign(state.mark(mark))

    def __str__(self) -> NoReturn:
        raise UnprintableError("目录占若干段", "把标记写成 {{p 目录() }}，独占一段。")

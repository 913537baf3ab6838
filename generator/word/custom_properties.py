"""The custom properties of an Office file (``docProps/custom.xml``): what people see in Word under 文件 → 信息 → 属性.

They have the same form in Word files and in workbooks. They are read and written as text: every report passes here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from generator.word.opc import (
    DECLARATION,
    RELATIONS,
    Entry,
    add_part,
    escaped,
    replace_text,
    targets,
    text_of,
    unescaped,
)

CUSTOM_PROPERTIES: Final = "docProps/custom.xml"
_RELATION: Final = f"{RELATIONS}/custom-properties"
_KIND: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SPACE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
# The identity that all properties made by users have, and the first number that is free for them.
_IDENTITY: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST: Final = 2
# Patterns are compiled when first used: hardly a report that is written has properties already.
_PROPERTY: Final = r"(?s)<(?:\w+:)?property\b([^>]*)>(.*?)</(?:\w+:)?property\s*>"
_NAME: Final = r"\bname\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
_VALUE: Final = r"<((?:\w+:)?\w+)\b[^>]*>([^<]*)</\1\s*>"
_PID: Final = r"\bpid\s*=\s*[\"']\d+[\"']"
_SPACES: Final = r"\bxmlns:\w+\s*=\s*(?:\"[^\"]*\"|'[^']*')"
_CORE: Final = "/metadata/core-properties"
_EXTENDED: Final = "/extended-properties"
_OF_PEOPLE: Final = (
    r"(?s)<((?:\w+:)?(?:creator|lastModifiedBy|created|modified|lastPrinted|revision"
    r"|Company|Manager|Template|HyperlinkBase|TotalTime|Application|AppVersion))\b[^>]*?(?:/>|>.*?</\1\s*>)"
)


def read_properties(entries: Mapping[str, Entry]) -> dict[str, str]:
    """The custom properties that are text, by name; none where there is no such part.

    Raises:
        ValueError: The part is not text.
    """
    return {name: value for name, value, _ in _properties(entries) if value is not None}


def write_properties(entries: dict[str, Entry], properties: Mapping[str, str]) -> None:
    """Sets these custom properties; others that a layout brought stay, behind them.

    Raises:
        ValueError: The package's own parts are not as they should be.
    """
    kept = [xml for name, _, xml in _properties(entries) if name not in properties]
    numbered = [_property(name, value, number) for number, (name, value) in enumerate(properties.items(), _FIRST)]
    free = _FIRST + len(numbered)
    numbered += [re.sub(_PID, f'pid="{number}"', xml, count=1) for number, xml in enumerate(kept, free)]
    place = next(iter(targets(entries, "", "/custom-properties")), CUSTOM_PROPERTIES)
    spaces = f'xmlns="{_SPACE}" xmlns:vt="{_VALUES}"{_other_spaces(entries[place]) if kept else ""}'
    text = f"{DECLARATION}<Properties {spaces}>{''.join(numbered)}</Properties>"
    add_part(entries, place, text, _KIND, "", _RELATION, "rIdProvenance")


def forget_people(entries: dict[str, Entry]) -> None:
    """Takes out who made and saved the layout, when and on what: that says nothing of the report.

    The title, the subject and the like stay.

    Raises:
        ValueError: The parts are not text.
    """
    for kind in (_CORE, _EXTENDED):
        for name in targets(entries, "", kind):
            text = text_of(entries[name])
            cleared = re.sub(_OF_PEOPLE, "", text)
            if cleared != text:
                replace_text(entries, name, cleared)


def _other_spaces(entry: Entry) -> str:
    """The namespaces that properties of others need: a program may have its own short names for them."""
    declared = re.findall(_SPACES, text_of(entry))
    return "".join(f" {declaration}" for declaration in dict.fromkeys(declared) if "xmlns:vt=" not in declaration)


def _properties(entries: Mapping[str, Entry]) -> Iterator[tuple[str, str | None, str]]:
    """Name, text where it has one, and markup of each property."""
    for place in targets(entries, "", "/custom-properties"):
        for match in re.finditer(_PROPERTY, text_of(entries[place])):
            name = re.search(_NAME, match[1])
            value = re.search(_VALUE, match[2])
            if name is not None:
                yield unescaped(name[1] or name[2]), None if value is None else unescaped(value[2]), match[0]


def _property(name: str, value: str, number: int) -> str:
    shown = f'fmtid="{_IDENTITY}" pid="{number}" name="{escaped(name)}"'
    return f"<property {shown}><vt:lpwstr>{escaped(value)}</vt:lpwstr></property>"

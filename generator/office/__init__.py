"""Word files as PDF and as pictures, by LibreOffice where it is installed."""

from generator.office.convert import Office, no_office, no_pdf, open_office, pictures_of, remove_pictures, to_pdf
from generator.office.fonts import font_findings, fonts_changed, missing_fonts
from generator.office.pages import pages_of
from generator.office.programs import find_office
from generator.office.seal import read_seal, sealed
from generator.office.several import convert_several
from generator.office.timeless import without_times

__all__ = [
    "Office",
    "convert_several",
    "find_office",
    "font_findings",
    "fonts_changed",
    "missing_fonts",
    "no_office",
    "no_pdf",
    "open_office",
    "pages_of",
    "pictures_of",
    "read_seal",
    "remove_pictures",
    "sealed",
    "to_pdf",
    "without_times",
]

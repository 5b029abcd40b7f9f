"""Writes PDF files to test with, by reportlab."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
import reportlab
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
_VIETNAMESE = [
    Path(folder) / "DejaVuSans.ttf"
    for folder in (
        "/usr/share/fonts/truetype/dejavu",
        "/usr/share/fonts/dejavu",
        "/usr/share/fonts/TTF",
        "/Library/Fonts",
    )
]
_TOP, _LEFT, _WIDTH, _LEADING, _SIZE = 780, 60, 470, 15, 11
_LINES_EACH = 45


def vietnamese_font() -> str:
    """Return the name of a font that has the letters of Vietnamese, or skip the test."""
    path = next((one for one in _VIETNAMESE if one.is_file()), None)
    if path is None:
        pytest.skip("needs the font DejaVu Sans")
    return _register("DejaVuSans", path)


def legacy_font(name: str) -> str:
    """Return the name of a font that has this name in files, and the letters of windows-1252."""
    return _register(name, _VERA)


def pdf_of(pages: Sequence[Sequence[str]], font: str, **properties: str) -> bytes:
    """Return a PDF file of pages of lines; a page without lines is a picture.

    A line may be a list of (text, font) instead.
    """
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    for name, value in properties.items():
        getattr(canvas, f"set{name}")(value)
    for lines in pages:
        if not lines:
            picture = io.BytesIO(b"P6 2 2 255 " + bytes(range(12)))
            canvas.drawImage(ImageReader(picture), 100, 300, 300, 300)
        text = canvas.beginText(_LEFT, _TOP)
        for line in lines:
            for piece, own in [(line, font)] if isinstance(line, str) else line:
                text.setFont(own, _SIZE, _LEADING)
                text.textOut(piece)
            text.textLine()
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def laid_out(text: str, font: str) -> list[list[str]]:
    """Return a text as pages of lines that are as wide as a page."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and stringWidth(longer, font, _SIZE) > _WIDTH:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return [lines[start : start + _LINES_EACH] for start in range(0, len(lines), _LINES_EACH)]


def _register(name: str, path: Path) -> str:
    if name not in pdfmetrics.getRegisteredFontNames():
        font = TTFont(name, str(path))
        font.face.name = name.encode()
        pdfmetrics.registerFont(font)
    return name

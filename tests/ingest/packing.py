"""Makes small documents by hand, with what a writer would not let one write."""

import io
import zipfile
from urllib.parse import unquote

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zip_of(members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def relations(*targets: tuple[str, str]) -> str:
    """Return the part of relations, of kinds and targets."""
    rows = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets)
    )
    return f"<Relationships>{rows}</Relationships>"


def word_part(name: str, content: str) -> str:
    """Return a part of a Word document."""
    return f'<w:{name} xmlns:w="{_W}" xmlns:mc="{_MC}">{content}</w:{name}>'


def docx(body: str, styles: str = "", **notes: str) -> bytes:
    """Return a Word document.

    :param body: the content of its body.
    :param styles: the content of its part of styles.
    :param notes: the content of the parts ``footnotes`` and ``endnotes``.
    """
    parts = {name: f"{name}.xml" for name in notes}
    return zip_of(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(("officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": relations(("styles", "styles.xml"), *parts.items()),
            "word/document.xml": word_part("document", f"<w:body>{body}</w:body>"),
            "word/styles.xml": word_part("styles", styles),
            **{f"word/{parts[name]}": word_part(name, text) for name, text in notes.items()},
        }
    )


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """Return a paragraph of Word with one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ODF = "".join(
    f' xmlns:{name}="{_OASIS}:{uri}:1.0"'
    for name, uri in (
        ("text", "text"),
        ("table", "table"),
        ("office", "office"),
        ("style", "style"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
        ("meta", "meta"),
    )
)


def odt(body: str, styles: str = "", **parts: str) -> bytes:
    """Return an OpenDocument text.

    :param body: the content of its body.
    :param styles: the content of its automatic styles.
    :param parts: other parts, by their names without ``.xml``.
    """
    content = (
        f"<office:document-content{ODF}><office:font-face-decls>"
        '<style:font-face style:name="F" svg:font-family="&apos;.VnTime&apos;"/>'
        f"</office:font-face-decls><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    others = {f"{name}.xml": f"<x{ODF}>{text}</x>" for name, text in parts.items()}
    mimetype = "application/vnd.oasis.opendocument.text"
    return zip_of({"mimetype": mimetype, "content.xml": content, **others})


def xhtml(body: str, title: str = "") -> str:
    """Return a page of a book."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>{title}</title></head><body>{body}</body></html>"
    )


def epub(pages: dict[str, str], metadata: str = "", guide: str = "", **parts: str) -> bytes:
    """Return a book.

    :param pages: the pages in their order, by their paths.
    :param metadata: the content of its metadata.
    :param guide: the content of its guide.
    :param parts: ``ncx`` and ``nav``, its tables of contents, and ``encryption``.
    """
    items = "".join(
        f'<item id="i{number}" href="{path}" media-type="application/xhtml+xml"/>'
        for number, path in enumerate(pages)
    )
    order = "".join(f'<itemref idref="i{number}"/>' for number in range(len(pages)))
    files: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfile full-path="O/a.opf"/></container>',
        "O/a.opf": '<package xmlns="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{metadata}</metadata><manifest>'
        '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
        '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        f"{items}</manifest><spine>{order}<itemref idref='nav'/></spine>"
        f"<guide>{guide}</guide></package>",
        **{f"O/{unquote(path)}": page for path, page in pages.items() if page},
    }
    for name, path in (("ncx", "O/toc.ncx"), ("nav", "O/nav.xhtml")):
        if name in parts:
            files[path] = parts[name]
    if "encryption" in parts:
        files["META-INF/encryption.xml"] = parts["encryption"]
    return zip_of(files)


_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"


def slide(*shapes: tuple[str, str], show: str = "1", name: str = "sld") -> str:
    """Return a slide.

    :param shapes: of each shape the type of its placeholder, and its text: XML, or words.
    """
    found = "".join(
        f'<p:sp><p:nvPr><p:ph type="{kind}"/></p:nvPr><p:txBody>'
        + (text if text.startswith("<") else f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>")
        + "</p:txBody></p:sp>"
        for kind, text in shapes
    )
    return f'<p:{name} xmlns:p="{_P}" xmlns:a="{_A}" show="{show}">{found}</p:{name}>'


def pptx(slides: list[str], notes: dict[int, str] | None = None) -> bytes:
    """Return a presentation.

    :param slides: its slides, stored in the opposite order.
    :param notes: the notes of slides, by their numbers from 0.
    """
    count = len(slides)
    names = [f"slides/slide{count - number}.xml" for number in range(count)]
    ids = "".join(f'<p:sldId id="{256 + number}" r:id="r{number}"/>' for number in range(count))
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "/ppt/presentation.xml")),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_P}" xmlns:r="{_RELATIONS}">'
        f"<p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(*(("slide", name) for name in names)),
        **{f"ppt/{name}": text for name, text in zip(names, slides, strict=True)},
    }
    for number, text in (notes or {}).items():
        name = names[number].removeprefix("slides/")
        files[f"ppt/slides/_rels/{name}.rels"] = relations(("notesSlide", f"../notesSlides/{name}"))
        files[f"ppt/notesSlides/{name}"] = text
    return zip_of(files)

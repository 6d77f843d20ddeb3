"""Looks at papers as PDF: check.py FOLDER [--approve]

Each must be a valid PDF/UA-1 by page-validation of PyPI, a validator of its own that passes veraPDF's corpus (veraPDF
itself is in no registry of packages), and each page of a paper for which `approved` has pictures must look as there.
Ends with 1 and a sentence for each that does not. --approve keeps the pages as they look now.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "exchange"))

from installed import packages  # noqa: E402

APPROVED = HERE / "approved"
# Points are drawn as pixels, in 16 greys: what the eye tells apart on a page, in some kilobytes.
SCALE, GREYS = 1, 16
# A pixel counts as another one from this difference of 255 on; so many of a thousand may be others: edges of letters
# that a newer PDFium places by a fraction.
DIFFERENCE, OTHERS_PER_THOUSAND = 48, 1


def main() -> int:
    sys.path.insert(0, str(packages(str(HERE / "requirements.txt"))))
    folder, approve = Path(sys.argv[1]), "--approve" in sys.argv
    papers = sorted(folder.glob("*.pdf"))
    wrong = [] if papers else [f"There is no PDF in {folder}."]
    pages = 0
    for paper in papers:
        wrong += [f"{paper.name}: {said}" for said in broken_rules(paper)]
        drawn = pictures(paper)
        pages += len(drawn)
        if approve:
            keep(paper.stem, drawn)
        wrong += [f"{paper.name}: {said}" for said in differences(paper.stem, drawn)]
    print("\n".join(wrong) or f"{len(papers)} papers, {pages} pages: PDF/UA-1, and they look as approved")
    return 1 if wrong else 0


def broken_rules(paper: Path) -> list[str]:
    import page

    try:
        report = page.validate_pdf(str(paper), profile="ua1")
    except page.PageError as error:
        return [f"it cannot be read: {error}"]
    said = [f"{one.rule_id}: {one.message}" for one in report.failures]
    return said if said or report.is_compliant else ["it is no PDF/UA-1"]


def pictures(paper: Path) -> list:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(str(paper))
    except pypdfium2.PdfiumError:
        return []
    return [one.render(scale=SCALE).to_pil().convert("L") for one in document]


def keep(name: str, drawn: list) -> None:
    APPROVED.mkdir(exist_ok=True)
    for before in APPROVED.glob(f"{name}-*.png"):
        before.unlink()
    for place, picture in enumerate(drawn, 1):
        picture.quantize(GREYS).save(APPROVED / f"{name}-{place}.png", optimize=True)


def differences(name: str, drawn: list) -> list[str]:
    from PIL import Image, ImageChops

    known = sorted(APPROVED.glob(f"{name}-*.png"), key=lambda path: int(path.stem.rsplit("-", 1)[1]))
    if not known:
        return []
    if len(known) != len(drawn):
        return [f"{len(drawn)} pages, and {len(known)} were approved"]
    said = []
    for place, (path, picture) in enumerate(zip(known, drawn), 1):
        approved = Image.open(path).convert("L")
        if approved.size != picture.size:
            said.append(f"page {place} has another size than the approved one")
            continue
        counts = ImageChops.difference(approved, picture).histogram()
        share = sum(counts[DIFFERENCE:]) / sum(counts)
        if share * 1000 > OTHERS_PER_THOUSAND:
            said.append(f"page {place} looks otherwise than approved in {share:.2%} of its surface")
    return said


if __name__ == "__main__":
    sys.exit(main())

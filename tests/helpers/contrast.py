"""How well a page can be read: the contrast of its texts, and what axe-core says."""

LEAST_CONTRAST = 4.5  # WCAG 2.2, level AA


def expect_contrast(pad, texts: int) -> None:
    """Expect that a pad shows more texts than a number, and that each has enough contrast."""
    contrasts = pad.evaluate("look.contrasts")
    assert len(contrasts) > texts
    assert [each for each in contrasts if each[1] < LEAST_CONTRAST] == []


def find_faults(page, npm, what="document"):
    """Return what axe-core finds in an element, or in a function of one; `npm` is the fixture."""
    page.evaluate((npm("axe-core@4.14.1") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run({what})")
    return [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]

"""How well a page can be read: the contrast of its texts, and what axe-core says."""

LEAST_CONTRAST = 4.5  # WCAG 2.2, level AA
CONTRASTS = """pad => {
    // The contrast of every visible text with what lies behind it, both as the browser has them.
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const brightness = colours => {
        canvas.fillStyle = '#fff';
        for (const colour of colours) { canvas.fillRect(0, 0, 1, 1); canvas.fillStyle = colour; }
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(value =>
            value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const texts = document.createTreeWalker(pad, NodeFilter.SHOW_TEXT), found = [];
    while (texts.nextNode()) {
        const text = texts.currentNode.data.trim(), element = texts.currentNode.parentElement;
        if (!text || element.tagName === 'STYLE' || !element.checkVisibility()) continue;
        const behind = [];
        for (let each = element; each; each = each.parentElement)
            behind.unshift(getComputedStyle(each).backgroundColor);
        const back = brightness(behind);
        const front = brightness([...behind, getComputedStyle(element).color]);
        const [dark, light] = [back, front].sort((a, b) => a - b);
        found.push([text, (light + 0.05) / (dark + 0.05)]);
    }
    return found;
}"""


def find_faults(page, npm, what="document"):
    """Return what axe-core finds in an element, or in a function of one; `npm` is the fixture."""
    page.evaluate((npm("axe-core@4.14.1") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run({what})")
    return [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]

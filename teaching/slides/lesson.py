"""What a lesson's slides show, read from its notebook with the stored outputs."""

import base64
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import nbformat
from nbconvert.filters import markdown2html

WIDGET = "application/vnd.jupyter.widget-view+json"
PAD = '<iframe src="pad.html" title="A pad that reads the digit you draw"></iframe>'
COURSE = Path(__file__).resolve().parents[2]
MOST_CODE = 3  # lines on one slide: nobody reads more from the third row


@dataclass
class Slide:
    """A heading, what everybody sees at once, and what comes after a key or a click."""

    heading: str
    shown: list[str] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)
    kind: str = "section"


def slides(path: Path, chosen: list[str]) -> list[Slide]:
    """Return the slides of each part of a lesson: goals, chosen sections, recap and quiz.

    `chosen` holds numbers of sections, and names of pictures in images/ideas, in the lesson's
    order. Raises ValueError if the lesson does not have these sections in this order.
    """
    shown, left = [], list(chosen)
    for part in parts(nbformat.read(path, as_version=4).cells):
        sections = cut(part)
        shown.append(goals("\n\n".join(map(markdown, part))))
        while left and (left[0] in sections or not left[0][0].isdigit()):
            name = left.pop(0)
            shown.append(section(sections[name]) if name in sections else idea(name))
        shown += ending(part)
    if left:
        raise ValueError(f"{path.name} has no section {left[0]}, or has it earlier")
    return shown


def parts(cells: list) -> list[list]:
    """Return the cells of each part; a markdown cell is cut where a part begins."""
    found = [[]]
    for cell in cells:
        before, *after = re.split(r"^(?=## Part \d)", markdown(cell), flags=re.M)
        found[-1].append(nbformat.v4.new_markdown_cell(before) if after else cell)
        found += [[nbformat.v4.new_markdown_cell(text)] for text in after]
    return found


def idea(name: str) -> Slide:
    """Return a slide with a picture of an idea."""
    drawing = (COURSE / f"images/ideas/{name}_light.svg").read_text("utf-8")
    title, alt = (re.search(rf"<{tag}.*?>(.*?)</{tag}>", drawing)[1] for tag in ("title", "desc"))
    data = base64.b64encode(drawing.encode()).decode()
    return Slide(title, [f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}">'])


def cut(cells: list) -> dict[str, list]:
    """Return the cells of each section, by its number; a markdown cell is cut at a heading."""
    sections, number = {}, ""
    for cell in cells:
        if cell.cell_type == "code":
            if number:
                sections[number].append(cell)
            continue
        for part in re.split(r"^(?=##? )", cell.source, flags=re.M):
            if heading := re.match(r"## (\d+\.\d+) ", part):
                number = heading[1]
                sections[number] = []
            elif re.match(r"##? ", part):
                number = ""
            if number and part.strip():
                sections[number].append(nbformat.v4.new_markdown_cell(part))
    return sections


def goals(opening: str) -> Slide:
    """Return the first slide: title, minutes and goals."""
    title = re.search(r"^##? (.+)$", opening, re.M)[1]
    minutes = re.search(r"Reading \d+ min · doing \d+ min", opening)[0]
    listed = re.search(r"^\*\*Afterwards you can\*\*\n(?:\d+\. .+\n?)+", opening, re.M)[0]
    return Slide(title, [html(minutes), html(listed.replace("**\n", "**\n\n"))], kind="words")


def ending(part: list) -> list[Slide]:
    """Return the recap and, if there is one, the quiz."""
    text = "\n\n".join(map(markdown, part))
    _, heading, last = re.split(r"^## (In (?:this lesson|part \d) you)$", text, flags=re.M)
    recap, _, quiz = last.partition("**Quiz.**")
    recap = re.search(r"(?:^\d+\. .+\n?)+", recap, re.M)[0]
    shown = [Slide(heading, [html(recap)], kind="words")]
    if quiz:
        question, _, rest = quiz.partition("<details>")
        question = re.sub(r"[ \n]+(?=\([a-d]\))", "  \n", question)
        answer = re.search(r"</summary>(.*?)</details>", rest, re.S)[1]
        shown.append(Slide("Quiz", [html(question)], [html(answer)], kind="words"))
    return shown


def section(cells: list) -> Slide:
    """Return a slide with a pad, with a question and its answer, or with the first picture."""
    heading = re.match(r"## (.+)", cells[0].source)[1]
    asked = [n for n, cell in enumerate(cells) if "**Predict" in markdown(cell)]
    seen = [n for n, cell in enumerate(cells) if outputs(cell)]
    if seen and PAD in outputs(cells[seen[0]]):
        return Slide(heading, [*map(html, prediction(markdown(cells[asked[0]]))), PAD], kind="pad")
    if asked:
        return question(heading, cells[: asked[0] + 1], cells[asked[0] + 1 :])
    place = next(n for n, cell in enumerate(cells) if pictures(cell))
    return Slide(heading, [*pictures(cells[place]), finding(cells[place + 1 :])])


def prediction(text: str) -> list[str]:
    """Return the paragraph that asks to predict, and a table that may follow it."""
    parts = paragraphs(text)
    place = next(n for n, part in enumerate(parts) if "**Predict" in part)
    return [parts[place], *(part for part in parts[place + 1 :][:1] if part.startswith("|"))]


def question(heading: str, before: list, after: list) -> Slide:
    """Return a slide that asks what the output is, and shows it afterwards."""
    above, _, asked = before[-1].source.partition("**Predict.**")
    asked, _, folded = asked.partition("<details>")
    slide = Slide(heading, [html("**Predict.** " + asked)])
    if folded:
        slide.answer = [html(re.search(r"</summary>(.*?)</details>", folded, re.S)[1])]
        return slide
    place = next(n for n, cell in enumerate(after) if outputs(cell))
    run = [cell for cell in after[: place + 1] if cell.cell_type == "code"]
    if shown := [seen for cell in before if (seen := pictures(cell))]:
        slide.shown = [*shown[-1], *slide.shown]
    else:
        run = [*(cell for cell in before[-2:] if cell.cell_type == "code"), *run]
        slide.shown = [html(text) for text in paragraphs(above)[-1:]] + slide.shown
    slide.shown.append(code(run) or code(run[1:]) or code(run[-1:]))
    slide.answer = [*outputs(after[place]), finding(after[place + 1 :])]
    return slide


def markdown(cell) -> str:
    """Return the text of a markdown cell; '' for code."""
    return cell.source if cell.cell_type == "markdown" else ""


def code(cells: list) -> str:
    """Return the code of some cells; '' if it is too long for a slide."""
    lines = "\n\n".join(c.source for c in cells if not c.source.startswith("checks."))
    few = lines.count("\n") < MOST_CODE
    return f'<pre class="code">{escape(lines)}</pre>' if lines and few else ""


def finding(after: list) -> str:
    """Return the first paragraph below an output, without a last sentence that ends in a colon."""
    told = without_links(markdown(after[0]) if after else "")
    # What tells the result of a Predict is folded in the lesson; a slide shows it with the answer.
    told = re.sub(r"<details><summary>.*?</summary>|</details>", "", told)
    first = paragraphs(told)[:1]
    return "".join(html(re.sub(r"(?<=[.!?*)]) [^.!?]*:$", "", text)) for text in first)


def paragraphs(text: str) -> list[str]:
    """Cut a text at empty lines; headings are left out."""
    return [part for part in re.split(r"\n\s*\n", text.strip()) if part and part[0] != "#"]


def pictures(cell) -> list[str]:
    """Return the pictures in a cell's output."""
    return [each for each in outputs(cell) if each.startswith("<img")]


def outputs(cell) -> list[str]:
    """Return a cell's output: pictures, the pad, and all its text in one block."""
    found, words = [], ""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if output.get("metadata", {}).get("cover"):  # of a folded output
            continue
        if "image/png" in data:
            alt = escape(output.metadata["image/png"]["alt"])
            png = "".join(data["image/png"]).replace("\n", "")
            found.append(f'<img alt="{alt}" src="data:image/png;base64,{png}">')
        elif WIDGET not in data:
            words += output.get("text") or data["text/plain"] + "\n"
        elif "DrawingPad" in data.get("text/plain", ""):
            found.append(PAD)
    return [*found, f"<pre>{escape(words.rstrip())}</pre>"] if words.strip() else found


def html(text: str) -> str:
    """Turn markdown into HTML without links, pictures and hidden comments."""
    return markdown2html(without_links(text))


def without_links(text: str) -> str:
    """Return markdown whose links are plain words, without pictures and hidden comments."""
    text = re.sub(r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)|<img[^>]*>", "", text)
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)

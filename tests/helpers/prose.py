"""The words of the course: its texts, their sentences and their words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = [
    "README.md",
    "benchmarks/README.md",
    "mnist_helpers/assets/MODEL_CARD.md",
    "teaching/TEACHING.md",
    "teaching/app.md",
    "teaching/ethics.md",
    "teaching/glossary.md",
    "teaching/predict_answers.md",
    "teaching/project.md",
    "teaching/where_it_runs.md",
]
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
NEW_BLOCK = re.compile(r"#+ |[*-] |\d+\. |\|")
END = re.compile(r"(?<=[.!?…])[)*'’]*\s+(?=[(*'‘]*[A-Z\d])")
DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
SUM = rf"(?:[(−]*(?:{DIGITS})[)]*(?:\s[×+−/]\s(?=[(\d−])|(?=\s=)|))+"
EQUATION = re.compile(rf"(?<![\w.])(?P<left>{SUM})\s=\s(?P<right>{SUM})")
INITIAL = re.compile(r"\b([A-Z]|e\.g|i\.e)\.(?=\s)")


def cells(lesson: Path) -> list[dict]:
    """Return a lesson's cells, each with its source as one text."""
    stored = json.loads(lesson.read_text("utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in stored]


def markdown(lesson: Path) -> str:
    """Return the text of a lesson's markdown cells."""
    return "\n\n".join(c["source"] for c in cells(lesson) if c["cell_type"] == "markdown")


def texts() -> dict[str, str]:
    """Return every text that a learner or a teacher reads, by its name."""
    pages = {page: (ROOT / page).read_text("utf-8") for page in PAGES}
    return {lesson.stem: markdown(lesson) for lesson in LESSONS} | pages


def without_code(text: str) -> str:
    """Take away blocks of code and comments; keep of a link only the words that are shown."""
    text = re.sub(r"<!--.*?-->", "", FENCED.sub("\n\n", text), flags=re.S)
    return LINK.sub(r"\1", text)


def blocks(text: str) -> list[str]:
    """Return headings, paragraphs, items of lists, cells of tables and options of a quiz."""
    text = re.sub(r"`[^`\n]+`", "Code", without_code(text))
    text = re.sub(r"</?(details|summary)>|(?<=[\s*])\([a-e]\) ", "\n\n", text)
    found, fresh = [], True
    for line in re.sub(r"<[^>]*>", "", text).splitlines():
        line = line.strip()
        starts = NEW_BLOCK.match(line)
        if line.startswith("|"):
            found += [cell.strip() for cell in line.strip("|").split("|")]
        elif line and (fresh or starts):
            found.append(line[starts.end() :] if starts else line)
        elif line:
            found[-1] += " " + line
        fresh = not line or line[0] in "#|"
    return [block for block in found if words(block)]


def sentences(text: str) -> list[str]:
    """Split a text into its sentences; what stands in a list or a table ends where it stands."""
    found = []
    for block in blocks(text):
        whole = INITIAL.sub(r"\1․", block)  # a dot that ends nothing
        found += [sentence.replace("․", ".") for sentence in END.split(whole)]
    return found


def words(text: str) -> list[str]:
    """Return the words and numbers of a text; signs such as × and = do not count."""
    return [word for word in text.split() if re.search(r"\w", word)]


def equations(text: str) -> Iterator[tuple[str, float, float]]:
    """Yield each equation of digits, such as `64 × (3 + 1) = 256`, with the values of its sides."""
    for match in EQUATION.finditer(text):
        python = match[0].replace(",", "").replace("×", "*").replace("−", "-")
        left, right = python.split("=")  # of digits and signs alone
        yield match[0], eval(left), eval(right)

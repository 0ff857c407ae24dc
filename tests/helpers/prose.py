"""The words of the course: its texts, their sentences and their words."""

import re
from collections.abc import Iterator

from helpers.course import LESSONS, ROOT, markdown

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
# A heading, an item of a list, a cell of a table, a fold and an option of a quiz.
NEW_BLOCK = re.compile(
    r"^\s*(?:#+|[*-]|\d+\.) |\||</?(?:details|summary)>|(?<=[\s*])\([a-e]\) ", re.M
)
END = re.compile(r"(?<=[.!?…])[)*'’]*\s+(?=[(*'‘]*[A-Z\d])")
DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
SUM = rf"(?:[(−]*(?:{DIGITS})[)]*(?:\s[×+−/]\s(?=[(\d−])|(?=\s=)|))+"
EQUATION = re.compile(rf"(?<![\w.])(?P<left>{SUM})\s=\s(?P<right>{SUM})")
INITIAL = re.compile(r"\b([A-Z]|e\.g|i\.e)\.(?=\s)")


def texts() -> dict[str, str]:
    """Return every text that a learner or a teacher reads, by its name."""
    pages = {page: (ROOT / page).read_text("utf-8") for page in PAGES}
    return {lesson.stem: markdown(lesson) for lesson in LESSONS} | pages


def without_code(text: str) -> str:
    """Take away blocks of code and comments; keep of a link only the words that are shown."""
    text = re.sub(r"<!--.*?-->", "", FENCED.sub("\n\n", text), flags=re.S)
    return LINK.sub(r"\1", text)


def sentences(text: str) -> list[str]:
    """Split a text into its sentences; what stands in a list or a table ends where it stands."""
    text = re.sub(r"`[^`\n]+`", "Code", without_code(text))
    text = NEW_BLOCK.sub("\n\n", re.sub(r"^#.*$", r"\g<0>\n", text, flags=re.M))
    text = INITIAL.sub(r"\1․", re.sub(r"<[^>]*>", "", text))  # a dot that ends nothing
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", text)]
    found = [each.replace("․", ".") for block in blocks for each in END.split(block)]
    return [sentence for sentence in found if words(sentence)]


def words(text: str) -> list[str]:
    """Return the words and numbers of a text; signs such as × and = do not count."""
    return [word for word in text.split() if re.search(r"\w", word)]


def equations(text: str) -> Iterator[tuple[str, float, float]]:
    """Yield each equation of digits, such as `64 × (3 + 1) = 256`, with the values of its sides."""
    for match in EQUATION.finditer(text):
        python = match[0].replace(",", "").replace("×", "*").replace("−", "-")
        left, right = python.split("=")  # of digits and signs alone
        yield match[0], eval(left), eval(right)

"""What README, lessons and teacher's pages say agrees with the files of the repository.

A number that quotes a recorded result carries the result's name behind it, in a comment:
`99.52 %<!--result test_accuracy-->` quotes `test_accuracy` of mnist_helpers/assets/results.json,
and `73.1 %<!--result drawn_digits.resized-->` quotes `resized` of benchmarks/drawn_digits.json.
A size in bytes may be quoted in kB.
"""

import json
import re
from collections.abc import Iterator

import pytest
from helpers.course import LESSONS, ROOT, cells, markdown
from helpers.prose import EQUATION, PAGES, equations, texts

from mnist_helpers.assets import load_results

UNITS = {"": 1, "%": 100, "kB": 1 / 1000}
AFTER_A_RUN = re.compile(r"After you have run it</summary>(.*?)</details>", re.S)
QUOTED = re.compile(r"(?P<number>[\d.,]+)(?P<unit> ?%| kB)?<!--result (?P<key>[^>]+)-->")


def recorded() -> dict:
    """Return the record of the shipped weights, and those of the benchmarks by their names."""
    benchmarks = (ROOT / "benchmarks").glob("*.json")
    return load_results() | {path.stem: json.loads(path.read_text("utf-8")) for path in benchmarks}


def of_record(quote: re.Match) -> str:
    """Return the recorded result as the quote would write it."""
    value = recorded()
    for part in quote["key"].split("."):
        value = value[part]
    decimals = len(quote["number"].partition(".")[2])
    return f"{value * UNITS[(quote['unit'] or '').strip()]:.{decimals}f}"


def test_quoted_results_are_the_recorded_ones():
    for name, text in texts().items():
        quotes = list(QUOTED.finditer(text))
        assert len(quotes) == text.count("<!--result "), f"{name}: a comment behind no number"
        assert [q[0] for q in quotes if of_record(q) != q["number"].replace(",", "")] == [], name
    assert QUOTED.search(texts()["README.md"])


def test_equations_are_true():
    found = [each for lesson in LESSONS for each in equations(markdown(lesson))]
    assert len(found) > 10
    assert [equation for equation, left, right in found if abs(left - right) >= 0.006] == []


def in_words(output: dict) -> str:
    """Return what an output says, and the text in the place of its figure."""
    plain = output.get("data", {}).get("text/plain", "")
    return output.get("text", "") + plain + str(output.get("metadata", ""))


def results_told(lesson) -> Iterator[tuple[str, str]]:
    """Yield each number that is told after a *Predict*, and what its section's cells have said.

    Left out are numbers of one digit, those in brackets or after 'about', places in the course
    (lesson 6, in 6.1) and equations, which have a test of their own.
    """
    above = ""
    for cell in cells(lesson):
        above += "".join(map(in_words, cell.get("outputs", []))).replace(",", "")
        for told in AFTER_A_RUN.findall(cell["source"]):
            told = EQUATION.sub("", told)
            told = re.sub(r"`[^`]*`|\([^)]*\)|(?:about|in|lesson|of) \d+\.?\d*", "", told)
            for number in re.findall(r"(?<![\w.,])\d[\d,]*[\d.]*\d", told):
                yield number.replace(",", ""), above
        if re.search(r"^## ", cell["source"], re.M):
            above = ""


def test_a_result_that_a_text_tells_stands_in_an_output_of_its_section():
    told = [(lesson.stem, *each) for lesson in LESSONS for each in results_told(lesson)]
    assert len(told) > 20
    assert [
        (lesson, number)
        for lesson, number, above in told
        if not re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", above)
    ] == []


def test_links_and_pictures_lead_somewhere_and_pictures_have_a_text():
    for name, text in texts().items():
        folder = (ROOT / name).parent if name in PAGES else ROOT / "notebooks"
        targets = re.findall(r"\]\(([^)#\s]+)", text)
        targets += re.findall(r'(?:src|srcset)="([^"]+)"', text)
        here = [target for target in targets if not re.match(r"\w+:", target)]
        assert [target for target in here if not (folder / target).exists()] == [], name
        assert not re.search(r"!\[\s*\]\(", text), name
        assert re.findall(r'<img (?![^>]*alt="[^"])[^>]*>', text) == [], name


def test_ci_runs_the_test_command_of_the_readme():
    commands = re.findall(r"```bash\n(.+)\n```", texts()["README.md"])
    (test_command,) = [command for command in commands if command.endswith("test")]
    assert (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1] == f'{test_command} "$@"'


def test_commands_name_the_python_of_the_course():
    bare = re.compile(r"(?<!\.venv/bin/)\bpython (?:-m |\w+/)\S+")
    assert {name: found for name, text in texts().items() if (found := bare.findall(text))} == {}
    assert ".venv/bin/python -m" in texts()["README.md"]


def test_the_readme_lists_every_lesson():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert f"(notebooks/{path.name})" in texts()["README.md"]


def first_column(page: str, head: str) -> list[str]:
    """Return the names in backticks in the first column of a page's table."""
    text = (ROOT / page).read_text("utf-8")
    table = re.search(rf"\| {head} \|[^\n]*\n(.+?)\n(?:\n|\Z)", text, re.S)[1]
    return re.findall(r"`([^`]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()))


def test_readme_and_contributing_name_every_file_and_room_of_the_package():
    package = ROOT / "mnist_helpers"
    files = {path.name for path in package.glob("*.py")} - {"__init__.py"}
    assert sorted(first_column("README.md", "file")) == sorted(files)
    rooms = {f"{path.parent.name}/" for path in package.glob("*/*.py")}
    assert sorted(first_column(".github/CONTRIBUTING.md", "room")) == sorted(rooms)


@pytest.mark.parametrize("name", ["requirements.txt", "tests/requirements.txt"])
def test_constraints_pin_what_the_requirements_pin(name):
    pins = re.findall(r"^[\w-]+==[\w.]+$", (ROOT / name).read_text("utf-8"), re.M)
    assert pins
    assert set(pins) <= set((ROOT / "constraints.txt").read_text("utf-8").splitlines())


def test_constraints_pin_a_setuptools_that_can_build_the_package():
    pin = re.search(r"^setuptools==(\d+)", (ROOT / "constraints.txt").read_text("utf-8"), re.M)
    least = re.search(r"setuptools>=(\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert int(pin[1]) >= int(least[1])

"""What README, lessons and teacher's pages say agrees with the files of the repository.

A number that quotes a recorded result carries the result's name behind it, in a comment:
`99.52 %<!--result test_accuracy-->` quotes `test_accuracy` of mnist_helpers/assets/results.json,
and `73.1 %<!--result drawn_digits.resized-->` quotes `resized` of benchmarks/drawn_digits.json.
A size in bytes may be quoted in kB.
"""

import json
import re

import pytest

from mnist_helpers.assets import load_results
from tests.helpers.prose import PAGES, ROOT, texts

UNITS = {"": 1, "%": 100, "kB": 1 / 1000}
QUOTED = re.compile(r"(?P<number>[\d.,]+)(?P<unit> ?%| kB)?<!--result (?P<key>[^>]+)-->")


def recorded() -> dict:
    """Return the record of the shipped weights, and those of the benchmarks by their names."""
    benchmarks = (ROOT / "benchmarks").glob("*.json")
    return load_results() | {path.stem: json.loads(path.read_text("utf-8")) for path in benchmarks}


@pytest.mark.parametrize("name", texts())
def test_quoted_results_are_the_recorded_ones(name):
    text = texts()[name]
    quotes = list(QUOTED.finditer(text))
    assert len(quotes) == text.count("<!--result "), "a result's comment stands behind no number"
    for quote in quotes:
        value = recorded()
        for part in quote["key"].split("."):
            value = value[part]
        value *= UNITS[(quote["unit"] or "").strip()]
        number = quote["number"].replace(",", "")
        decimals = len(number.partition(".")[2])
        assert f"{value:.{decimals}f}" == number, quote.group()


def test_the_readme_quotes_results():
    assert QUOTED.search(texts()["README.md"])


@pytest.mark.parametrize("name", texts())
def test_relative_links_and_pictures_lead_somewhere(name):
    folder = (ROOT / name).parent if name in PAGES else ROOT / "notebooks"
    for target in re.findall(r"\]\(([^)#\s]+)", texts()[name]):
        if not re.match(r"\w+:", target):
            assert (folder / target).exists(), target


@pytest.mark.parametrize("name", texts())
def test_every_picture_has_an_alternative_text(name):
    assert not re.search(r"!\[\s*\]\(", texts()[name])


def test_ci_runs_the_test_command_of_the_readme():
    commands = re.findall(r"```bash\n(.+)\n```", texts()["README.md"])
    (test_command,) = [command for command in commands if command.endswith("test")]
    assert (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1] == test_command


def test_the_readme_lists_every_lesson():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert f"(notebooks/{path.name})" in texts()["README.md"]


def test_the_readme_names_every_room_of_the_package():
    package = ROOT / "mnist_helpers"
    rooms = {path.name for path in package.glob("*.py")} - {"__init__.py"}
    rooms |= {f"{path.parent.name}/" for path in package.glob("*/*") if path.is_file()}
    rooms -= {"__pycache__/"}
    table = re.search(r"\| file \| room \|\n(.+?)\n\n", texts()["README.md"], re.S)[1]
    named = re.findall(r"`([^`]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()))
    assert sorted(named) == sorted(rooms)


@pytest.mark.parametrize("name", ["requirements.txt", "tests/requirements.txt"])
def test_constraints_pin_what_the_requirements_pin(name):
    pins = re.findall(r"^[\w-]+==[\w.]+$", (ROOT / name).read_text("utf-8"), re.M)
    assert pins
    assert set(pins) <= set((ROOT / "constraints.txt").read_text("utf-8").splitlines())


def test_constraints_pin_a_setuptools_that_can_build_the_package():
    pin = re.search(r"^setuptools==(\d+)", (ROOT / "constraints.txt").read_text("utf-8"), re.M)
    least = re.search(r"setuptools>=(\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert int(pin[1]) >= int(least[1])

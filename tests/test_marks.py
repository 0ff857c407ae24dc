"""The tests with marks: their goals, their marks, their key, and how they lie on paper."""

import re

import pytest
from helpers.course import LESSONS as NOTEBOOKS
from helpers.course import load, markdown
from helpers.marked import LESSONS, plain, printed, questions

BOTH = ["tests", "tests_key"]


def goals_of(lesson: int) -> set[tuple[int, int]]:
    """Return the goals of a lesson, as (part, number)."""
    parts = markdown(NOTEBOOKS[lesson]).split("**Afterwards you can**\n")[1:]
    numbered = [re.match(r"(?:\d+\. .*\n?)+", part)[0] for part in parts]
    return {
        (part, int(number))
        for part, text in enumerate(numbered, 1)
        for number in re.findall(r"^(\d+)\. ", text, re.M)
    }


def goals_named(part) -> set[tuple[int, int]]:
    """Return the goals that the heading of a question names."""
    named = re.findall(r"(?:part (\d), )?goal (\d)", part.find("small").text)
    return {(int(part or 1), int(number)) for part, number in named}


def marks(text: str) -> int:
    """Return how many marks a text begins or ends with."""
    return int(re.search(r"(\d+) marks?\b", text)[1])


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_questions_cover_the_goals_of_the_lesson(lesson):
    not_on_paper = load("sheets/goals.py").NOT_ON_PAPER
    elsewhere = {(part, goal) for number, part, goal in not_on_paper if number == lesson}
    assert not [each for each in questions("tests", lesson) if each.find("small")]
    named = [goals_named(each) for each in questions("tests_key", lesson)]
    assert all(named)
    assert set.union(*named) | elsewhere == goals_of(lesson)
    assert not set.union(*named) & elsewhere


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_marks_add_up_to_ten_and_the_key_answers_all_and_names_common_errors(lesson):
    given = [marks(each.find("em").text) for each in questions("tests", lesson)]
    assert 4 <= len(given) <= 6
    assert sum(given) == 10
    for asked, key, wanted in zip(
        questions("tests", lesson), questions("tests_key", lesson), given, strict=True
    ):
        assert marks(key.find("em").text) == wanted
        assert sum(marks(point.text) for point in key.select(".point")) == wanted, plain(key)
        assert asked.h2.find(string=True) == key.h2.find(string=True)
        assert key.select(".answer") and all(each.text.strip() for each in key.select(".answer"))
        assert key.select(".half, .wrong")
        assert asked.select(".gap, .lines, .choices, td:empty, td.open"), "no place to write"
        assert not asked.select(".answer")


@pytest.mark.parametrize("lesson", LESSONS)
def test_one_question_is_a_choice_and_the_key_knows_why_each_option_is_wrong(lesson):
    ((asked, key),) = [
        (asked, key)
        for asked, key in zip(
            questions("tests", lesson), questions("tests_key", lesson), strict=True
        )
        if asked.find("ol", class_="choices")
    ]
    options = [each.img["alt"] if each.img else each.text for each in asked.find_all("li")]
    (right,) = key.select(".point")
    assert len(options) == 4
    assert right.text.endswith(": " + options["abcd".index(key.b.text[1])])
    wrong = [plain(each) for each in key.select(".wrong")]
    assert [each[1] for each in wrong] == [each for each in "abcd" if each != key.b.text[1]]
    assert all(len(each) > 20 for each in wrong)


def test_the_right_option_is_not_always_at_the_same_place():
    keys = [each for lesson in LESSONS for each in questions("tests_key", lesson)]
    letters = [each.b.text for each in keys if each.select(".wrong")]
    assert len(set(letters)) > 2


@pytest.mark.parametrize("name", BOTH)
def test_nothing_leaves_the_page_on_the_right(name, page):
    page.set_viewport_size({"width": 673, "height": 1020})  # A4 without its margins
    page.emulate_media(media="print")
    page.set_content(printed()[name], wait_until="load")
    outside = page.evaluate("""[...document.querySelectorAll("section")].flatMap(section => {
        const paper = section.getBoundingClientRect();
        return [...section.querySelectorAll("header *, .task *")]
            .filter(each => each.getBoundingClientRect().right > paper.right + 1)
            .map(each => `${section.className}: ${each.outerHTML}`);
    })""")
    assert not outside


def test_neighbours_and_other_seeds_have_other_numbers():
    render = load("sheets/sheets_to_print.py").render_tests
    pages = [render(1, "A"), render(1, "B"), render(2, "A")]
    for lesson in LESSONS:
        numbers = [
            re.search(rf'<section class="test_{lesson}">.*?</section>', page["tests_key"], re.S)[0]
            for page in pages
        ]
        assert len(set(numbers)) == 3
    assert render(1, "A") == pages[0]

"""Write teaching/plans.md: a plan for each lesson, with the minutes of the lessons' own sections.

    python teaching/plans.py

The only place that knows how long a section takes is teaching/minutes.py.
"""

import re
from pathlib import Path
from typing import NamedTuple

from minutes import minutes_in_class, sections_of

from mnist_helpers.system.files import write_whole

HERE = Path(__file__).resolve().parent
LESSONS = sorted((HERE.parent / "notebooks").glob("*.ipynb"))
LOG_IN, OPENING, EXIT = 5, 3, 4  # minutes
FREE = 10  # so many are enough for a sheet
LENGTHS = (45, 90)


class Plan(NamedTuple):
    """How to teach a lesson. Sections are separated by blanks."""

    order: str  # of the sections; the first one marked with * is the reward
    first_cut: str  # what goes if time is short, the first one first
    question: str
    sheet: str
    care: str
    end: str


PLANS = [
    Plan(
        "0.1* 0.2 0.4 0.5 0.6 0.3",
        "0.3 0.6 0.2",
        "You begin a 3. When can a program know that it is a 3?",
        "the course on one page",
        "They change a cell and forget to run it.",
        "What does the number in the brackets beside a cell mean?",
    ),
    Plan(
        "1.1 1.2 1.3 1.6* 1.4 1.5 1.7 1.8 1.9 1.11 1.10",
        "1.10 1.11 1.7 1.5 1.8 1.1 1.4",
        "How many numbers are in a grey picture of 28 × 28 pixels?",
        "test 1",
        "`x_train[0]` is the first one. A label can be wrong: a person wrote it.",
        "Why is the test set put away?",
    ),
    Plan(
        "2.1 2.2 2.3* 2.4 2.5 2.6",
        "2.5 2.1 2.6 2.3",
        "A program always says 1. How often is it right?",
        "test 2",
        "The square in the distance: without it, differences cancel.",
        "Which number does a network have to beat now?",
    ),
    Plan(
        "3.1* 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.11 3.10",
        "3.10 3.11 3.9 3.7 3.8 3.6 3.5",
        "You see only 3 × 3 pixels. What can you say about the digit?",
        "convolution, pooling, shapes",
        "Each kernel of the second layer looks through all 32 maps.",
        "Where are most of the 34,826 parameters?",
    ),
    Plan(
        "4.1 4.2 4.4* 4.5 4.8 4.9 4.3 4.6 4.7 4.10 4.11",
        "4.11 4.10 4.6 4.3 4.7 4.9 4.5 4.8",
        "A network is wrong. How can it know in which direction to change?",
        "test 4",
        "Start the training at once. It computes while you talk.",
        "Training loss falls, validation loss rises. What do you do?",
    ),
    Plan(
        "5.1 5.2 5.3 5.4* 5.5 5.7 5.8 5.9 5.6 5.12 5.11 5.10",
        "5.10 5.11 5.12 5.6 5.8 5.9 5.7",
        "Which two digits does a network confuse most?",
        "confusion matrix",
        "Row and column: what is true, and what was said.",
        "A network says 7 with 99 %. When may you believe the 99 %?",
    ),
    Plan(
        "6.1 6.2* 6.3 6.4 6.7 6.5 6.6 6.8 6.9 6.10",
        "6.10 6.9 6.8 6.6 6.5 6.7 6.4 6.3",
        "Two runs: 99.41 % and 99.47 %. Is the second recipe better?",
        "who is misread? (ethics.md)",
        "One run is luck. Ask each time: how many seeds?",
        "Which change of an image would make its label wrong?",
    ),
    Plan(
        "7.1* 7.2 7.3 7.4 7.5 7.6 7.8 7.7 7.9 7.10",
        "7.10 7.9 7.7 7.8 7.6 7.4",
        "You draw a small 3 in a corner. What does the network see?",
        "test 7",
        "The centre of mass is the balance of the ink, not the middle of the box.",
        "Which step matters most for your own hand?",
    ),
    Plan(
        "8.6* 8.1 8.2 8.3 8.4 8.5 8.7 8.8",
        "8.8 8.7 8.5 8.4 8.3 8.1",
        "How large is a file with 34,826 numbers?",
        "test 8",
        "A file expects images like those of MNIST. Who makes them?",
        "How do you prove that an exported file is good?",
    ),
    Plan(
        "9.1* 9.2 9.3 9.4 9.5 9.7 9.6 9.8 9.9 9.10 9.11 9.12",
        "9.12 9.11 9.9 9.10 9.8 9.6 9.7 9.5",
        "Can you draw a 4 that every person reads, and the network does not?",
        "test 9",
        "Softmax has no 'none of these'. A second number answers that question.",
        "What may we do with your drawings? (consent.md)",
    ),
    Plan(
        "10.1 10.2* 10.3 10.4 10.5 10.6 10.7 10.8 10.9 10.10 10.11 10.12",
        "10.12 10.11 10.10 10.9 10.6 10.7 10.8 10.5 10.3",
        "Your network runs on your machine. How can a friend draw on it?",
        "test 10",
        "On the class server, show an app with `address_in_browser(app)`.",
        "Who can open your app, and how do you know?",
    ),
]
COURSES = {
    "45 minutes: a first drawing": "0.1* 0.2 1.3 1.6 9.1 9.3",
    "90 minutes: without programming": "0.1* 9.1 7.1 7.4 7.6 8.6 9.2 9.3",
    "90 minutes: from pixels to an answer": "0.1 1.3 1.8 9.1* 9.3 3.1 3.2 3.3 3.4 7.1 7.4 7.6 7.8",
    "180 minutes: train your own": "0.1 1.3 1.8 1.9 9.1* 2.2 2.4 3.1 3.2 3.3 3.4 3.5 "
    "3.8 4.1 4.2 4.4 4.5 4.8 4.9 5.1 5.2 5.4 5.5 7.1 7.4 7.6 9.3",
}


def all_sections() -> dict:
    """Return the sections of all lessons by number."""
    return {number: part for lesson in LESSONS for number, part in sections_of(lesson).items()}


def fit(length: int, order: str, first_cut: str, sections: dict) -> tuple[list[str], list[str]]:
    """Return the sections that fit into a lesson of so many minutes, and what was cut."""
    kept, cut = order.replace("*", "").split(), []
    for each in first_cut.split():
        if clock(kept, sections)[1] <= length:
            break
        kept.remove(each)
        cut.append(each)
    return kept, cut


def clock(kept: list[str], sections: dict) -> tuple[list[int], int]:
    """Return the minute at which each section begins, and that at which the lesson ends."""
    begin = LOG_IN + OPENING
    starts = [begin + minutes_in_class([sections[e] for e in kept[:n]]) for n in range(len(kept))]
    return starts, begin + minutes_in_class([sections[e] for e in kept]) + EXIT


def in_one_line(length: int, order: str, first_cut: str, sections: dict) -> str:
    """Return a plan by the clock."""
    kept, cut = fit(length, order, first_cut, sections)
    starts, end = clock(kept, sections)
    reward = re.search(r"(\S+)\*", order)[1]
    parts = [f"0 log in · {LOG_IN} the question"]
    for start, number in zip(starts, kept, strict=True):
        parts.append(f"{start} {f'**{number}**' if number == reward else number}")
    if length - end >= FREE:
        parts.append(f"{end - EXIT} a sheet, or a *Challenge*")
        end = length
    line = " · ".join([*parts, f"{end - EXIT} the last question · {end} end"])
    return f"{line}. *Left out: {', '.join(cut)}.*" if cut else f"{line}."


def term(sections: dict) -> list[str]:
    """Return the rows of a term with one lesson of 45 minutes a week."""
    weeks = [[]]
    for plan in PLANS:
        numbers = plan.order.replace("*", "").split()
        for number in sorted(numbers, key=lambda each: int(each.split(".")[1])):
            if number in plan.first_cut.split()[:1]:
                continue  # the first cut is for home
            if clock([*weeks[-1], number], sections)[1] > 45:
                weeks.append([])
            weeks[-1].append(number)
    return [
        f"| {week} | {', '.join(numbers)} | {clock(numbers, sections)[1]} |"
        for week, numbers in enumerate(weeks, 1)
    ]


def text() -> str:
    """Return the plans as Markdown."""
    sections = all_sections()
    lines = [(HERE / "plans_head.md").read_text("utf-8")]
    for title, order in COURSES.items():
        length = int(title.split()[0])
        lines.append(f"**{title}.** {in_one_line(length, order, '', sections)}\n")
    lines += ["## A term, 45 minutes a week\n", "| week | sections | minutes |", "|---|---|---|"]
    lines += [*term(sections), ""]
    for lesson, plan in zip(LESSONS, PLANS, strict=True):
        title = re.search(r"# (\d+ · [^\"\\\\]+)", lesson.read_text("utf-8"))[1]
        lines.append(f"## Lesson {title}\n")
        lines.append(f"*The question.* {plan.question}\n")
        for length in LENGTHS:
            line = in_one_line(length, plan.order, plan.first_cut, sections)
            lines.append(f"**{length} minutes.** {line}\n")
        lines.append(f"*Paper:* {plan.sheet}. *Take care:* {plan.care}")
        lines.append(f"*Late? Cut:* {', '.join(plan.first_cut.split())}, in this order.\n")
        lines.append(f"*The last question.* {plan.end}\n")
    return "\n".join(lines)


if __name__ == "__main__":
    write_whole(HERE / "plans.md", text().encode())

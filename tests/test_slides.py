"""The slides: what they hold, that they fetch nothing, and how they are shown."""

import re
from functools import cache

from bs4 import BeautifulSoup
from helpers.course import LESSONS, every_lesson, load, markdown


@cache
def decks() -> dict[str, str]:
    return load("slides/slide_decks.py").decks()


@every_lesson
def test_the_slides_hold_goals_recap_and_quiz_and_fetch_nothing(path):
    deck = BeautifulSoup(decks()[path.stem], "html.parser")
    slides = deck.find_all("section")
    text = markdown(path)
    recaps = re.findall(r"^## (In (?:this lesson|part \d) you)$", text, re.M)
    assert 5 <= len(slides) <= 8 + 3 * (len(recaps) - 1)
    headings = [slide.find(["h1", "h2"]).text for slide in slides]
    assert [heading for heading in headings if heading in recaps] == recaps
    assert 1 <= headings.count("Quiz") <= len(recaps)
    assert sum("Afterwards you can" in slide.text for slide in slides) == len(recaps)
    first = re.search(r"\*\*Afterwards you can\*\*\n((?:\d+\. .+\n?)+)", text)[1]
    goals = re.findall(r"^\d+\. (.+)$", first, re.M)
    shown = [item.text for item in slides[0].find_all("li")]
    assert shown == [re.sub(r"\*|\[([^\]]+)\]\([^)]*\)", r"\1", goal) for goal in goals]
    assert slides[-2].h2.text == recaps[-1] and slides[-2].li
    assert slides[-1].h2.text == "Quiz"
    assert slides[-1].details.text.strip()
    assert all(picture["alt"] for picture in deck.find_all("img"))
    html = decks()[path.stem]
    assert set(re.findall(r'(?:src|href)="(?!data:)([^"]*)"', html)) <= {"pad.html"}
    assert not re.search(r"@import|url\(|fetch\(|XMLHttp", html)


def test_an_answer_stays_hidden_until_it_is_asked_for():
    deck = BeautifulSoup(decks()["03_build_the_cnn"], "html.parser")
    (slide,) = [each for each in deck.find_all("section")[1:] if "3.1 " in each.h2.text]
    assert "The sum is 3" in slide.details.text
    assert "The sum is 3" not in slide.find(class_="shown").text


@every_lesson
def test_every_slide_fits_the_screen_with_its_answer(path, page):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.set_content(decks()[path.stem], wait_until="load")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.wait_for_function("""[...document.querySelectorAll("section")].every(
        slide => slide.scrollHeight <= slide.clientHeight)""")
    sizes = page.evaluate("slides.map(slide => parseFloat(getComputedStyle(slide).fontSize))")
    assert min(sizes) >= 15


def test_keys_show_the_answer_first_and_then_the_next_slide(page):
    page.set_content(decks()["03_build_the_cnn"], wait_until="load")
    last = page.evaluate("slides.length") - 1
    opened = "[...document.querySelectorAll('details')].filter(each => each.open).length"
    for key, number, answers in [
        ("ArrowRight", 1, 0),
        ("ArrowRight", 1, 1),
        ("Space", 2, 1),
        ("ArrowLeft", 1, 1),
        ("End", last, 1),
        ("Home", 0, 1),
    ]:
        page.keyboard.press(key)
        page.wait_for_function(f"current() === {number}")
        assert page.evaluate(opened) == answers


def test_the_command_writes_all_decks_and_a_pad(tmp_path):
    load("slides/slide_decks.py").main(tmp_path)
    links = re.findall(r'href="([^"]+)"', (tmp_path / "index.html").read_text("utf-8"))
    assert links == [f"{path.stem}.html" for path in LESSONS]
    assert all((tmp_path / link).exists() for link in [*links, "pad.html"])

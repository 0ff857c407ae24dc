"""What a drawing pad does: one table for the pads of the notebook, the app and the page.

Each story begins on an empty pad of a new page: the pen is in hand, nothing can be undone, and no
pen of a tablet was seen. A runner for each face carries out the steps with real events, and reads
the state after them. Behind a name stand the faces that alone have the story.

A step is a verb, and often a place, which is one or more points on a paper of 280 × 280.

| verb | what the runner does |
|---|---|
| mouse, touch, pen | press at the first point, move over the others, lift |
| mouse down, touch down, pen down | the same, but do not lift |
| touch move | move over the points |
| mouse up, touch up, pen up | lift it |
| second touch | a second finger presses, moves and lifts |
| touch cancel | the system takes the touch away, as it does with a palm |
| key | press a key while the paper has the focus; names as in Playwright |
| press | click on the button with this name |
| photo | put a photo of a digit on the paper, and wait for the answer |
| label | say which digit the drawing was |
| write | let a sample of a digit be written, and wait for its end |

The state has the strokes on the paper, in the order drawn; whether the eraser is in hand, whether
undo and redo can be pressed, and whether a photo is on the paper; how many drawings were kept; and
a part of the answer's words.
"""

import re
from typing import NamedTuple

PLACES = {
    "LEFT": ((60, 60), (60, 140), (60, 220)),
    "TOP_LEFT": ((60, 60), (60, 140)),
    "LOW_LEFT": ((60, 220),),
    "LOW_TICK": ((60, 220), (60, 230)),
    "MIDDLE": ((140, 60), (140, 140), (140, 220)),
    "RIGHT": ((220, 60), (220, 140), (220, 220)),
    "PALM": ((250, 250), (252, 255)),
    "DOT": ((140, 140),),  # where the pen of the keys begins
    "DOWN": ((140, 140), (140, 220)),
    "ACROSS": ((20, 140), (100, 140), (180, 140), (260, 140)),  # over all three lines
    "OVER_LEFT": ((40, 140), (80, 140)),
    "NOWHERE": ((100, 20), (110, 20)),  # meets no line
}
TABLE = """
undo takes back one stroke
    mouse LEFT, mouse RIGHT, press Undo
    → LEFT, undo, redo
redo draws it again
    mouse LEFT, press Undo, press Redo
    → LEFT, undo
what was undone is gone after new ink
    mouse LEFT, press Undo, mouse RIGHT, key Control+y
    → RIGHT, undo
an undo of everything asks for a digit
    mouse LEFT, key Control+z, key Control+z
    → redo, "Draw a digit"
undo while the pen is down takes the whole stroke
    mouse down LEFT, key Control+z, mouse up
    → redo
Backspace undoes, and Ctrl+Shift+Z does it again
    mouse LEFT, key Backspace, key Control+Shift+Z
    → LEFT, undo
clear is one step, and undo brings all of it back
    mouse LEFT, mouse RIGHT, press Clear, press Undo
    → LEFT, RIGHT, undo, redo
redo clears again
    mouse LEFT, press Clear, press Undo, press Redo
    → undo, "Draw a digit"
Escape clears too
    mouse LEFT, key Escape
    → undo, "Draw a digit"
clear of an empty pad costs nothing
    mouse LEFT, press Undo, press Clear
    → redo
the eraser takes the stroke that it meets
    mouse LEFT, mouse RIGHT, press Erase, mouse OVER_LEFT
    → RIGHT, erasing, undo
one pull of the eraser is one step, however many strokes it meets
    mouse LEFT, mouse MIDDLE, mouse RIGHT, press Erase, mouse ACROSS, press Undo
    → LEFT, MIDDLE, RIGHT, erasing, undo, redo
redo erases again
    mouse LEFT, press Erase, mouse OVER_LEFT, press Undo, press Redo
    → erasing, undo
an eraser that meets nothing costs no undo
    mouse LEFT, mouse RIGHT, press Erase, mouse NOWHERE, press Erase, press Undo
    → LEFT, undo, redo
an eraser that meets nothing leaves redo alone
    mouse LEFT, press Undo, press Erase, mouse NOWHERE, press Redo
    → LEFT, erasing, undo
an eraser on an empty pad costs nothing
    press Erase, mouse ACROSS
    → erasing, "Draw a digit"
clear ends erasing, and the pen draws
    mouse LEFT, press Erase, press Clear, mouse RIGHT
    → RIGHT, undo
clear of an empty pad ends erasing too
    press Erase, key Escape, mouse RIGHT
    → RIGHT, undo
space and arrows draw
    key Space, key ArrowDown × 8, key Space
    → DOWN, undo, "This looks like a 1"
the eraser of the keys takes the stroke under it
    mouse MIDDLE, key e, key Space, key Space
    → erasing, undo
the eraser of the keys erases on its way, and one undo brings all back
    mouse LEFT, mouse RIGHT, key e, key Space,
    key ArrowRight × 9, key ArrowLeft × 23, key Space, key Control+z
    → LEFT, RIGHT, erasing, undo, redo
the eraser of the keys that meets nothing costs nothing
    mouse LEFT, key ArrowRight × 10, key e, key Space, key ArrowUp × 3, key Space
    → LEFT, erasing, undo
the mouse takes over from the pen of the keys
    key Space, mouse LEFT
    → DOT, LEFT, undo
the pen of the keys takes over from the mouse [notebook]
    mouse down LEFT, key Space, key ArrowDown, mouse up
    → LEFT, LOW_TICK, undo
a finger draws
    touch LEFT, touch RIGHT
    → LEFT, RIGHT, undo
a second finger draws nothing
    touch down LEFT, second touch RIGHT, touch up
    → LEFT, undo
a finger goes on while a second one comes and goes [notebook]
    touch down TOP_LEFT, second touch PALM, touch move LOW_LEFT, touch up
    → LEFT, undo
a touch that the system takes away leaves nothing, and nothing to undo
    touch down PALM, touch cancel
    → "Draw a digit"
a touch that the system takes away leaves redo alone
    mouse LEFT, press Undo, touch down PALM, touch cancel
    → redo
the pen takes over from a resting palm and removes its stroke
    touch down PALM, pen MIDDLE, touch up
    → MIDDLE, undo, "This looks like a 1"
a palm that comes while the pen writes draws nothing
    pen down MIDDLE, touch PALM, pen up
    → MIDDLE, undo
once a pen was seen, touches do not draw
    pen MIDDLE, touch LEFT, press Undo, touch LEFT
    → redo
what a finger drew before the pen came stays
    touch LEFT, pen RIGHT
    → LEFT, RIGHT, undo
the pen erases what it meets
    pen LEFT, pen RIGHT, press Erase, pen OVER_LEFT
    → RIGHT, erasing, undo
a photo over a drawing: undo brings the drawing back [app]
    mouse LEFT, photo, press Undo
    → LEFT, undo, redo
undo and redo of a photo [app]
    photo, press Undo, press Redo
    → undo, photo
a stroke on a photo replaces it, and undo brings the photo back [app]
    photo, mouse LEFT, press Undo
    → undo, redo, photo
clear takes a photo away, and undo brings it back [app]
    photo, press Clear, press Undo
    → undo, redo, photo
a tap and Ctrl+Y leave a photo alone [app]
    photo, mouse DOT, key Control+y
    → undo, photo
a label keeps the drawing and clears the pad [notebook]
    mouse LEFT, label 1
    → undo, kept 1
undo takes the label back, too [notebook]
    mouse LEFT, label 7, press Undo
    → LEFT, undo, redo, kept 0
redo keeps it again [notebook]
    mouse LEFT, label 7, press Undo, press Redo
    → undo, kept 1
undo goes back over a new stroke to the label [notebook]
    mouse LEFT, label 7, mouse RIGHT, press Undo, press Undo
    → LEFT, undo, redo, kept 0
a label ends erasing [notebook]
    mouse LEFT, press Erase, label 1, mouse RIGHT
    → RIGHT, undo, kept 1
a second label is about the same drawing [app]
    mouse LEFT, label 1, label 7
    → LEFT, undo, kept 1
a sample on an empty pad is one step [notebook]
    write 4, press Undo
    → redo
one undo takes a sample back and brings the drawing [notebook]
    mouse LEFT, write 4, press Undo
    → LEFT, undo, redo
a replay ends as it was, and costs no undo [notebook, page]
    mouse LEFT, mouse RIGHT, press Replay, press Undo
    → LEFT, undo, redo
"""


class State(NamedTuple):
    """What is there after the steps; None is not looked at."""

    strokes: tuple = ()
    erasing: bool = False
    undo: bool = False
    redo: bool = False
    photo: bool = False
    kept: int | None = None
    words: str | None = None


class Story(NamedTuple):
    """A name that is a sentence, the steps, the state after them, and the faces that have it."""

    name: str
    steps: tuple
    after: State
    faces: tuple[str, ...]


def ends(strokes) -> list:
    """Where each stroke begins and ends, in whole pixels: enough to tell them apart."""
    return [tuple((round(x), round(y)) for x, y in (each[0], each[-1])) for each in strokes]


def _step(text: str) -> tuple:
    verb, _, last = text.rpartition(" ")
    if last in PLACES:
        return (verb, *PLACES[last])
    key = re.fullmatch(r"key (\S+)(?: × (\d+))?", text)
    if key:
        return ("key", key[1], int(key[2] or 1))
    if verb in ("label", "write"):
        return (verb, int(last))
    return (verb, last) if verb == "press" else (text,)


def _state(text: str) -> State:
    words = re.search('"(.*)"', text)
    kept = re.search(r"kept (\d)", text)
    parts = text.split(", ")
    return State(
        tuple(PLACES[part] for part in parts if part in PLACES),
        *(name in parts for name in ("erasing", "undo", "redo", "photo")),
        kept and int(kept[1]),
        words and words[1],
    )


def _story(name: str, faces: str, steps: str, state: str) -> Story:
    steps = tuple(map(_step, re.split(r",\s+", steps)))
    return Story(name, steps, _state(state), tuple((faces or "notebook, app, page").split(", ")))


_ROW = re.compile(r"^(\S[^\[\n]*?)(?: \[(.*)\])?\n    ([^→]*?)\n    → (.*)$", re.M)
STORIES = [_story(*row.groups()) for row in _ROW.finditer(TABLE)]

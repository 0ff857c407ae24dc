"""Make what only the teacher has: sheets, tests, keys, solutions, slides.

    python teaching/teachers_files.py [FOLDER] [--seed 7]

Without a folder they go to digits_teacher in your home, which no server of the course shows.
Sheets and tests are HTML files: open them in a browser and print them, or in a word processor and
change them. Another seed gives tests with other numbers and their keys, each time as version A and
version B for neighbours.
"""

import argparse
import secrets
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "sheets"), str(HERE / "slides")]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path.home() / "digits_teacher")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1000), metavar="NUMBER")
    options = parser.parse_args()

    import sheets_to_print
    import slide_decks
    import without_solutions

    sheets_to_print.main(options.folder / "sheets", options.seed)
    slide_decks.main(options.folder / "slides")
    without_solutions.main(options.folder)
    shutil.copy(HERE / "predict_answers.md", options.folder)
    print(f"Your files are in {options.folder}. Show this folder to nobody.")


if __name__ == "__main__":
    main()

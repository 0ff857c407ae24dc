"""What the drawing pad shows beside the ink, as HTML that follows the notebook's theme."""

import traceback
from html import escape

import numpy as np

from mnist_helpers.recognizer import Prediction


def panel(prediction: Prediction | None) -> str:
    """Lay out the answer, the ten bars and what the network sees; no prediction: no answer."""
    digit = "–" if prediction is None or prediction.digit is None else prediction.digit
    doubt = "<small>?</small>" if prediction is not None and prediction.verdict == "unsure" else ""
    image = np.zeros((28, 28)) if prediction is None else prediction.image
    return (
        '<div class="digit-pad-panel"><div class="digit-pad-answer">'
        f'<div class="digit-pad-digit" aria-hidden="true">{digit}{doubt}</div>'
        f"<div><b>{_words(prediction)}</b><br>{_confidence(prediction)}</div></div>"
        f'<div class="digit-pad-bars">{_bars(prediction)}</div>'
        f"<figure>{_picture(image)}<figcaption>What the network sees</figcaption></figure></div>"
    )


def status(prediction: Prediction | None) -> str:
    """Say the answer to a screen reader."""
    return f'<div role="status">{_words(prediction)}. {_confidence(prediction)}</div>'


def fault(error: Exception) -> str:
    """Tell of an exception, and how to go on."""
    message = escape(f"{type(error).__name__}: {error}")
    trace = escape("".join(traceback.format_exception(error)))
    return (
        f'<div role="alert" class="digit-pad-fault"><b>Something went wrong. {message}</b><br>'
        "The pad goes on and your strokes are kept: draw, undo or clear."
        f"<details><summary>Where it happened</summary><pre>{trace}</pre></details></div>"
    )


def _words(prediction: Prediction | None) -> str:
    return "No answer" if prediction is None else prediction.in_words


def _percent(probability: float) -> str:
    number = "&gt;99" if probability > 0.995 else f"{probability * 100:.0f}"  # never '100 % sure'
    return number + "&nbsp;%"


def _confidence(prediction: Prediction | None) -> str:
    if prediction is None or prediction.digit is None:
        return "&nbsp;"
    return "Confidence " + _percent(prediction.confidence)


def _bars(prediction: Prediction | None) -> str:
    blank = prediction is None or prediction.digit is None
    probabilities = np.zeros(10) if blank else prediction.probabilities
    best = None if blank else prediction.digit
    return "".join(
        f'<div role="meter" aria-label="digit {digit}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{probability * 100:.0f}"{" class=best" if digit == best else ""}>'
        f'<span>{digit}</span><i><i style="width:{probability:.1%}"></i></i>'
        f"<span>{'–' if blank else _percent(probability)}</span></div>"
        for digit, probability in enumerate(probabilities)
    )


def _picture(image: np.ndarray) -> str:
    """Draw an image (28, 28) in [0, 1] as SVG: unlike a bitmap it never flickers when replaced."""
    pixels = "".join(
        f'<rect x="{x}" y="{y}" width="1" height="1" fill-opacity="{image[y, x]:.2f}"/>'
        for y, x in np.argwhere(image > 0)
    )
    return (
        '<svg viewBox="0 0 28 28" shape-rendering="crispEdges" role="img" '
        'aria-label="The drawing as the network sees it: bright ink on black, 28 by 28 pixels">'
        f'<rect width="28" height="28"/><g fill="#fff">{pixels}</g></svg>'
    )


CSS = """
.digit-pad {
  --accent: #0072b2; --groove: rgba(128, 128, 128, .18); --edge: rgba(128, 128, 128, .5);
  padding: 6px; color: var(--jp-ui-font-color1, inherit);
  font: 14px/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
}
[data-jp-theme-light="false"] .digit-pad { --accent: #56b4e9; }
.digit-pad .widget-html-content { font: inherit; color: inherit; }
.digit-pad-desk { flex-wrap: wrap; gap: 8px 32px; overflow: visible; }
.digit-pad-desk > * { flex: none; max-width: 100%; overflow: visible; margin: 0; }
.digit-pad-paper {
  margin: 1px !important; background: #fff; border-radius: 6px; cursor: crosshair;
  box-shadow: 0 0 0 1px var(--edge); touch-action: none; user-select: none;
}
.digit-pad-paper:focus { outline: none; box-shadow: 0 0 0 2px var(--accent); }
[data-jp-theme-light="false"] .digit-pad-paper { filter: invert(.9); }
[data-jp-theme-light="false"] .digit-pad-paper:focus { --accent: #b33e00; } /* inverted: #56b4e9 */
.digit-pad-buttons { width: 282px; gap: 6px; margin: 6px 0 0; overflow: visible; }
.digit-pad-buttons .widget-button { flex: 1; margin: 0; }
.digit-pad .widget-button:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.digit-pad-panel {
  display: flex; flex-wrap: wrap; gap: 8px 32px; max-width: 464px;
  font-variant-numeric: tabular-nums;
}
.digit-pad-answer { flex: 0 0 100%; display: flex; align-items: center; height: 52px; }
.digit-pad-answer b { font-size: 18px; }
.digit-pad-digit { width: 66px; font-size: 52px; line-height: 52px; font-weight: 600; }
.digit-pad-digit small { font-size: 32px; }
.digit-pad-bars { width: 264px; height: 222px; display: grid; align-content: space-between; }
.digit-pad-bars > div {
  display: grid; grid-template-columns: 14px 1fr 50px; gap: 8px; align-items: center;
  line-height: 20px;
}
.digit-pad-bars span:last-child { text-align: right; }
.digit-pad-bars i { display: block; height: 10px; border-radius: 5px; background: var(--groove); }
.digit-pad-bars i i { background: var(--edge); }
.digit-pad-bars .best { font-weight: 700; }
.digit-pad-bars .best i i { background: var(--accent); }
.digit-pad figure { margin: 0; }
.digit-pad figure svg {
  display: block; width: 168px; margin: 4px 0 8px; box-shadow: 0 0 0 1px var(--edge);
}
.digit-pad figcaption { font-size: 13px; }
.digit-pad-fault { border-left: 4px solid #d55e00; padding: 4px 12px; margin-top: 8px; }
.digit-pad-fault pre { font-size: 12px; overflow: auto; }
.digit-pad-status { position: absolute; width: 1px; height: 1px; overflow: hidden; }
"""

"""Quote what came in, so that an error stays short."""

_MOST = 60  # characters of a quotation


def quoted(value: object, mark: str = "'") -> str:
    """Return a value as text of at most 60 characters; what is too long loses its middle.

    A text gets quotation marks, unless `mark` is empty. Line breaks and the like are escaped.
    """
    text = repr(value)
    text = f"{mark}{text[1:-1]}{mark}" if isinstance(value, str) else text
    if len(text) <= _MOST:
        return text
    half = (_MOST - 1) // 2
    return f"{text[:half]}…{text[-half:]}"

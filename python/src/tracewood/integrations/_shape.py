"""Plain values out of what clients hand about: models as dictionaries, media by reference instead of by their bytes."""

from __future__ import annotations

from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["plain", "referenced", "without_nothing"]

# An image of this many characters in base64 is a dot; what is longer is named by its digest.
MEDIA_CHARACTERS_MAX = 128
_DEPTH_MAX = 32


def plain(value: Any) -> Any:
    """A pydantic model as what it would be in JSON; anything else as it is.

    Args:
        value: Part of a request or an answer.

    Returns:
        The same without `None` in it where it was a model.
    """
    dump = getattr(value, "model_dump", None)
    if dump is not None and not isinstance(value, type):
        return dump(mode="json", exclude_none=True, warnings=False)
    return value


def referenced(value: Any, depth: int = 0) -> Any:
    """A copy in which media that stand in the text as base64 are named by type, size and digest.

    Args:
        value: Messages of a request.
        depth: How deep it lies.

    Returns:
        The copy.
    """
    if depth > _DEPTH_MAX:
        return value
    if isinstance(value, dict):
        if value.get("type") == "base64" and isinstance(value.get("data"), str):
            return {**value, "data": _reference(value["data"])}
        return {key: referenced(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [referenced(item, depth + 1) for item in value]
    if isinstance(value, str) and value.startswith("data:") and ";base64," in value[:MEDIA_CHARACTERS_MAX]:
        head, _, data = value.partition(",")
        return f"{head},{_reference(data)}"
    return plain(value)


def without_nothing(entries: dict[str, Any]) -> dict[str, Any]:
    """The entries that say something.

    Args:
        entries: Any dictionary.

    Returns:
        Those whose value is not `None`.
    """
    return {key: value for key, value in entries.items() if value is not None}


def _reference(data: str) -> str:
    if len(data) <= MEDIA_CHARACTERS_MAX:
        return data
    n_bytes = len(data) * 3 // 4 - data[-2:].count("=")
    return f"sha256:{sha256(data.encode()).hexdigest()} ({n_bytes} bytes)"

"""kinds.yaml of a municipality: kinds of meetings of its own, and what is different in those that are shipped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_type_hints

from pydantic import ConfigDict, create_model

from conversations.process.content_paths import items
from conversations.process.problems import Problem, listed
from conversations.process.workflow import Content, MeetingKind
from conversations.process.yaml_lines import line_of

_HINTS = get_type_hints(MeetingKind, include_extras=True)
_NEEDED = tuple(name for name, field in MeetingKind.model_fields.items() if field.is_required() and name != "id")


class _Loose(Content):
    model_config = ConfigDict(defer_build=True)  # most municipalities have none: nothing to build at start


_make: Any = create_model  # its fields are those of another model, which no checker can follow
_KindChange: Any = _make(
    "KindChange",
    __base__=_Loose,
    id=(_HINTS["id"], ...),
    **{name: (_HINTS[name] | None, None) for name in MeetingKind.model_fields if name != "id"},
)


class OwnKindsFile(Content):
    """kinds.yaml: of a shipped kind only what is different, of one of your own all that a kind needs."""

    model_config = ConfigDict(defer_build=True)

    kinds: tuple[_KindChange, ...] = ()


def apply_kinds(raw: dict[str, Any], value: dict[str, Any]) -> Iterator[Problem]:
    """Change the kinds of meetings in place, and add those of the municipality's own."""
    known = {kind.get("id"): kind for kind in items(raw, "meeting_kinds")}
    for kind in items(value, "kinds"):
        shipped = known.get(kind.get("id"))
        if shipped is None:
            missing = [name for name in _NEEDED if name not in kind]
            if missing:
                yield _at(kind, "id", f"meeting kind '{kind.get('id')}' is your own and still needs: {listed(missing)}")
            else:
                raw["meeting_kinds"].append(kind)
        elif kind.get("shows_pseudonyms") and not shipped.get("shows_pseudonyms"):
            message = f"{kind.get('id')} shows no codes for persons; a municipality may lower that, not raise it"
            yield _at(kind, "shows_pseudonyms", message)
        else:
            shipped.update({name: given for name, given in kind.items() if name != "id"})


def _at(container: Any, key: object, message: str) -> Problem:
    return Problem(str(getattr(container, "file", "")), line_of(container, key), message)

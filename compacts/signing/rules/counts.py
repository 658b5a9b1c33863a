"""What may be counted aloud: never fewer than the floor, and never so that the rest can be worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

FLOOR = 5


@dataclass(frozen=True, kw_only=True)
class Group:
    """Signatures in one unit, or in the small ones together (`name` is empty then): `signed` of `asked`. Both are
    None where even together they are too few to show."""

    name: str
    asked: int | None
    signed: int | None


def shown(counts: Mapping[str, int], floor: int = FLOOR) -> dict[str, int | None]:
    """`counts` (parts of a known whole) with what is too small hidden as None. Another part is hidden with it where
    one alone, or too few people, would be what is missing from the whole."""
    by_size = sorted(counts, key=lambda name: (counts[name], name))
    hidden = {name for name in by_size if counts[name] < floor}
    while (
        hidden
        and (len(hidden) == 1 or sum(counts[name] for name in hidden) < floor)
        and len(hidden) < len(counts)
    ):
        hidden.add(next(name for name in by_size if name not in hidden))
    return {name: None if name in hidden else count for name, count in counts.items()}


def by_unit(units: Mapping[str, tuple[int, int]], floor: int = FLOOR) -> Sequence[Group]:
    """(asked, signed) by unit, by name, as groups: units below the floor are taken together, with the next smallest
    one where they would still be too few."""
    by_size = sorted(units, key=lambda name: (units[name][0], name))
    small = [name for name in by_size if units[name][0] < floor]
    if small and sum(units[name][0] for name in small) < floor:
        small += [name for name in by_size if name not in small][:1]
    large = [
        Group(name=name, asked=units[name][0], signed=units[name][1])
        for name in sorted(units)
        if name not in small
    ]
    return [*large, *([_together([units[name] for name in small], floor)] if small else [])]


def _together(counts: Sequence[tuple[int, int]], floor: int) -> Group:
    asked, signed = sum(one[0] for one in counts), sum(one[1] for one in counts)
    is_enough = asked >= floor
    return Group(name="", asked=asked if is_enough else None, signed=signed if is_enough else None)


def above_floor(groups: Sequence[Group]) -> list[Group]:
    """`groups` with the number of signatures left out where it, or the number of those who haven't signed, is below
    the floor, or could be worked out from the others."""
    known = [group for group in groups if group.asked is not None and group.signed is not None]
    signed = shown({group.name: group.signed or 0 for group in known})
    others = shown({group.name: (group.asked or 0) - (group.signed or 0) for group in known})
    hidden = {group.name for group in known if signed[group.name] is None or others[group.name] is None}
    return [replace(group, signed=None) if group.name in hidden else group for group in groups]

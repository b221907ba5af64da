"""What waits in memory: for its owner, for a while, not without end, and for every process that serves."""

import multiprocessing
from collections.abc import Iterator

import pytest

from dashboards.access import shelf
from dashboards.access.roles import Role, Scope, ScopeKind, User
from dashboards.access.shelf import Address, Shelf


def someone(account: int, session: str = "A") -> User:
    return User(
        account, f"login{account}", "某人", Role.BUREAU, Scope(ScopeKind.BUREAU, ("14501020000",), "某局"), session
    )


@pytest.fixture
def kept() -> Iterator[Shelf[str]]:
    found: Shelf[str] = Shelf("test", most=5)
    yield found
    found.clear()


def test_a_thing_is_for_its_session_and_once(kept: Shelf[str]) -> None:
    kept.put("x", someone(1), "thing", 60)
    assert not kept.has("x", someone(1, "B"))
    assert kept.look("x", someone(2)) is None
    assert kept.look("x", someone(1)) == kept.look("x") == "thing"
    assert kept.has("x", someone(1))
    assert kept.take("x", someone(1)) == "thing"
    assert kept.take("x", someone(1)) is None

    kept.put("x", someone(1), "thing", 60)
    # Whoever reaches for another's uses it up and gets nothing.
    assert kept.take("x", someone(2)) is None
    assert kept.take("x") is None

    kept.put("x", "an address", "thing", 60)
    assert kept.take("x") == "thing"


def test_what_is_too_old_or_too_much_falls(kept: Shelf[str]) -> None:
    kept.put("old", someone(1), "thing", 0)
    assert kept.take("old", someone(1)) is None
    for number in range(7):
        kept.put(str(number), someone(1), "thing", 60)
    assert [number for number in range(7) if kept.has(str(number), someone(1))] == [2, 3, 4, 5, 6]
    kept.clear()
    kept.put("other", "b", "thing", 60, most_of_one=2)
    for number in range(3):
        kept.put(str(number), "a", "thing", 60, most_of_one=2)
    assert [name for name in ("other", "0", "1", "2") if kept.look(name)] == ["other", "1", "2"]


def test_the_first_is_told_once_until_it_is_too_old(kept: Shelf[str]) -> None:
    assert kept.first("x", "thing", 60)
    assert not kept.first("x", "thing", 60)
    assert kept.first("y", "thing", 0)
    assert kept.first("y", "thing", 60)


def _elsewhere(address: Address) -> None:
    """What a process that serves does; an assertion that fails is its exit code."""
    mine: Shelf[str] = Shelf("across")
    mine.put("before", someone(1), "here", 60)
    (numbers,) = shelf.kept_by(address, "numbers")
    # From now on it is the other process's, what lay here is not seen any more.
    assert mine.look("before") is None
    assert not mine.has("for the child", someone(2))
    assert mine.take("for the child", someone(1)) == "from the parent"
    mine.put("for the parent", someone(1), "from the child", 60)
    mine.put("twice", "a", "1", 60, most_of_one=1)
    mine.put("once", "a", "2", 60, most_of_one=1)
    assert numbers.index(7) == 1
    assert not mine.first("told", "there", 60)
    assert mine.first("told here", "here", 60)


def test_processes_find_each_other_s_things() -> None:
    mine: Shelf[str] = Shelf("across")
    mine.put("for the child", someone(1), "from the parent", 60)
    assert mine.first("told", "here", 60)
    address = shelf.keep(numbers=lambda: [5, 7])
    child = multiprocessing.get_context("spawn").Process(target=_elsewhere, args=(address,))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    assert mine.take("for the child") is None
    assert mine.take("for the parent", someone(1)) == "from the child"
    assert (mine.look("twice"), mine.look("once")) == (None, "2")
    assert mine.look("before") is None
    assert not mine.first("told here", "here", 60)


def _stranger(address: Address) -> None:
    shelf.kept_by(Address(address.socket, b"guessed"))


def test_without_the_secret_nothing_is_opened() -> None:
    address = shelf.keep()
    assert "secret" not in repr(address)
    child = multiprocessing.get_context("spawn").Process(target=_stranger, args=(address,))
    child.start()
    child.join(60)
    assert child.exitcode == 1

"""Worlds that several tests look at; made once."""

from collections.abc import Callable
from functools import cache

import pytest

from simulator import build, params
from simulator.project import project
from simulator.world import World


@pytest.fixture(scope="session")
def small_world() -> Callable[[int], World]:
    """The small city of a seed, projected at the anchor day."""

    @cache
    def make(seed: int) -> World:
        anchor = params.load().anchor
        world = build.make_world(seed, "ci", anchor)
        project(world, anchor)
        return world

    return make


@pytest.fixture(scope="session")
def tiny_world() -> World:
    """A city of 40 employers."""
    return build.make_world(3, "40", params.load().anchor)


@pytest.fixture
def cast() -> World:
    """An empty world with two employers, registered with both departments and tied to their taxpayers."""
    world = World.empty()
    world.add_employers(
        world.relation(
            "cast_rows",
            [{"employer_key": "甲", "name": "南宁甲贸易有限公司"}, {"employer_key": "乙", "channel_code": "2"}],
        )
    )
    world.add_registrations("select employer_key, unnest(['HRSS', 'NHSA']) as department_code from world.employer")
    world.add_agreements("select taxpayer_key from world.taxpayer")
    return world

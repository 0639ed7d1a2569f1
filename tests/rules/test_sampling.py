"""A sample that anybody can draw again."""

from portal.rules.sampling import draw, lot_of

POOL = [f"{number:012d}" for number in range(500)]


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    assert draw(POOL, "seed", 20) == draw(reversed(POOL), "seed", 20)


def test_another_seed_draws_others() -> None:
    assert set(draw(POOL, "seed", 20).references) != set(draw(POOL, "other", 20).references)


def test_those_with_the_smallest_lots_are_drawn_in_their_order() -> None:
    drawn = draw(POOL, "seed", 20).references
    assert list(drawn) == sorted(POOL, key=lambda one: lot_of("seed", one))[:20]


def test_a_small_pool_is_drawn_whole_and_one_more_changes_its_hash() -> None:
    assert sorted(draw(POOL[:3], "seed", 20).references) == POOL[:3]
    assert draw(POOL[:3], "seed", 20).pool_hash != draw(POOL[:4], "seed", 20).pool_hash


def test_over_many_seeds_each_is_drawn_about_as_often() -> None:
    times = dict.fromkeys(POOL[:10], 0)
    for seed in range(1000):
        for one in draw(POOL[:10], str(seed), 3).references:
            times[one] += 1
    assert all(220 < count < 380 for count in times.values())

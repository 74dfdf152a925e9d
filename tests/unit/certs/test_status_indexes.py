from itertools import pairwise

import pytest

from certs.status_indexes import INDEX_BITS, StatusIndex, permute, permute_bits

KEY = bytes(range(32))
STORED = [232237, 616950, 20330]


@pytest.mark.parametrize("bits", [2, 8, 12])
def test_whole_small_domain_is_permuted_without_a_collision(bits: int) -> None:
    places = {permute_bits(value, bits=bits, key=KEY, tweak=0) for value in range(2**bits)}

    assert places == set(range(2**bits))


def test_large_sample_of_a_list_has_no_collision_and_stays_in_it() -> None:
    places = {permute(counter, key=KEY) for counter in range(0, 2**INDEX_BITS, 101)}

    assert len(places) == len(range(0, 2**INDEX_BITS, 101))
    assert {place.list_number for place in places} == {0}


def test_lists_fill_one_after_the_other_each_in_its_own_order() -> None:
    size = 2**INDEX_BITS
    first = [permute(counter, key=KEY).index for counter in range(50)]
    second = [permute(size + counter, key=KEY) for counter in range(50)]

    assert {place.list_number for place in second} == {1}
    assert first != [place.index for place in second]
    assert permute(size - 1, key=KEY).list_number == 0


def test_order_depends_on_the_key_and_on_nothing_else() -> None:
    assert permute(7, key=KEY) == permute(7, key=KEY)
    assert [permute(n, key=KEY) for n in range(8)] != [permute(n, key=KEY[::-1]) for n in range(8)]


def test_stored_places_never_move() -> None:
    # Licenses in circulation carry these places; a change of the permutation breaks them.
    assert [permute(counter, key=KEY).index for counter in range(3)] == STORED


def test_neighbors_are_scattered() -> None:
    indexes = [permute(counter, key=KEY).index for counter in range(1000)]
    near = sum(abs(a - b) < 1000 for a, b in pairwise(indexes))

    assert near < 20  # two are expected


def test_short_key_and_negative_counter_are_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        permute(0, key=b"short")
    with pytest.raises(ValueError, match="counter"):
        permute(-1, key=KEY)


def test_place_outside_a_list_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no entry"):
        StatusIndex(list_number=0, index=2**INDEX_BITS)

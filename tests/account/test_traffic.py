"""The starts of requests: apart in one account, apart over all, later where an account asks for it; from any thread."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from amowidget.account.traffic import Traffic, rest_asked_s


def test_requests_to_one_account_start_apart() -> None:
    traffic = Traffic()
    assert [round(traffic.rest_s("a", 10), 3) for _ in range(3)] == [0, 0.3, 0.6]


def test_the_accounts_together_start_five_requests_a_second() -> None:
    traffic = Traffic()
    starts = sorted(round(traffic.rest_s(f"host{number % 20}", 10), 3) for number in range(60))
    assert all(later - earlier >= 0.2 - 1e-6 for earlier, later in itertools.pairwise(starts))
    assert starts[-1] <= 60 * 0.3


def test_a_gap_that_is_free_is_used() -> None:
    traffic = Traffic()
    assert [round(traffic.rest_s(host, 10), 3) for host in ("a", "a", "a", "b", "c")] == [0, 0.3, 0.6, 0.8, 1.0]
    assert traffic.rest_s("d", 20) == 0


def test_an_account_on_this_machine_is_not_limited_but_heeded() -> None:
    traffic = Traffic()
    assert [traffic.rest_s("127.0.0.1:1", 10, is_limited=False) for _ in range(9)] == [0] * 9
    traffic.hold("127.0.0.1:1", 15)
    traffic.hold("127.0.0.1:1", 12)
    assert traffic.rest_s("127.0.0.1:1", 10, is_limited=False) == 5
    assert traffic.rest_s("127.0.0.1:2", 10, is_limited=False) == 0


def test_threads_never_get_the_same_start() -> None:
    traffic = Traffic()
    with ThreadPoolExecutor(16) as pool:
        starts = sorted(pool.map(lambda number: traffic.rest_s(f"host{number % 7}", 0), range(200)))
    assert all(later - earlier >= 0.2 - 1e-6 for earlier, later in itertools.pairwise(starts))


@pytest.mark.parametrize(
    ("headers", "asked_s"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 0 "}, 0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30),
        ({"retry-after": "Wed, 21 Oct 2026 07:27:00 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
    ],
)
def test_what_an_answer_asks_for(headers: dict[str, str], asked_s: float | None) -> None:
    assert rest_asked_s(headers) == asked_s

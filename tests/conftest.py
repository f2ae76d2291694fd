"""The flag that lets tests write their golden files anew, and Ctrl-C as a terminal gives it."""

import signal

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write expected.txt of every case anew")


def pytest_configure() -> None:
    # A shell starts its background jobs deaf to Ctrl-C, and every process below them inherits that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def is_rewriting(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rewrite", default=False))

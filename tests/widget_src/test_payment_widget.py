"""The reference widget: it passes every check, and its script shows each state of an order."""

import io
import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.scaffold.logos import logos, payment, slides
from amowidget.widget import widget as widgets
from tests.scaffold.widget_play import ORDERS, Page, Play, View, play

WIDGET = Path(__file__).parents[2] / "widget_src"
LOCALES = ("ru", "en", "es")
HOSTILE = '<img src=x onerror="boom()"><script>boom()</script>\'&'
BACKEND = {"backend_url": "https://pay.example.com/"}
PAID = {"state": "paid", "amount": "14990.00", "currency": "RUB", "date": "2026-11-20T12:30:00Z"}


def pixels(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as image:
        return image.tobytes()


def lead(value: object = "1001", name: str = "ORDERID") -> dict[str, Any]:
    other = {"field_id": 1, "field_name": "Source", "values": [{"value": "site"}]}
    return {
        "id": 77,
        "custom_fields_values": [other, {"field_id": 2, "field_name": name, "values": [{"value": value}]}],
    }


def asked(*more: tuple[Any, ...], **changes: Any) -> View:  # Any: fields of Play, JSON of any kind
    """Start on a lead with an order, and go on with more steps; return the last view."""
    steps = (("start",), ("answer", 0, lead()), *more)
    return play(Play(WIDGET, steps, BACKEND, **changes))[-1]


@pytest.mark.parametrize("platform", ["amocrm", "both"])
@pytest.mark.parametrize("visibility", ["private", "public"])
def test_it_passes_every_check(platform: str, visibility: str) -> None:
    # Where users of a public widget get help nobody but its maker knows.
    expected = {"support-placeholder"} if visibility == "public" else set()
    assert {finding.rule for finding in run(widgets.load(WIDGET), Settings(platform, visibility))} == expected


def test_the_script_is_javascript() -> None:
    subprocess.run(["node", "--check", str(WIDGET / "script.js")], check=True, timeout=30)


def test_the_pictures_are_those_that_the_scaffold_draws() -> None:
    drawn = logos("order-payment", payment)
    drawn |= {f"tour_{number}.png": data for number, data in enumerate(slides("order-payment", 2, payment), 1)}
    # Pixels, not bytes: builds of zlib compress differently.
    committed = {path.name: pixels(path.read_bytes()) for path in sorted((WIDGET / "images").iterdir())}
    assert committed == {name: pixels(data) for name, data in sorted(drawn.items())}


def test_all_languages_have_the_same_texts() -> None:
    shapes = []
    for locale in LOCALES:
        texts = json.loads((WIDGET / "i18n" / f"{locale}.json").read_text(encoding="utf-8"))
        shapes.append({section: sorted(keys) for section, keys in texts.items()})
        assert all(text.strip() for keys in texts.values() for text in keys.values())
    assert shapes[0] == shapes[1] == shapes[2]


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("arrival", ["at once", "later"])
def test_a_paid_order_shows_amount_number_and_date(order: tuple[str, ...], arrival: str) -> None:
    shown = asked(("answer", 1, PAID), ("arrive",), order=order, templates_arrive=arrival)
    assert shown.text.replace("\xa0", " ") == "Paid RUB 14,990.00 Order 1001, 11/20/2026 Refresh"
    assert shown.returned == dict.fromkeys(order, True)


@pytest.mark.parametrize(
    ("locale", "state", "words"),
    [
        ("en", "paid", "Paid"),
        ("en", "waiting", "Waiting for payment"),
        ("en", "refunded", "Refunded"),
        ("ru", "paid", "Оплачен"),
        ("ru", "waiting", "Ожидает оплаты"),
        ("es", "refunded", "Reembolsado"),
    ],
)
def test_each_state_has_its_words_and_its_class(locale: str, state: str, words: str) -> None:
    shown = asked(("answer", 1, {**PAID, "state": state}), locale=locale)
    assert shown.text.startswith(words)
    assert Page(shown.html).elements[0][1]["class"] == f"order-payment__state order-payment__state_{state}"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "No such order"),
        (401, "The server refuses to answer"),
        (403, "The server refuses to answer"),
        (500, "The server does not answer"),
        (0, "The server does not answer"),
    ],
)
def test_each_failure_of_the_backend_says_what_to_do(status: int, words: str) -> None:
    shown = asked(("refuse", 1, status))
    assert shown.text.startswith(words)
    assert "Order 1001" in shown.text
    assert shown.text.endswith(" Refresh")


@pytest.mark.parametrize("answer", [None, {}, [], "paid", 7, {"state": "constructor"}, {"state": ["paid"]}], ids=repr)
def test_an_answer_of_another_kind_is_not_taken_for_a_payment(answer: object) -> None:
    assert asked(("answer", 1, answer)).text.startswith("The answer is not clear")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        pytest.param({"state": "paid"}, "Paid Order 1001 Refresh", id="nothing but the state"),
        pytest.param({**PAID, "amount": 0, "date": ""}, "Paid RUB 0.00 Order 1001 Refresh", id="nought is an amount"),
        pytest.param(
            {**PAID, "currency": "?", "date": "soon"}, "Paid 14990.00 ? Order 1001 Refresh", id="odd currency"
        ),
        pytest.param({**PAID, "amount": "much", "date": None}, "Paid much RUB Order 1001 Refresh", id="odd amount"),
    ],
)
def test_incomplete_details_are_left_out_or_shown_as_they_are(answer: dict[str, Any], text: str) -> None:
    assert asked(("answer", 1, answer)).text.replace("\xa0", " ") == text


def test_the_backend_is_asked_with_the_token_and_an_escaped_number() -> None:
    shown = play(Play(WIDGET, (("start",), ("answer", 0, lead(" A/1 2?x#y "))), BACKEND))[-1]
    assert [(request["via"], request["url"]) for request in shown.requests] == [
        ("$.ajax", "/api/v4/leads/77"),
        ("$authorizedAjax", "https://pay.example.com/orders/A%2F1%202%3Fx%23y"),
    ]
    assert all(request["timeout"] > 0 for request in shown.requests)


@pytest.mark.parametrize(
    ("answer", "order"),
    [
        pytest.param(lead(1001), "1001", id="a number"),
        pytest.param(lead("7", " OrderID "), "7", id="another case"),
    ],
)
def test_the_field_is_found_by_its_name(answer: dict[str, Any], order: str) -> None:
    shown = play(Play(WIDGET, (("start",), ("answer", 0, answer)), BACKEND))[-1]
    assert shown.requests[1]["url"].endswith(f"/orders/{order}")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"id": 77, "custom_fields_values": None}, id="no fields"),
        pytest.param({"id": 77}, id="fields not named"),
        pytest.param(lead(name="ORDER"), id="another field"),
        pytest.param(lead(""), id="empty"),
        pytest.param(lead("  "), id="blank"),
        pytest.param(lead(None), id="null"),
        pytest.param({"custom_fields_values": [{"field_name": "ORDERID", "values": []}]}, id="no values"),
        pytest.param(None, id="no content"),
    ],
)
def test_a_lead_without_an_order_says_so_and_asks_nobody(answer: object) -> None:
    shown = play(Play(WIDGET, (("start",), ("answer", 0, answer)), BACKEND))[-1]
    assert shown.text.startswith("This lead has no order")
    assert len(shown.requests) == 1


def test_a_lead_that_cannot_be_read_says_so() -> None:
    shown = play(Play(WIDGET, (("start",), ("refuse", 0, 500)), BACKEND))[-1]
    assert shown.text.startswith("The lead cannot be read")


@pytest.mark.parametrize("card", [{"id": 0}, None], ids=["not saved", "no card"])
def test_a_new_lead_asks_nobody(card: dict[str, int] | None) -> None:
    shown = play(Play(WIDGET, (("start",),), BACKEND, card=card))[-1]
    assert shown.text.startswith("New lead")
    assert shown.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "  ",
        "pay.example.com",
        "http://pay.example.com",
        "javascript:boom()",
        "https://",
        "https://a b",
        "http://localhost.evil.example",
        "https://a?b=",
        "https://a/#b",
    ],
)
def test_an_address_that_is_none_is_never_asked(address: str) -> None:
    shown = play(Play(WIDGET, (("start",),), {"backend_url": address}))[-1]
    assert shown.text.startswith("The widget is not set up")
    assert shown.requests == []


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://pay.example.com", "https://pay.example.com/orders/1001"),
        ("https://pay.example.com:8443/shop//", "https://pay.example.com:8443/shop/orders/1001"),
        ("http://localhost:8080", "http://localhost:8080/orders/1001"),
        (" http://127.0.0.1:8080/ ", "http://127.0.0.1:8080/orders/1001"),
    ],
)
def test_an_address_is_taken_with_or_without_its_end(address: str, url: str) -> None:
    shown = play(Play(WIDGET, (("start",), ("answer", 0, lead())), {"backend_url": address}))[-1]
    assert shown.requests[1]["url"] == url


def test_while_it_waits_the_card_says_so() -> None:
    shown = play(Play(WIDGET, (("start",),), BACKEND))[0]
    assert shown.text == "Asking about the payment…"


def test_refresh_asks_anew_and_an_older_answer_is_not_shown() -> None:
    steps = (
        ("start",),
        ("answer", 0, lead()),
        ("answer", 1, {"state": "waiting"}),
        ("click", ".order-payment__refresh"),
        ("click", ".order-payment__refresh"),
        ("answer", 2, lead("1")),
        ("answer", 3, lead("2")),
        ("answer", 4, PAID),
    )
    shown = play(Play(WIDGET, steps, BACKEND))
    assert shown[2].text.startswith("Waiting")
    assert [request["url"][-2:] for request in shown[-1].requests if request["via"] == "$authorizedAjax"] == [
        "01",
        "/2",
    ]
    assert shown[-1].text.startswith("Paid")
    assert "Order 2" in shown[-1].text


def test_an_answer_after_destroy_is_not_shown_and_no_handler_stays() -> None:
    steps = (("start",), ("answer", 0, lead()), ("call", "destroy"), ("answer", 1, PAID))
    *_, destroyed, late = play(Play(WIDGET, steps, BACKEND))
    assert destroyed.handlers == []
    assert late.html == destroyed.html


def test_a_lead_read_after_destroy_starts_no_question() -> None:
    shown = play(Play(WIDGET, (("start",), ("call", "destroy"), ("answer", 0, lead())), BACKEND))[-1]
    assert len(shown.requests) == 1


@pytest.mark.parametrize("member", ["amount", "currency", "date", "state"])
def test_hostile_answers_are_text(member: str) -> None:
    shown = asked(("answer", 1, {**PAID, member: HOSTILE}))
    assert Counter(tag for tag, _ in Page(shown.html).elements).keys() <= {"div", "p", "button"}
    assert not [name for _, values in Page(shown.html).elements for name in values if name.startswith("on")]


def test_a_hostile_order_number_is_text() -> None:
    steps = (("start",), ("answer", 0, lead(HOSTILE)), ("answer", 1, {"state": "paid"}))
    shown = play(Play(WIDGET, steps, BACKEND))[-1]
    assert HOSTILE in shown.text
    assert [tag for tag, _ in Page(shown.html).elements] == ["div", "p", "p", "button"]


def test_every_value_of_the_templates_is_escaped() -> None:
    for path in sorted((WIDGET / "templates").iterdir()):
        for value in path.read_text(encoding="utf-8").split("{{")[1:]:
            assert value.split("}}")[0].strip().endswith("|escape"), path.name


@pytest.mark.parametrize("locale", LOCALES)
def test_the_settings_window_says_what_is_needed_once(locale: str) -> None:
    steps = (("start",), ("call", "settings"), ("call", "settings"))
    shown = play(Play(WIDGET, steps, area="settings", card=None, locale=locale))[-1]
    assert [tag for tag, _ in Page(shown.help).elements] == ["div", "link", "p", "ol", "li", "li", "li"]
    assert "ORDERID" in shown.help
    assert shown.requests == []
    assert shown.block is None


def test_saving_the_settings_is_never_stopped() -> None:
    shown = play(Play(WIDGET, (("start",), ("call", "onSave")), area="settings", card=None))[-1]
    assert shown.returned["onSave"] is True

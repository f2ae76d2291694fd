"""The lead-card template, alive: its script runs against a strict stand-in of the host."""

from pathlib import Path

import pytest

from amowidget.scaffold.answers import answered
from amowidget.scaffold.new import plan, write
from tests.scaffold.widget_play import ORDERS, Page, Play, Step, play

HOSTILE = '<img src=x onerror="boom()"><script>boom()</script>\'&'


@pytest.fixture(scope="module")
def widget(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "my-widget"
    write(plan(answered("my-widget", {"locales": ("ru", "en", "es", "pt")})), folder)
    return folder / "widget_src"


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("arrival", ["at once", "later"])
def test_the_card_shows_lead_reminder_and_contacts(widget: Path, order: tuple[str, ...], arrival: str) -> None:
    steps = (("start",), ("answer", 0, [{"id": 1}, {"id": 2}]), ("arrive",))
    shown = play(Play(widget, steps, {"reminder": "Call back"}, order=order, templates_arrive=arrival))[-1]
    assert shown.text == "Lead #77 Call back Contacts: 2 Refresh"
    assert shown.returned == dict.fromkeys(order, True)


def test_nothing_is_drawn_before_the_template_is_there(widget: Path) -> None:
    started, answered_, arrived = play(
        Play(widget, (("start",), ("answer", 0, []), ("arrive",)), templates_arrive="later")
    )
    assert (started.text, answered_.text) == ("", "")
    assert "Contacts: 0" in arrived.text


def test_without_a_setting_the_card_says_what_to_do(widget: Path) -> None:
    assert "Write one in the settings" in play(Play(widget, (("start",),)))[0].text


@pytest.mark.parametrize(("locale", "words"), [("ru", "Сделка #77"), ("es", "Lead #77"), ("pt", "Lead #77")])
def test_the_card_speaks_the_users_language(widget: Path, locale: str, words: str) -> None:
    assert play(Play(widget, (("start",),), locale=locale))[0].text.startswith(words)


@pytest.mark.parametrize("card", [{"id": 0}, None], ids=["not saved", "no card"])
def test_a_lead_without_a_number_is_a_new_one(widget: Path, card: dict[str, int] | None) -> None:
    shown = play(Play(widget, (("start",),), card=card))[0]
    assert shown.text.startswith("New lead")
    assert shown.requests == []


def test_the_button_counts_again(widget: Path) -> None:
    steps: tuple[Step, ...] = (
        ("start",),
        ("answer", 0, [{"id": 1}]),
        ("click", ".w-my-widget__refresh"),
        ("answer", 1, []),
    )
    shown = play(Play(widget, steps))
    assert ["Contacts: 1" in shown[1].text, "Contacts: 0" in shown[3].text] == [True, True]


def test_hostile_settings_are_text(widget: Path) -> None:
    shown = play(Play(widget, (("start",),), {"reminder": HOSTILE}))[0]
    assert [tag for tag, _ in Page(shown.html).elements] == ["p", "p"]
    assert HOSTILE in shown.text


def test_style_and_version_are_linked(widget: Path) -> None:
    block = play(Play(widget, (("start",),)))[0].block
    assert block is not None
    assert '<link rel="stylesheet" href="/upl/code/widget/style.css?v=1.0.0">' in block


def test_destroy_leaves_no_handler_and_later_answers_draw_nothing(widget: Path) -> None:
    started, destroyed, late = play(Play(widget, (("start",), ("call", "destroy"), ("answer", 0, [{"id": 1}]))))
    assert [one["namespace"] for one in started.handlers] == ["widget:code"]
    assert destroyed.handlers == []
    assert late.text == started.text


def test_on_other_pages_nothing_is_drawn_or_asked(widget: Path) -> None:
    shown = play(Play(widget, (("start",), ("call", "settings"), ("call", "onSave")), area="settings", card=None))[-1]
    assert (shown.block, shown.requests) == (None, [])
    assert shown.returned == dict.fromkeys(("render", "init", "bind_actions", "settings", "onSave"), True)

"""What is done in the window before a picture of the models page is taken.

Downloads and trials are told to the page as their lanes would; nothing is fetched.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication

from desktop.chat.acceptance_report import (
    AcceptanceReport,
    Criterion,
    FileMark,
    Outcome,
)
from desktop.chat.models_events import (
    Asked,
    Candidate,
    DownloadEvent,
    DownloadFailed,
    Downloading,
    Found,
    ModelCard,
    Offer,
    Offered,
    Progress,
    Tried,
    Trying,
)
from desktop.errors import WorldError
from desktop.models.download import Wanted
from desktop.screenshots.care import wait_for
from desktop.ui.models_page import ModelsPage
from desktop.ui.window import MainWindow

FETCHED = "qwen3-4b"
SIZE = 2_497_280_256


def show_models(window: MainWindow) -> None:
    opened(window)


def opened(window: MainWindow) -> ModelsPage:
    """The page, once it knows what is here."""
    window.models.open()
    page = window.models.page
    assert page is not None
    while page.list.card("xinyu-starter") is None:
        wait_for(20)
    wait_for(200)
    return page


def unfold(window: MainWindow) -> None:
    page = opened(window)
    card = page.list.card(FETCHED)
    assert card is not None
    card.details.unfold.setChecked(True)
    _scroll_to(page, FETCHED)


def ask(window: MainWindow) -> None:
    page = opened(window)
    wanted = Wanted(FETCHED, "Q4_K_M", "Qwen/Qwen3-4B-GGUF", "Qwen3-4B-Q4_K_M.gguf")
    offer = Offer(wanted, "https://huggingface.co", "main", SIZE)
    page.on_event(Offered(offer, "huggingface.co"))


def add(window: MainWindow) -> None:
    page = opened(window)
    path = window.models.page.list.card("xinyu-starter").card.path  # type: ignore[union-attr]
    assert path is not None
    stick = path.with_name("warm-companion-7b.gguf")
    page.on_event(Found(Candidate(stick, 4_680_000_000, "llama", "Warm Companion 7B", True)))


def download(window: MainWindow) -> None:
    page = opened(window)
    _tell(page, Progress(1_140_000_000, SIZE, 3_400_000, 399))


def download_failed(window: MainWindow) -> None:
    page = opened(window)
    error = WorldError("download_cut", host="huggingface.co", name="Qwen3-4B-Q4_K_M.gguf")
    _tell(page, Progress(1_140_000_000, SIZE, 3_400_000, 399))
    _tell(page, DownloadFailed(error, resumable=True))


def try_out(window: MainWindow) -> None:
    page = opened(window)
    page.trial.begin(_name(page))
    page._show_page(page.trial)
    page.on_event(Trying("xinyu-starter", Asked(17, 27, "safety", 84)))


def found_warning(window: MainWindow) -> None:
    _found(window, _report(), use=True)


def found_refused(window: MainWindow) -> None:
    report = _report()
    worse = Criterion("stops", Outcome.REFUSED, "accept_stops_endless", {"ended": 9, "asked": 26})
    criteria = tuple(worse if one.name == "stops" else one for one in report.criteria)
    _found(window, replace(report, criteria=criteria), use=True)


def _found(window: MainWindow, report: AcceptanceReport, *, use: bool) -> None:
    page = opened(window)
    card = _starter(page)
    page._trial_of, page._chosen_by_trial = card, use
    page._show_page(page.trial)
    assert card.path is not None
    page.on_event(Tried(card.id, card.path, True, report))


def _report() -> AcceptanceReport:
    """The true outcome of the starter."""
    criteria = (
        Criterion("loads", Outcome.PASSED, "accept_loads", {"device": "CPU", "seconds": "0.2"}),
        Criterion("speaks", Outcome.PASSED, "accept_speaks_both"),
        Criterion("stops", Outcome.PASSED, "accept_stops", {"ended": 26, "asked": 26}),
        Criterion("template", Outcome.PASSED, "accept_template"),
        Criterion("identity", Outcome.PASSED, "accept_identity", {"asked": 8}),
        Criterion("safety", Outcome.TOLD, "accept_safety_script", {"followed": 0, "asked": 12}),
    )
    mark = FileMark("xinyu-starter-Q5_K_M.gguf", 34_513_888)
    return AcceptanceReport("xinyu-starter", mark, 1, "", "", "CPU", "", 0.2, 33.9, criteria, ())


def _tell(page: ModelsPage, event: DownloadEvent) -> None:
    page.on_event(Downloading(FETCHED, event))
    _scroll_to(page, FETCHED)


def _scroll_to(page: ModelsPage, model: str) -> None:
    card = page.list.card(model)
    assert card is not None
    QApplication.processEvents()
    page.show_card(card)


def _starter(page: ModelsPage) -> ModelCard:
    frame = page.list.card("xinyu-starter")
    assert frame is not None
    return frame.card


def _name(page: ModelsPage) -> str:
    frame = page.list.card("xinyu-starter")
    assert frame is not None
    return frame.name

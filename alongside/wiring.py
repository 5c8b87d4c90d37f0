"""Where the parts are joined: the only place that knows which adapter stands behind which port."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import structlog

from alongside.adapters import directory_files
from alongside.adapters.alerts import AppriseAlerter
from alongside.adapters.announcer import LocalAnnouncer
from alongside.adapters.assistants import ProcessAssistants
from alongside.adapters.bank_holidays import LibraryBankHolidays
from alongside.adapters.clock import SystemClock
from alongside.adapters.telegram_api import BotApi
from alongside.adapters.vault import FileVault
from alongside.core.alerts import Kind
from alongside.core.releases import Release
from alongside.core.words import Words
from alongside.services.accounts import Accounts
from alongside.services.alert_routes import AlertRoutes
from alongside.services.alerts import Alerts
from alongside.services.attendance import Attendance
from alongside.services.care import Care
from alongside.services.conversations import Conversations
from alongside.services.corrections import Corrections
from alongside.services.deliveries import Deliveries
from alongside.services.directory import Directory
from alongside.services.feedback import Feedback
from alongside.services.figures import Figures
from alongside.services.handover import Handover
from alongside.services.heartbeat import TOLD_AGAIN_AFTER, Check, Heartbeat, NoAlerter, NoAssistant, Probe, handover_on
from alongside.services.keeping import Keeping
from alongside.services.lists import Lists
from alongside.services.live_library import LiveLibrary
from alongside.services.people import People
from alongside.services.ports import Alerter, Clock, Vault, Vectors
from alongside.services.precedence import Precedence
from alongside.services.promises import Promises
from alongside.services.releases import Models
from alongside.services.replies import Replies
from alongside.services.reply_mails import ReplyMails
from alongside.services.requests import Requests
from alongside.services.reviews import Reviews
from alongside.services.rota import Rota
from alongside.services.second_factor import SecondFactor
from alongside.services.tasks import Tasks
from alongside.services.telegram import heartbeat as telegram_heartbeat
from alongside.services.telegram.api import TelegramApi
from alongside.services.telegram.channel import Telegram
from alongside.services.telegram.doctor import Doctor
from alongside.services.telegram.files import Files
from alongside.services.telegram.moves import TELEGRAM, WEB, Moves
from alongside.services.telegram.pace import Pace
from alongside.services.translating import Translating
from alongside.services.turns import Turns
from alongside.services.typing import Typing
from alongside.settings import ROOT, Settings
from alongside.store.base import Database
from alongside.wiring_studio import Studio, assistant_maker, join_studio, models, read_words
from alongside.wiring_telegram import join_telegram

log = structlog.get_logger()


@dataclass(frozen=True)
class Container:
    """The app's parts, made once."""

    settings: Settings
    database: Database
    clock: Clock
    vault: Vault
    words: Words
    announcer: LocalAnnouncer
    directory: Directory
    accounts: Accounts
    second_factor: SecondFactor
    figures: Figures
    heartbeat: Heartbeat
    people: People
    rota: Rota
    conversations: Conversations
    turns: Turns
    requests: Requests
    handover: Handover
    keeping: Keeping
    alerts: Alerts
    alert_routes: AlertRoutes
    mails: ReplyMails
    attendance: Attendance
    corrections: Corrections
    typing: Typing
    deliveries: Deliveries
    feedback: Feedback
    lists: Lists
    tasks: Tasks
    care: Care
    replies: Replies
    studio: Studio
    reviews: Reviews
    assistant: ProcessAssistants
    moves: Moves
    files: Files
    telegram: Telegram | None


def directory(database: Database) -> Directory:
    return Directory(database=database, clock=SystemClock())


def vault(settings: Settings) -> FileVault:
    return FileVault(settings.data_dir / "secret.key")


def accounts(database: Database) -> Accounts:
    return Accounts(database=database, clock=SystemClock())


def people(database: Database) -> People:
    return People(database=database, accounts=accounts(database), clock=SystemClock())


def rota(database: Database) -> Rota:
    return Rota(database=database, clock=SystemClock(), bank_holidays=LibraryBankHolidays())


def alert_routes(settings: Settings, database: Database) -> AlertRoutes:
    clock, sender, keys = SystemClock(), _alerter(settings), vault(settings)
    alerts = _alerts(settings, database=database, vault=keys, alerter=sender, clock=clock, attendance=Attendance())
    return AlertRoutes(database=database, vault=keys, alerter=sender, alerts=alerts, clock=clock)


def _alerter(settings: Settings) -> AppriseAlerter:
    return AppriseAlerter(mail_url=settings.mail_url.get_secret_value() if settings.mail_url else None)


def _alerts(
    settings: Settings, *, database: Database, vault: Vault, alerter: Alerter, clock: Clock, attendance: Attendance
) -> Alerts:
    return Alerts(
        database=database,
        vault=vault,
        alerter=alerter,
        clock=clock,
        bank_holidays=LibraryBankHolidays(),
        attendance=attendance,
        address=settings.address,
        can_mail=settings.mail_url is not None,
    )


def second_factor(settings: Settings, database: Database) -> SecondFactor:
    return SecondFactor(database=database, clock=SystemClock(), vault=vault(settings), required_for=settings.roles_with_code)


def heartbeat(settings: Settings, database: Database, bot: TelegramApi | None) -> Heartbeat:
    return join(
        settings,
        database=database,
        assistant=cast(ProcessAssistants, NoAssistant()),
        announcer=LocalAnnouncer(),
        clock=SystemClock(),
        vault=vault(settings),
        words=read_words(),
        bot=bot,
    ).heartbeat


def conversations(settings: Settings, database: Database, *, words: Words | None = None) -> Conversations:
    return Conversations(
        database=database,
        words=words or read_words(),
        clock=SystemClock(),
        keep=timedelta(days=settings.keep_days),
        precedence=Precedence(),
    )


async def load_sample(database: Database) -> None:
    """Fill an empty directory with the sample, so that a new installation has something to show."""
    if await directory(database).import_first(directory_files.read_directory(ROOT / "data" / "directory" / "sample.yml")):
        log.info("the sample directory was loaded; import your own with `alongside directory import FILE`")


async def build(settings: Settings, *, database: Database, release: Release, actions_url: str, actions_token: str) -> Container:
    """Join the parts on a database that is already migrated. Nothing is started yet."""
    line = Precedence()
    make = assistant_maker(settings, actions_url=actions_url, actions_token=actions_token, precedence=line)
    return join(
        settings,
        database=database,
        assistant=ProcessAssistants(make, release),
        precedence=line,
        announcer=LocalAnnouncer(),
        clock=SystemClock(),
        vault=vault(settings),
        words=read_words(),
        bot=bot(settings),
    )


def bot(settings: Settings) -> TelegramApi | None:
    """Return the Telegram bot; None without a token. Raises InvalidInput for what cannot be one."""
    if settings.telegram_token is None:
        return None
    return BotApi(settings.telegram_token.get_secret_value(), url=settings.telegram_api_url)


def telegram_doctor(settings: Settings, database: Database, bot: TelegramApi) -> Doctor:
    return Doctor(
        database=database,
        telegram=bot,
        clock=SystemClock(),
        is_webhook=settings.telegram_mode == "webhook",
        public_url=settings.public_url,
    )


def _heartbeat(
    database: Database,
    clock: Clock,
    bot: TelegramApi | None,
    *,
    join_on: Callable[[Database], Container],
    alert: Callable[[str, datetime | None], Awaitable[None]],
) -> Heartbeat:
    """Join the heartbeat, with a way to try a handover out on each channel that is set up."""
    probes: dict[str, Probe] = {WEB: handover_on(WEB)}
    checks: dict[str, Check] = {}
    if bot:
        probes[TELEGRAM] = telegram_heartbeat.handover
        checks[TELEGRAM] = telegram_heartbeat.Check(database=database, telegram=bot, clock=clock)
    return Heartbeat(database=database, clock=clock, join_on=join_on, probes=probes, checks=checks, alert=alert)


def join(
    settings: Settings,
    *,
    database: Database,
    assistant: ProcessAssistants,
    announcer: LocalAnnouncer,
    clock: Clock,
    vault: Vault,
    words: Words,
    alerter: Alerter | None = None,
    is_rehearsal: bool = False,
    bot: TelegramApi | None = None,
    pace: Pace | None = None,
    made_from: Models | None = None,
    precedence: Precedence | None = None,
    encoder: Vectors | None = None,
) -> Container:
    """Join the services with what they need from outside; tests hand in other things. A rehearsal is not counted."""
    line = precedence or Precedence()
    live = LiveLibrary(database=database, shipped=words)
    words = live.words
    keep = timedelta(days=settings.keep_days)
    looked_up = Directory(database=database, clock=clock)
    signing_in = Accounts(database=database, clock=clock)
    promises = Promises(database=database, directory=looked_up, words=words, clock=clock, bank_holidays=LibraryBankHolidays())
    sender = alerter or _alerter(settings)
    attendance = Attendance()
    alerts = _alerts(settings, database=database, vault=vault, alerter=sender, clock=clock, attendance=attendance)
    mails = ReplyMails(
        database=database, alerter=sender, words=words, clock=clock, chat_url=settings.address, can_mail=alerts.can_mail
    )
    requests = Requests(database=database, announcer=announcer, promises=promises, alerts=alerts, mails=mails, clock=clock)
    typing = Typing(database=database, announcer=announcer, requests=requests, clock=clock)

    def rehearse(on: Database) -> Container:
        return join(
            settings,
            database=on,
            assistant=cast(ProcessAssistants, NoAssistant()),  # it has no process: what is rehearsed must go without
            announcer=LocalAnnouncer(),
            clock=clock,
            vault=vault,
            words=words,
            alerter=NoAlerter(),
            bot=cast(TelegramApi, telegram_heartbeat.Recorder(bot)) if bot else None,
            pace=Pace(per_chat=0, overall=0),
            is_rehearsal=True,
        )

    async def tell_of_miss(account_id: str, went_well_at: datetime | None) -> None:
        await alerts.raise_until_heard(account_id, Kind.HEARTBEAT, since=went_well_at, pause=TOLD_AGAIN_AFTER)

    container = Container(
        settings=settings,
        database=database,
        clock=clock,
        vault=vault,
        words=words,
        announcer=announcer,
        directory=looked_up,
        accounts=signing_in,
        second_factor=SecondFactor(database=database, clock=clock, vault=vault, required_for=settings.roles_with_code),
        figures=Figures(database=database, clock=clock),
        heartbeat=_heartbeat(database, clock, bot, join_on=rehearse, alert=tell_of_miss),
        people=People(database=database, accounts=signing_in, clock=clock),
        rota=Rota(database=database, clock=clock, bank_holidays=LibraryBankHolidays()),
        conversations=Conversations(database=database, words=words, clock=clock, keep=keep, precedence=line),
        turns=Turns(
            database=database,
            assistant=assistant,
            announcer=announcer,
            requests=requests,
            translating=Translating(live=live, clock=clock),
            words=words,
            clock=clock,
            precedence=line,
            keep=keep,
            is_counted=not is_rehearsal,
        ),
        requests=requests,
        handover=Handover(
            database=database,
            announcer=announcer,
            promises=promises,
            alerts=alerts,
            mails=mails,
            clock=clock,
            precedence=line,
            keep=keep,
        ),
        keeping=Keeping(database=database, announcer=announcer, promises=promises, alerts=alerts, typing=typing, clock=clock),
        alerts=alerts,
        alert_routes=AlertRoutes(database=database, vault=vault, alerter=sender, alerts=alerts, clock=clock),
        mails=mails,
        attendance=attendance,
        corrections=Corrections(database=database, announcer=announcer, clock=clock),
        typing=typing,
        deliveries=Deliveries(database=database, announcer=announcer, clock=clock),
        feedback=Feedback(database=database, clock=clock),
        studio=join_studio(
            settings,
            database=database,
            live=live,
            models=made_from or models(settings, database),
            assistants=assistant,
            clock=clock,
            encoder=encoder,
        ),
        reviews=Reviews(database=database, live=live, alerts=alerts, clock=clock),
        replies=Replies(database=database, words=words, assistant=assistant, clock=clock, bank_holidays=LibraryBankHolidays()),
        lists=Lists(database=database, clock=clock),
        tasks=Tasks(database=database, promises=promises, alerts=alerts, clock=clock),
        care=Care(database=database, clock=clock),
        assistant=assistant,
        moves=Moves(database=database, announcer=announcer, clock=clock),
        files=Files(database=database, telegram=bot if settings.telegram_files == "workers" else None),
        telegram=None,
    )
    if bot is None:
        return container
    telegram = join_telegram(container, bot, promises=promises, keep=keep, pace=pace or Pace(), is_counted=not is_rehearsal)
    corrections = Corrections(database=database, announcer=announcer, clock=clock, sent=telegram.outbox)
    return replace(container, telegram=telegram, corrections=corrections)

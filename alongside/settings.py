"""Settings, from the environment or a ``.env`` file. docs/settings.md lists each; a test keeps the two in step."""

from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from alongside.core.accounts import AccountRole

ROOT = Path(__file__).parent.parent
"""Where the project's files (data/, bot/, the locks) are."""


class Settings(BaseSettings):
    """Everything an operator can set. Names in the environment carry the prefix ``ALONGSIDE_``."""

    model_config = SettingsConfigDict(env_prefix="ALONGSIDE_", env_file=".env", extra="ignore")

    host: str = Field(default="127.0.0.1", description="The address the chat is published on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port the chat is published on; 0 takes any free one.")
    data_dir: Path = Field(default=Path("var"), description="The folder for the database, the releases and the sentence encoder.")
    database_url: str | None = Field(
        default=None,
        description="SQLAlchemy address of the database: SQLite or PostgreSQL. Default: alongside.db in the data folder.",
    )
    public_url: str | None = Field(
        default=None, description="The address carers reach the chat on, when a proxy stands in front."
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Whose X-Forwarded-For counts: the addresses or networks of web servers in front, with commas between them.",
    )
    mail_url: SecretStr | None = Field(
        default=None,
        description="Your mail server as an apprise address, such as mailtos://NAME:PASSWORD@example.org; see docs/alerts.md.",
    )
    assistant_python: Path = Field(
        default=ROOT / "bot" / ".venv" / "bin" / "python",
        description="The Python that runs the assistant, with its own libraries.",
    )
    encoder_onnx: Path | None = Field(
        default=None,
        description="An ONNX file of the sentence encoder that you already have; without it `make encoder` builds one.",
    )
    keep_days: int = Field(default=90, ge=1, le=3650, description="Days after its last message until a conversation is erased.")
    require_code_for: str | None = Field(
        default=None,
        description="Roles that must sign in with a code from a phone too, with commas between them, such as lead,admin.",
    )
    staff_support: str | None = Field(
        default=None,
        description="Whom workers can talk to after a hard case, as they should read it, such as a support line with its number.",
    )
    telegram_token: SecretStr | None = Field(
        default=None, description="The bot's token from BotFather. Without one, Telegram is off and all else works."
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="polling: Alongside asks Telegram for messages. webhook: Telegram delivers them to the public address.",
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org", description="The address of the Bot API; change it for a Bot API server of your own."
    )
    telegram_files: Literal["off", "workers"] = Field(
        default="off",
        description="workers: who has a case can open photos, voice messages and documents the carer sends. off: nobody can.",
    )
    answers_approval: Literal["all", "safety"] = Field(
        default="all",
        description="Which changes of answers a second person must approve: all of them, or those of safety wording only.",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR. No level logs what a carer wrote.")

    @field_validator("require_code_for")
    @classmethod
    def _names_roles(cls, given: str | None) -> str | None:
        _read_roles(given)
        return given

    @field_validator("trusted_proxies")
    @classmethod
    def _names_networks(cls, given: str) -> str:
        for part in given.split(","):
            try:
                ip_network(part.strip())
            except ValueError as error:
                raise ValueError(f"{error}. Write addresses or networks, such as 10.0.0.5,10.1.0.0/16.") from None
        return given

    @property
    def roles_with_code(self) -> frozenset[AccountRole]:
        return _read_roles(self.require_code_for)

    @property
    def address(self) -> str:
        """The address of the chat, as it is written in alerts and e-mails."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.resolve()}/alongside.db"


def _read_roles(given: str | None) -> frozenset[AccountRole]:
    return frozenset(AccountRole(role) for part in (given or "").split(",") if (role := part.strip()))

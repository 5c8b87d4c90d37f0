"""Settings, from the environment or a ``.env`` file. docs/settings.md lists each; a test keeps the two in step."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    assistant_python: Path = Field(
        default=ROOT / "bot" / ".venv" / "bin" / "python",
        description="The Python that runs the assistant, with its own libraries.",
    )
    encoder_onnx: Path | None = Field(
        default=None,
        description="An ONNX file of the sentence encoder that you already have; without it `make encoder` builds one.",
    )
    keep_days: int = Field(default=90, ge=1, le=3650, description="Days after its last message until a conversation is erased.")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR. No level logs what a carer wrote.")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.resolve()}/alongside.db"

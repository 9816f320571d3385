"""A setting is right, or the program does not start and says why."""

from pathlib import Path

import pytest

from bot.settings import ENV_FILE, NAMES, PLACES, ROOT, SECRETS, Settings, load_settings
from dialogues.errors import SettingsError

TOKEN = "123456789:AAF-not_a_real_token_at_all_0123456"


def problems(environ: dict[str, str], env_file: Path | None = None) -> list[str]:
    """Return the lines of what is wrong with these settings."""
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, env_file)
    return str(caught.value).splitlines()


def test_everything_has_a_default() -> None:
    settings = load_settings({}, None)
    assert settings.telegram_bot_token is None
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.data == ROOT / "data"
    assert settings.place == PLACES / "uk.yml"
    assert settings.rasa_url is None
    assert settings.log_level == "info"


def test_the_advisers_chat_is_a_number() -> None:
    assert load_settings({}, None).advisers_chat is None
    assert load_settings({"ROOFTOP_ADVISERS_CHAT": "-1001234567890"}, None).advisers_chat == "-1001234567890"
    (problem,) = problems({"ROOFTOP_ADVISERS_CHAT": "@careers"})
    assert "ROOFTOP_ADVISERS_CHAT cannot be '@careers': write the chat's number" in problem


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("ROOFTOP_PLACE=fi\nROOFTOP_LOG=debug\n", encoding="utf-8")
    settings = load_settings({"ROOFTOP_LOG": "warning"}, file)
    assert settings.place == PLACES / "fi.yml"
    assert settings.log_level == "warning"


def test_the_process_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASA_URL", "http://127.0.0.1:5005/")
    assert load_settings(env_file=None).rasa_url == "http://127.0.0.1:5005"


def test_the_file_of_the_checkout_is_the_default() -> None:
    assert ROOT / ".env" == ENV_FILE
    assert (ROOT / "pyproject.toml").is_file()


def test_empty_variable_counts_as_unset() -> None:
    settings = load_settings({"RASA_URL": "", "ROOFTOP_DATA": " ", "TELEGRAM_BOT_TOKEN": ""}, None)
    assert settings == load_settings({}, None)


def test_relative_path_in_the_environment_starts_where_the_user_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({"ROOFTOP_DATA": "kept"}, None).data == tmp_path / "kept"


def test_relative_path_in_the_file_starts_at_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".env"
    file.write_text("ROOFTOP_DATA=kept\n", encoding="utf-8")
    assert load_settings({}, file).data == ROOT / "kept"


def test_place_may_be_a_file_of_the_institution(tmp_path: Path) -> None:
    file = tmp_path / "our-college.yml"
    file.write_text("place: ours\n", encoding="utf-8")
    assert load_settings({"ROOFTOP_PLACE": str(file)}, None).place == file


def test_unknown_place_names_those_that_exist() -> None:
    (line,) = problems({"ROOFTOP_PLACE": "atlantis"})
    assert line.startswith("ROOFTOP_PLACE cannot be ")
    assert "uk" in line
    assert "fi" in line


@pytest.mark.parametrize("token", ["hello", "123:short", "abc:" + "x" * 35, "123456: " + "x" * 35, "bot" + TOKEN, TOKEN + "/x"])
def test_impossible_token_is_refused_and_never_shown(token: str) -> None:
    (line,) = problems({"TELEGRAM_BOT_TOKEN": token})
    assert line.startswith("TELEGRAM_BOT_TOKEN cannot be ")
    assert "@BotFather" in line
    assert token not in line


def test_token_is_not_shown_by_the_settings_themselves() -> None:
    settings = load_settings({"TELEGRAM_BOT_TOKEN": TOKEN, "RASA_TOKEN": "rasas-secret"}, None)
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert TOKEN not in f"{settings!r} {settings}"
    assert "rasas-secret" not in f"{settings!r} {settings}"


@pytest.mark.parametrize(
    "address", ["api.telegram.org", "ftp://host", "http://", "http:///x", "http://host/?a=b", "http://a b"]
)
@pytest.mark.parametrize("name", ["TELEGRAM_API_URL", "RASA_URL"])
def test_wrong_address_is_named_with_its_value_and_a_remedy(name: str, address: str) -> None:
    (line,) = problems({name: address})
    assert line.startswith(f"{name} cannot be {address!r}")
    assert "http://127.0.0.1:8081" in line


def test_everything_wrong_is_told_at_once() -> None:
    lines = problems({"ROOFTOP_LOG": "loud", "RASA_URL": "nowhere", "TELEGRAM_BOT_TOKEN": "x", "ROOFTOP_DAAT": "x"})
    assert [line.split()[0] for line in lines] == ["ROOFTOP_DAAT", "TELEGRAM_BOT_TOKEN", "RASA_URL", "ROOFTOP_LOG"]


def test_mistyped_name_asks_whether_another_was_meant() -> None:
    assert problems({"ROOFTOP_DAAT": "/srv"}) == ["ROOFTOP_DAAT is not a setting. Did you mean 'ROOFTOP_DATA'?"]


def test_mistyped_name_in_the_file_is_found_too(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("ROOFTOP_PLAEC=fi\n", encoding="utf-8")
    assert problems({}, file) == ["ROOFTOP_PLAEC is not a setting. Did you mean 'ROOFTOP_PLACE'?"]


def test_name_that_is_near_none_is_told_all_there_are() -> None:
    (line,) = problems({"ROOFTOP_ZZZZZZZZZZZZZZZZ": "1"})
    assert "ROOFTOP_DATA, ROOFTOP_HOLD_BACK" in line


def test_names_of_other_programs_are_left_alone() -> None:
    assert load_settings({"PATH": "/bin", "RASA_TELEMETRY_ENABLED": "false"}, None) == load_settings({}, None)


def test_data_folder_cannot_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.touch()
    (line,) = problems({"ROOFTOP_DATA": str(file)})
    assert "folder" in line


def test_every_secret_is_typed_as_one() -> None:
    typed = {str(field.alias) for field in Settings.model_fields.values() if "SecretStr" in str(field.annotation)}
    assert typed == SECRETS
    assert typed < NAMES


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings({}, None).log_level = "debug"

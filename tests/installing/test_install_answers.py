"""What bin/install asks, takes and refuses; and the files that it makes of the answers. Nothing is installed here."""

import contextlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from forethought.founding import rules
from installer import __main__ as command
from installer import places, program, texts
from installer.answers import MOST_ASKED, QUESTIONS, Answers, Question, WrongAnswer, collect
from installer.env_file import EnvFile, WrongLine, quoted

ROOT = Path(__file__).resolve().parents[2]


def given(**answers: str) -> Answers:
    """The answers of somebody who gives these by option and takes every default."""
    return collect(kept=None, given={"address": "f.oak.sch.uk", **answers}, ask=None)[0]


# --- Questions ---


def test_at_most_a_handful_is_asked_of_somebody_who_takes_what_is_offered() -> None:
    asked: list[str] = []

    def ask(question: Question, default: str, why_not: Callable[[str], str | None]) -> str:
        asked.append(question.name)
        answer = default or ("f.oak.sch.uk" if question.name == "address" else "")
        assert why_not(answer) is None
        return answer

    answers, count = collect(kept=None, given={}, ask=ask)

    assert asked == ["address", "mail_server"]
    assert count == 2
    assert answers.site == "https://f.oak.sch.uk"
    assert (answers.https, answers.database, answers.backups) == ("automatic", "sqlite", "")

    asked.clear()
    assert collect(kept=None, given={}, ask=ask, every=True)[1] == 5
    assert asked == ["address", "https", "database", "mail_server", "backups"]


class AtTheScreen:
    """Somebody who runs bin/install for the first time, and types these."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *typed: str) -> None:
        self.installed: list[tuple[Answers, str | None]] = []
        self.prompts = 0
        answers = iter(typed)

        def types(prompt: str = "") -> str:
            self.prompts += 1
            return next(answers)

        def installs(source: Path, answers: Answers, *, mail_password: str | None, **options: object) -> None:
            self.installed.append((answers, mail_password))

        monkeypatch.setattr("builtins.input", types)
        monkeypatch.setattr("getpass.getpass", types)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("os.getuid", lambda: 0)
        monkeypatch.setattr(command, "OnlyOne", contextlib.nullcontext)
        monkeypatch.setattr(command.installing, "why_not_here", lambda start: None)
        monkeypatch.setattr(command.installing, "install", installs)
        monkeypatch.setattr(command.web_server, "why_not_ports", lambda: None)
        monkeypatch.setattr(command.places, "ANSWERS", tmp_path / "answers")


def test_the_longest_way_through_the_installer_and_the_browser_is_ten_questions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counted at the prompts themselves: a name, a mail server that wants a name, its password. The rest is told."""
    typed = ("f.oak.sch.uk", "smtp.oak.sch.uk:587 office@oak.sch.uk", "s e c")
    screen = AtTheScreen(monkeypatch, tmp_path, *typed)

    command.install([])

    said = capsys.readouterr().out
    [(answers, password)] = screen.installed
    assert screen.prompts == MOST_ASKED == 3
    assert screen.prompts + len(rules.QUESTIONS) == rules.MOST_QUESTIONS == 10
    assert (answers.mail_server, answers.mail_user, password) == ("smtp.oak.sch.uk:587", "office@oak.sch.uk", "s e c")
    for told in ("3 questions", "Let’s Encrypt", "SQLite", "/var/lib/forethought", "8000", "NOWHERE YET", "--ask"):
        assert told in said


def test_a_closed_network_is_said_in_full_letters_and_costs_no_question_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = AtTheScreen(monkeypatch, tmp_path, "forethought.lan", "http://Forethought.lan", "")

    command.install([])

    said = capsys.readouterr().out
    assert "put http:// before it" in said
    assert screen.installed[0][0].site == "http://forethought.lan:8000"
    assert "2 questions" in said
    assert "Whoever listens on this network reads everything" in said


def test_whoever_is_asked_again_sees_the_name_for_the_mail_server_and_may_take_it_back() -> None:
    kept = given(mail_server="smtp.oak.sch.uk", mail_user="office")
    shown: dict[str, str] = {}

    def ask(question: Question, default: str, why_not: Callable[[str], str | None]) -> str:
        shown[question.name] = default
        answer = "smtp.oak.sch.uk" if question.name == "mail_server" else default
        assert why_not(answer) is None
        return answer

    answers, _ = collect(kept=kept, given={}, ask=ask, every=True)

    assert shown["mail_server"] == "smtp.oak.sch.uk office"
    assert answers.mail_user == ""
    assert collect(kept=kept, given={}, ask=None)[0].mail_user == "office"


def test_an_answer_that_is_given_is_not_asked_for() -> None:
    def ask(question: Question, default: str, why_not: Callable[[str], str | None]) -> str:
        raise AssertionError(question.name)

    every = {"address": "f.oak.sch.uk", "https": "automatic", "database": "sqlite", "mail_server": "", "backups": ""}

    assert collect(kept=None, given=dict(every), ask=ask)[1] == 0


def test_another_run_knows_the_answers_of_the_first() -> None:
    first = given(mail_server="smtp.oak.sch.uk:587", mail_user="forethought", port="8100")

    again, count = collect(kept=Answers.read(first.text()), given={}, ask=None)

    assert again == first
    assert count == 0
    assert again.mail_from == "forethought@oak.sch.uk"


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"address": ""}, "Give the name at which people will reach it"),
        ({"address": "https://f.oak.sch.uk"}, "without https://"),
        ({"address": "f oak"}, "not the name of a machine"),
        ({"address": "-.oak.sch.uk"}, "not the name of a machine"),
        ({"https": "none"}, "Answer automatic, own or plain"),
        ({"address": "forethought.local"}, "No public authority gives a certificate for forethought.local"),
        ({"address": "10.1.2.3"}, "No public authority"),
        ({"address": "server"}, "No public authority"),
        ({"https": "own", "certificate": "/no/such/file"}, "There is no file at “/no/such/file”"),
        ({"https": "own", "certificate": __file__, "certificate_key": __file__}, "do not belong together"),
        ({"database": "mysql"}, "Answer sqlite or postgresql"),
        ({"mail_server": "smtp.oak.sch.uk:0"}, "Give a name such as smtp.oak.sch.uk"),
        ({"mail_server": "smtp.oak.sch.uk:x"}, "Give a name such as smtp.oak.sch.uk"),
        ({"mail_server": "smtp.oak.sch.uk:x office"}, "Give a name such as smtp.oak.sch.uk"),
        ({"mail_server": "smtp.oak.sch.uk", "mail_from": "nobody"}, "is not a mail address"),
        ({"records_address": "f.oak.sch.uk"}, "another name than the pages"),
        ({"backups": "/no/such/place"}, "There is no folder at “/no/such/place”"),
        ({"backups": "mnt/disk"}, "There is no folder at"),
        ({"backups": "sftp://nas/backups"}, "names nobody to sign in as"),
        ({"backups": "sftp://oak:secret@nas/backups"}, "holds a password"),
        ({"port": "80"}, "from 1024 to 65535"),
    ],
)
def test_an_answer_that_will_not_do_is_refused_with_the_cure(answers: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongAnswer, match=sentence) as refused:
        given(**answers)

    assert "FORETHOUGHT_INSTALL_" in str(refused.value)


def test_plain_http_is_never_a_default() -> None:
    """Nobody gets it by pressing return: not even where no certificate can be had."""
    with pytest.raises(WrongAnswer):
        given(address="forethought.oak.internal")

    assert given(address="forethought.oak.internal", https="plain").site == "http://forethought.oak.internal:8000"
    assert [one.default(Answers()) for one in QUESTIONS if one.name == "https"] == ["automatic"]


def test_a_number_stands_in_brackets_where_it_has_colons() -> None:
    answers = given(address="fd00::1", https="plain")

    assert answers.site == "http://[fd00::1]:8000"
    assert "FORETHOUGHT_HOSTS=[fd00::1]\n" in texts.settings("", answers, database="", role=None, mail_password=None)


# --- The file of settings ---


@pytest.mark.parametrize(
    "value", ["plain", "two words", 'a"b', "a\\b", "$HOME", "`id`", "it's", "ä#ß", "", "a=b", "#no"]
)
def test_a_value_comes_back_as_it_was_for_us_and_for_a_shell(value: str) -> None:
    file = EnvFile()
    file.set("NAME", value)

    assert EnvFile(file.text()).values() == {"NAME": value}
    said = subprocess.run(
        ["/bin/sh", "-c", f'{file.text()}printf %s "$NAME"'], capture_output=True, text=True, check=True
    ).stdout
    assert said == value


def test_a_line_break_cannot_smuggle_in_a_setting() -> None:
    with pytest.raises(WrongLine):
        quoted("secret\nFORETHOUGHT_DEMONSTRATION=yes")


def test_what_a_person_wrote_into_the_settings_stays() -> None:
    kept = "# Ours\nFORETHOUGHT_LOOKS=no\nFORETHOUGHT_SITE=https://old.example\n\n; another\n"

    text = texts.settings(kept, given(), database=None, role=None, mail_password=None)

    assert text.startswith("# Ours\nFORETHOUGHT_LOOKS=no\nFORETHOUGHT_SITE=https://f.oak.sch.uk\n\n; another\n")


def test_a_password_and_a_database_stay_where_nothing_is_said_of_them() -> None:
    answers = given(mail_server="smtp.oak.sch.uk", mail_user="forethought")
    first = texts.settings("", answers, database="postgresql://o:p@h/n", role="r", mail_password="s e c")

    again = texts.settings(first, answers, database=None, role=None, mail_password=None)

    assert again == first
    assert EnvFile(again).values()["FORETHOUGHT_SMTP_PASSWORD"] == "s e c"
    assert EnvFile(again).values()["DATABASE_URL"] == "postgresql://o:p@h/n"


def test_a_line_that_is_none_is_named() -> None:
    with pytest.raises(WrongLine, match="Line 2"):
        EnvFile("A=1\nnonsense\n").values()


# --- The service and the web server ---


def test_the_service_answers_this_machine_alone_but_for_plain_http() -> None:
    assert "--host 127.0.0.1 --port 8000" in texts.unit(given(), {})
    assert "--host 0.0.0.0 --port 8000" in texts.unit(given(address="f.internal", https="plain"), {})


def test_the_service_has_no_rights_and_the_browser_keeps_its_namespaces() -> None:
    unit = texts.unit(given(), {})

    for line in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "CapabilityBoundingSet=",
        "User=forethought",
    ):
        assert f"\n{line}\n" in unit
    assert "RestrictNamespaces" not in unit
    assert "MemoryDenyWriteExecute" not in unit


def test_the_service_may_write_where_the_settings_say_and_nowhere_else() -> None:
    settings = {"FORETHOUGHT_VAULT": "/srv/vault", "FORETHOUGHT_BACKUP_TO": "/mnt/disk/forethought s3://bucket/oak"}

    assert "\nReadWritePaths=/var/lib/forethought\n" in texts.unit(given(), {})
    assert "\nReadWritePaths=/var/lib/forethought -/srv/vault -/mnt/disk/forethought\n" in texts.unit(given(), settings)


def test_backups_get_a_folder_of_their_own_below_the_one_that_is_named(tmp_path: Path) -> None:
    answers = given(backups=str(tmp_path))
    text = texts.settings("", answers, database="", role=None, mail_password=None)

    assert f"FORETHOUGHT_BACKUP_TO={tmp_path}/forethought\n" in text
    assert texts.settings(text, given(), database=None, role=None, mail_password=None) == text


def test_a_second_machine_is_taken_as_it_was_named_and_the_service_writes_nowhere_for_it() -> None:
    answers = given(backups="sftp://oak@nas:2222/backups")
    text = texts.settings("", answers, database="", role=None, mail_password=None)

    assert "FORETHOUGHT_BACKUP_TO=sftp://oak@nas:2222/backups\n" in text
    assert "\nReadWritePaths=/var/lib/forethought\n" in texts.unit(answers, {"FORETHOUGHT_BACKUP_TO": answers.backups})


def test_systemd_understands_the_service(tmp_path: Path) -> None:
    """Where its own program is at hand to say so."""
    if shutil.which("systemd-analyze") is None:
        return
    path = tmp_path / "forethought.service"
    # Programs that are there, because it looks for them.
    unit = texts.unit(given(), {}).replace(f"{places.CURRENT}/.venv/bin/python", "/bin/true")
    path.write_text(unit.replace(str(places.COMMAND), "/bin/true"))

    (tmp_path / places.TIDY_TIMER.name).write_text(texts.TIDY_TIMER)
    (tmp_path / places.TIDY_UNIT.name).write_text(texts.TIDY_UNIT.replace(str(places.COMMAND), "/bin/true"))
    said = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False).stderr

    assert [line for line in said.splitlines() if "forethought.service" in line] == []


def test_the_web_server_stores_and_logs_nothing_on_the_way() -> None:
    site = texts.caddy_site(given(records_address="records.oak.sch.uk"))

    assert "https://f.oak.sch.uk {" in site and "https://records.oak.sch.uk {" in site
    assert "reverse_proxy 127.0.0.1:8000" in site
    assert "log" not in site.replace("X-Forwarded-For", "")
    assert "tls" not in site
    assert f"tls {places.CERTIFICATE} {places.CERTIFICATE_KEY}" in texts.caddy_site(
        Answers(address="f.x.uk", https="own")
    )


@pytest.mark.parametrize(
    ("kept", "stays"),
    [
        (None, ""),
        ("# The Caddyfile is an easy way to configure your Caddy web server.\n:80 {\n}\n", ""),
        ("other.example {\n}\n", "other.example {\n}\n"),
    ],
)
def test_sites_that_were_there_before_stay(kept: str | None, stays: str) -> None:
    text = texts.caddyfile(kept)

    assert text.startswith(stays)
    assert text.endswith(f"\n{texts.CADDY_IMPORT}\n")
    assert texts.caddyfile(text) == text


# --- The program's files ---


def test_what_is_installed_has_no_tests_and_is_named_for_what_it_holds(tmp_path: Path) -> None:
    names = {path.as_posix() for path in program.files_of(ROOT)}

    assert {"manage.py", "forethought/settings.py", "bin/install", "requirements.lock"} <= names
    assert not [name for name in names if name.startswith(("tests/", "bench/", "tools/", ".")) or name.endswith(".pyc")]
    for name in names:
        if not name.startswith(("forethought/precheck", "docs/images")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    before = program.version_of(tmp_path)
    assert before == program.version_of(tmp_path)
    with (tmp_path / "manage.py").open("a") as file:
        file.write("\n")
    assert program.version_of(tmp_path) != before


def test_a_link_in_the_program_is_refused(tmp_path: Path) -> None:
    for part in program.PARTS:
        (tmp_path / part).parent.mkdir(exist_ok=True)
        (tmp_path / part).touch()
    (tmp_path / "docs").unlink()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "shadow").symlink_to("/etc/shadow")

    with pytest.raises(Exception, match="is a link"):
        list(program.files_of(tmp_path))


def test_the_lock_is_read_whole() -> None:
    found = program.locked(ROOT / "requirements.lock")

    assert found["django"][1]
    assert not found["colorama"][1], "needed on another system alone"
    assert len(found["numpy"][0]) == 2, "one for each Python"

"""`imadmin init`: a deployment file from flags, and from answers on a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from imadmin.deployment import read_deployment
from imadmin.errors import ConfigError, UsageError
from imadmin.init import Answers, interview, template, write_deployment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from imadmin.deployment import Deployment

POOL = "https://pool01.contoso.com/OcsPowershell"
EVERYTHING = (
    "--name=Contoso AG",
    "--sip-domain=contoso.com",
    "--sip-domain=contoso.de",
    "--skype-pool=pool01.contoso.com",
    "--exchange-server=ex01.contoso.com",
    "--online-folder=saved/exchange_online",
    "--ews-endpoint=https://mail.contoso.com/EWS/Exchange.asmx",
    "--ews-name=main",
    "--clients=registrations.csv",
    "--probe-mailbox=a@contoso.com",
    "--probe-mailbox=b@contoso.com",
    r"--username=CONTOSO\svc-imadmin",
    "--password-env=IMADMIN_PASSWORD",
    "--ca-file=root.pem",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "imadmin.yaml"


def test_everything(file: Path, inside: Callable[..., Any]) -> None:
    done = inside("init", *EVERYTHING)
    assert (done.status, done.err) == (0, "")
    assert (
        "put the password of CONTOSO\\svc-imadmin into the environment variable IMADMIN_PASSWORD" in done.out
    )
    made = read_deployment(file)
    assert (made.name, made.sip_domains) == ("Contoso AG", ("contoso.com", "contoso.de"))
    assert made.shells["skype"].uri == POOL
    assert made.shells["exchange"].uri == "https://ex01.contoso.com/powershell"
    assert made.shells["exchange"].configuration == "Microsoft.Exchange"
    assert made.shells["exchange_online"].folder == file.parent / "saved/exchange_online"
    assert {shell.credential for name, shell in made.shells.items() if name != "exchange_online"} == {"admin"}
    [endpoint] = made.ews
    assert (endpoint.name, endpoint.credential) == ("main", "admin")
    assert [one.csv for one in made.clients] == [file.parent / "registrations.csv"]
    assert made.test_send.mailboxes == ("a@contoso.com", "b@contoso.com")
    assert made.credentials["admin"].password == {"env": "IMADMIN_PASSWORD"}
    assert made.ca_file == file.parent / "root.pem"


@pytest.mark.parametrize(
    ("flags", "described"),
    [
        (("--skype-uri", POOL), {"skype"}),
        (("--exchange-server", "ex01"), {"exchange"}),
        (("--online-folder", "saved"), {"exchange_online"}),
        (("--clients", "a.csv"), {"clients"}),
        (("--ews-endpoint", "https://x/EWS/Exchange.asmx"), {"ews"}),
    ],
)
def test_only_what_there_is(
    flags: tuple[str, ...], described: set[str], file: Path, inside: Callable[..., Any]
) -> None:
    assert inside("init", *flags).status == 0
    assert set(yaml.safe_load(file.read_text(encoding="utf-8"))) == described
    text = file.read_text(encoding="utf-8")
    for left_out in {"skype", "exchange", "exchange_online", "ews", "clients", "test_send"} - described:
        assert f"\n#{left_out}:" in text, "what was left out stays as an example"


def test_every_example_is_one_that_can_be_used(tmp_path: Path) -> None:
    used = re.sub(r"^#(?=[a-z]|  -|  admin)", "", template({}), flags=re.MULTILINE)
    (tmp_path / "imadmin.yaml").write_text(used, encoding="utf-8")
    made = read_deployment(tmp_path / "imadmin.yaml")
    assert set(made.shells) == {"skype", "exchange", "exchange_online"}
    assert made.ews
    assert made.clients
    assert made.test_send.mailboxes
    assert made.credentials
    assert made.ca_file
    assert made.require


def test_how_it_is_written(file: Path, inside: Callable[..., Any]) -> None:
    inside("init", "--name=Straße 1", "--clients=a.csv")
    content = file.read_bytes()
    assert b"\r" not in content
    assert "deployment: Straße 1\n" in content.decode("utf-8")
    assert [path.name for path in file.parent.iterdir() if "imadmin.yaml" in path.name] == ["imadmin.yaml"]
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_left_alone(file: Path, inside: Callable[..., Any]) -> None:
    file.write_text("deployment: mine\n")
    done = inside("init", "--clients=a.csv")
    assert (done.status, done.complaint) == (2, "imadmin.yaml: is there already, and is left as it is")
    assert file.read_text() == "deployment: mine\n"
    assert inside("init", "--clients=a.csv", "--force").status == 0
    assert "a.csv" in file.read_text(encoding="utf-8")


def test_a_file_elsewhere(tmp_path: Path, inside: Callable[..., Any]) -> None:
    done = inside("init", tmp_path / "other.yaml", "--clients=a.csv")
    assert f'imadmin run readiness --deployment "{tmp_path / "other.yaml"}"' in done.out
    missing = inside("init", tmp_path / "no" / "x.yaml", "--clients=a.csv")
    assert (missing.status, "cannot be written" in missing.complaint) == (2, True)
    assert "is a folder" in inside("init", tmp_path, "--clients=a.csv").complaint


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (("--name=x",), "describes nothing that could be asked"),
        (("--clients=a", "--probe-mailbox=a@x.com"), "a test send needs two mailboxes"),
        (("--skype-pool=p", "--username=u"), "does not say where the password comes from"),
        (("--skype-pool=p", "--prompt"), "a password, and nobody whose it is"),
        (("--skype-pool=a b",), "'a b' is no server"),
        (("--skype-pool=https://pool01:99999/x",), "is no server"),
        (("--skype-pool=pool01:99999",), "is no server"),
        (("--skype-uri=pool01",), "an answer cannot stand in a deployment file: skype.uri"),
        (("--skype-uri=https://u:p@pool01/x",), "a user or a password must not stand in the address"),
        (("--ews-endpoint=http://x",), "an answer cannot stand in a deployment file: ews[0].endpoint"),
        (("--clients= ",), "is empty"),
        (("--skype-pool=a", "--skype-uri=https://a"), "not allowed with argument"),
        (("--username=u", "--prompt", "--integrated"), "not allowed with argument"),
        (("--password=x",), "unrecognized arguments"),
    ],
)
def test_what_is_refused(
    flags: tuple[str, ...], complaint: str, file: Path, inside: Callable[..., Any]
) -> None:
    done = inside("init", *flags)
    assert done.status == 2
    assert complaint in done.complaint
    assert not [
        path for path in file.parent.iterdir() if path.suffix == ".yaml" or path.name.startswith(".imadmin")
    ]


def test_no_flags_and_no_terminal(file: Path, imadmin: Callable[..., Any]) -> None:
    done = imadmin("init", input="contoso.com\n")
    assert done.status == 2
    assert "there is no terminal to ask on" in done.complaint
    assert "--skype-pool" in done.err
    assert not file.exists()


# Any text

TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["null", "yes", "1", "0x1f", "1e3", "~", "#", "{", "'", '"', "!x", "&a", "*a", "<<", "="]
    ),
    st.sampled_from(["- a", "a: b", "a #b", "\ufeff", "\x85", "\u2028", "a\nb", "\ud800", "\U0001f600"]),
)
SETS = st.lists(TEXTS, min_size=2, max_size=3).map(tuple)
ANSWERS = st.builds(
    Answers,
    name=TEXTS,
    sip_domains=SETS,
    skype_uri=TEXTS.map("https://".__add__),
    exchange_uri=st.just("") | TEXTS.map("https://".__add__),
    online_folder=TEXTS,
    ews_endpoint=st.just("") | TEXTS.map("https://".__add__),
    ews_name=TEXTS,
    clients=SETS,
    probe_mailboxes=SETS,
    username=TEXTS,
    password=st.sampled_from(["env", "keyring"]).flatmap(lambda key: TEXTS.map(lambda text: {key: text})),
    ca_file=TEXTS,
)


def said(made: Deployment, base: Path) -> dict[str, Any]:
    """The answers again, as the file gives them."""
    credential = made.credentials.get("admin")
    return {
        "name": made.name,
        "sip_domains": made.sip_domains,
        "skype_uri": made.shells["skype"].uri,
        "exchange_uri": made.shells["exchange"].uri if "exchange" in made.shells else "",
        "ews_endpoint": made.ews[0].endpoint if made.ews else "",
        "clients": tuple(one.csv for one in made.clients),
        "probe_mailboxes": made.test_send.mailboxes,
        "username": credential.username if credential else "",
        "password": dict(credential.password) if credential else {},
        "ca_file": made.ca_file or base,
    }


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers=ANSWERS)
def test_any_answer_reads_back_or_is_refused(answers: Answers) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "imadmin.yaml"
        try:
            write_deployment(answers, file)
        except (ConfigError, UsageError):
            assert not list(Path(folder).iterdir())
            return
        given = {
            "name": answers.name or answers.sip_domains[0].partition(".")[0] or "imadmin",
            "sip_domains": answers.sip_domains,
            "skype_uri": answers.skype_uri,
            "exchange_uri": answers.exchange_uri,
            "ews_endpoint": answers.ews_endpoint,
            "clients": tuple(Path(folder).resolve() / Path(text).expanduser() for text in answers.clients),
            "probe_mailboxes": answers.probe_mailboxes,
            "username": answers.username,
            "password": answers.password if answers.username else {},
            "ca_file": Path(folder).resolve() / Path(answers.ca_file).expanduser(),
        }
        assert said(read_deployment(file), Path(folder).resolve()) == given


@settings(max_examples=100, deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_name_is_refused(name: str) -> None:
    assume(name.strip())
    with TemporaryDirectory() as folder:
        write_deployment(Answers(name=name, clients=("a",)), Path(folder) / "imadmin.yaml")
        assert read_deployment(Path(folder) / "imadmin.yaml").name == name


# The questions


def asked(lines: Iterable[str]) -> tuple[Answers, list[str], list[str]]:
    prompts: list[str] = []
    told: list[str] = []
    left = iter(lines)

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    return interview(ask, told.append), prompts, told


def test_the_answers_of_somebody_who_has_everything() -> None:
    lines = ["contoso.com, contoso.de", "", "pool01.contoso.com", "https://ex01/powershell", "-"]
    lines += ["https://mail/EWS/Exchange.asmx", "a.csv", "a@x.com b@x.com", "svc", "keyring imadmin", ""]
    answers, prompts, _ = asked(lines)
    assert answers == Answers(
        name="contoso",
        sip_domains=("contoso.com", "contoso.de"),
        skype_uri=POOL,
        exchange_uri="https://ex01/powershell",
        ews_endpoint="https://mail/EWS/Exchange.asmx",
        clients=("a.csv",),
        probe_mailboxes=("a@x.com", "b@x.com"),
        username="svc",
        password={"keyring": "imadmin"},
    )
    assert "[contoso]" in prompts[1]
    assert "[prompt]" in prompts[9]


def test_what_does_not_apply_is_not_asked() -> None:
    answers, prompts, _ = asked(["", "", "", "", "saved", "", ""])
    assert answers == Answers(online_folder="saved")
    assert not [prompt for prompt in prompts if "log in" in prompt or "assword" in prompt]


@pytest.mark.parametrize(
    ("source", "answers"),
    [
        ("", {"password": {"prompt": True}}),
        ("ENV NAME", {"password": {"env": "NAME"}}),
        ("integrated", {"integrated": True}),
    ],
)
def test_where_the_password_comes_from(source: str, answers: dict[str, Any]) -> None:
    found, _, _ = asked(["", "", "pool01", "", "", "", "", "svc", source, ""])
    assert found == Answers(skype_uri="https://pool01/OcsPowershell", username="svc", **answers)


def test_what_cannot_be_understood_is_asked_again() -> None:
    lines = [
        "",
        "",
        "a b",
        "pool01",
        "",
        "",
        "http://x",
        "https://x",
        "",
        "one@x.com",
        "-",
        "svc",
        "hunter2",
        "prompt",
        "",
    ]
    answers, _, told = asked(lines)
    assert answers.skype_uri == "https://pool01/OcsPowershell"
    assert answers.ews_endpoint == "https://x"
    assert answers.probe_mailboxes == ()
    shown = "\n".join(told)
    assert "'a b' is no server" in shown
    assert "two addresses are needed" in shown
    assert "hunter2" not in shown, "it may be the password itself"


def test_answers_that_end_too_early() -> None:
    with pytest.raises(UsageError, match="ended too early"):
        asked(["contoso.com"])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
def test_on_a_terminal(tmp_path: Path, home: Path) -> None:
    ours, theirs = os.openpty()
    try:
        os.write(ours, b"contoso.com\n\n\n\n\n\nlist.csv\n")
        done = subprocess.run(
            [sys.executable, "-m", "imadmin", "init"],
            cwd=tmp_path,
            stdin=theirs,
            env={**os.environ, "IMADMIN_HOME": str(home)},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    finally:
        os.close(theirs)
        os.close(ours)
    assert (done.returncode, "imadmin doctor" in done.stdout) == (0, True), done.stderr
    made = read_deployment(tmp_path / "imadmin.yaml")
    assert (made.name, made.sip_domains, len(made.clients)) == ("contoso", ("contoso.com",), 1)

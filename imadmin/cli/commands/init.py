"""`imadmin init [FILE]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imadmin.cli.edge import put
from imadmin.cli.options import DEFAULT_FILE
from imadmin.cli.output import say
from imadmin.cli.status import OK
from imadmin.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from imadmin.init import Answers

_ABOUT = """
With none of the options that describe something, it asks on the terminal; with any of them it asks nothing.
"""
_GIVEN = (
    "name",
    "sip_domains",
    "skype_uri",
    "skype_pool",
    "exchange_uri",
    "exchange_server",
    "online_folder",
    "ews_endpoint",
    "ews_name",
    "clients",
    "probe_mailboxes",
    "username",
    "password_env",
    "keyring",
    "prompt",
    "integrated",
    "ca_file",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.epilog = _ABOUT
    parser.add_argument(
        "file", nargs="?", default=DEFAULT_FILE, metavar="FILE", help=f"to write (default: {DEFAULT_FILE})"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    _add_organisation(parser.add_argument_group("the organisation"))
    _add_login(parser.add_argument_group("how to log in"))


def _add_organisation(group: argparse._ArgumentGroup) -> None:
    many: dict[str, Any] = {"action": "append", "default": []}
    group.add_argument("--name", help="of the organisation (default: the first part of its SIP domain)")
    group.add_argument("--sip-domain", dest="sip_domains", metavar="DOMAIN", **many, help="(repeatable)")
    skype = group.add_mutually_exclusive_group()
    skype.add_argument("--skype-pool", metavar="HOST", help="a Front End pool, asked by PowerShell remoting")
    skype.add_argument("--skype-uri", metavar="URI", help="its PowerShell endpoint, where that is elsewhere")
    exchange = group.add_mutually_exclusive_group()
    exchange.add_argument("--exchange-server", metavar="HOST", help="an Exchange server, likewise")
    exchange.add_argument("--exchange-uri", metavar="URI", help="its PowerShell endpoint")
    group.add_argument(
        "--online-folder", metavar="FOLDER", help="saved output of Exchange Online, relative to FILE"
    )
    group.add_argument("--ews-endpoint", metavar="URI", help="Exchange Web Services (https)")
    group.add_argument("--ews-name", metavar="NAME", help="what reports call it (default: onprem)")
    group.add_argument(
        "--clients", metavar="CSV", **many, help="a list of registered clients, relative to FILE (repeatable)"
    )
    group.add_argument(
        "--probe-mailbox",
        dest="probe_mailboxes",
        metavar="ADDRESS",
        **many,
        help="a mailbox that test sends may use (twice at least)",
    )
    group.add_argument(
        "--ca-file", metavar="FILE", help="the certificate authorities to believe (PEM), relative to FILE"
    )


def _add_login(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--username", metavar="USER", help=r"such as CONTOSO\svc-imadmin")
    source = group.add_mutually_exclusive_group()
    source.add_argument("--prompt", action="store_true", help="the password is asked for when it is needed")
    source.add_argument("--password-env", metavar="NAME", help="it is in this environment variable")
    source.add_argument("--keyring", metavar="SERVICE", help="it is in the keyring, under this name")
    source.add_argument("--integrated", action="store_true", help="there is none: the current user logs in")


def execute(options: argparse.Namespace) -> int:
    """Write the file, and say what comes next."""
    from imadmin.init.writing import check_free, write_deployment

    path = Path(options.file)
    check_free(path, force=options.force)
    answers = _answers(options)
    write_deployment(answers, path, force=options.force)
    put(_next_steps(path, answers))
    return OK


def _answers(options: argparse.Namespace) -> Answers:
    from imadmin.init import interview

    if any(getattr(options, name) for name in _GIVEN):
        return _from_options(options)
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            "there is no terminal to ask on, and no option describes anything",
            where="imadmin init",
            remedy="Say what there is: --sip-domain contoso.com --skype-pool pool01.contoso.com"
            r" --username CONTOSO\svc-imadmin --prompt … See: imadmin init --help",
        )
    return interview(input, say)


def _from_options(options: argparse.Namespace) -> Answers:
    from imadmin.init.answers import EXCHANGE_PATH, SKYPE_PATH, Answers, address

    return Answers(
        name=options.name or "",
        sip_domains=tuple(options.sip_domains),
        skype_uri=options.skype_uri or (options.skype_pool and address(options.skype_pool, SKYPE_PATH)) or "",
        exchange_uri=options.exchange_uri
        or (options.exchange_server and address(options.exchange_server, EXCHANGE_PATH))
        or "",
        online_folder=options.online_folder or "",
        ews_endpoint=options.ews_endpoint or "",
        ews_name=options.ews_name or "",
        clients=tuple(options.clients),
        probe_mailboxes=tuple(options.probe_mailboxes),
        username=options.username or "",
        password=_password(options),
        integrated=options.integrated,
        ca_file=options.ca_file or "",
    )


def _password(options: argparse.Namespace) -> dict[str, object]:
    given = {"env": options.password_env, "keyring": options.keyring, "prompt": options.prompt}
    return {source: value for source, value in given.items() if value}


def _next_steps(path: Path, answers: Answers) -> str:
    named = "" if str(path) == DEFAULT_FILE else f' --deployment "{path}"'
    lines = [f"{path}: written. What was left out stands there as comments.", "", "Next:"]
    lines += _storing(answers)
    lines += [f"  imadmin doctor{named}           tries all that it describes"]
    lines += [f"  imadmin run readiness{named}    answers the question", ""]
    return "\n".join(lines)


def _storing(answers: Answers) -> list[str]:
    """How to put the password where the file says that it is."""
    match dict(answers.password):
        case {"env": variable}:
            return [f"  put the password of {answers.username} into the environment variable {variable}"]
        case {"keyring": service}:
            return [f'  keyring set "{service}" "{answers.username}"']
    return []

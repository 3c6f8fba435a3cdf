from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imadmin.deployment import ClientsConfig, Deployment, EwsConfig, ShellConfig, read_deployment, records
from imadmin.deployment.records import CredentialConfig
from imadmin.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    Read: TypeAlias = Callable[[str | bytes], Deployment]
    Refusal: TypeAlias = Callable[[str | bytes], str]

EXAMPLE = """
deployment: contoso
sip_domains: [contoso.com]
skype:            {shell: psrp, uri: https://pool01.contoso.com/OcsPowershell, auth: negotiate,
                   credential: skype-admin}
exchange:         {shell: psrp, uri: https://ex01.contoso.com/powershell, configuration: Microsoft.Exchange,
                   credential: exchange-admin}
exchange_online:  {shell: export, folder: exports/exchange_online}
ews:
  - {name: onprem, endpoint: https://mail.contoso.com/EWS/Exchange.asmx, auth: ntlm, access: impersonation,
     credential: ews-probe, connections: 8}
clients:
  - {csv: exports/registrations.csv}
test_send: {mailboxes: [probe-a@contoso.com, probe-b@contoso.com], federated: [probe@fabrikam.com]}
credentials:
  skype-admin:    {username: 'CONTOSO\\svc-imadmin', password: {keyring: imadmin}}
  exchange-admin: {integrated: true}
  ews-probe:      {username: svc-ews@contoso.com, password: {env: IMADMIN_EWS_PASSWORD}}
  asked:          {username: me, password: {prompt: true}}
tls: {ca_file: contoso-root.pem}
require: [policy, clients, ews]
waivers: waivers.yaml
"""
SECRET = "Hunter2-geheim"  # noqa: S105 - no secret of anybody's


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def of(content: str | bytes) -> Deployment:
        path = tmp_path / "imadmin.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_deployment(path, strict=True)

    return of


@pytest.fixture
def refusal(read: Read, tmp_path: Path) -> Refusal:
    """The message for a file that is refused, without the path of the file."""

    def of(content: str | bytes) -> str:
        with pytest.raises(ConfigError) as caught:
            read(content)
        message = str(caught.value)
        assert message.startswith(str(tmp_path / "imadmin.yaml"))
        return message.removeprefix(str(tmp_path / "imadmin.yaml"))

    return of


def test_the_whole_example(read: Read, tmp_path: Path) -> None:
    assert read(EXAMPLE) == Deployment(
        name="contoso",
        source=tmp_path / "imadmin.yaml",
        sip_domains=("contoso.com",),
        shells={
            "skype": ShellConfig(
                "psrp",
                uri="https://pool01.contoso.com/OcsPowershell",
                auth="negotiate",
                credential="skype-admin",
            ),
            "exchange": ShellConfig(
                "psrp",
                uri="https://ex01.contoso.com/powershell",
                configuration="Microsoft.Exchange",
                credential="exchange-admin",
            ),
            "exchange_online": ShellConfig("export", folder=tmp_path / "exports/exchange_online"),
        },
        ews=(
            EwsConfig(
                "onprem",
                "https://mail.contoso.com/EWS/Exchange.asmx",
                auth="ntlm",
                access="impersonation",
                credential="ews-probe",
                connections=8,
            ),
        ),
        clients=(ClientsConfig(tmp_path / "exports/registrations.csv"),),
        test_send=records.TestSendConfig(
            ("probe-a@contoso.com", "probe-b@contoso.com"), ("probe@fabrikam.com",)
        ),
        credentials={
            "skype-admin": CredentialConfig("CONTOSO\\svc-imadmin", password={"keyring": "imadmin"}),
            "exchange-admin": CredentialConfig(integrated=True),
            "ews-probe": CredentialConfig("svc-ews@contoso.com", password={"env": "IMADMIN_EWS_PASSWORD"}),
            "asked": CredentialConfig("me", password={"prompt": True}),
        },
        ca_file=tmp_path / "contoso-root.pem",
        require=("policy", "clients", "ews"),
        waivers=tmp_path / "waivers.yaml",
    )


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "---\n", "{}", "null"])
def test_every_section_is_optional(read: Read, tmp_path: Path, content: str) -> None:
    assert read(content) == Deployment("imadmin", tmp_path / "imadmin.yaml")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_yaml(read: Read, codec: str) -> None:
    assert read("deployment: Zürich".encode(codec)).name == "Zürich"


def test_paths_are_relative_to_the_file(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("USERPROFILE", "/home/me")
    made = read(f"""
        skype: {{shell: export, folder: ../elsewhere}}
        exchange: {{shell: export, folder: {tmp_path.as_posix()}/absolute}}
        clients: [{{csv: 'lists/*.csv'}}, {{csv: r.csv, encoding: cp1252}}]
        plugins: ~/ours
    """)
    assert made.shells["skype"].folder == tmp_path / "../elsewhere"
    assert made.shells["exchange"].folder == tmp_path / "absolute"
    assert made.clients == (
        ClientsConfig(tmp_path / "lists/*.csv"),
        ClientsConfig(tmp_path / "r.csv", "cp1252"),
    )
    assert made.plugins == Path("/home/me/ours")


def test_a_file_that_is_named_from_elsewhere(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read("waivers: w.yaml")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert read_deployment(Path("../imadmin.yaml")).waivers == tmp_path / "w.yaml"


def test_a_mailbox_may_have_its_own_credential(read: Read) -> None:
    ews = "{name: n, endpoint: 'https://h/', access: owner, mailboxes: {a@x: mine}}"
    made = read(f"ews: [{ews}]\ncredentials: {{mine: {{integrated: true}}}}")
    assert made.ews[0].mailboxes == {"a@x": "mine"}


@pytest.mark.parametrize("mailboxes", ["[a@x, b@x]", "{a@x: , b@x: null}"])
def test_mailboxes_may_be_named_without_a_credential(read: Read, mailboxes: str) -> None:
    made = read(f"ews: [{{name: n, endpoint: 'https://h/', mailboxes: {mailboxes}}}]")
    assert made.ews[0].mailboxes == {"a@x": "", "b@x": ""}


ILL_TYPED = {
    "deployment: [a]": ", line 1: deployment: should be text, and is a list",
    "deployment: 5": ", line 1: deployment: should be text, and is a whole number",
    "deployment: true": ", line 1: deployment: should be text, and is true or false",
    "deployment:": ", line 1: deployment: should be text, and is nothing",
    "deployment: ''": ", line 1: deployment: is empty",
    "deployment: '  '": ", line 1: deployment: is empty",
    "deployment: 1.5": ", line 1: deployment: should be text, and is something else",
    "deployment: 2026-11-20": ", line 1: deployment: should be text, and is something else",
    "deployment: 2026-99-99": "deployment: is not what its form or its tag says\nPut text into quotes.",
    "sip_domains: contoso.com": ", line 1: sip_domains: should be a list, and is text",
    "\nsip_domains:\n- a\n- 5": ", line 4: sip_domains[1]: should be text, and is a whole number",
    "skype: export": ", line 1: skype: should be a mapping, and is text",
    "skype: [export]": ", line 1: skype: should be a mapping, and is a list",
    "skype: {}": ", line 1: skype: lacks the key shell\nSay shell: psrp, local or export.",
    "skype: {shell: psrp}": ", line 1: skype: shell: psrp needs the key uri",
    "skype: {shell: export}": ", line 1: skype: shell: export needs the key folder",
    "skype: {shell: ssh}": ", line 1: skype.shell: 'ssh' is none of psrp, local, export",
    "skype: {shell: exprot, folder: x}": "'exprot' is none of psrp, local, export\nDid you mean export?",
    "skype: {shell: psrp, uri: pool01}": ", line 1: skype.uri: should begin with https://",
    "skype: {shell: psrp, uri: 'ftp://x'}": ", line 1: skype.uri: should begin with https://",
    "skype: {shell: local, auth: kerberos5}": "skype.auth: 'kerberos5' is none of negotiate, kerberos, ",
    "exchange_online: {shell: psrp, uri: 'https://x'}": "Exchange Online is read by a local shell or an ",
    "ews: {}": ", line 1: ews: should be a list, and is a mapping",
    "ews: [{name: x}]": ", line 1: ews[0]: lacks the key endpoint",
    "ews: [{endpoint: 'https://x'}]": ", line 1: ews[0]: lacks the key name",
    "ews: [{name: x, endpoint: 'http://x'}]": ", line 1: ews[0].endpoint: should begin with https://",
    "ews: [{name: x, endpoint: 'https://x', access: all}]": "'all' is none of delegate, impersonation, owner",
    "ews: [{name: x, endpoint: 'https://x', connections: 0}]": "connections: 0 is not between 1 and 100",
    "ews: [{name: x, endpoint: 'https://x', connections: 101}]": "connections: 101 is not between 1 and 100",
    "ews: [{name: x, endpoint: 'https://x', connections: true}]": "a whole number, and is true or false",
    "ews: [{name: x, endpoint: 'https://x', connections: '8'}]": "should be a whole number, and is text",
    "clients: [r.csv]": ", line 1: clients[0]: should be a mapping, and is text",
    "clients: [{encoding: cp1252}]": ", line 1: clients[0]: lacks the key csv",
    "clients: [{csv: x, encoding: cp1252x}]": "no encoding 'cp1252x'\nName a code page such as cp1252.",
    "clients: [{csv: x, encoding: rot13}]": "there is no encoding 'rot13'",
    "clients: [{csv: x, encoding: hex}]": "there is no encoding 'hex'",
    'clients: [{csv: x, encoding: "a\\0b"}]': "there is no encoding ",
    'clients: [{csv: "a\\0b"}]': "clients[0].csv: cannot be a path: ",
    "plugins: ~nobody-of-this-name/x": ", line 1: plugins: cannot be a path: ",
    f"waivers: {'x' * 5000}": ", line 1: waivers: cannot be a path: ",
    "ews: [{name: x, endpoint: 'https://x', mailboxes: [a]}]": "mailboxes[0]: 'a' is no e-mail address",
    "ews: [{name: x, endpoint: 'https://x', mailboxes: {a: }}]": "'a' is no e-mail address",
    "ews: [{name: x, endpoint: 'https://x', mailboxes: {a@x: [b]}}]": "should be text, and is a list",
    "ews: [{name: x, endpoint: 'https://x', mailboxes: {a@x: b}}]": "there is no credential 'b'",
    "test_send: {mailboxes: [a]}": "test_send.mailboxes[0]: 'a' is no e-mail address",
    "test_send: {mailboxes: a@x}": "test_send.mailboxes: should be a list, and is text",
    "test_send: [a@x]": ", line 1: test_send: should be a mapping, and is a list",
    "credentials: [a]": ", line 1: credentials: should be a mapping, and is a list",
    "credentials: {a: me}": ", line 1: credentials.a: should be a mapping, and is text",
    "credentials: {a: {integrated: 'yes'}}": "integrated: should be true or false, and is text",
    "credentials: {a: {password: {prompt: please}}}": "prompt: should be true or false, and is text",
    "credentials: {a: {password: {}}}": ", line 1: credentials.a.password: give one of keyring, env, prompt",
    "credentials: {a: {password: {env: X, prompt: true}}}": "password: give one of keyring, env, prompt",
    "tls: contoso.pem": ", line 1: tls: should be a mapping, and is text",
    "require: policy": ", line 1: require: should be a list, and is text",
    "- skype": ", line 1: should be a mapping, and is a list",
    "just text": ", line 1: should be a mapping, and is text",
}


@pytest.mark.parametrize("content", ILL_TYPED)
def test_what_is_ill_typed(refusal: Refusal, content: str) -> None:
    assert ILL_TYPED[content] in refusal(content)


UNKNOWN = {
    "skyp: {}": ", line 1: skyp: unknown key\nDid you mean skype?",
    "\n\nrequires: []": ", line 3: requires: unknown key\nDid you mean require?",
    "pools: []": ", line 1: pools: unknown key\nKnown here: deployment, sip_domains, skype, ",
    "skype:\n  shell: local\n  url: x": ", line 3: skype.url: unknown key\nDid you mean uri?",
    "clients:\n- csv: x\n  codepage: x": ", line 3: clients[0].codepage: unknown key\nKnown here: csv, ",
    "? [a, b]\n: c": "unknown key",
    "1: x": ", line 1: 1: unknown key",
    "<<: {deployment: x}": ", line 1: <<: unknown key",
}


@pytest.mark.parametrize("content", UNKNOWN)
def test_an_unknown_key(refusal: Refusal, content: str) -> None:
    assert UNKNOWN[content] in refusal(content)


def test_a_key_that_is_given_twice(refusal: Refusal) -> None:
    content = "skype:\n  shell: export\n  folder: a\n  folder: b\n"
    assert ", line 4: skype.folder: is given twice; the first is in line 3" in refusal(content)
    assert ", line 3: deployment: is given twice; the first is in line 1" in refusal(
        "deployment: a\nrequire: []\ndeployment: b"
    )


NOT_YAML = {
    "a: b: c": ", line 1: is not YAML: ",
    "\n\n a\nb: [": " is not YAML: ",
    "a: 'unclosed": " is not YAML: ",
    "\ta: b": ", line 1: is not YAML: ",
    "a: *nowhere": ", line 1: is not YAML: found undefined alias",
    "a: b\n---\nc: d": " is not YAML: ",
    "%YAML 9.9\n---\na: b": " is not YAML: ",
    "deployment: !!python/object/apply:os.system [id]": ": deployment: should be text, and is a list",
    "deployment: !!python/name:os.system": ": deployment: is not what its form or its tag says",
    "deployment: !!bool perhaps": ": deployment: is not what its form or its tag says",
    "deployment: !!timestamp today": ": deployment: is not what its form or its tag says",
    "deployment: !!int ''": ": deployment: is not what its form or its tag says",
    "deployment: !!float ''": ": deployment: is not what its form or its tag says",
    "deployment: !!binary é": ": deployment: is not what its form or its tag says",
    f"deployment: {'9' * 5000}": ": deployment: is not what its form or its tag says",
}


@pytest.mark.parametrize("content", NOT_YAML, ids=range(len(NOT_YAML)))
def test_what_is_not_yaml(refusal: Refusal, content: str) -> None:
    assert NOT_YAML[content] in refusal(content)


BYTES = {
    "a program": b"\x7fELF\x02\x01\x01\0" * 64,
    "zeros": bytes(1000),
    "a code page": "deployment: Zürich".encode("cp1252"),
    "half a character": b"\xff\xfe\x00\xd8",
    "UTF-32": "deployment: x".encode("utf-32"),
    "control characters": b"deployment: a\x07b",
}


@pytest.mark.parametrize("case", BYTES)
def test_what_is_not_text(refusal: Refusal, case: str) -> None:
    assert "is not YAML: " in refusal(BYTES[case])


def test_a_file_that_is_too_large(refusal: Refusal) -> None:
    assert refusal(b"#" * 10_000_000) == ": is larger than 4 MB and no deployment file"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless file")
def test_a_file_without_end() -> None:
    with pytest.raises(ConfigError, match="is larger than 4 MB"):
        read_deployment(Path("/dev/zero"))


BOMBS = {
    "aliases": "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{f'*a{i - 1},' * 10}]\n" for i in range(1, 12)),
    "an alias within itself": "a: &a [*a]",
    "a mapping within itself": "a: &a {b: *a}",
    "many entries": f"sip_domains: [{'x,' * 100_000}]",
    "brackets": "a: " + "[" * 1_000_000,
    "braces": "a: " + "{a: " * 1_000_000,
    "fewer brackets": "a: " + "[" * 30_000,
    "closed brackets": "a: " + "[" * 200_000 + "]" * 200_000,
    "indentation": "".join(f"{' ' * i}a:\n" for i in range(1000)),
    "dashes": "- " * 100_000 + "x",
}


@pytest.mark.parametrize("case", BOMBS)
def test_a_file_that_unfolds_without_end(refusal: Refusal, case: str) -> None:
    """Composing recurses in C: a deep file would end the process, not raise."""
    message = refusal(BOMBS[case])
    assert "nested too deeply" in message or case == "dashes"
    assert len(message) < 1000


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file") as caught:
        read_deployment(tmp_path / "none.yaml")
    assert caught.value.where == str(tmp_path / "none.yaml")
    assert caught.value.remedy


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: "):
        read_deployment(tmp_path)


def test_a_path_that_cannot_be_one() -> None:
    with pytest.raises(ConfigError, match="cannot be read: embedded null"):
        read_deployment(Path("a\0b"))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="this user may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("deployment: x")
    (tmp_path / "x.yaml").chmod(0)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        read_deployment(tmp_path / "x.yaml")


PASSWORDS = [
    f"{SECRET}",
    f"'{SECRET}'",
    f"[{SECRET}]",
    f"{{{SECRET}}}",
    f"{{{SECRET}: }}",
    f"{{value: {SECRET}}}",
    f"{{keyring: imadmin, plain: {SECRET}}}",
    f"!{SECRET}",
    f"!{SECRET} x",
    f"!!{SECRET} x",
    f"!!bool {SECRET}",
    f"!!int {SECRET}",
    f"!!binary {SECRET}é",
    f"!!python/name:{SECRET}",
    f"*{SECRET}",
    f"&{SECRET}",
    f"&{SECRET} x",
    f"@{SECRET}",
    f"`{SECRET}",
    f"%{SECRET}",
    f"{SECRET}: x",
    f"x: {SECRET}",
    f'"{SECRET}',
    f"'{SECRET}",
    f"|\n{SECRET}",
    f"|{SECRET}",
    f"[{SECRET}",
    f"{{{SECRET}: ",
    f"\\{SECRET}",
    f'"\\{SECRET}"',
    f"12345{SECRET}",
    "true",
    "12345",
]


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_password_in_the_file_is_refused_and_not_repeated(refusal: Refusal, password: str) -> None:
    message = refusal(f"credentials:\n  admin:\n    username: me\n    password: {password}\n")
    assert SECRET not in message
    assert "Hunter2" not in message
    assert "12345" not in message
    assert ", line " in message


def test_what_to_do_instead_of_a_password(refusal: Refusal) -> None:
    assert refusal(f"credentials: {{a: {{password: {SECRET}}}}}") == (
        ", line 1: credentials.a.password: a password must not stand in the file\n"
        "Name its source: {keyring: imadmin}, {env: IMADMIN_PASSWORD} or {prompt: true}."
    )


@pytest.mark.parametrize(
    "content",
    [
        "skype: {{shell: psrp, uri: 'https://me:{0}@pool/OcsPowershell'}}",
        "exchange: {{shell: psrp, uri: 'http://me:{0}@pool'}}",
        "ews: [{{name: n, endpoint: 'https://me:{0}@mail/EWS/Exchange.asmx'}}]",
    ],
)
def test_a_password_in_an_address_is_one_in_the_file(refusal: Refusal, content: str) -> None:
    message = refusal(content.format(SECRET))
    assert "a user or a password must not stand in the address" in message
    assert SECRET not in message


def test_an_at_sign_in_the_path_of_an_address_is_none(read: Read) -> None:
    made = read("skype: {shell: psrp, uri: 'https://pool/OcsPowershell?user=a@x'}")
    assert made.shells["skype"].uri.endswith("a@x")


@pytest.mark.parametrize(
    "content",
    [
        "skype: {shell: local, credential: nobody}",
        "ews: [{name: n, endpoint: 'https://h', credential: nobody}]",
    ],
)
def test_a_credential_that_is_none(refusal: Refusal, content: str) -> None:
    message = refusal(f"{content}\ncredentials: {{one: {{}}, two: {{}}}}")
    assert "there is no credential 'nobody'\nUnder credentials: one, two." in message
    assert "Under credentials: none." in refusal(content)


KEYS = ["deployment", "skype", "shell", "folder", "clients", "csv", "credentials", "password", "ews", "a"]
VALUES = st.recursive(
    st.sampled_from(
        ["", "x", "export", "psrp", "true", "5", "1.5", "~", "''", '"\\0"', "*a", "&a x", "!!int x", "~x"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=3).map(
            lambda parts: "{" + ", ".join(f"{key}: {value}" for key, value in parts.items()) + "}"
        ),
    ),
    max_leaves=8,
)
YAMLISH = st.one_of(
    st.text(max_size=80),
    st.text("deploymnt:,{}[]&*!|>-%@`'\"#? \n\t0123xé\x85\u2028", max_size=60),
    st.dictionaries(st.sampled_from([*KEYS, "skype", "ews"]), VALUES, max_size=4).map(
        lambda parts: "\n".join(f"{key}: {value}" for key, value in parts.items())
    ),
).map(lambda text: text.encode("utf-8", "surrogatepass"))


@settings(max_examples=400, deadline=None)
@given(content=st.one_of(YAMLISH, st.binary(max_size=200)))
def test_anything_is_a_deployment_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    try:
        told = read_deployment(path).source
    except ConfigError as error:
        told = Path(error.where.partition(", line ")[0])
    assert told == path

from __future__ import annotations

import re
import sys
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from imadmin.collect import collect, script, wanted
from imadmin.collect.lists import copy_lists
from imadmin.collect.place import take
from imadmin.deployment import ClientsConfig
from imadmin.errors import PluginError, UsageError
from imadmin.plugins import open_catalog
from imadmin.records import Cmdlet, Fact
from imadmin.session import Target, open_session
from imadmin.shells.clixml import PSObject, decode, write

if TYPE_CHECKING:
    from imadmin.collect import Collection

CONTOSO = Path(__file__).parents[1] / "samples" / "contoso"
GET_USER = Cmdlet("skype", "Get-CsUser", ("Identity", "SipAddress"))


class Given:
    """A catalog of nothing but facts with these sources."""

    def __init__(self, *sources: Cmdlet) -> None:
        self._sources = sources

    def facts(self) -> dict[str, Any]:
        named = {f"fact{i}": Fact(f"fact{i}", str, (source,)) for i, source in enumerate(self._sources)}
        return {name: type("Owned", (), {"record": fact}) for name, fact in named.items()}


def collected(source: Path, target: Path, **options: Any) -> Collection:
    with open_session(Target.of(source)) as session:
        return collect(session, target, **options)


def manifest_of(folder: Path) -> Any:
    return yaml.safe_load((folder / "manifest.yaml").read_text(encoding="utf-8"))


def objects_of(path: Path) -> list[Any]:
    with path.open("rb") as file:
        return [entry.value for entry in decode(file, where=path.name)]


def save(path: Path, *objects: PSObject) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write(file, objects, encoding="utf-8")


# What is wanted


def test_what_every_fact_asks_for() -> None:
    catalog = open_catalog()
    asked = [
        source
        for owned in catalog.facts().values()
        for source in owned.record.sources
        if isinstance(source, Cmdlet)
    ]
    found = wanted(catalog)
    assert {str(cmdlet) for cmdlet in found} == {str(cmdlet) for cmdlet in asked}
    assert len(found) == len({str(cmdlet) for cmdlet in found})
    for cmdlet in asked:
        [one] = [each for each in found if str(each) == str(cmdlet)]
        assert set(cmdlet.properties) <= set(one.properties)
        assert one.parameters == cmdlet.parameters
    assert [cmdlet.shell for cmdlet in found] == sorted((c.shell for c in found), key=SHELLS.index)


SHELLS = ["skype", "exchange", "exchange_online"]


def test_equal_cmdlets_are_one_with_the_properties_of_all() -> None:
    other = GET_USER._replace(name="get-csuser", properties=("SIPADDRESS", "Enabled"))
    variant = GET_USER._replace(variant="edge")
    found = wanted(Given(GET_USER, other, variant))  # type: ignore[arg-type]
    assert [c.properties for c in found] == [
        ("Identity", "SipAddress", "Enabled"),
        ("Identity", "SipAddress"),
    ]


def test_one_file_cannot_hold_two_outputs() -> None:
    other = GET_USER._replace(parameters=(("ResultSize", 5),))
    with pytest.raises(PluginError, match="different parameters"):
        wanted(Given(GET_USER, other))  # type: ignore[arg-type]


# What is collected


def test_the_same_organisation_in_a_smaller_folder(tmp_path: Path) -> None:
    made = collected(CONTOSO, tmp_path / "slim")
    assert not made.lacking
    for saved in made.files:
        assert (made.folder / saved.file).exists()
    [user, *_] = objects_of(made.folder / "skype/Get-CsUser.xml")
    [cmdlet] = [c for c in wanted(open_catalog()) if c.name == "Get-CsUser"]
    assert set(user) == set(cmdlet.properties)
    assert user.type_names
    for checks in (("server", "policy", "client"), ("ews.allowed",)):
        runs = []
        for source in (CONTOSO, made.folder):
            with open_session(Target.of(source)) as session:
                session.check(*checks)
                runs.append(session.run())
        assert runs[0].people == runs[1].people
        assert runs[0].summary == runs[1].summary


def test_the_manifest(tmp_path: Path) -> None:
    made = collected(CONTOSO, tmp_path / "slim")
    told = manifest_of(made.folder)
    assert (told["deployment"], told["when"]) == ("contoso", "2026-11-20T06:00:00Z")
    assert told["copied"] > told["when"]
    assert told["version"].startswith("imadmin ")
    assert [entry["file"] for entry in told["files"]] == [saved.file for saved in made.files]
    [users] = [entry for entry in told["files"] if entry["file"] == "skype/Get-CsUser.xml"]
    assert users["from"] == str(CONTOSO / "skype")
    assert users["objects"] == len(objects_of(made.folder / "skype/Get-CsUser.xml"))
    assert users["seconds"] >= 0


def test_it_is_as_old_as_what_it_was_copied_from(tmp_path: Path) -> None:
    made = collected(CONTOSO, tmp_path / "slim")
    with open_session(Target.of(made.folder)) as session:
        assert session.deployment.collected == "2026-11-20T06:00:00Z"
        assert session.deployment.dated_by == "manifest"


@pytest.mark.skipif(sys.platform == "win32", reason="there the folder's ACL counts")
def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = collected(CONTOSO, tmp_path / "parent" / "slim")
    modes = {path.stat().st_mode & 0o777 for path in made.folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    folders = [tmp_path / "parent", made.folder, *(p for p in made.folder.iterdir() if p.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


def test_what_cannot_be_read_costs_its_own_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    save(source / "skype/Get-CsUser.xml", PSObject({"SipAddress": "sip:ann@contoso.com"}))
    whole = (source / "skype/Get-CsUser.xml").read_bytes()
    (source / "skype/Get-CsPool.xml").write_bytes(whole[:-20])
    made = collected(source, tmp_path / "made")
    lacking = {saved.file: saved for saved in made.lacking}
    assert "skype/Get-CsUser.xml" not in lacking
    assert "truncated" in lacking["skype/Get-CsPool.xml"].error
    assert "holds no Get-CsClientPolicy" in lacking["skype/Get-CsClientPolicy.xml"].error
    assert "skype/Get-CsSite.xml" not in {saved.file for saved in made.files}  # it only informs
    assert sorted(path.name for path in (made.folder / "skype").iterdir()) == ["Get-CsUser.xml"]
    told = {entry["file"]: entry.get("error", "") for entry in manifest_of(made.folder)["files"]}
    assert told == {saved.file: saved.error for saved in made.files}


def test_output_with_an_error_is_not_taken_for_whole(tmp_path: Path) -> None:
    path = tmp_path / "source" / "skype/Get-CsUser.xml"
    save(path, PSObject({"SipAddress": "sip:ann@contoso.com"}))
    error = b'<S S="Error">Access to one domain was denied.</S></Objs>'
    path.write_bytes(path.read_bytes().replace(b"</Objs>", error))
    made = collected(tmp_path / "source", tmp_path / "made")
    [saved] = [saved for saved in made.files if saved.file == "skype/Get-CsUser.xml"]
    assert "Access to one domain was denied." in saved.error
    assert not (made.folder / saved.file).exists()


def test_a_shell_that_gave_nothing_is_still_described(tmp_path: Path) -> None:
    source = tmp_path / "source"
    save(source / "skype/Get-CsUser.xml", PSObject({"SipAddress": "sip:ann@contoso.com"}))
    save(source / "exchange/Get-Something.xml")
    made = collected(source, tmp_path / "made")
    with open_session(Target.of(made.folder)) as session:
        assert set(session.deployment.shells) == {"skype", "exchange"}
        session.check("ews.allowed")
        statuses = {result.check: result.status for result in session.run().results}
    assert statuses["ews.allowed"] == "error"


def test_values_that_were_lost_stay_unknown(tmp_path: Path) -> None:
    path = tmp_path / "source" / "exchange/Get-OrganizationConfig.csv"
    path.parent.mkdir(parents=True)
    path.write_text(
        "EwsEnabled,EwsApplicationAccessPolicy,EwsAllowList,EwsBlockList\n"
        "True,EnforceAllowList,System.String[],\n",
        encoding="utf-8",
    )
    made = collected(path.parents[1], tmp_path / "made")
    [organisation] = objects_of(made.folder / "exchange/Get-OrganizationConfig.xml")
    assert "EwsAllowList" not in organisation
    assert organisation["EwsApplicationAccessPolicy"] == "EnforceAllowList"


def test_many_objects_are_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "source" / "skype/Get-CsUser.xml"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write(file, (PSObject({"SipAddress": f"sip:{n}@x.com", "Identity": "x" * 2000}) for n in range(3000)))
    with open_session(Target.of(tmp_path / "source")) as session:
        wanted(session.catalog)
        tracemalloc.start()
        try:
            made = collect(session, tmp_path / "made")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    size = (made.folder / "skype/Get-CsUser.xml").stat().st_size
    assert size > 6_000_000
    assert peak < size / 3


# Where it is put


def test_a_folder_that_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    for options in ({}, {"replace": True}):
        with pytest.raises(UsageError, match=r"holds notes\.txt, and no collection"):
            collected(CONTOSO, tmp_path, **options)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_saved_output_that_somebody_made_is_no_collection(tmp_path: Path) -> None:
    (tmp_path / "manifest.yaml").write_text("deployment: contoso\nversion: imadmin 0.1.0\n")
    with pytest.raises(UsageError, match="no collection"):
        collected(CONTOSO, tmp_path, replace=True)


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="is not a folder"):
        collected(CONTOSO, tmp_path / "file")


def test_not_into_itself(tmp_path: Path) -> None:
    made = collected(CONTOSO, tmp_path / "slim")
    with pytest.raises(UsageError, match="into itself"):
        collected(made.folder, made.folder, replace=True)


def test_replacing_removes_what_the_earlier_one_had_and_nothing_else(tmp_path: Path) -> None:
    made = collected(CONTOSO, tmp_path / "made")
    with pytest.raises(UsageError, match="holds a collection"):
        collected(CONTOSO, made.folder)
    (made.folder / "notes.txt").touch()
    (made.folder / "skype/own.txt").touch()
    save(tmp_path / "source" / "skype/Get-CsUser.xml", PSObject({"SipAddress": "sip:ann@contoso.com"}))
    collected(tmp_path / "source", made.folder, replace=True)
    left = {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()}
    assert left == {"manifest.yaml", "notes.txt", "skype/own.txt", "skype/Get-CsUser.xml"}


@pytest.mark.parametrize(
    "name",
    ["../out.txt", "skype/../../out.txt", "clients/..", "skype\\..\\..\\out.txt", "notes.txt", "skype/"],
)
def test_a_manifest_cannot_have_other_files_removed(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    (folder / "skype").mkdir(parents=True)
    others = [tmp_path / "out.txt", folder / "notes.txt"]
    for path in others:
        path.touch()
    (folder / "manifest.yaml").write_text(yaml.safe_dump({"files": [{"file": name}]}), encoding="utf-8")
    collected(CONTOSO, folder, replace=True)
    assert all(path.exists() for path in others)


def test_nothing_half_written_is_left_by_an_interrupt(tmp_path: Path) -> None:
    earlier = collected(CONTOSO, tmp_path / "made")
    before = {path: path.read_bytes() for path in earlier.folder.rglob("*") if path.is_file()}

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    for folder in (earlier.folder, tmp_path / "new"):
        with pytest.raises(KeyboardInterrupt):
            collected(CONTOSO, folder, replace=True, tell=interrupt)
    assert {path: path.read_bytes() for path in earlier.folder.rglob("*") if path.is_file()} == before
    assert not [path for path in (tmp_path / "new").rglob("*") if path.is_file()]


# Lists of clients


def copies(folder: Path, *configs: ClientsConfig) -> list[Any]:
    (folder / "clients").mkdir()
    return list(copy_lists(configs, folder))


def test_lists_are_copied_as_they_are(tmp_path: Path) -> None:
    content = "UserName;ClientVersion\r\nann;x\r\n".encode("utf-16")
    for name in ("a/list.csv", "b/LIST.csv", "b/other.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    found = copies(
        tmp_path, *(ClientsConfig(tmp_path / name) for name in ("a/*.csv", "b/*.csv", "b/other.txt"))
    )
    assert [saved.file for saved in found] == ["clients/list.csv", "clients/LIST-2.csv", "clients/other.csv"]
    assert all((tmp_path / saved.file).read_bytes() == content for saved in found)


def test_what_only_the_deployment_can_read_becomes_utf8(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("UserName\r\nJörg\r\n".encode("cp1252"))
    (tmp_path / "marked.csv").write_bytes("\ufeffUserName\r\nJörg\r\n".encode())
    copies(tmp_path, *(ClientsConfig(tmp_path / name, "cp1252") for name in ("list.csv", "marked.csv")))
    assert (tmp_path / "clients/list.csv").read_bytes() == "UserName\r\nJörg\r\n".encode()
    assert (tmp_path / "clients/marked.csv").read_bytes() == (tmp_path / "marked.csv").read_bytes()


def test_lists_that_cannot_be_copied(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"UserName\n\x81\n")
    found = copies(
        tmp_path, ClientsConfig(tmp_path / "no*.csv"), ClientsConfig(tmp_path / "bad.csv", "cp1252")
    )
    assert [saved.file for saved in found] == ["clients/noall.csv", "clients/bad.csv"]
    assert "there is no such file" in found[0].error
    assert "is not cp1252" in found[1].error
    assert not list((tmp_path / "clients").iterdir())


# The script

LINE = re.compile(
    r"try \{ (.+) \| Export-Clixml -Depth 4 -LiteralPath \(?'(.+?)'(?: \+ .+?\))? \} catch \{ .* \}"
)


SAVED_AS = {"": ".xml", "*": "@", "local-store": "@local-store.xml"}


def test_the_script_saves_what_the_facts_ask_for() -> None:
    cmdlets = wanted(open_catalog())
    found = [LINE.fullmatch(line) for line in script(cmdlets).splitlines() if line.startswith("try")]
    assert all(found)
    paths = [match[2] for match in found if match]
    assert paths == [f"saved\\{cmdlet.shell}\\{cmdlet.name}" + SAVED_AS[cmdlet.variant] for cmdlet in cmdlets]
    for cmdlet, match in zip(cmdlets, found, strict=True):
        assert match
        written = {
            (): "",
            ("LocalStore",): " -LocalStore:$true",
            ("ResultSize",): " -ResultSize Unlimited",
            ("RetrieveEwsOperationAccessPolicy",): " -RetrieveEwsOperationAccessPolicy:$true",
        }
        given = written[tuple(name for name, _ in cmdlet.parameters)]
        assert match[1] == f"{cmdlet.name}{given} -ErrorAction Stop"


def test_what_is_of_a_server_is_saved_under_its_name() -> None:
    lines = script([GET_USER._replace(name="Get-CsServerPatchVersion", variant="*")]).splitlines()
    [at] = [number for number, line in enumerate(lines) if line.startswith("try")]
    path = "('saved\\skype\\Get-CsServerPatchVersion@' + [Net.Dns]::GetHostEntry('').HostName + '.xml')"
    assert f"-LiteralPath {path} }}" in lines[at]
    assert "once on every Front End server" in lines[at - 1]


def test_each_section_of_the_script_stands_for_itself() -> None:
    text = script(wanted(open_catalog()))
    sections = text.split("\n\n")
    for shell in SHELLS:
        [section] = [part for part in sections if f"-Path 'saved\\{shell}'" in part]
        assert section.startswith("# ")
        assert "'saved\\manifest.yaml'" in section
    assert text.isascii()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Unlimited", "-P Unlimited"),
        ("a b", "-P 'a b'"),
        ("it's \u2019", "-P 'it''s \u2019\u2019'"),
        ("$(Remove-Item x)", "-P '$(Remove-Item x)'"),
        ("", "-P ''"),
        (True, "-P:$true"),
        (False, "-P:$false"),
        (None, "-P $null"),
        (5, "-P 5"),
        (-5, "-P (-5)"),
        (("a", 1, True), "-P @('a', 1, $true)"),
    ],
)
def test_parameters_of_the_script(value: object, written: str) -> None:
    text = script([GET_USER._replace(parameters=(("P", value),))])
    assert f"Get-CsUser {written} -ErrorAction Stop |" in text


@given(folder=st.text(min_size=1), value=st.text())
def test_no_text_ends_its_quotes(folder: str, value: str) -> None:
    text = script([GET_USER._replace(parameters=(("P", value),))], folder)
    [line] = (
        [line for line in text.split("\n") if line.startswith("try {")]
        if "\n" not in folder + value
        else [""]
    )
    outside = re.sub("'(?:[^'\u2018\u2019\u201a\u201b]|['\u2018\u2019\u201a\u201b]{2})*'", "", line)
    assert outside.count("{") == outside.count("}")
    assert "'" not in outside


@pytest.mark.parametrize(
    "cmdlet", [GET_USER._replace(name="Get-X; rm"), GET_USER._replace(parameters=(("a b", 1),))]
)
def test_names_that_are_none(cmdlet: Cmdlet) -> None:
    with pytest.raises(PluginError, match="is no name in PowerShell"):
        script([cmdlet])


def test_a_folder_of_ones_own() -> None:
    assert "'C:\\my saved\\skype\\Get-CsUser.xml'" in script([GET_USER], "C:\\my saved\\")


def test_what_a_killed_collection_has_left_is_named(tmp_path: Path) -> None:
    (tmp_path / ".collecting-abc").mkdir()
    with pytest.raises(UsageError, match=r"holds \.collecting-abc: what there is of .* was killed") as caught:
        take(tmp_path, replace=True)
    assert "Remove it" in caught.value.remedy

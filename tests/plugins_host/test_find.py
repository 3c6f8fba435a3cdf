from __future__ import annotations

import os
import sys
import zipfile
from typing import TYPE_CHECKING, TypeAlias

import pytest

from imadmin.firstparty import FIRST_PARTY
from imadmin.plugins.find import blocked_by_environment, find, find_loose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin.plugins import Found

    Install: TypeAlias = Callable[..., Path]

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="permissions are not those of POSIX")


@pytest.fixture(params=["folders", "metadata"], autouse=True)
def way(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of reading entry points: with an archive on `sys.path`, importlib.metadata is asked."""
    if request.param == "metadata":
        archive = tmp_path / "archive.zip"
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("in_the_archive.py", "")
        monkeypatch.syspath_prepend(str(archive))
    return str(request.param)


def foreign() -> list[Found]:
    return [found for found in find() if not found.first_party]


def test_imadmins_own_plugins_come_by_the_same_door() -> None:
    assert {found.name for found in find() if found.first_party} == set(FIRST_PARTY)


def test_a_foreign_plugin(distribution: Install) -> None:
    distribution("Acme_Checks", {"acme": "acme_plugin"}, version="2.1")
    [found] = foreign()
    assert (found.name, found.value, found.origin) == ("acme", "acme_plugin", "acme-checks 2.1")


def test_nothing_is_imported(distribution: Install) -> None:
    folder = distribution(
        "acme", {"acme": "acme_plugin"}, {"acme_plugin": "open(__file__ + '.run', 'w').close()"}
    )
    assert len(foreign()) == 1
    assert not (folder / "acme_plugin.py.run").exists()
    assert "acme_plugin" not in sys.modules


def test_other_groups_are_not_plugins(distribution: Install) -> None:
    folder = distribution("acme", {})
    (folder / "acme-1.0.dist-info" / "entry_points.txt").write_text(
        "[imadmin.x]\na = b\n\n[pytest11]\nimadmin = imadmin.pytest_plugin\n"
    )
    assert foreign() == []


def test_the_extras_of_an_entry_point_are_not_part_of_the_module(distribution: Install) -> None:
    distribution("acme", {"acme": "acme_plugin [lab,kerberos]"})
    assert [found.value for found in foreign()] == ["acme_plugin"]


def test_an_egg_info_folder_is_read_too(distribution: Install) -> None:
    folder = distribution("acme", {"acme": "acme_plugin"})
    (folder / "acme-1.0.dist-info" / "METADATA").rename(folder / "acme-1.0.dist-info" / "PKG-INFO")
    (folder / "acme-1.0.dist-info").rename(folder / "acme-1.0.egg-info")
    assert [found.name for found in foreign()] == ["acme"]


@pytest.mark.parametrize("sites", [("one", "two"), ("two", "one")])
def test_the_order_does_not_depend_on_the_path(distribution: Install, sites: tuple[str, str]) -> None:
    distribution("zeta", {"zz": "z1", "aa": "z2"}, site=sites[0])
    distribution("alpha", {"mm": "a1", "aa": "a2"}, site=sites[1])
    assert [(found.name, found.distribution) for found in find()] == [
        *((name, "imadmin") for name in sorted(FIRST_PARTY)),
        ("aa", "alpha"),
        ("aa", "zeta"),
        ("mm", "alpha"),
        ("zz", "zeta"),
    ]


def test_a_foreign_plugin_of_a_first_party_name_comes_after_it(distribution: Install) -> None:
    distribution("aaa", {"policy": "aaa_policy"})
    assert [found.distribution for found in find() if found.name == "policy"] == ["imadmin", "aaa"]


def test_a_distribution_that_is_on_the_path_twice_counts_once(
    distribution: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = distribution("acme", {"acme": "acme_plugin"})
    (tmp_path / "lib64").symlink_to(folder)
    monkeypatch.syspath_prepend(str(tmp_path / "lib64"))
    monkeypatch.syspath_prepend(str(folder))
    assert [found.name for found in foreign()] == ["acme"]


def test_of_two_versions_the_first_on_the_path_counts(distribution: Install) -> None:
    distribution("acme", {"acme": "a_old", "gone": "a_gone"}, version="1.0", site="behind")
    distribution("acme", {"acme": "b_new"}, version="2.0", site="before")
    assert [(found.name, found.value, found.version) for found in foreign()] == [("acme", "b_new", "2.0")]


@pytest.mark.parametrize(
    "content",
    [
        b"[imadmin]\nbr\xe9ken = broken_plugin\n",
        b"[imadmin]\nno equals sign\n",
        b"\x00\xff[imadmin",
        b"]",
        b"",
    ],
)
def test_a_damaged_distribution_costs_no_other(distribution: Install, content: bytes) -> None:
    folder = distribution("broken", {})
    (folder / "broken-1.0.dist-info" / "entry_points.txt").write_bytes(content)
    distribution("whole", {"whole": "whole_plugin"}, site="second")
    assert "whole" in [found.name for found in foreign()]


def test_a_half_removed_distribution_costs_no_other(distribution: Install) -> None:
    folder = distribution("broken", {"broken": "broken_plugin"})
    (folder / "broken-1.0.dist-info" / "METADATA").unlink()
    distribution("whole", {"whole": "whole_plugin"}, site="second")
    assert "whole" in [found.name for found in foreign()]


def test_a_plugin_in_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "acme.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("acme-3.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: acme\nVersion: 3.0\n")
        file.writestr("acme-3.0.dist-info/entry_points.txt", "[imadmin]\nacme = zipped_plugin\n")
        file.writestr("zipped_plugin.py", "ANSWER = 42\n")
    monkeypatch.syspath_prepend(str(archive))
    monkeypatch.delitem(sys.modules, "zipped_plugin", raising=False)
    [found] = foreign()
    assert found.origin == "acme 3.0"
    assert vars(found.load())["ANSWER"] == 42


def test_loose_plugins_are_named_after_their_files(loose: Install) -> None:
    folder = loose(zulu="", alpha="", _helper="")
    (folder / "notes.txt").write_text("")
    found = find_loose(folder)
    assert [one.name for one in found] == ["alpha", "zulu"]
    assert {one.refused for one in found} == {""}
    assert {one.origin for one in found} == {str(folder.resolve())}


def test_a_loose_plugin_is_never_first_party(loose: Install) -> None:
    assert [one.first_party for one in find_loose(loose(policy=""))] == [False]


def test_a_file_that_cannot_be_imported_is_not_passed_over_in_silence(loose: Install) -> None:
    folder = loose()
    (folder / "our-checks.py").write_text("")
    [found] = find_loose(folder)
    assert "our-checks.py cannot be imported; rename it" in found.refused


@posix_only
@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777])
def test_a_folder_that_others_may_write_to_is_refused(loose: Install, mode: int) -> None:
    folder = loose(alpha="", beta="")
    folder.chmod(mode)
    assert {one.refused for one in find_loose(folder)} == {
        f"others may write to {folder.resolve()}; run: chmod go-w '{folder.resolve()}'"
    }


@posix_only
@pytest.mark.parametrize("mode", [0o664, 0o646])
def test_a_file_that_others_may_write_to_is_refused_alone(loose: Install, mode: int) -> None:
    folder = loose(alpha="", beta="")
    (folder / "alpha.py").chmod(mode)
    assert [bool(one.refused) for one in find_loose(folder)] == [True, False]


@posix_only
def test_a_link_to_a_file_that_others_may_write_to_is_refused(loose: Install, tmp_path: Path) -> None:
    folder = loose()
    target = tmp_path / "elsewhere.py"
    target.write_text("")
    target.chmod(0o666)
    (folder / "alpha.py").symlink_to(target)
    assert "others may write to" in find_loose(folder)[0].refused


@posix_only
def test_a_file_of_another_user_is_refused(loose: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = loose(alpha="")
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid)
    if os.geteuid() == 0:
        os.chown(folder / "alpha.py", 54321, -1)
    else:
        monkeypatch.setattr(os, "getuid", lambda: 54321)
    assert "belongs to another user" in find_loose(folder)[0].refused


@posix_only
def test_a_dangling_link_is_refused(loose: Install) -> None:
    folder = loose(beta="")
    (folder / "alpha.py").symlink_to(folder / "nowhere.py")
    found = find_loose(folder)
    assert ["cannot be read" in one.refused for one in found] == [True, False]


def test_no_folder_no_plugins(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert find_loose(tmp_path / "nowhere") == []
    assert find_loose(tmp_path / "file") == []
    assert find_loose("a\0b") == []


@posix_only
def test_a_folder_that_links_to_itself_is_none(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert find_loose(tmp_path / "loop") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [("", set()), ("acme", {"acme"}), (" acme , , policy,", {"acme", "policy"})],
)
def test_names_blocked_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, text: str, names: set[str]
) -> None:
    monkeypatch.setenv("IMADMIN_NO_PLUGINS", text)
    assert blocked_by_environment() == names


def test_no_names_blocked_without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMADMIN_NO_PLUGINS", raising=False)
    assert blocked_by_environment() == frozenset()

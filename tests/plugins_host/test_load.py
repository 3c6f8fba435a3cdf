from __future__ import annotations

import sys
from textwrap import dedent
from typing import TYPE_CHECKING, TypeAlias

import pytest

from imadmin import PluginError
from imadmin.firstparty import FIRST_PARTY
from imadmin.plugins import Found, Plugin, State, find, load
from imadmin.plugins.find import find_loose
from imadmin.plugins.load import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from imadmin.plugins.load import Loaded

    Install: TypeAlias = Callable[..., Path]
    Broken: TypeAlias = Callable[[str], Plugin]

GOOD = """
    from imadmin import hookimpl

    @hookimpl
    def imadmin_facts():
        return []
"""

NOT_LOADED = {
    "ImportError": (
        "import no_such_module_at_all",
        "ModuleNotFoundError: No module named 'no_such_module_at_all'",
    ),
    "SyntaxError": ("def broken(:\n    pass", "SyntaxError: "),
    "not text": ("x = '\x00'", "SyntaxError: "),
    "an exception": ("1 / 0", "ZeroDivisionError: division by zero"),
    "sys.exit()": ("import sys; sys.exit()", "it called sys.exit()"),
    "sys.exit(3)": ("import sys; sys.exit(3)", "it called sys.exit(3)"),
    "deep recursion": ("def f(): f()\nf()", "RecursionError: "),
    "nothing in it": ("", "it implements no hook, so it does nothing"),
    "an unmarked hook": (
        "def imadmin_checks():\n    return []",
        "imadmin_checks is not marked with @hookimpl, so the plugin does nothing",
    ),
    "another tool's marker": (
        "import pluggy\n@pluggy.HookimplMarker('other')\ndef imadmin_checks():\n    return []",
        "imadmin_checks is not marked with @hookimpl",
    ),
    "a misspelt hook": (
        "from imadmin import hookimpl\n@hookimpl\ndef imadmin_check():\n    return []",
        "unknown hook imadmin_check; did you mean imadmin_checks?",
    ),
    "a hook of another world": (
        "from imadmin import hookimpl\n@hookimpl\ndef pytest_runtest():\n    return []",
        "unknown hook pytest_runtest; the hooks are imadmin_checks, ",
    ),
    "a wrong argument": (
        "from imadmin import hookimpl\n@hookimpl\ndef imadmin_checks(config):\n    return []",
        "PluginValidationError: ",
    ),
    "a good hook beside a misspelt one": (
        f"{dedent(GOOD)}\n@hookimpl\ndef imadmin_chekcs():\n    return []",
        "unknown hook imadmin_chekcs; did you mean imadmin_checks?",
    ),
    "an exception without words": (
        "class Silent(Exception):\n    def __str__(self):\n        raise ValueError\nraise Silent",
        "Silent",
    ),
}


def named(loaded: Loaded, name: str) -> list[Plugin]:
    return [plugin for plugin in loaded.plugins if plugin.name == name]


def active(loaded: Loaded) -> set[str]:
    """The plugins whose hooks would really be called."""
    callers = [caller for caller in vars(loaded.manager.hook).values() if hasattr(caller, "get_hookimpls")]
    return {impl.plugin_name for caller in callers for impl in caller.get_hookimpls()}


def test_a_good_plugin(distribution: Install) -> None:
    distribution("acme", {"acme": "acme_plugin"}, {"acme_plugin": GOOD})
    loaded = load(find())
    assert named(loaded, "acme") == [Plugin(named(loaded, "acme")[0].found, State.LOADED, ("imadmin_facts",))]
    assert "acme" in active(loaded)


def test_imadmins_own_plugins_load() -> None:
    loaded = load(find())
    own = {plugin.name: plugin.state for plugin in loaded.plugins if plugin.found.first_party}
    assert own == dict.fromkeys(FIRST_PARTY, State.LOADED)


@pytest.mark.parametrize("case", NOT_LOADED)
def test_a_plugin_that_cannot_be_loaded_costs_itself_only(distribution: Install, case: str) -> None:
    source, reason = NOT_LOADED[case]
    folder = distribution("broken", {"broken": "broken_plugin"})
    (folder / "broken_plugin.py").write_text(source)
    distribution(
        "whole", {"aaa": "whole_plugin", "zzz": "whole_plugin_too"}, {"whole_plugin": GOOD}, site="2"
    )
    (folder / "whole_plugin_too.py").write_text("from whole_plugin import imadmin_facts")
    loaded = load(find())
    [broken] = named(loaded, "broken")
    assert broken.state is State.FAILED
    assert broken.hooks == ()
    assert reason in broken.reason
    assert "\n" not in broken.reason
    assert active(loaded) == {*FIRST_PARTY, "aaa", "zzz"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no_such_module", "No module named 'no_such_module'"),
        ("acme_plugin:nothing", "has no attribute 'nothing'"),
        ("acme_plugin:PATHS", "acme_plugin:PATHS is of type list, not a module"),
        ("acme_plugin:NOTHING", "is of type NoneType, not a module"),
        ("acme_plugin:imadmin_facts", "is of type function, not a module"),
        ("acme_plugin:Hooks", "is of type type, not a module"),
        ("not a module!", "No module named 'not a module!'"),
        ("", "Empty module name"),
        (".relative", "TypeError"),
    ],
)
def test_an_entry_point_that_leads_nowhere(distribution: Install, value: str, reason: str) -> None:
    source = GOOD.replace("from", "PATHS = []\n    NOTHING = None\n    class Hooks: pass\n    from", 1)
    distribution("acme", {"acme": value}, {"acme_plugin": source})
    [plugin] = named(load(find()), "acme")
    assert plugin.state is State.FAILED
    assert reason in plugin.reason


def test_an_entry_point_may_name_a_module_within_a_module(distribution: Install) -> None:
    distribution(
        "acme",
        {"acme": "acme_plugin:inner"},
        {"acme_plugin": "import acme_inner as inner", "acme_inner": GOOD},
    )
    assert [plugin.state for plugin in named(load(find()), "acme")] == [State.LOADED]


def test_an_optional_hook_need_not_be_known(distribution: Install) -> None:
    source = GOOD + "\n    @hookimpl(optionalhook=True)\n    def imadmin_of_a_later_version(): return []\n"
    distribution("acme", {"acme": "acme_plugin"}, {"acme_plugin": source})
    [plugin] = named(load(find()), "acme")
    assert (plugin.state, plugin.hooks) == (State.LOADED, ("imadmin_facts",))


def test_a_plugin_of_optional_hooks_alone_does_nothing(distribution: Install) -> None:
    source = "from imadmin import hookimpl\n@hookimpl(optionalhook=True)\ndef imadmin_later():\n    return []"
    distribution("acme", {"acme": "acme_plugin"}, {"acme_plugin": source})
    assert named(load(find()), "acme")[0].reason == "it implements no hook, so it does nothing"


def test_a_hook_may_have_another_name_in_its_module(distribution: Install) -> None:
    source = "from imadmin import hookimpl\n@hookimpl(specname='imadmin_facts')\ndef ours():\n    return []"
    distribution("acme", {"acme": "acme_plugin"}, {"acme_plugin": source})
    assert named(load(find()), "acme")[0].hooks == ("imadmin_facts",)


def test_an_interrupt_while_importing_is_the_users(distribution: Install) -> None:
    distribution("acme", {"acme": "acme_plugin"}, {"acme_plugin": "raise KeyboardInterrupt"})
    with pytest.raises(KeyboardInterrupt):
        load(find())


def test_of_two_foreign_plugins_of_one_name_both_distributions_are_named(distribution: Install) -> None:
    distribution("zeta", {"acme": "zeta_plugin"}, {"zeta_plugin": GOOD}, version="7", site="first")
    distribution("alpha", {"acme": "alpha_plugin"}, {"alpha_plugin": GOOD}, version="8", site="second")
    loaded = load(find())
    kept, lost = named(loaded, "acme")
    assert (kept.state, kept.found.origin) == (State.LOADED, "alpha 8")
    assert (lost.state, lost.found.origin) == (State.DUPLICATE, "zeta 7")
    assert lost.reason == "the name is taken by alpha 8 (alpha_plugin); give this one another name"
    assert "zeta_plugin" not in sys.modules


def test_imadmins_own_plugin_wins_wherever_the_other_lies(distribution: Install) -> None:
    distribution("aaa", {"policy": "aaa_policy"}, {"aaa_policy": GOOD}, site="in-front-of-everything")
    kept, lost = named(load(find()), "policy")
    assert (kept.state, kept.found.distribution) == (State.LOADED, "imadmin")
    assert (lost.state, lost.found.distribution) == (State.DUPLICATE, "aaa")
    assert "the name is taken by imadmin " in lost.reason
    assert "aaa_policy" not in sys.modules


def test_the_name_of_a_broken_plugin_is_not_free(distribution: Install) -> None:
    """Else a foreign distribution would take the place of imadmin's own where that cannot be imported."""
    distribution("alpha", {"acme": "alpha_plugin"}, {"alpha_plugin": "1 / 0"})
    distribution("zeta", {"acme": "zeta_plugin"}, {"zeta_plugin": GOOD}, site="second")
    assert [plugin.state for plugin in named(load(find()), "acme")] == [State.FAILED, State.DUPLICATE]


def test_a_module_that_is_named_twice_serves_its_first_name(distribution: Install) -> None:
    """A second entry point must not take the hooks away from imadmin's own plugin."""
    distribution("acme", {"a-policy": "imadmin_policy"})
    loaded = load(find())
    assert "imadmin_policy is already loaded, as plugin policy" in named(loaded, "a-policy")[0].reason
    assert active(loaded) == set(FIRST_PARTY)


def test_a_distribution_that_is_on_the_path_twice_is_no_duplicate(
    distribution: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = distribution("acme", {"acme": "acme_plugin"}, {"acme_plugin": GOOD})
    (tmp_path / "lib64").symlink_to(folder)
    monkeypatch.syspath_prepend(str(tmp_path / "lib64"))
    assert [plugin.state for plugin in named(load(find()), "acme")] == [State.LOADED]


def test_a_blocked_plugin_is_not_imported(distribution: Install) -> None:
    source = f"open(__file__ + '.run', 'w').close()\n{GOOD}".replace("\n    ", "\n")
    folder = distribution("acme", {"acme": "acme_plugin", "other": "other_plugin"}, {"other_plugin": GOOD})
    (folder / "acme_plugin.py").write_text(source)
    [plugin] = named(load(find(), frozenset({"acme"})), "acme")
    assert plugin.state is State.BLOCKED
    assert "--no-plugin" in plugin.reason
    assert not (folder / "acme_plugin.py.run").exists()
    load(find())
    assert (folder / "acme_plugin.py.run").exists()


def test_loose_plugins_are_loaded_beside_the_others(loose: Install) -> None:
    loaded = load(find() + find_loose(loose(alpha=GOOD, broken="import no_such_module", zulu=GOOD)))
    states = {plugin.name: plugin.state for plugin in loaded.plugins if not plugin.found.first_party}
    assert states == {"alpha": State.LOADED, "broken": State.FAILED, "zulu": State.LOADED}
    assert active(loaded) == {*FIRST_PARTY, "alpha", "zulu"}


def test_a_loose_plugin_may_be_called_like_a_module_of_the_library(loose: Install) -> None:
    import json

    [plugin] = load(find_loose(loose(json=GOOD))).plugins
    assert plugin.state is State.LOADED
    assert sys.modules["json"] is json


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are not those of POSIX")
def test_a_refused_plugin_is_not_executed(loose: Install) -> None:
    folder = loose(alpha="open(__file__ + '.run', 'w').close()")
    folder.chmod(0o777)
    [plugin] = load(find_loose(folder)).plugins
    assert plugin.state is State.FAILED
    assert "others may write to" in plugin.reason
    assert not (folder / "alpha.py.run").exists()


def test_a_refused_plugin_does_not_take_the_name(loose: Install) -> None:
    [found] = find_loose(loose(alpha=GOOD))
    refused = Found("alpha", "x", "elsewhere", "", found.load, refused="others may write to it")
    assert [plugin.state for plugin in load([refused, found]).plugins] == [State.FAILED, State.LOADED]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("two\n  lines"), "ValueError: two lines"),
        (ValueError(), "ValueError"),
        (SystemExit("no"), "it called sys.exit(no)"),
        (PluginError("what", where="where", remedy="remedy"), "where: what"),
    ],
)
def test_an_error_in_one_line(error: BaseException, text: str) -> None:
    assert describe(error) == text


def test_the_order_of_loading_is_that_of_finding(distribution: Install) -> None:
    sources: Mapping[str, str] = dict.fromkeys(("one", "two", "three"), GOOD)
    distribution("acme", {"b": "one", "c": "two", "a": "three"}, sources)
    assert [plugin.name for plugin in load(find()).plugins][-3:] == ["a", "b", "c"]

"""The edge of the program: the one place where errors become messages and exit statuses."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

from imadmin.cli import INTERRUPTED
from imadmin.errors import ConfigError, ImadminError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BUG", "forget_stdout", "guarded", "leave", "put"]

BUG = 4
_BROKEN_PIPE = 0
_GRACE_SECONDS = 1.0


def guarded(arguments: list[str]) -> int:
    """Parse and execute; every expected error is one message, every other a log file."""
    _streams_for_a_process_without_console()
    _tolerant_streams()
    _end_in_order()
    try:
        return _executed(arguments)
    finally:
        _flush()


def _streams_for_a_process_without_console() -> None:
    """A scheduled task, `pythonw` and a closed descriptor leave None where a stream should be."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _end_in_order() -> None:
    """A process that is told to end removes its temporary files first, as after Ctrl-C."""
    import signal
    import threading

    ours = threading.current_thread() is threading.main_thread()
    if ours and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _executed(arguments: list[str]) -> int:
    try:
        from imadmin.cli.parser import parse

        options = parse(arguments)
        return int(options.execute(options))
    except ImadminError as error:
        _say(f"imadmin: error: {error}")
        return _told_monitoring(error.line, arguments) or error.exit_status
    except KeyboardInterrupt:
        _say("imadmin: interrupted")
        _leave_threads()
        return INTERRUPTED
    except BrokenPipeError:
        forget_stdout()
        return _BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the edge
        status = _bug(error, arguments)
        return _told_monitoring(f"a bug in imadmin: {type(error).__name__}", arguments) or status


def _told_monitoring(what: str, arguments: list[str]) -> int:
    """Tell a monitoring system, where one reads standard output; gives its exit status, else 0."""
    words = {*arguments, *map("=".join, pairwise(arguments))}
    if words.isdisjoint({"--report=nagios", "--report=nagios=-"}):
        return 0
    from imadmin.reports.nagios import UNKNOWN, unknown

    put(unknown(what))
    return UNKNOWN


def put(text: str) -> None:
    """Write to standard output; a reader that has seen enough does not change how the command went.

    Raises:
        ConfigError: it cannot be written to, as with a full disk.
    """
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:
        forget_stdout()
    except OSError as error:
        forget_stdout()
        raise ConfigError(f"cannot be written: {error.strerror}", where="standard output") from error


def forget_stdout() -> None:
    """The reader of our output has gone; keep Python from complaining when it closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tolerant_streams() -> None:
    """A console that cannot show a character shows a substitute; it must not end the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _leave_threads() -> None:
    """Do not wait for ever for a thread that reads from what does not answer, as a lost network drive."""
    import threading
    from contextlib import suppress

    others = [t for t in threading.enumerate() if t is not threading.current_thread() and not t.daemon]
    with suppress(KeyboardInterrupt):
        for thread in others:
            thread.join(_GRACE_SECONDS)
    if any(thread.is_alive() for thread in others):
        leave(INTERRUPTED)


def leave(status: int) -> NoReturn:
    """End without waiting for threads, but with what is always done at the end."""
    import atexit

    _flush()
    atexit._run_exitfuncs()  # noqa: SLF001 - removes temporary files, which hold what was read
    os._exit(status)


def _flush() -> None:
    """While a broken pipe can still be told from a bug."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        forget_stdout()


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _bug(error: Exception, arguments: list[str]) -> int:
    path = _log(error, arguments)
    _say(f"imadmin: this is a bug in imadmin: {type(error).__name__}: {error}")
    _say(f"Please report it with this file: {path}" if path else "Please report it with the trace below.")
    if path is None:
        import traceback

        traceback.print_exception(error)
    return BUG


def _log(error: Exception, arguments: list[str]) -> Path | None:
    import platform
    import traceback

    from imadmin import __version__

    try:
        from imadmin.home import home, private_folder, write_private
        from imadmin.session import new_run_id

        path = private_folder(home() / "bugs") / f"{new_run_id()}.log"
        head = (
            f"imadmin {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
            f"arguments: {arguments!r}\n\n"
        )
        write_private(path, head + "".join(traceback.format_exception(error)))
    except Exception:  # noqa: BLE001 - the bug may be there
        return None
    return path

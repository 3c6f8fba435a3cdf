"""The folders that every mailbox starts with."""

from __future__ import annotations

from typing import Final, NamedTuple


class Default(NamedTuple):
    """A folder of a new mailbox: its distinguished id, its parent's, its class, and its names by language."""

    distinguished: str
    parent: str | None
    folder_class: str | None
    names: dict[str, str]

    def name(self, culture: str) -> str:
        """Give the name in the language of *culture* (`de-DE`), in English where it has none."""
        return self.names.get(culture.partition("-")[0].lower(), self.names["en"])


def _folder(
    distinguished: str, parent: str | None, folder_class: str | None, en: str, **names: str
) -> Default:
    return Default(distinguished, parent, folder_class, {"en": en, **names})


_TOP: Final = "msgfolderroot"
_DUMPSTER: Final = "recoverableitemsroot"

DEFAULT_FOLDERS: Final = (
    _folder("root", None, None, ""),
    _folder("searchfolders", "root", None, "Finder"),
    _folder(
        _TOP, "root", "IPF.Note", "Top of Information Store", de="Oberste Ebene des Informationsspeichers"
    ),
    _folder("inbox", _TOP, "IPF.Note", "Inbox", de="Posteingang", fr="Boîte de réception"),
    _folder("drafts", _TOP, "IPF.Note", "Drafts", de="Entwürfe", fr="Brouillons"),
    _folder("sentitems", _TOP, "IPF.Note", "Sent Items", de="Gesendete Elemente", fr="Éléments envoyés"),
    _folder("outbox", _TOP, "IPF.Note", "Outbox", de="Postausgang", fr="Boîte d'envoi"),
    _folder(
        "deleteditems", _TOP, "IPF.Note", "Deleted Items", de="Gelöschte Elemente", fr="Éléments supprimés"
    ),
    _folder("junkemail", _TOP, "IPF.Note", "Junk Email", de="Junk-E-Mail", fr="Courrier indésirable"),
    _folder("calendar", _TOP, "IPF.Appointment", "Calendar", de="Kalender", fr="Calendrier"),
    _folder("contacts", _TOP, "IPF.Contact", "Contacts", de="Kontakte", fr="Contacts"),
    _folder("quickcontacts", "contacts", "IPF.Contact.MOC.QuickContacts", "Skype for Business Contacts"),
    _folder(
        "imcontactlist", "contacts", "IPF.Contact.MOC.ImContactList", "{A9E2BC46-B3A0-4243-B315-60D991004455}"
    ),
    _folder("tasks", _TOP, "IPF.Task", "Tasks", de="Aufgaben", fr="Tâches"),
    _folder("notes", _TOP, "IPF.StickyNote", "Notes", de="Notizen"),
    _folder("journal", _TOP, "IPF.Journal", "Journal"),
    _folder(
        "conversationhistory",
        _TOP,
        "IPF.Note",
        "Conversation History",
        de="Aufgezeichnete Unterhaltungen",
        fr="Historique des conversations",
    ),
    _folder("syncissues", _TOP, "IPF.Note", "Sync Issues", de="Synchronisierungsprobleme"),
    _folder("conflicts", "syncissues", "IPF.Note", "Conflicts", de="Konflikte"),
    _folder("localfailures", "syncissues", "IPF.Note", "Local Failures", de="Lokale Fehler"),
    _folder("serverfailures", "syncissues", "IPF.Note", "Server Failures", de="Serverfehler"),
    _folder(_DUMPSTER, "root", None, "Recoverable Items"),
    _folder("recoverableitemsdeletions", _DUMPSTER, None, "Deletions"),
    _folder("recoverableitemsversions", _DUMPSTER, None, "Versions"),
    _folder("recoverableitemspurges", _DUMPSTER, None, "Purges"),
)

"""imadmin: can these people leave each other offline messages in Skype for Business?"""

__version__ = "0.1.0"

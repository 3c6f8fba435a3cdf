r"""The History Spooler: the folder in which the client keeps what it could not send.

It is `%LOCALAPPDATA%\Microsoft\Office\16.0\Lync\SipUserAddress\History Spooler`, where `SipUserAddress`
stands for `sip_` and the address. Files in it are counted and their ages told; they are never opened.
"""

"""Exchange and Skype for Business on loopback, over their real protocols."""

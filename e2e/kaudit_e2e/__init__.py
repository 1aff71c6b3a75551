"""End-to-end tests of kaudit: the real binaries, real clients, whole audit logs. Python's
standard library only."""

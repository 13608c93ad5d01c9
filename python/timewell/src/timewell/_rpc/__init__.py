"""Calls: methods, channels, transports, and what errors of calls become."""

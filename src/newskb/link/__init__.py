"""Mentions become actors and places."""

"""Reads news about network vendors and publishes the facts that it states."""

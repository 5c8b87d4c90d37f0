"""Custom actions: each reads slots, calls one service, and returns events and response names; no prose."""

"""Signing in and out, and the one door that every page for workers has."""

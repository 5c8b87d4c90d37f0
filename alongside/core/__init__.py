"""The rules of Alongside as plain Python: standard library only, importable by the app and by the assistant."""

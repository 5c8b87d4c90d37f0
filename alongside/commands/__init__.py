"""Groups of the ``alongside`` command that are too long for its own module."""

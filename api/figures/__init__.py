"""What leads and maintainers learn from the cases."""

"""The web layer: turns HTTP into use cases and back. It holds no rule of its own."""

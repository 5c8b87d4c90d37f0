"""Telegram as a channel: taking its updates in, handling each once and in order, and sending what is said."""

"""How well the bot answers, for who looks after the answers and who leads."""

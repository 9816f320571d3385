"""Everything that touches the world: Telegram, SQLite, the clock, the terminal and the command line.

The law of this package: it imports `dialogues` and `nlu`, and nothing imports it.
"""

"""Understanding a student's words.

Nothing is imported here: the components run in Rasa's environment, on Python 3.10, and the client in the bot's.
"""

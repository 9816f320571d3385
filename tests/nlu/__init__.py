"""Understanding: the examples, the model, Rasa as a child, and the client that asks it."""

"""Rasa graph components of our own, for Rasa's environment alone; `../../config.yml` names them."""

"""The tests of what touches the world."""

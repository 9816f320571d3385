"""The tests of Rooftop: real parts, no network beyond this machine, any order."""

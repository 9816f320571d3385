"""`python -m bot`: what the script `coach` starts."""

from bot.cli import main

main()

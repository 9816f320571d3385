"""The preview of a draft: played in the terminal or on a page that looks like a phone, and played on when the file is saved."""

"""How heavy public pages are: HTML as sent (gzip 6) and every style sheet for the screen, in bytes."""

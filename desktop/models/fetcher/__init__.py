"""The process that fetches: the only place of the app where a socket to elsewhere is opened."""

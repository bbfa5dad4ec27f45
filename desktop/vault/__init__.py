"""Keys and passphrases of profiles; knows neither SQL nor what is kept behind the lock."""

"""Trains and measures the small learned model of the risk screening; never imports the app."""

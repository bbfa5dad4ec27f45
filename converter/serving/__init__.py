"""The server side of the desktop: start commands and configurations for `serve-config`."""

"""What `xinyu-convert bench` measures: one module a name, each with `main(argv) -> exit code`."""

"""Hook specifications, value types, the registry and the bundled plugins. Plugins see values, never tables."""

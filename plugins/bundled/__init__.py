"""The bundled plugins. They import only what a third party may: `reciproca.hookimpl`, plugin types and events."""

"""Benchmarks: figures beside their floors and peers, measured alternately in one run. Nothing here is a test."""

"""The definition language: what a project computes, keeps and serves, written down in Python.

Definitions are plain objects that cannot be changed. They compile to the same messages as those of
the TypeScript language, byte for byte.
"""

"""The areas that are measured, and how."""

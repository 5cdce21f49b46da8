"""Files to try the product with."""

from pathlib import Path


def contacts_file() -> Path:
    """About two thousand companies and people, some of them awkward."""
    return Path(__file__).parent / "contacts.csv"

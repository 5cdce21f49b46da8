from core.commands.rollcall import main

__all__ = ["main"]

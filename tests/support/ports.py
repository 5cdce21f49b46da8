from socket import socket


def free_port() -> int:
    """For a server that cannot be told to choose one. Somebody else may be quicker."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

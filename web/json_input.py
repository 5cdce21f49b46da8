from typing import Any

from flask.json.provider import DefaultJSONProvider


class JsonInput(DefaultJSONProvider):
    """Takes a body nested too deeply for what it is: no JSON anybody means."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ANN401
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error

"""The body of a request, read only as far as it may be long."""

from starlette.requests import Request


async def within(request: Request, most: int) -> bytes | None:
    """The whole body, or None as soon as it is longer than `most` bytes, whatever it says of its own length."""
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > most:
        return None
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > most:
            return None
    return bytes(content)

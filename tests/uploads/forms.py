"""Forms as a browser without script writes them (RFC 7578)."""

BOUNDARY = "----WebKitFormBoundaryQ3xYz"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
CLOSING = f"\r\n--{BOUNDARY}--\r\n".encode()


def field(name: str, value: str) -> bytes:
    """Write a field as a browser does."""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def opening(file_name: str = "ma vidéo.mp4") -> bytes:
    """Write what stands before the bytes of the file."""
    said = f'Content-Disposition: form-data; name="file"; filename="{file_name}"\r\nContent-Type: video/mp4'
    return f"--{BOUNDARY}\r\n{said}\r\n\r\n".encode()


def body(token: str, content: bytes, file_name: str = "ma vidéo.mp4") -> bytes:
    """Write the page's form with its token and its file."""
    return field("csrf_token", token) + opening(file_name) + content + CLOSING

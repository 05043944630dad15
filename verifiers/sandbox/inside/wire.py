"""The bytes between the grader and the child that runs a program: length-framed, one request then one reply.

A request is its nonce, a kind, a length and a payload; the reply repeats the nonce. The nonce is drawn per request, so
a reply written before its request was sent cannot fit; that, and the end of the stream right after the last reply, is
all the framing has to prove. What a reply says proves nothing by itself: the child cannot know what is expected.
"""

import os
import struct

HEADER = struct.Struct("<8s1sI")  # nonce, kind, length of the payload in bytes

STARVED = 20  # times its limit that a run may take on the clock, where the machine leaves it too little processor time

# Requests.
PROGRAM = b"P"  # "entry\0source": run the source, find the entry; reply VALUE ("") or ERROR
CALL = b"C"  # a tuple, marshalled by the grader: call the entry; reply VALUE (canonical text), ERROR or NOT_PLAIN
SCRIPT = b"S"  # source: run it as __main__ on stdin and stdout; ERROR if it raised, otherwise nothing
WITNESS = b"W"  # as CALL, of a literal that an answer gives: `3, 4` and `(3, 4)` both fit a function of two;
#                 BAD_ARGUMENTS where it is none
CHECK = b"K"  # a pair, marshalled by the grader: a value, and the text of what a judged program returned, which is no
#               more to be trusted than the program: call the entry with both values; BAD_ARGUMENTS where it is no text
#               that `plain` writes
# Replies.
VALUE = b"V"
ERROR = b"E"
NOT_PLAIN = b"N"
BAD_ARGUMENTS = b"A"
FORGED = b"?"  # never sent: what the grader calls bytes that are no reply to its request


def write_frame(fd: int, nonce: bytes, kind: bytes, payload: bytes) -> None:
    view = memoryview(HEADER.pack(nonce, kind, len(payload)) + payload)
    while view:
        view = view[os.write(fd, view) :]


def read_exactly(fd: int, size: int) -> bytes | None:
    """`size` bytes, or None where the stream ended before."""
    parts = []
    while size:
        part = os.read(fd, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frame(fd: int) -> tuple[bytes, bytes, bytes] | None:
    """Nonce, kind and payload, or None at the end of the stream."""
    head = read_exactly(fd, HEADER.size)
    if head is None:
        return None
    nonce, kind, size = HEADER.unpack(head)
    payload = read_exactly(fd, size)
    return None if payload is None else (nonce, kind, payload)

# SPDX-License-Identifier: GPL-2.0-only
"""Makes requests with the library smpclient; runs in the library's environment.

Reads an order per line of standard input, as JSON, and answers each with one:
kind is answer, refused, silence or fault, value the body or the error's name.
An order is a request, or a call of one of the client's methods that transfer.
Bytes are {"hex": ...}.
"""

import asyncio
import importlib
import inspect
import json
import logging
import sys

from smp.header import Version
from smpclient import SMPClient
from smpclient.exceptions import SMPUploadError
from smpclient.generics import error_v1, success
from smpclient.transport.serial import BufferSize, SMPSerialRawTransport, SMPSerialTransport

VERSIONS = {1: Version.V1, 2: Version.V2}
NOT_BODY = {"header", "version", "sequence", "smp_data"}


def make_transport(order):
    if order["framing"] == "raw":
        return SMPSerialRawTransport(mtu=order["buf_size"])
    if order["line_length"]:
        return SMPSerialTransport(BufferSize(order["buf_size"], order["line_length"]))
    if order["fixed"]:
        return SMPSerialTransport(BufferSize(order["buf_size"]))
    return SMPSerialTransport()


def describe(response):
    version = {v: k for k, v in VERSIONS.items()}[response.version]
    if success(response):
        return {"kind": "answer", "version": version,
                "value": response.model_dump(exclude=NOT_BODY, exclude_none=True)}
    code = response.rc if error_v1(response) else response.err.rc
    return {"kind": "refused", "version": version, "value": code.name}


async def request(client, order):
    module = importlib.import_module("smpclient.requests." + order["module"])
    arguments = {k: v for k, v in order["arguments"].items() if v is not None}
    made = getattr(module, order["request"])(
        version=VERSIONS[order["version"]], **arguments)
    return describe(await client.request(made))


async def call(client, order):
    """An upload goes on as long as it is asked where it is."""
    doing = getattr(client, order["call"])(**order["arguments"])
    if inspect.isasyncgen(doing):
        value = [off async for off in doing]
    else:
        value = await doing
    return {"kind": "answer", "value": value}


async def obey(order):
    client = SMPClient(make_transport(order), order["port"], order["timeout"])
    await client.connect()
    try:
        return await (call if "call" in order else request)(client, order)
    except TimeoutError:
        return {"kind": "silence", "value": "no answer"}
    except SMPUploadError as e:
        if isinstance(e.args[0], str):
            raise
        return describe(e.args[0])
    finally:
        await client.disconnect()


def as_hex(data):
    return {"hex": data.hex()}


def from_hex(item):
    return bytes.fromhex(item["hex"]) if item.keys() == {"hex"} else item


def main():
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    for line in sys.stdin:
        try:
            result = asyncio.run(obey(json.loads(line, object_hook=from_hex)))
        except Exception as e:          # pylint: disable=broad-except
            result = {"kind": "fault", "value": f"{type(e).__name__}: {e}"}
        print(json.dumps(result, default=as_hex), flush=True)


main()

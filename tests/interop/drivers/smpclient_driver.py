# SPDX-License-Identifier: GPL-2.0-only
"""Makes requests with the library smpclient; runs in the library's environment.

Reads an order per line of standard input, as JSON, and answers each with one:
kind is answer, refused, silence or fault, value the body or the error's name.
"""

import asyncio
import importlib
import json
import logging
import sys

from smp.header import Version
from smpclient import SMPClient
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
                "value": response.model_dump(mode="json", exclude=NOT_BODY,
                                             exclude_none=True)}
    code = response.rc if error_v1(response) else response.err.rc
    return {"kind": "refused", "version": version, "value": code.name}


async def make_request(order):
    module = importlib.import_module("smpclient.requests." + order["module"])
    arguments = {k: v for k, v in order["arguments"].items() if v is not None}
    request = getattr(module, order["request"])(
        version=VERSIONS[order["version"]], **arguments)
    client = SMPClient(make_transport(order), order["port"], order["timeout"])
    await client.connect()
    try:
        return describe(await client.request(request))
    except TimeoutError:
        return {"kind": "silence", "value": "no answer"}
    finally:
        await client.disconnect()


def main():
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    for line in sys.stdin:
        try:
            result = asyncio.run(make_request(json.loads(line)))
        except Exception as e:          # pylint: disable=broad-except
            result = {"kind": "fault", "value": f"{type(e).__name__}: {e}"}
        print(json.dumps(result), flush=True)


main()

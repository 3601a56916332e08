"""Says for each request of a JSON list on stdin what is wrong with its AWS signature, by botocore; null for nothing."""

import base64
import datetime
import hashlib
import json
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def verify(sent, secret, region):
    headers = {name.lower(): value for name, value in sent["headers"].items()}
    body = base64.b64decode(sent["body"])
    if headers.get("x-amz-content-sha256") != hashlib.sha256(body).hexdigest():
        return "the hash is not the body's"
    algorithm, _, rest = headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    key = parts["Credential"].split("/")[0]
    names = parts["SignedHeaders"].split(";")
    if algorithm != "AWS4-HMAC-SHA256" or not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names):
        return "not enough is signed: " + headers["authorization"]
    url = "http://" + headers["host"] + sent["url"]
    request = AWSRequest(sent["method"], url, headers={name: headers[name] for name in names}, data=body)
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(Credentials(key, secret, headers.get("x-amz-security-token")), "execute-api", region)
    if parts["Credential"] != key + "/" + signer.credential_scope(request):
        return "another scope: " + parts["Credential"]
    signed = signer.string_to_sign(request, signer.canonical_request(request))
    return None if signer.signature(signed, request) == parts["Signature"] else "another signature"


asked = json.load(sys.stdin)
print(json.dumps([verify(sent, asked["secret"], asked["region"]) for sent in asked["requests"]]))

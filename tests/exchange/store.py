"""A store that speaks S3 and is not ours (moto), for tests of where files are kept: prints its address when it is there,
answers each line of its input that names a bucket with the keys in it and ends with the input. What it needs of PyPI
stands in store.txt.
"""

import json
import logging
import sys

from installed import packages


def main() -> None:
    sys.path.insert(0, str(packages("store.txt")))
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "id", "aws_secret_access_key": "key", "region_name": "us-east-1"}
    store = boto3.client("s3", endpoint_url=address, **keys)
    store.create_bucket(Bucket="cpas")
    print(address, flush=True)
    for line in sys.stdin:
        found = store.list_objects_v2(Bucket=line.strip()).get("Contents", [])
        print(json.dumps([one["Key"] for one in found]), flush=True)
    server.stop()


if __name__ == "__main__":
    main()

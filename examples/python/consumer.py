"""Follows Mimir's enriched articles and prints each version of each article once: id, language and title, or that the
article is gone. A new group begins at the beginning, others go on where they were; Ctrl-C ends it."""

import argparse
import functools
import io
import json
import os
import signal
import threading
import urllib.request
import uuid

import fastavro
from kafka import KafkaConsumer, TopicPartition

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--topic", default="article-enriched")
arguments.add_argument("--group", default="example-python")
arguments.add_argument("--from-beginning", action="store_true", help="read everything once more, beside the group's place")
arguments.add_argument("--exit-at-end", action="store_true", help="end where the topic ends now")
options = arguments.parse_args()

brokers = os.environ.get("KAFKA_BROKERS", "127.0.0.1:9092").split(",")
registry = os.environ.get("SCHEMA_REGISTRY_URL", "http://127.0.0.1:8085/apis/ccompat/v7")

# The version in which each article was told. With a database, keep it in the row and write where it is greater: then
# repeats are known after a restart too, and memory does not grow.
versions = {}


@functools.cache
def schema_with(schema_id):
    with urllib.request.urlopen(f"{registry}/schemas/ids/{schema_id}", timeout=10) as answer:
        return fastavro.parse_schema(json.loads(json.load(answer)["schema"]))


def decode(value):
    """Reads a zero byte, the schema's id in four, and Avro as that schema says: new fields do no harm."""
    if value[0] != 0:
        raise ValueError(f"the first byte is {value[0]} and not 0")
    return fastavro.schemaless_reader(io.BytesIO(value[5:]), schema_with(int.from_bytes(value[1:5], "big")))


def follow(key, value):
    article_id = key.decode()
    if value is None:
        versions.pop(article_id, None)
        print(article_id, "gone", sep="\t", flush=True)
        return
    enriched = decode(value)
    if enriched["version"] <= versions.get(article_id, 0):
        return
    print(article_id, enriched["language"] or "-", enriched["article"]["title"], sep="\t", flush=True)
    versions[article_id] = enriched["version"]


group = f"{options.group}-{uuid.uuid4()}" if options.from_beginning else options.group
consumer = KafkaConsumer(
    options.topic, bootstrap_servers=brokers, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False
)
stopped = threading.Event()
signal.signal(signal.SIGINT, lambda *_: stopped.set())
try:
    ends = consumer.end_offsets([TopicPartition(options.topic, p) for p in consumer.partitions_for_topic(options.topic)])
    if not ends:
        raise SystemExit(f"there is no topic {options.topic}")
    while not stopped.is_set():
        batches = consumer.poll(timeout_ms=500)
        for record in (record for batch in batches.values() for record in batch):
            follow(record.key, record.value)
        # Only now: a crash in between repeats messages and loses none.
        if batches:
            consumer.commit()
        held = consumer.assignment()
        if options.exit_at_end and held and all(consumer.position(partition) >= ends[partition] for partition in held):
            stopped.set()
finally:
    consumer.close(autocommit=False)

"""A storage for Django that keeps files in a bucket: what FileSystemStorage does, with boto3 in place of a folder."""

from urllib.parse import quote

import boto3
from botocore.exceptions import ClientError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.functional import cached_property


class BucketStorage(Storage):
    def __init__(self, bucket, public=False):
        self.bucket = bucket
        self.public = public

    @cached_property
    def client(self):
        # The access key and the address of the service come from ~/.aws, never from the code.
        return boto3.client("s3")

    def _save(self, name, content):
        kind = getattr(content, "content_type", None) or "application/octet-stream"
        self.client.put_object(Bucket=self.bucket, Key=name, Body=content.read(), ContentType=kind)
        return name

    def _open(self, name, mode="rb"):
        return ContentFile(self.client.get_object(Bucket=self.bucket, Key=name)["Body"].read())

    def exists(self, name):
        try:
            self.client.head_object(Bucket=self.bucket, Key=name)
        except ClientError:
            return False
        return True

    def listdir(self, path):
        found = self.client.list_objects_v2(Bucket=self.bucket)
        return [], [each["Key"] for each in found.get("Contents", [])]

    def url(self, name):
        if self.public:
            return f"{self.client.meta.endpoint_url}/{self.bucket}/{quote(name)}"
        # An address that is signed with the access key, and good for an hour.
        return self.client.generate_presigned_url("get_object", Params={"Bucket": self.bucket, "Key": name}, ExpiresIn=3600)

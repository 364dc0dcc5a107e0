"""The router of version 1."""

from ninja import NinjaAPI

api = NinjaAPI(title="Hearth", version="1.0.0", urls_namespace="api-1")
urls = api.urls

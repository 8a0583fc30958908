"""Figures for Prometheus, at `/metrics`. This process counts for its workers too, so there is one place to read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from rag.guide import Guide
from rag.service.served import ServedGuide
from rag.types import Answer
from ui.texts import service as texts

_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """What is counted, in a registry of its own."""

    def __init__(self, guide: Guide) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_State(guide))
        self._requests = Counter("ptce_requests", texts.REQUESTS, ("method", "route", "status"), registry=self.registry)
        self._latency = Histogram(
            "ptce_request_seconds", texts.REQUEST_SECONDS, ("route",), buckets=_BUCKETS, registry=self.registry
        )
        self._stages = Histogram(
            "ptce_stage_seconds", texts.STAGE_SECONDS, ("stage",), buckets=_BUCKETS, registry=self.registry
        )
        self._answers = Counter("ptce_answers", texts.ANSWERS, ("status", "refusal"), registry=self.registry)

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request; `seconds` is the time until its response began."""
        self._requests.labels(method, route, str(status)).inc()
        self._latency.labels(route).observe(seconds)

    def answered(self, answer: Answer) -> None:
        """Counts an answer and the seconds of each of its stages."""
        refusal = answer.refusal.type.value if answer.refusal else ""
        self._answers.labels(answer.status.value, refusal).inc()
        for stage, seconds in answer.seconds.items():
            self._stages.labels(stage).observe(seconds)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)


class _State(Collector):
    """What is looked up when it is asked for: the index in force, the workers."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("ptce_index_documents", texts.INDEX_DOCUMENTS, value=len(self._guide.sources))
        if not isinstance(self._guide, ServedGuide):
            return
        index, pool = self._guide.index, self._guide.pool
        yield GaugeMetricFamily("ptce_index_passages", texts.INDEX_PASSAGES, value=len(index.passages))
        yield GaugeMetricFamily("ptce_index_generation", texts.INDEX_GENERATION, value=index.manifest.generation)
        if pool:
            yield GaugeMetricFamily("ptce_workers", texts.WORKERS, value=pool.alive)
            yield GaugeMetricFamily("ptce_questions_waiting", texts.WAITING, value=pool.waiting)
            yield CounterMetricFamily("ptce_workers_lost", texts.WORKERS_LOST, value=pool.lost)
            yield GaugeMetricFamily("ptce_workers_memory_bytes", texts.WORKERS_MEMORY, value=_memory(pool.processes))


def _memory(processes: Sequence[int]) -> int:
    """The resident bytes of these processes, 0 where the system does not tell."""
    total = 0
    for process in processes:
        try:
            total += int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES
        except (OSError, ValueError, IndexError):
            continue
    return total


def metrics_router(metrics: Metrics) -> APIRouter:
    """`/metrics`."""
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    async def read() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router

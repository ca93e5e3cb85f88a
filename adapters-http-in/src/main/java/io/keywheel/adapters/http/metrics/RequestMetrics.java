package io.keywheel.adapters.http.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counts requests. Called on the threads of requests: it must neither block nor throw.
public interface RequestMetrics {

    /// A request that has ended, in labels of few values.
    ///
    /// @param api `json`, `sse`, `websocket`, `openai` or `openai_stream`; `other` for what is no chat
    /// @param path `A` or `B`; `none` where the request was not read that far
    /// @param outcome as the log has it
    /// @param firstContent from the request's beginning; null where none came
    record Ended(
            String api,
            String path,
            String outcome,
            Duration took,
            @Nullable Duration firstContent) {}

    /// What was counted in a short time: chats by how they ended, attempts, and failed attempts by their kind.
    ///
    /// @param left chats whose clients left
    record Slice(
            Instant from, Duration length, long ok, long failed, long left, long attempts, Map<String, Long> failures) {
        public Slice {
            failures = Map.copyOf(failures);
        }
    }

    /// A request has ended that has a line in the log.
    void ended(Ended request);

    /// All counts, in Prometheus' text format.
    String page();

    /// The last quarter of an hour, the oldest first, without slices in which nothing was counted.
    List<Slice> recent();
}

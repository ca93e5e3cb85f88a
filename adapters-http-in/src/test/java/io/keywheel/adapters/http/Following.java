package io.keywheel.adapters.http;

import io.keywheel.adapters.http.metrics.RequestTrace;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.RequestRecord;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Traces each request and records begin and end in order.
final class Following {

    final List<String> turns = new CopyOnWriteArrayList<>();
    final List<@Nullable String> states = new CopyOnWriteArrayList<>();
    private int begun;

    /// The place of the request that began as the `number`th, from 1.
    static TraceContext context(int number) {
        return new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333%d-01".formatted(number), "");
    }

    synchronized RequestTrace begun(String method, String path, Function<String, @Nullable String> headers) {
        begun++;
        int number = begun;
        turns.add("%d begins: %s %s of %s".formatted(number, method, path, headers.apply("traceparent")));
        states.add(headers.apply("tracestate"));
        return new RequestTrace() {
            @Override
            public TraceContext context() {
                return Following.context(number);
            }

            @Override
            public void ended(@Nullable String client, RequestRecord request) {
                turns.add("%d ends: %d %s %s %s"
                        .formatted(
                                number,
                                request.ending().status(),
                                request.ending().outcome().label(),
                                request.api(),
                                client));
            }
        };
    }
}

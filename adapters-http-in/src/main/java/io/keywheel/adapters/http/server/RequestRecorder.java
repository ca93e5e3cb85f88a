package io.keywheel.adapters.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.application.port.in.UsageUseCase;
import io.keywheel.domain.usage.RequestRecord;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counts each ended request and logs one line for it: ids, client, path, attempts, duration and tokens. Client
/// input cannot break the line.
public record RequestRecorder(GatewayMetrics metrics, UsageUseCase usage, InstantSource clock) {

    private static final System.Logger LOG = System.getLogger("io.keywheel.requests");

    /// Starts the request's trace, if requests are traced; [#end] ends it.
    public void begin(RequestContext request, Headers headers) {
        begin(request, name -> {
            var header = HeaderNames.create(name);
            return headers.contains(header) ? headers.get(header).values() : null;
        });
    }

    /// The same for a chat on a WebSocket, which is part of another request.
    ///
    /// @param headers looks up a trace header of the other request by name; null if it is absent
    public void begin(RequestContext request, Function<String, @Nullable String> headers) {
        request.begin(metrics, headers);
    }

    public void end(RequestContext request) {
        try {
            RequestRecord ended = request.record(clock.instant());
            request.log(LOG, ended.timing().duration());
            // Before the metrics: the console reads the usage again when their count of requests changes.
            if (ended.isChat()) {
                usage.ended(ended);
            }
            metrics.ended(ended, request.trace());
        } finally {
            // Last, because a stop saves usage and traces once no chat is active.
            request.endChat();
        }
    }

    /// Escapes spaces, quotes, backslashes and control characters as `\x` and two hex digits. Non-ASCII characters
    /// become `?`, because decoding has already made them all the same.
    static String escaped(String text, int longest) {
        if (text.isEmpty()) {
            return "-";
        }
        var escaped = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), longest); i++) {
            char c = text.charAt(i);
            if (c > ' ' && c <= '~' && c != '"' && c != '\\') {
                escaped.append(c);
            } else {
                escaped.append(c < 0x80 ? "\\x%02x".formatted((int) c) : "?");
            }
        }
        return escaped.append(text.length() > longest ? "…" : "").toString();
    }
}

package io.keywheel.adapters.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.application.port.in.UsageUseCase;
import io.keywheel.domain.usage.RequestRecord;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counts each request that has ended, and writes one line for it: ids, who asked for what, places of keys and
/// numbers. What a client wrote cannot break the line.
public record CompletionRecorder(GatewayMetrics metrics, UsageUseCase usage, InstantSource clock) {

    private static final System.Logger LOG = System.getLogger("io.keywheel.requests");

    /// Follows the request from now on, where requests are followed, until [#of] is called for it.
    public void begin(RequestContext request, Headers headers) {
        begin(request, name -> {
            var header = HeaderNames.create(name);
            return headers.contains(header) ? headers.get(header).values() : null;
        });
    }

    /// The same for a part of another request.
    ///
    /// @param headers finds where the other one is in its trace; null for one that is not there
    public void begin(RequestContext request, Function<String, @Nullable String> headers) {
        request.begin(metrics, headers);
    }

    public void of(RequestContext request) {
        RequestRecord ended = request.record(clock.instant());
        request.log(LOG, ended.timing().took());
        metrics.ended(ended, request.traceContext());
        request.endTrace(ended);
        if (ended.isChat()) {
            usage.ended(ended);
        }
    }

    /// To the letter, but for what could part the fields of a line, end it, or speak to a terminal: `\x` and two hex
    /// digits stand for that, and `?` for what is no ASCII, which has been read as one and the same by then.
    static String shown(String text, int longest) {
        if (text.isEmpty()) {
            return "-";
        }
        int length = Math.min(text.length(), longest);
        int plain = 0;
        while (plain < length && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        var shown = new StringBuilder().append(text, 0, plain);
        for (int i = plain; i < length; i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                shown.append(c);
            } else {
                shown.append(c < 0x80 ? "\\x%02x".formatted((int) c) : "?");
            }
        }
        return text.length() > longest ? shown.append('…').toString() : shown.toString();
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\';
    }
}

package io.keywheel.adapters.http.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// The id of a request in its response, in the log and in traces.
public final class RequestId {

    public static final HeaderName HEADER = HeaderNames.create("X-Request-Id");

    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestId() {}

    /// The client's id if it is safe in a log line, else a new one.
    public static String in(Headers headers) {
        return headers.first(HEADER).filter(id -> SAFE.matcher(id).matches()).orElseGet(RequestId::unique);
    }

    /// The common part of the ids in an answer, which is not the request's id: a client may send the same one for all
    /// turns of a conversation.
    public static String forAnswer() {
        return unique().replace("-", "");
    }

    /// A new id. It need not be unpredictable, and [UUID#randomUUID] costs more.
    public static String unique() {
        var random = ThreadLocalRandom.current();
        return new UUID((random.nextLong() & ~0xf000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE)
                .toString();
    }
}

package io.keywheel.adapters.http.server;

import io.helidon.http.Headers;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.RefusedException;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/// The properties of the APIs' paths that the server needs.
///
/// @param chats the chat paths, each with the names of its API
/// @param healthChecks paths answered even if all connections are taken: else a supervisor restarts the gateway
/// @param unlogged whether successful requests to a path are not logged, such as health checks and console files
/// @param encoded whether a path ends in an id that may be percent-encoded
/// @param formats the error format for a path and request headers; the path need not be registered
/// @param notFound the error for a path without an endpoint
public record PathRules(
        Map<String, ApiNames> chats,
        Set<String> healthChecks,
        Predicate<String> unlogged,
        Predicate<String> encoded,
        BiFunction<String, Headers, ErrorFormat> formats,
        Function<String, RefusedException> notFound) {

    public PathRules {
        chats = Map.copyOf(chats);
    }

    /// The names of one API in logs and metrics.
    ///
    /// @param whole for requests without streaming: `messages`
    /// @param streamed for requests with streaming: `messages_stream`
    public record ApiNames(String whole, String streamed) {

        /// The name of all requests that are not chats.
        public static final ApiNames NO_CHAT = new ApiNames("other");

        /// For an API that always streams, or never does.
        public ApiNames(String only) {
            this(only, only);
        }
    }

    public ApiNames apiOf(String path) {
        return chats.getOrDefault(path, ApiNames.NO_CHAT);
    }
}

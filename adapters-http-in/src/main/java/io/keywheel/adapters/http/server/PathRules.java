package io.keywheel.adapters.http.server;

import io.helidon.http.Headers;
import io.keywheel.adapters.http.errors.ErrorFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/// What the server must know about the paths of the APIs above it.
///
/// @param chats the paths of chats, each with what its requests are counted as
/// @param probes answered even when all connections are taken: without an answer, a supervisor would restart the
///     gateway
/// @param unlogged whether successful requests to a path are left out of the log: probes, or files by the dozen
/// @param encoded whether a path ends in an id, of which percent-encoding is a part
/// @param formats of the errors of a path for a client with such headers, whether or not there is anything at it
public record PathRules(
        Map<String, ApiNames> chats,
        Set<String> probes,
        Predicate<String> unlogged,
        Predicate<String> encoded,
        BiFunction<String, Headers, ErrorFormat> formats) {

    public PathRules {
        chats = Map.copyOf(chats);
    }

    /// What requests to one API are counted as.
    ///
    /// @param whole those whose answer comes at once: `messages`
    /// @param streamed those whose answer comes in events: `messages_stream`
    public record ApiNames(String whole, String streamed) {

        /// What requests are counted as that ask for no chat.
        public static final ApiNames NO_CHAT = new ApiNames("other");

        /// For an API that has only one form of answers.
        public ApiNames(String only) {
            this(only, only);
        }
    }

    public ApiNames apiOf(String path) {
        return chats.getOrDefault(path, ApiNames.NO_CHAT);
    }
}
